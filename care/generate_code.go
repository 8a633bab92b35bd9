package care

// GenerateCode asks for a code that the CSR reads out to a customer who cannot reach their email (R51). It is answered
// once; the portal keeps only its hash, and the web user's earlier code ends.
type GenerateCode struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account"` // the account the CSR has open, for its log
}

// Kind is recovery.generate_code.
func (*GenerateCode) Kind() string { return "recovery.generate_code" }

// Permission is MayRecover.
func (*GenerateCode) Permission() Permission { return MayRecover }

// Targets are the web user and the account.
func (q *GenerateCode) Targets() []Ref { return webUserTargets(q.WebUserID, q.Account) }

// Validate wants a web user and an account.
func (q *GenerateCode) Validate() error {
	switch {
	case q.WebUserID == "":
		return missing("web_user_id")
	case q.Account == "":
		return missing("account")
	}
	return nil
}

// Check refuses a web user who is locked, deactivated or not validated yet, and one who is not of the account.
func (q *GenerateCode) Check(r Reader) error {
	if q.WebUserID == "" {
		return nil
	}
	user, err := signable(r, q.WebUserID)
	if err != nil || q.Account == "" {
		return err
	}
	_, err = linked(r, user, q.Account)
	return err
}

// Apply writes the recovery and its activity, neither of which holds the code, and gives the recovery.
func (q *GenerateCode) Apply(tx Tx) (Recovery, error) {
	user, err := signable(tx, q.WebUserID)
	if err != nil {
		return Recovery{}, err
	}
	given, err := give(tx, user, RecoverByCode, "", "recovery.code_ttl")
	if err != nil {
		return Recovery{}, err
	}
	return given, logWebUser(tx, user.ID, q.Account, "recovery.code_generated", map[string]string{"recovery_id": given.ID})
}

// RecoveryCode answers GenerateCode.
type RecoveryCode struct {
	RecoveryID string `json:"recovery_id"`
	Code       Secret `json:"code"`    // three groups of four, joined by dashes
	EndsAt     int64  `json:"ends_at"` // ms
}
