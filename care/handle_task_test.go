package care

import (
	"slices"
	"testing"
	"time"
)

// R68: tasks that are not final can be completed, rejected, cancelled, assigned and commented on; final ones refuse, and say
// what they came to and since when. Seen to fail where nobody asks whether one is final.
func TestOnlyTasksThatAreNotFinalAreHandled(t *testing.T) {
	who := atDesk(RoleCSR, "CSR001", "")
	for _, status := range TaskStatuses() {
		task := Task{ID: "T1", Account: "A1", Status: status, HandledAt: 1_790_000_000_000}
		for _, cmd := range handling("T1", "A1") {
			err := cmd.Check(desk{few: few{actor: who}, task: task})
			if !task.Final() {
				if err != nil {
					t.Errorf("%s of one that is %s: %v", cmd.Kind(), status, err)
				}
				continue
			}
			said := AsError(err)
			if said.Code != CodeTaskFinal || said.Params["status"] != status || said.Params["at"] != "2026-09-21 10:13" {
				t.Errorf("%s of one that is %s: %v", cmd.Kind(), status, err)
			}
		}
	}
	imported := desk{few: few{actor: who}, task: Task{ID: "T1", Account: "A1", Status: TaskComplete}}
	if err := (&CompleteTask{TaskID: "T1", Account: "A1"}).Check(imported); CodeOf(err) != CodeTaskEnded {
		t.Errorf("one whose end is not on file: %v", err)
	}
}

// R1, R68: what was meant for one customer's task never lands at another's, and needs its permission.
func TestATaskIsHandledUnderItsOwnAccount(t *testing.T) {
	r := desk{few: few{actor: atDesk(RoleCSR, "CSR001", ""), policy: Policy{"permissions.csr.task.handle": "deny"}}, task: Task{ID: "T1", Account: "A1", Status: TaskOpen}}
	for _, cmd := range handling("T1", "A2") {
		if err := cmd.Check(r); CodeOf(err) != CodeInvalid {
			t.Errorf("%s under another account: %v", cmd.Kind(), err)
		}
		if err := Authorise(r, cmd); CodeOf(err) != CodeNoPermission {
			t.Errorf("%s without its permission: %v", cmd.Kind(), err)
		}
		if !slices.Contains(cmd.Targets(), Ref{KindAccount, "A2"}) {
			t.Errorf("%s does not name its account, so no scope and no verification holds it", cmd.Kind())
		}
	}
}

// R68: policy says whether CSRs decide about tasks of others; a change that was handed to a supervisor is theirs to decide,
// and its maker's to take back.
func TestWhoseATaskIsToDecide(t *testing.T) {
	review := Policy{"task.others": "review"}
	complete, cancel := &CompleteTask{TaskID: "T1", Account: "A1"}, &CancelTask{TaskID: "T1", Account: "A1", Words: "x"}
	for _, c := range []struct {
		name   string
		role   Role
		policy Policy
		task   Task
		cmd    Command
		want   Code
	}{
		{"a customer's", RoleCSR, review, Task{}, complete, ""},
		{"another CSR's", RoleCSR, nil, Task{CSRID: "CSR002"}, complete, ""},
		{"another CSR's, where policy says review", RoleCSR, review, Task{CSRID: "CSR002"}, complete, CodeNoPermission},
		{"one's own, where policy says review", RoleCSR, review, Task{CSRID: "CSR001"}, complete, ""},
		{"another CSR's that was given to oneself", RoleCSR, review, Task{CSRID: "CSR002", Assignee: "CSR001"}, complete, ""},
		{"one's own that was given to another", RoleCSR, review, Task{CSRID: "CSR001", Assignee: "CSR002"}, complete, CodeNoPermission},
		{"another CSR's, to a supervisor", RoleSupervisor, review, Task{CSRID: "CSR002"}, complete, ""},
		{"a change handed over", RoleCSR, nil, Task{Sort: TaskReview, CSRID: "CSR001"}, complete, CodeNoPermission},
		{"a change handed over, taken back", RoleCSR, nil, Task{Sort: TaskReview, CSRID: "CSR001"}, cancel, ""},
		{"a change that another handed over, taken back", RoleCSR, nil, Task{Sort: TaskReview, CSRID: "CSR002"}, cancel, CodeNoPermission},
		{"a change handed over, to a supervisor", RoleSupervisor, nil, Task{Sort: TaskReview, CSRID: "CSR001"}, complete, ""},
	} {
		c.task.ID, c.task.Account, c.task.Status = "T1", "A1", TaskOpen
		if err := c.cmd.Check(desk{few: few{actor: atDesk(c.role, "CSR001", ""), policy: c.policy}, task: c.task}); CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// R54: a message goes out once more to the address that is on record now; one that lets somebody in does not.
func TestWhichMessagesAreSentAgain(t *testing.T) {
	for _, c := range []struct {
		name, status, template, old, now, want string
		code                                   Code
	}{
		{"one that bounced", NotificationBounced, "bill_ready", "old@example.com", "new@example.com", "new@example.com", ""},
		{"of a web user without an address", NotificationDelivered, "bill_ready", "old@example.com", "", "old@example.com", ""},
		{"to nowhere", NotificationDelivered, "bill_ready", " ", "", "", CodeNoAddress},
		{"one that still waits", NotificationQueued, "bill_ready", "a@example.com", "a@example.com", "", CodeStillQueued},
		{"one that lets somebody in", NotificationBounced, "password_reset", "a@example.com", "a@example.com", "", CodeNotResent},
	} {
		r := desk{few: few{actor: atDesk(RoleCSR, "CSR001", "")}, sent: Notification{ID: "N1", Account: "A1", WebUserID: "W1", Status: c.status, Template: c.template, Address: c.old}, user: WebUser{ID: "W1", Email: c.now}}
		_, address, err := (&ResendNotification{NotificationID: "N1", Account: "A1"}).again(r)
		if CodeOf(err) != c.code || err == nil && address != c.want {
			t.Errorf("%s: to %q, %v", c.name, address, err)
		}
	}
}

// R35: a payment is cancelled until its day and on it, in the utility's time, and not while its status has not moved yet.
func TestAPaymentIsCancelledUntilItsDay(t *testing.T) {
	for _, c := range []struct {
		on   string
		want Code
	}{{"", ""}, {"2026-11-23", ""}, {"2026-11-22", ""}, {"2026-11-21", CodePaymentDayPast}, {"2020-01-01", CodePaymentDayPast}} {
		payment := Payment{ID: "Y1", Account: "A1", Status: PaymentScheduled, EffectiveOn: c.on}
		r := acting{desk{payment: payment}, atDesk(RoleCSR, "CSR001", ""), time.Date(2026, 11, 23, 4, 59, 0, 0, time.UTC)} // the 22nd, in New York
		if err := (&CancelPayment{PaymentID: "Y1", Account: "A1"}).Check(r); CodeOf(err) != c.want {
			t.Errorf("one of %q: %v", c.on, err)
		}
	}
}

// R35: only a scheduled payment is cancelled, and only under its own account. Seen to fail where a pending one is.
func TestOnlyAScheduledPaymentIsCancelled(t *testing.T) {
	for status, want := range map[string]Code{PaymentScheduled: "", "pending": CodePaymentNotScheduled, "posted": CodePaymentNotScheduled, "cancelled": CodePaymentNotScheduled} {
		r := desk{few: few{actor: atDesk(RoleCSR, "CSR001", "")}, payment: Payment{ID: "Y1", Account: "A1", Status: status}}
		if err := (&CancelPayment{PaymentID: "Y1", Account: "A1"}).Check(r); CodeOf(err) != want {
			t.Errorf("one that is %s: %v", status, err)
		}
		if err := (&CancelPayment{PaymentID: "Y1", Account: "A2"}).Check(r); CodeOf(err) != CodeInvalid {
			t.Errorf("one that is %s, under another account: %v", status, err)
		}
	}
}

// handling are the commands about one task.
func handling(task, account string) []Command {
	return []Command{
		&CompleteTask{TaskID: task, Account: account}, &RejectTask{TaskID: task, Account: account, Words: "x"}, &CancelTask{TaskID: task, Account: account, Words: "x"},
		&AssignTask{TaskID: task, Account: account}, &CommentTask{TaskID: task, Account: account, Text: "x"},
	}
}

// desk is a Reader over one task, one message, one payment and one web user.
type desk struct {
	few
	task    Task
	sent    Notification
	payment Payment
	user    WebUser
}

func (d desk) Get(rec Record, key ...string) error {
	switch v := rec.(type) {
	case *Task:
		*v = d.task
	case *Notification:
		*v = d.sent
	case *Payment:
		*v = d.payment
	case *WebUser:
		*v = d.user
	default:
		return d.few.Get(rec, key...)
	}
	return nil
}

// One command may change several things, with a task for each: a task tells of its own, and of what belongs to none of the others.
//
// Seen to fail when the whole detail is told.
func TestATaskTellsOfItself(t *testing.T) {
	detail := `{"nickname":{"before":"","after":"Home"},"paperless":{"before":true,"after":false},"words":"by phone"}`
	for kind, want := range map[string]string{
		"nickname.changed":    `{"nickname":{"before":"","after":"Home"},"words":"by phone"}`,
		"paperless.cancelled": `{"paperless":{"before":true,"after":false},"words":"by phone"}`,
		"service.start":       detail,
	} {
		task := Task{Sort: kind, Detail: detail}
		if got := string(task.OwnDetail()); got != want {
			t.Errorf("%s tells %s, want %s", kind, got, want)
		}
	}
	if got := (&Task{Sort: "nickname.changed", Detail: "in words"}).OwnDetail(); got != nil {
		t.Errorf("words are told as %s", got)
	}
}
