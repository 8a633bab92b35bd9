package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
)

// Question is what a desk asks: an envelope as a command has it, and what only some kinds need beside it.
type Question struct {
	care.Envelope
	VerifierHash string `json:"verifier_hash"` // of masquerade.start
	Language     string `json:"language"`      // of masquerade.start
}

// answer is how one kind of question is answered.
type answer struct {
	// again is what a question is told that was asked before: its answer is a secret. "" where asking again under the same ID
	// answers again, without another line in the log.
	again care.Code
	// cost is how much of the asker's allowance it takes; 0 is 1.
	cost int
	// record runs in the transaction that keeps the question's ID: what it logs is committed before anything is answered.
	record step
	// read gives the answer once that is committed, so that a long look holds nobody up; nil where record gave it.
	read step
	// refused is the kind of the activity that records a refusal; "" is question.refused.
	refused string
}

// answers holds every kind of question: one line each. What is not here is refused.
var answers = map[string]answer{
	"masquerade.start":   {again: care.CodeTicketUsed, record: of(grantMasquerade), refused: "masquerade.refused"},
	"identifier.reveal":  {again: care.CodeAnsweredOnce, cost: 2, record: of(revealIdentifier)},
	"identifier.find":    {again: care.CodeAnsweredOnce, cost: 10, record: of(findIdentifier)},
	"activity.older":     {record: of(logOlderActivity), read: of(readOlderActivity)},
	"bills.older":        {record: of(logOlderBills), read: of(readOlderBills)},
	"usage.interval":     {cost: 2, record: of(logIntervals), read: of(readIntervals)},
	"bill.pdf":           {cost: 2, record: of(logBillPDF), read: of(readBillPDF)},
	"usage.green_button": {cost: 4, record: of(logGreenButton), read: of(readGreenButton)},
	"search.portal":      {cost: 4, record: of(logSearch), read: of(search)},
	"payment.cancel":     {cost: 2, record: of(cancelPayment), read: of(readPayment)},
	"account.fetch":      {cost: 2, record: of(logFetch), read: of(readAccount)},
	"policy.change":      {again: care.CodeAnsweredOnce, record: of(changePolicy)},
	"policy.history":     {record: of(policyHistory)},
	"staff.change":       {again: care.CodeAnsweredOnce, cost: 2, record: of(changeStaff)},
	"reason.change":      {again: care.CodeAnsweredOnce, record: of(changeReason)},
	"device.list":        {record: of(logDevices), read: of(listDevices)},
	"device.change":      {again: care.CodeAnsweredOnce, record: of(changeDevice)},
	"district.list":      {record: of(logDistricts), read: of(listDistricts)},
	"depth.try":          {cost: 10, record: of(logDepth), read: of(tryDepth)},
	"letter.try":         {record: of(logLetter), read: of(tryLetter)},
	"import.list":        {record: of(logImports), read: of(listImports)},
	"import.read":        {record: of(logImport), read: of(readImport)},
	"caller.verify":      {again: care.CodeAnsweredOnce, cost: 4, record: of(verifyCaller)},
	"passphrase.set":     {again: care.CodeAnsweredOnce, cost: 4, record: of(setPassphrase)},
	"caller.facts":       {again: care.CodeAnsweredOnce, record: of(factsOnFile)},
	"profile.facts":      {cost: 2, record: of(logProfile), read: of(readProfile)},
	"profile.unlock":     {again: care.CodeAnsweredOnce, cost: 4, record: of(logUnlock), read: of(readUnlock)},

	"recovery.generate_code": {again: care.CodeAnsweredOnce, cost: 2, record: of(generateCode)},
}

// asked is one question while it is being answered.
type asked struct {
	*Portal
	Question
	question care.Question
	actor    care.Actor
	now      time.Time
	tx       *store.Tx // of record
}

type step func(ctx context.Context, a *asked) (any, error)

// of makes a step of a function over its own kind's arguments.
func of[Q care.Question](fn func(ctx context.Context, a *asked, q Q) (any, error)) step {
	return func(ctx context.Context, a *asked) (any, error) {
		q, ok := a.question.(Q)
		if !ok {
			return nil, care.Err(care.CodeUnknownCommand, "kind", a.Kind)
		}
		return fn(ctx, a, q)
	}
}

// Ask answers a question for an actor: allowance, permission, scope and idempotency as Do has them, and its activity
// committed before the answer leaves. A refusal is an error, and recorded. Answers are care's own types, or a Grant.
func (p *Portal) Ask(ctx context.Context, actor care.Actor, q Question) (any, error) {
	kind, ok := answers[q.Kind]
	if !ok {
		return nil, care.Err(care.CodeUnknownCommand, "kind", q.Kind)
	}
	question, err := care.DecodeQuestion(q.Kind, q.Args)
	if err != nil {
		return nil, err
	}
	if err := wellFormed(q.ID); err != nil {
		return nil, err
	}
	actor.Contact = q.Contact
	a := &asked{Portal: p, Question: q, question: question, actor: actor, now: p.Now()}
	if err := p.allowance.take(a.now, actor, max(kind.cost, 1)); err != nil {
		return nil, err
	}
	var given any
	_, err = p.Store.Update(ctx, store.Options{Actor: actor, Now: a.now, Command: q.ID}, func(tx *store.Tx) error {
		a.tx = tx
		given, err = a.begin(ctx, kind)
		return err
	})
	if errors.Is(err, errAnswered) {
		err = nil
	}
	var refused care.Error
	if errors.As(err, &refused) {
		return nil, errors.Join(refused, a.refusal(ctx, kind, refused.Code))
	}
	if err != nil || kind.read == nil {
		return given, err
	}
	a.tx = nil
	return kind.read(ctx, a)
}

// begin keeps the question's ID, judges it and logs it.
func (a *asked) begin(ctx context.Context, kind answer) (any, error) {
	if err := a.asking(ctx, a.tx); err != nil {
		return nil, err
	}
	before, answered, err := a.tx.Answered(a.ID)
	switch {
	case err != nil:
		return nil, err
	case answered && kind.again != "":
		return nil, care.Err(kind.again)
	case answered && before.Params[sameQuestion] != a.fingerprint():
		return nil, care.Err(care.CodeAnsweredOnce) // another question under the ID of one that was answered
	}
	if err := a.question.Validate(); err != nil {
		return nil, err
	}
	if err := care.AuthoriseQuestion(a.tx, a.question); err != nil {
		return nil, err
	}
	if err := inScope(a.tx, a.question); err != nil {
		return nil, err
	}
	if answered {
		return nil, errAnswered // it was logged then
	}
	print := map[string]string{}
	if kind.again == "" {
		print[sameQuestion] = a.fingerprint()
	}
	if err := a.tx.Asked(a.Envelope, print, a.now); err != nil {
		return nil, err
	}
	return kind.record(ctx, a)
}

const sameQuestion = "asked"

// fingerprint tells whether two questions under one ID are the same, asked by the same. It is kept of no secret.
func (a *asked) fingerprint() string {
	sum := sha256.Sum256([]byte(a.actor.ID + "\n" + a.Kind + "\n" + string(a.Args)))
	return hex.EncodeToString(sum[:])
}

// refusal records that a question was refused, where the refusal tells something about the asker.
func (a *asked) refusal(ctx context.Context, kind answer, code care.Code) error {
	about := care.Activity{Sort: kind.refused}
	detail := map[string]string{"code": string(code)}
	if about.Sort == "" {
		about.Sort = "question.refused"
		detail["kind"] = a.Kind
		switch code {
		case care.CodeInvalid, care.CodeMissing, care.CodeTooLong, care.CodeNoChoice, care.CodeAnsweredOnce:
			return nil
		}
	}
	if q, ok := a.question.(interface{ AccountNumber() string }); ok {
		about.Account = q.AccountNumber()
	}
	for _, ref := range a.question.Targets() {
		switch ref.Kind {
		case care.KindAccount:
			about.Account = ref.ID
		case care.KindWebUser:
			about.WebUserID = ref.ID
		}
	}
	return a.recordRefused(ctx, a.actor, about, detail)
}

// recordRefused logs a refusal, about an account and a web user where there are such.
func (p *Portal) recordRefused(ctx context.Context, actor care.Actor, about care.Activity, detail map[string]string) error {
	about.Detail = care.Detail(detail)
	opts := store.Options{Actor: actor, Now: p.Now(), Command: uuid.NewString()}
	_, err := p.Store.Update(store.Recording(ctx), opts, func(tx *store.Tx) error {
		if err := tx.Get(&care.Account{}, about.Account); err != nil {
			about.Account = ""
		}
		if err := tx.Get(&care.WebUser{}, about.WebUserID); err != nil {
			about.WebUserID = ""
		}
		return care.Log(tx, about)
	})
	return err
}
