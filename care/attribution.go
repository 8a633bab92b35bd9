package care

import "encoding/json"

// Change is a field before and after.
type Change struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// Log writes an activity with its actor, time and origin filled in.
func Log(tx Tx, a Activity) error { return logBy(tx, tx.Actor(), a) }

func logBy(tx Tx, who Actor, a Activity) error {
	a.ID = tx.NewID("A")
	a.At = tx.Now().UnixMilli()
	a.Actor, a.ActorKind = who.ID, who.Kind()
	if a.ActorKind == ByCustomer {
		a.Actor = who.Name
	}
	if a.Session == "" {
		a.Session = who.Session
	}
	a.IP, a.Desk, a.ContactID = who.IP, who.Desk, who.Contact
	return tx.Put(&a)
}

// RecordTask writes a self-service task with R67's four fields filled in: a CSR's task carries the CSR's ID and address and
// no email, a customer's the customer's own. The customer hears of theirs, and of a CSR's where policy says so.
func RecordTask(tx Tx, t Task) error { return recordTasks(tx, t, t.Sort) }

// recordLogged writes a self-service task, and the activity that says the same.
func recordLogged(tx Tx, t Task) error {
	if err := RecordTask(tx, t); err != nil {
		return err
	}
	return Log(tx, Activity{Account: t.Account, WebUserID: t.WebUserID, Sort: t.Sort, Detail: t.Detail})
}

// recordTasks writes tasks that differ in their kinds only. The customer hears of them once.
func recordTasks(tx Tx, t Task, kinds ...string) error {
	for i, kind := range kinds {
		t.Sort = kind
		made, err := recordTask(tx, t)
		if err != nil {
			return err
		}
		if made.CreatedBy == ByCustomer {
			if err := receipt(tx, made); err != nil {
				return err
			}
		}
		if i > 0 || made.CreatedBy != ByCSR || !made.Final() {
			continue
		}
		if err := tellOfChange(tx, made); err != nil {
			return err
		}
	}
	return nil
}

func recordTask(tx Tx, t Task) (Task, error) {
	who := tx.Actor()
	t.ID = tx.NewID("T")
	t.CreatedAt = tx.Now().UnixMilli()
	t.Origin, t.IP, t.Session, t.Offline = who.Origin, who.IP, who.Session, who.Offline
	t.ContactID = who.Contact
	t.CreatedBy = who.Kind()
	if t.Final() { // done in the same moment
		t.HandledAt = t.CreatedAt
	}
	if who.IsStaff() {
		t.CSRID = who.ID
		if t.Final() {
			t.HandledBy = who.ID
		}
		return t, tx.Put(&t)
	}
	user, err := Find[WebUser](tx, who.WebUser())
	if err != nil {
		return t, err
	}
	t.WebUserName, t.Email = user.Username, user.Email
	return t, tx.Put(&t)
}

// profileOf is the web user whose task it is: who acts or is acted for; at the desk the one given, else the account's default
// profile, or "" where nobody is linked.
func profileOf(r Reader, account, given string) (string, error) {
	if id := r.Actor().WebUser(); id != "" {
		return id, nil
	}
	if given != "" {
		return given, nil
	}
	links, err := r.LinksOfAccount(account)
	if err != nil || len(links) == 0 {
		return "", err
	}
	return links[0].WebUserID, nil
}

// Detail encodes what an activity or task tells beside its own fields.
func Detail(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
