package care

// AskProfile asks the service that keeps the facts of web users, where the utility names one (R5), for those of one web user. The
// portal asks it; the desk keeps nothing of the answer.
type AskProfile struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account"` // the account the CSR has open, for its log
}

// Kind is profile.facts.
func (*AskProfile) Kind() string { return "profile.facts" }

// Permission is MaySeeWebUsers.
func (*AskProfile) Permission() Permission { return MaySeeWebUsers }

// Targets are the web user and the account.
func (q *AskProfile) Targets() []Ref { return webUserTargets(q.WebUserID, q.Account) }

// Validate wants a web user and an account.
func (q *AskProfile) Validate() error { return namesProfile(q.WebUserID, q.Account) }

// Check refuses a web user who is not of the account.
func (q *AskProfile) Check(r Reader) error { return profileLinked(r, q.WebUserID, q.Account) }

// UnlockProfile has that service lift the password lock of a web user. It is asked, never queued: the caller is verified now.
type UnlockProfile struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account"`
	Reason    string `json:"reason"`
	Words     string `json:"words,omitempty"`
}

// Kind is profile.unlock.
func (*UnlockProfile) Kind() string { return "profile.unlock" }

// Permission is MayUnlock.
func (*UnlockProfile) Permission() Permission { return MayUnlock }

// Targets are the web user and the account.
func (q *UnlockProfile) Targets() []Ref { return webUserTargets(q.WebUserID, q.Account) }

// Validate wants a web user, an account and a known reason.
func (q *UnlockProfile) Validate() error {
	if err := namesProfile(q.WebUserID, q.Account); err != nil {
		return err
	}
	return validReason(q.Reason, q.Words, unlockReasons)
}

// Check refuses a web user who is not of the account.
func (q *UnlockProfile) Check(r Reader) error { return profileLinked(r, q.WebUserID, q.Account) }

// ProfileFacts answers both: what the service said, when.
type ProfileFacts struct {
	LastLogOn      int64 `json:"last_log_on"` // ms; 0 for never
	PasswordLocked bool  `json:"password_locked"`
	At             int64 `json:"at"` // ms, by the portal's clock
}

// What a question to the service leaves in the log. An unlock is asked first, and what became of it comes after.
const (
	ProfileAsked        = "profile.asked"
	ProfileUnlockAsked  = "profile.unlock_asked"
	ProfileUnlocked     = "profile.unlocked"
	ProfileUnlockFailed = "profile.unlock_failed"
)

// LogProfile logs a question to the service, or what became of it, at the account and its web user.
func LogProfile(tx Tx, webUserID, account, sort string, detail map[string]string) error {
	return logWebUser(tx, webUserID, account, sort, detail)
}

// ProfilesElsewhere is the address of the service that answers the facts of web users; "" where the portal itself knows them.
func (p Policy) ProfilesElsewhere() string { return p.Get("portal.profiles_endpoint") }

func namesProfile(webUserID, account string) error {
	switch {
	case webUserID == "":
		return missing("web_user_id")
	case account == "":
		return missing("account")
	}
	return nil
}

func profileLinked(r Reader, webUserID, account string) error {
	if webUserID == "" || account == "" {
		return nil
	}
	user, err := Find[WebUser](r, webUserID)
	if err != nil {
		return err
	}
	_, err = linked(r, user, account)
	return err
}
