package care

import "slices"

// ChangeLetters says which kinds of letters a web user does not want by email. Those about security always come.
type ChangeLetters struct {
	Account   string   `json:"account"`               // the one under which it is done
	WebUserID string   `json:"web_user_id,omitempty"` // for whom, when a CSR sends it from the desk
	Unwanted  []string `json:"unwanted"`              // of OptionalLetters
}

// Kind is letters.change.
func (*ChangeLetters) Kind() string { return "letters.change" }

// Permission is MayChange.
func (*ChangeLetters) Permission() Permission { return MayChange }

// Targets are the account and, where given, the web user.
func (c *ChangeLetters) Targets() []Ref { return guestTargets(c.Account, c.WebUserID) }

// AccountNumber is the account under which it is done.
func (c *ChangeLetters) AccountNumber() string { return c.Account }

// Entitlements is the one to change how a customer is reached.
func (*ChangeLetters) Entitlements() []string { return []string{"profile.contact"} }

// Assists marks a command that mode assist allows.
func (*ChangeLetters) Assists() {}

// Right is what everybody may who has an account: the letters are their own.
func (*ChangeLetters) Right() Right { return OwnMatters }

// Validate wants an account, and kinds that may be done without.
func (c *ChangeLetters) Validate() error {
	if c.Account == "" {
		return missing("account")
	}
	for _, kind := range c.Unwanted {
		if !slices.Contains(OptionalLetters(), kind) {
			return Err(CodeNoChoice, "field", "unwanted", "choices", List(OptionalLetters()).String())
		}
	}
	return nil
}

// Check finds nothing to refuse: who may change it, may do so at any time.
func (c *ChangeLetters) Check(Reader) error { return nil }

// Apply keeps what is unwanted, with a task and an activity that hold it before and after.
func (c *ChangeLetters) Apply(tx Tx) error {
	id, err := profileOf(tx, c.Account, c.WebUserID)
	if err != nil {
		return err
	}
	user, err := Find[WebUser](tx, id)
	if err != nil {
		return err
	}
	var wanted List
	for _, kind := range OptionalLetters() { // in one order, each once
		if slices.Contains(c.Unwanted, kind) {
			wanted = append(wanted, kind)
		}
	}
	if slices.Equal(user.Unwanted, wanted) {
		return nil
	}
	detail := Detail(map[string]Change{"unwanted": {user.Unwanted.String(), wanted.String()}})
	user.Unwanted = wanted
	if err := tx.Put(&user); err != nil {
		return err
	}
	return recordLogged(tx, Task{Sort: "letters.changed", Status: TaskComplete, Account: c.Account, WebUserID: id, Detail: detail})
}
