package care

import "strconv"

// OverrideVerification takes a caller for verified by the CSR's own judgement, with a reason. It is for a desk that is
// offline, as only the portal can compare answers, and stands marked as such.
type OverrideVerification struct {
	ContactID string `json:"contact_id"`
	Account   string `json:"account"`
	Level     int64  `json:"level"` // 1 to MostVerified
	Words     string `json:"words"` // how the CSR knows
}

// The values of the policy "verify.override": when a CSR may do without answers.
const (
	OverrideOffline = "offline" // while the portal cannot be asked
	OverrideAlways  = "always"
	OverrideNever   = "off"
)

// Kind is contact.override.
func (*OverrideVerification) Kind() string { return "contact.override" }

// Permission is MayOverride.
func (*OverrideVerification) Permission() Permission { return MayOverride }

// Targets is the account.
func (c *OverrideVerification) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants a contact, a level and a reason in words.
func (c *OverrideVerification) Validate() error {
	if err := namesContact(c.ContactID, c.Account); err != nil {
		return err
	}
	if c.Level < 1 || c.Level > MostVerified {
		return Err(CodeNoChoice, "field", "level", "choices", "1;2;3")
	}
	if c.Words == "" {
		return missing("words")
	}
	if len(c.Words) > 500 {
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	return nil
}

// Check asks policy, and wants the actor's own open contact.
func (c *OverrideVerification) Check(r Reader) error {
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	switch how := policy.Get("verify.override"); {
	case how == OverrideAlways, how != OverrideNever && r.Actor().Offline:
	case how == OverrideNever:
		return Err(CodeNoOverride)
	default:
		return Err(CodeOverrideOnline)
	}
	if c.ContactID == "" {
		return nil
	}
	contact, err := OwnOpenContact(r, c.ContactID, c.Account)
	if err != nil {
		return err
	}
	return contact.MayVerify(policy, r.Now())
}

// Apply raises the level and marks how. It never lowers one that answers gave.
func (c *OverrideVerification) Apply(tx Tx) error {
	contact, err := OwnOpenContact(tx, c.ContactID, c.Account)
	if err != nil {
		return err
	}
	if c.Level > contact.Level {
		contact.Level, contact.VerifiedBy, contact.Words = c.Level, VerifiedByOverride, c.Words
	}
	if err := tx.Put(&contact); err != nil {
		return err
	}
	return logContact(tx, contact, "caller.overridden", map[string]string{"level": strconv.FormatInt(c.Level, 10), "words": c.Words})
}
