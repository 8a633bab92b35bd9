package care

import (
	"encoding/json"
	"strings"
)

// The kinds of alarms: open tasks that the portal makes of what somebody should look into (M13).
const (
	AlarmKinds = "alarm." // begins them all

	AlarmStarts    = "alarm.starts"     // many masquerades of one CSR
	AlarmOwnName   = "alarm.own_name"   // a customer who is called like the CSR
	AlarmOwnStreet = "alarm.own_street" // a customer of the street in which the CSR has an account
	AlarmLookups   = "alarm.lookups"    // many accounts opened outside of any contact
	AlarmGuessed   = "alarm.guessed"    // several contacts about one account, each ended by wrong answers
)

// Alarm says whether a task is one that has to be looked into: by who may review and is not the one it is about, and with a
// word about what was found.
func (r *Task) Alarm() bool { return strings.HasPrefix(r.Sort, AlarmKinds) }

// AlarmDetail is what an alarm tells.
type AlarmDetail struct {
	CSR   string `json:"csr_id"` // whom it is about
	Count int    `json:"count,omitempty"`
}

// Alarmed reads what an alarm tells; nothing of a task that is none.
func (r *Task) Alarmed() (detail AlarmDetail) {
	if r.Alarm() {
		_ = json.Unmarshal([]byte(r.Detail), &detail) // an import may have brought anything
	}
	return detail
}

// RaiseAlarm writes an alarm about a CSR, in the portal's own name: it is nobody's self-service task.
func RaiseAlarm(tx Tx, kind, account, webUser string, detail AlarmDetail) error {
	return tx.Put(&Task{
		ID: tx.NewID("T"), Sort: kind, Status: TaskOpen, Account: account, WebUserID: webUser, CreatedAt: tx.Now().UnixMilli(),
		CreatedBy: BySystem, Origin: OriginSystem, Detail: Detail(detail),
	})
}

// mayEndAlarm refuses whoever may not review, and whom an alarm is about.
func mayEndAlarm(policy Policy, who Actor, task Task) error {
	switch {
	case task.Alarmed().CSR == who.ID:
		return Err(CodeSecondPerson)
	case who.Origin != OriginSystem && !policy.Allows(who, MayReview):
		return Err(CodeNoPermission, "permission", string(MayReview))
	}
	return nil
}

// NamedAlike says whether an account's customer is called like the CSR who acts.
func NamedAlike(r Reader, account string) (bool, error) {
	staff, err := Find[Staff](r, r.Actor().ID)
	names := strings.Fields(staff.Name)
	if err != nil || len(names) == 0 {
		return false, unlessAbsent(err)
	}
	a, err := Find[Account](r, account)
	if err != nil {
		return false, unlessAbsent(err)
	}
	customer, err := Find[Person](r, a.MainPersonID)
	return err == nil && strings.EqualFold(customer.LastName, names[len(names)-1]), unlessAbsent(err)
}

// SameStreet says whether two premises stand in one street of one city, whatever their numbers are.
func (r Premise) SameStreet(other Premise) bool {
	street := r.street()
	return street != "" && strings.EqualFold(street, other.street()) && strings.EqualFold(r.City, other.City)
}

// street is an address without the number, which stands first or last: "12 Main St" and "Calle Mayor 12". A number that is
// the street's own, as in "9 5th Ave", stays.
func (r Premise) street() string {
	words := strings.Fields(r.Address1)
	digit := func(word string) bool { return word[0] >= '0' && word[0] <= '9' }
	switch {
	case len(words) < 2:
	case digit(words[0]):
		words = words[1:]
	case digit(words[len(words)-1]):
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}
