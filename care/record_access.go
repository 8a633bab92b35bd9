package care

// RecordAccess says that a CSR opened an account. The desk makes it by itself, so that a customer can be told who looked.
type RecordAccess struct {
	Account string `json:"account"`
}

// AccessRecorded is the kind of the activity that RecordAccess makes.
const AccessRecorded = "account.viewed"

// Kind is access.record.
func (*RecordAccess) Kind() string { return "access.record" }

// Permission is MayView.
func (*RecordAccess) Permission() Permission { return MayView }

// Targets is the account.
func (c *RecordAccess) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants an account.
func (c *RecordAccess) Validate() error {
	if c.Account == "" {
		return missing("account")
	}
	return nil
}

// Check wants the account to exist.
func (c *RecordAccess) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	_, err := Find[Account](r, c.Account)
	return err
}

// Apply writes the activity.
func (c *RecordAccess) Apply(tx Tx) error {
	return Log(tx, Activity{Account: c.Account, Sort: AccessRecorded})
}
