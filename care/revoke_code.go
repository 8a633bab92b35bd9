package care

// RevokeCode ends a web user's recovery code before its time (R51).
type RevokeCode struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"` // the account the CSR had open, for its log
}

// Kind is recovery.revoke_code.
func (*RevokeCode) Kind() string { return "recovery.revoke_code" }

// Permission is MayRecover.
func (*RevokeCode) Permission() Permission { return MayRecover }

// Guards marks a command that protects a customer.
func (*RevokeCode) Guards() {}

// Targets are the web user and, where given, the account.
func (c *RevokeCode) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// Validate wants a web user.
func (c *RevokeCode) Validate() error {
	if c.WebUserID == "" {
		return missing("web_user_id")
	}
	return nil
}

// Check refuses where no code works any more.
func (c *RevokeCode) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return err
	}
	live, err := liveOf(r, user.ID, RecoverByCode)
	if err == nil && len(live) == 0 {
		err = Err(CodeNoCode, "username", user.Username)
	}
	return err
}

// Apply ends the code and logs it.
func (c *RevokeCode) Apply(tx Tx) error {
	if n, err := revoke(tx, c.WebUserID, RecoverByCode); err != nil || n == 0 {
		return err
	}
	return logWebUser(tx, c.WebUserID, c.Account, "recovery.code_revoked", nil)
}
