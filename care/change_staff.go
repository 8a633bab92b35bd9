package care

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ChangeStaff makes or changes a member of staff. It is asked of the portal, never queued.
type ChangeStaff struct {
	ID        string `json:"csr_id"`
	Name      string `json:"name"`
	Role      Role   `json:"role"`
	Team      string `json:"team,omitempty"`
	Districts List   `json:"districts"` // IDs, or the one word "all"
	Active    bool   `json:"active"`
	OwnUsers  List   `json:"own_users"`          // their own user names on the customers' portal; nil leaves those that are noted
	New       bool   `json:"new,omitempty"`      // a new one: refused where the ID is taken
	Password  Secret `json:"password,omitempty"` // "" leaves the one there is; a new one needs one
}

const (
	shortestPassword = 8
	mostOwnUsers     = 10
)

// Kind is staff.change.
func (*ChangeStaff) Kind() string { return "staff.change" }

// Permission is MayAdminister.
func (*ChangeStaff) Permission() Permission { return MayAdminister }

// Targets are none: staff stand in every scope.
func (*ChangeStaff) Targets() []Ref { return nil }

// Validate wants an ID, a name, a role, and districts.
func (q *ChangeStaff) Validate() error {
	for _, f := range []struct {
		name, value string
	}{{"csr_id", q.ID}, {"name", q.Name}, {"team", q.Team}} {
		if f.value == "" && f.name != "team" {
			return missing(f.name)
		}
		if utf8.RuneCountInString(f.value) > 100 {
			return Err(CodeTooLong, "field", f.name, "most", "100")
		}
	}
	for _, name := range q.OwnUsers {
		if name == "" || strings.ContainsAny(name, ";\x1f") || utf8.RuneCountInString(name) > 100 {
			return Err(CodeInvalid, "field", "own_users", "problem", "must be user names without semicolons")
		}
	}
	switch {
	case len(q.OwnUsers) > mostOwnUsers:
		return Err(CodeInvalid, "field", "own_users", "problem", "must be at most "+strconv.Itoa(mostOwnUsers)+" user names")
	case strings.ContainsAny(q.ID, " .;:\x1f"):
		return Err(CodeInvalid, "field", "csr_id", "problem", "must not hold spaces, dots, colons or semicolons")
	case !slices.Contains(Roles(), q.Role):
		return Err(CodeNoChoice, "field", "role", "choices", "csr;supervisor;admin")
	case len(q.Districts) == 0:
		return missing("districts")
	case q.New && q.Password == "":
		return missing("password")
	case q.Password != "" && utf8.RuneCountInString(string(q.Password)) < shortestPassword:
		return Err(CodeInvalid, "field", "password", "problem", "is shorter than 8 letters")
	}
	return nil
}

// ChangeReason makes or changes an entry of a catalogue. It is asked of the portal, never queued.
type ChangeReason struct {
	Sort    string `json:"sort"` // contact or wrap_up
	ID      string `json:"reason_id"`
	Rank    int64  `json:"rank"`
	English string `json:"text_en"`
	Spanish string `json:"text_es"`
	Retired bool   `json:"retired,omitempty"`
}

// Kind is reason.change.
func (*ChangeReason) Kind() string { return "reason.change" }

// Permission is MayAdminister.
func (*ChangeReason) Permission() Permission { return MayAdminister }

// Targets are none: the catalogues stand in every scope.
func (*ChangeReason) Targets() []Ref { return nil }

// Validate wants a catalogue, an ID, and words in both languages.
func (q *ChangeReason) Validate() error {
	switch {
	case q.Sort != "contact" && q.Sort != "wrap_up":
		return Err(CodeNoChoice, "field", "sort", "choices", "contact;wrap_up")
	case q.ID == "" || strings.Trim(q.ID, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || len(q.ID) > 40:
		return Err(CodeInvalid, "field", "reason_id", "problem", "is not a word of small letters, digits and _")
	case strings.TrimSpace(q.English) == "":
		return missing("text_en")
	case strings.TrimSpace(q.Spanish) == "":
		return missing("text_es")
	case utf8.RuneCountInString(q.English) > 120 || utf8.RuneCountInString(q.Spanish) > 120:
		return Err(CodeTooLong, "field", "text", "most", "120")
	}
	return nil
}

// Device is a desk that somebody has signed in at. Instants are milliseconds UTC; 0 is never.
type Device struct {
	ID      string `json:"device_id"`
	CSR     string `json:"csr_id"`
	Cursor  int64  `json:"cursor"` // what it said it has
	LastN   int64  `json:"last_n"` // the number of its last command that was answered
	Seen    int64  `json:"seen_at"`
	Revoked int64  `json:"revoked_at"`
}

// Devices asks for every desk that somebody has signed in at.
type Devices struct{}

// Kind is device.list.
func (*Devices) Kind() string { return "device.list" }

// Permission is MayAdminister.
func (*Devices) Permission() Permission { return MayAdminister }

// Targets are none.
func (*Devices) Targets() []Ref { return nil }

// Validate refuses nothing.
func (*Devices) Validate() error { return nil }

// ChangeDevice takes a desk its access, or gives it back.
type ChangeDevice struct {
	Device  string `json:"device_id"`
	Revoked bool   `json:"revoked"`
}

// Kind is device.change.
func (*ChangeDevice) Kind() string { return "device.change" }

// Permission is MayAdminister.
func (*ChangeDevice) Permission() Permission { return MayAdminister }

// Targets are none: a desk is no record.
func (*ChangeDevice) Targets() []Ref { return nil }

// Validate wants a device.
func (q *ChangeDevice) Validate() error {
	if q.Device == "" {
		return missing("device_id")
	}
	return nil
}

// PolicyHistory asks who changed the policy, when, from what to what: the newest changes first.
type PolicyHistory struct {
	Before int64 `json:"before,omitempty"` // ms; 0 for the newest
}

// Kind is policy.history.
func (*PolicyHistory) Kind() string { return "policy.history" }

// Permission is MayAdminister.
func (*PolicyHistory) Permission() Permission { return MayAdminister }

// Targets are none.
func (*PolicyHistory) Targets() []Ref { return nil }

// Validate refuses a time before all time.
func (q *PolicyHistory) Validate() error {
	if q.Before < 0 {
		return Err(CodeInvalid, "field", "before", "problem", "is no time")
	}
	return nil
}
