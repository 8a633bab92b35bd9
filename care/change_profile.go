package care

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ChangeProfile sets how a customer is reached (R33): a person's email, phone and language, or the account's billing
// address. What is nil stays. The two are records of their own, so one command changes one of them.
type ChangeProfile struct {
	Account        string  `json:"account"`
	PersonID       string  `json:"person_id,omitempty"`   // of email, phone and language
	WebUserID      string  `json:"web_user_id,omitempty"` // for whom, when a CSR sends it from the desk
	Email          *string `json:"email,omitempty"`
	Phone          *string `json:"phone,omitempty"`
	Language       *string `json:"language,omitempty"` // en or es
	BillingAddress *string `json:"billing_address,omitempty"`
}

// Kind is profile.change.
func (*ChangeProfile) Kind() string { return "profile.change" }

// Permission is MayChange.
func (*ChangeProfile) Permission() Permission { return MayChange }

// Targets are the record whose fields change first, the account, and the web user where given.
func (c *ChangeProfile) Targets() []Ref {
	var targets []Ref
	if c.PersonID != "" {
		targets = append(targets, Ref{KindPerson, c.PersonID})
	}
	targets = append(targets, Ref{KindAccount, c.Account})
	if c.WebUserID != "" {
		targets = append(targets, Ref{KindWebUser, c.WebUserID})
	}
	return targets
}

// AccountNumber is the account under which it is done.
func (c *ChangeProfile) AccountNumber() string { return c.Account }

// Entitlements is the one to change how a customer is reached.
func (*ChangeProfile) Entitlements() []string { return []string{"profile.contact"} }

// Assists marks a command that mode assist allows.
func (*ChangeProfile) Assists() {}

// Validate wants an account, one record's fields, and values that can be one.
func (c *ChangeProfile) Validate() error {
	personal := c.Email != nil || c.Phone != nil || c.Language != nil
	switch {
	case c.Account == "":
		return missing("account")
	case !personal && c.BillingAddress == nil:
		return Err(CodeNothingToChange)
	case personal && c.PersonID == "":
		return missing("person_id")
	case c.BillingAddress != nil && c.PersonID != "":
		return Err(CodeInvalid, "field", "billing_address", "problem", "is changed by a command of its own")
	case c.Email != nil && !IsAddress(strings.TrimSpace(*c.Email)):
		return Err(CodeInvalid, "field", "email", "problem", "is not an email address")
	case c.Phone != nil && !isPhone(*c.Phone):
		return Err(CodeInvalid, "field", "phone", "problem", "is not a phone number of 7 to 15 digits")
	case c.Language != nil && *c.Language != "en" && *c.Language != "es":
		return Err(CodeNoChoice, "field", "language", "choices", "en;es")
	case c.BillingAddress != nil:
		return oneLine("billing_address", *c.BillingAddress, 200)
	}
	return nil
}

// Check refuses a person who is not of the account; a customer changes only themselves.
func (c *ChangeProfile) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	account, err := Find[Account](r, c.Account)
	if err != nil || c.PersonID == "" {
		return err
	}
	if id := r.Actor().WebUser(); id != "" {
		user, err := Find[WebUser](r, id)
		if err == nil && user.PersonID != c.PersonID {
			err = Err(CodeNoPermission, "permission", string(MayChange))
		}
		return err
	}
	if account.MainPersonID == c.PersonID {
		return nil
	}
	link, err := Find[AccountPerson](r, c.Account, c.PersonID)
	if err == nil && link.EndedOn != "" {
		err = Err(CodeNotFound, "what", "account person", "id", c.PersonID)
	}
	return err
}

// Fields are those that are given, of the person or of the account.
func (c *ChangeProfile) Fields(r Reader) (now, wanted map[string]string, err error) {
	now, wanted = map[string]string{}, map[string]string{}
	if c.PersonID == "" {
		account, err := Find[Account](r, c.Account)
		if c.BillingAddress != nil {
			now["billing_address"], wanted["billing_address"] = account.BillingAddress, strings.TrimSpace(*c.BillingAddress)
		}
		return now, wanted, err
	}
	person, err := Find[Person](r, c.PersonID)
	for _, f := range c.personal(&person) {
		now[f.name], wanted[f.name] = *f.is, f.wanted
	}
	return now, wanted, err
}

type personalField struct {
	name   string
	is     *string
	wanted string
}

// personal are the person's fields that are given.
func (c *ChangeProfile) personal(p *Person) []personalField {
	var fields []personalField
	if c.Email != nil {
		fields = append(fields, personalField{"email", &p.Email, strings.TrimSpace(*c.Email)})
	}
	if c.Phone != nil {
		fields = append(fields, personalField{"phone", &p.Phone, plainPhone(*c.Phone)})
	}
	if c.Language != nil {
		fields = append(fields, personalField{"language", &p.Language, *c.Language})
	}
	return fields
}

// Apply changes the person or the account, with an activity and a task that hold what was there before.
func (c *ChangeProfile) Apply(tx Tx) error {
	changed := map[string]Change{}
	sort := "profile.contact_changed"
	var rec Record
	if c.PersonID == "" {
		account, err := Find[Account](tx, c.Account)
		if err != nil || c.BillingAddress == nil {
			return err
		}
		sort, rec = "profile.address_changed", &account
		if to := strings.TrimSpace(*c.BillingAddress); to != account.BillingAddress {
			changed["billing_address"] = Change{account.BillingAddress, to}
			account.BillingAddress = to
		}
	} else {
		person, err := Find[Person](tx, c.PersonID)
		if err != nil {
			return err
		}
		rec = &person
		for _, f := range c.personal(&person) {
			if f.wanted != *f.is {
				changed[f.name] = Change{*f.is, f.wanted}
				*f.is = f.wanted
			}
		}
	}
	if len(changed) == 0 {
		return nil
	}
	if err := tx.Put(rec); err != nil {
		return err
	}
	user, err := profileOf(tx, c.Account, c.WebUserID)
	if err != nil {
		return err
	}
	detail := Detail(changed)
	if err := RecordTask(tx, Task{Sort: sort, Status: TaskComplete, Account: c.Account, WebUserID: user, Detail: detail}); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, WebUserID: user, Sort: "profile.changed", Detail: detail})
}

// IsAddress says whether a text may be an email address; none is one too. What it is like beyond its @ the mail decides.
func IsAddress(s string) bool {
	if s == "" {
		return true
	}
	name, host, ok := strings.Cut(s, "@")
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>,;\"", r)
	}
	return ok && name != "" && len(s) <= 254 && strings.Contains(strings.Trim(host, "."), ".") && !strings.Contains(host, "@") && !strings.ContainsFunc(s, odd)
}

// isPhone says whether a text holds 7 to 15 digits and what people write between them; none is one too.
func isPhone(s string) bool {
	digits := 0
	for _, r := range strings.TrimSpace(s) {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-.() /", r):
			return false
		}
	}
	return strings.TrimSpace(s) == "" || digits >= 7 && digits <= 15
}

// plainPhone is a phone number as records hold it: digits, with a + where there is a country. Ten digits are of this one.
func plainPhone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	switch {
	case digits != "" && strings.HasPrefix(strings.TrimSpace(s), "+"):
		return "+" + digits
	case len(digits) == 10:
		return "+1" + digits
	}
	return digits
}

// oneLine refuses a text that is longer than most letters, or more than one line.
func oneLine(field, s string, most int) error {
	if utf8.RuneCountInString(s) > most {
		return Err(CodeTooLong, "field", field, "most", strconv.Itoa(most))
	}
	if slices.ContainsFunc([]rune(s), unicode.IsControl) {
		return Err(CodeInvalid, "field", field, "problem", "is more than one line")
	}
	return nil
}

// today is the day at the utility.
func today(r Reader) (string, error) {
	policy, err := r.Policy()
	if err != nil {
		return "", err
	}
	return r.Now().In(policy.Zone()).Format(time.DateOnly), nil
}
