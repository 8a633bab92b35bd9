package care

import (
	"slices"
	"strings"
)

// Person is a human being or a business. Birth date and full identifier stay at the portal; a desk holds the
// identifier's last four characters only.
type Person struct {
	ID           string `json:"person_id" cbor:"1,keyasint" key:"1"`
	Sort         string `json:"kind" cbor:"2,keyasint"` // person or business
	FirstName    string `json:"first_name" cbor:"3,keyasint,omitempty"`
	LastName     string `json:"last_name" cbor:"4,keyasint,omitempty"`
	BusinessName string `json:"business_name" cbor:"5,keyasint,omitempty"`
	Email        string `json:"email" cbor:"6,keyasint,omitempty"`
	Phone        string `json:"phone" cbor:"7,keyasint,omitempty"`
	Language     string `json:"language" cbor:"8,keyasint,omitempty"`
	IDType       string `json:"id_type" cbor:"9,keyasint,omitempty"`
	IDLast4      string `json:"id_last4" cbor:"10,keyasint,omitempty"`
	Prospect     bool   `json:"prospect" cbor:"11,keyasint,omitempty"`
	Meta
}

// RecordKind is KindPerson.
func (*Person) RecordKind() Kind { return KindPerson }

// RecordID is the person's ID.
func (r *Person) RecordID() string { return r.ID }

// Name is the person's name as people say it.
func (r *Person) Name() string {
	switch {
	case r.BusinessName != "":
		return r.BusinessName
	case r.FirstName == "":
		return r.LastName
	case r.LastName == "":
		return r.FirstName
	}
	return r.FirstName + " " + r.LastName
}

// SortName is the name as lists are ordered: last name first.
func (r *Person) SortName() string {
	if r.BusinessName != "" {
		return r.BusinessName
	}
	return r.LastName + " " + r.FirstName
}

// Staff is a member of the utility's staff. Passwords stay at the portal.
type Staff struct {
	ID        string `json:"csr_id" cbor:"1,keyasint" key:"1"`
	Name      string `json:"name" cbor:"2,keyasint"`
	Role      Role   `json:"role" cbor:"3,keyasint"`
	Team      string `json:"team" cbor:"4,keyasint,omitempty"`
	Districts List   `json:"districts" cbor:"5,keyasint,omitempty"` // district IDs, or the one word "all"
	Active    bool   `json:"active" cbor:"6,keyasint,omitempty"`
	OwnUsers  List   `json:"own_users" cbor:"7,keyasint,omitempty"` // their own user names on the customers' portal
	Meta
}

// RecordKind is KindStaff.
func (*Staff) RecordKind() Kind { return KindStaff }

// RecordID is the CSR's ID.
func (r *Staff) RecordID() string { return r.ID }

// AllDistricts says whether the member of staff works in every district.
func (r *Staff) AllDistricts() bool { return len(r.Districts) == 1 && r.Districts[0] == "all" }

// Owns says whether a user name on the customers' portal is the member of staff's own: one that is noted, or their ID.
func (r *Staff) Owns(username string) bool {
	return strings.EqualFold(r.ID, username) || slices.ContainsFunc(r.OwnUsers, func(own string) bool { return strings.EqualFold(own, username) })
}

// PolicyEntry is one key of the policy.
type PolicyEntry struct {
	Key   string `json:"policy_key" cbor:"1,keyasint" key:"1"`
	Value string `json:"value" cbor:"2,keyasint"`
	By    string `json:"changed_by" cbor:"3,keyasint,omitempty"` // staff; "" for what came with the installation
	At    int64  `json:"changed_at" cbor:"4,keyasint,omitempty"`
	Meta
}

// RecordKind is KindPolicy.
func (*PolicyEntry) RecordKind() Kind { return KindPolicy }

// RecordID is the policy's key.
func (r *PolicyEntry) RecordID() string { return r.Key }
