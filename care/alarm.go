package care

import "strings"

// The kinds of alarms: open tasks that the portal makes of what somebody should look into (M13).
const (
	alarmKinds = "alarm."

	AlarmStarts  = "alarm.starts"   // many masquerades of one CSR
	AlarmOwnName = "alarm.own_name" // a customer who is called like the CSR
	AlarmLookups = "alarm.lookups"  // many accounts opened outside of any contact
)

// Alarm says whether a task is one that has to be looked into: by who may review and is not the one it is about, and with a
// word about what was found.
func (r *Task) Alarm() bool { return strings.HasPrefix(r.Sort, alarmKinds) }

// AlarmDetail is what an alarm tells.
type AlarmDetail struct {
	CSR   string `json:"csr_id"` // whom it is about
	Count int    `json:"count,omitempty"`
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
	case task.asked().CSR == who.ID:
		return Err(CodeSecondPerson)
	case who.Origin != OriginSystem && !policy.Allows(who, MayReview):
		return Err(CodeNoPermission, "permission", string(MayReview))
	}
	return nil
}
