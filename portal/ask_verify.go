package portal

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"meterside/care"
)

// verifyCaller compares an answer with what is on file. The log names the fact, never the answer, and the question's ID is
// taken for good: an answer cannot be tried twice under one.
func verifyCaller(ctx context.Context, a *asked, q *care.VerifyCaller) (any, error) {
	contact, err := care.OwnOpenContact(a.tx, q.ContactID, q.Account)
	if err != nil {
		return nil, err
	}
	policy, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	if err := contact.MayVerify(policy, a.tx.Now()); err != nil {
		return nil, err
	}
	wanted := care.Split(policy.Get("verify.facts"))
	switch {
	case !slices.Contains(wanted, q.Fact):
		return nil, care.Err(care.CodeNoChoice, "field", "fact", "choices", wanted.String())
	case slices.Contains(contact.Facts, q.Fact):
		return nil, care.Err(care.CodeFactAnswered, "fact", q.Fact)
	}
	file, err := a.file(ctx, q.Account)
	if err != nil {
		return nil, err
	}
	if !file.has(q.Fact) {
		return nil, care.Err(care.CodeNotOnFile)
	}
	said := care.Verified{Right: file.fits(q.Fact, string(q.Answer))}
	most := int64(policy.Int("verify.wrong_answers"))
	if said.Right {
		err = a.rightly(&contact, q.Fact)
	} else {
		err = a.wrongly(ctx, &contact, q.Fact, most)
	}
	said.Level, said.Facts, said.Left = contact.Level, contact.Facts, max(most-contact.WrongAnswers, 0)
	return said, err
}

func (a *asked) rightly(contact *care.Contact, fact string) error {
	contact.Facts = append(contact.Facts, fact)
	if level := min(int64(len(contact.Facts)), care.MostVerified); level >= contact.Level {
		contact.Level, contact.VerifiedBy, contact.Words = level, care.VerifiedByAnswers, ""
	}
	if err := a.tx.Put(contact); err != nil {
		return err
	}
	return a.logFact(contact, "caller.verified", map[string]string{"fact": fact, "level": strconv.FormatInt(contact.Level, 10)})
}

func (a *asked) wrongly(ctx context.Context, contact *care.Contact, fact string, most int64) error {
	contact.WrongAnswers++
	over := contact.WrongAnswers >= most
	if over {
		contact.ClosedAt, contact.WrapUp = a.now.UnixMilli(), care.NotVerified
	}
	if err := a.tx.Put(contact); err != nil {
		return err
	}
	wrong := map[string]string{"fact": fact, "wrong_answers": strconv.FormatInt(contact.WrongAnswers, 10)}
	if err := a.logFact(contact, "caller.not_verified", wrong); err != nil || !over {
		return err
	}
	if err := a.logFact(contact, "contact.closed", map[string]string{"wrap_up": care.NotVerified, "reason": contact.Reason}); err != nil {
		return err
	}
	return a.watchGuesses(ctx, contact.Account)
}

func (a *asked) logFact(contact *care.Contact, sort string, detail map[string]string) error {
	detail["contact_id"] = contact.ID
	return care.Log(a.tx, care.Activity{Account: contact.Account, Sort: sort, Detail: care.Detail(detail)})
}

// factsOnFile says what callers can be asked for, of what policy wants.
func factsOnFile(ctx context.Context, a *asked, q *care.CallerFacts) (any, error) {
	policy, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	file, err := a.file(ctx, q.Account)
	if err != nil {
		return nil, err
	}
	known := care.FactsOnFile{Facts: care.List{}}
	for _, fact := range care.Facts {
		if slices.Contains(care.Split(policy.Get("verify.facts")), fact) && file.has(fact) {
			known.Facts = append(known.Facts, fact)
		}
	}
	detail := care.Detail(map[string]string{"facts": strings.Join(known.Facts, ", ")})
	return known, care.Log(a.tx, care.Activity{Account: q.Account, Sort: "caller.facts_listed", Detail: detail})
}
