package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/portal/mail"
	"meterside/records"
)

// tasks puts tasks of the first account's at the portal: one that the customer made, open, and one that is final.
func (s *stage) tasks() {
	s.put(
		&care.Task{ID: "T1", Sort: "payment_arrangement.requested", Status: care.TaskOpen, Account: "030000013", WebUserID: "W1", CreatedAt: time.Now().UnixMilli(), CreatedBy: care.ByCustomer, Origin: care.OriginPortal, WebUserName: "jose", Email: "jose@example.com", IP: "203.0.113.9"},
		&care.Task{ID: "T2", Sort: "autopay.enrolled", Status: care.TaskComplete, Account: "030000013", WebUserID: "W1", CreatedAt: 1, CreatedBy: care.ByCustomer, Origin: care.OriginPortal, HandledAt: 1},
	)
}

// R37: what is still to do is not lost under newer tasks that are final, and what a customer asked for stands among the
// tasks of whom it is assigned to. It was seen to fail when the newest tasks of any status were looked through for open ones, and
// when only what a CSR made was theirs.
func TestR37WhatIsStillToDoIsNotLost(t *testing.T) {
	s := newStage(t)
	s.town()
	s.tasks()
	for i := range 12 {
		s.put(&care.Task{ID: fmt.Sprintf("T9%02d", i), Sort: "autopay.enrolled", Status: care.TaskComplete, Account: "030000013", WebUserID: "W1", CreatedAt: time.Now().Add(time.Hour).UnixMilli(), CreatedBy: care.ByCustomer, Origin: care.OriginPortal})
	}
	bob := s.desk("CSR002")
	s.do(bob, "task.assign", `{"task_id":"T1","account":"030000013","csr":"CSR002"}`)
	s.sync(bob)
	c, err := bob.Show(t.Context(), "030000013")
	if err != nil || c.OpenTasks != 1 || len(c.Tasks) != 1 || c.Tasks[0].ID != "T1" {
		t.Errorf("the account shows %d tasks to do, %+v, %v", c.OpenTasks, c.Tasks, err)
	}
	page, err := bob.Tasks(t.Context(), backend.TaskQuery{Of: "CSR002", Statuses: []string{care.TaskOpen, care.TaskInProgress}, Limit: 6})
	if err != nil || page.Total != 1 || page.Rows[0].ID != "T1" {
		t.Errorf("theirs are %+v, %v", page, err)
	}
}

// R68: whatever is done about a task stands at every desk, with who did it and why, and in the account's log; a final task
// refuses at the desk already.
func TestR68ATaskIsHandledFromAnyDesk(t *testing.T) {
	s := newStage(t)
	s.town()
	s.tasks()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	s.do(ann, "task.assign", `{"task_id":"T1","account":"030000013","csr":"CSR002"}`)
	s.do(ann, "task.comment", `{"task_id":"T1","account":"030000013","text":"Asked for three months"}`)
	s.do(ann, "task.reject", `{"task_id":"T1","account":"030000013","words":"Three months are too long"}`)
	s.sync(ann)
	s.sync(bob)
	var task care.Task
	if ok, err := records.Load(t.Context(), s.portal.Store.Reader(), &task, "T1"); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if task.Status != care.TaskRejected || task.Assignee != "CSR002" || task.HandledBy != "CSR001" || task.HandledAt == 0 || task.Words != "Three months are too long" {
		t.Errorf("at the portal it is %+v", task)
	}
	log, err := bob.Activity(t.Context(), "030000013", []string{"task.assigned", "task.commented", "task.rejected"}, 1)
	if err != nil || log.Total != 3 {
		t.Errorf("the log says %+v, %v", log.Rows, err)
	}
	view, err := bob.Task(t.Context(), "T1")
	if err != nil || !view.Final || len(view.Comments) != 1 || view.Comments[0].By != "CSR001" || view.Name != "José Müller" || view.Username != "jose" {
		t.Errorf("its page shows %+v, %v", view, err)
	}
	for _, id := range []string{"T1", "T2"} {
		args, _ := json.Marshal(map[string]string{"task_id": id, "account": "030000013"})
		if why, err := bob.Why(t.Context(), "task.complete", args); err != nil || why.Code != care.CodeTaskFinal {
			t.Errorf("completing %s: %+v, %v", id, why, err)
		}
	}
}

// R68: two CSRs decide about one task, one of them offline: the later one is held with both values, and nothing they typed
// is lost.
func TestR68ALateDecisionAboutATaskIsHeld(t *testing.T) {
	s := newStage(t)
	s.town()
	s.tasks()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	s.stop()
	late := s.do(ann, "task.reject", `{"task_id":"T1","account":"030000013","words":"No arrangement is possible"}`)
	s.start()
	s.do(bob, "task.complete", `{"task_id":"T1","account":"030000013"}`)
	s.sync(bob)
	s.sync(ann)
	if a, err := ann.Answer(t.Context(), late.CommandID); err != nil || a.State != "held" || a.Code != care.CodeConflict {
		t.Errorf("it ended %+v, %v", a, err)
	}
	attention, err := ann.Attention(t.Context())
	if err != nil || len(attention) != 1 {
		t.Fatalf("to decide: %+v, %v", attention, err)
	}
	e := attention[0]
	if e.Before["status"] != "open" || e.After["status"] != "rejected" || e.Theirs["status"] != "complete" || e.After["words"] != "No arrangement is possible" || e.Name == "" {
		t.Errorf("it shows before %v, theirs %v, after %v, of %q", e.Before, e.Theirs, e.After, e.Name)
	}
	page, err := ann.Tasks(t.Context(), backend.TaskQuery{Account: "030000013", Statuses: []string{"complete"}})
	if err != nil || page.Total != 2 {
		t.Errorf("the desk shows %+v, %v", page, err)
	}
}

// R35: a scheduled payment is cancelled at the portal at once, with the task and the activity that say who did.
func TestR35AScheduledPaymentIsCancelled(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.Payment{ID: "Y1", Account: "030000013", Status: care.PaymentScheduled, AmountCents: 4200, Method: "bank", CreatedAt: time.Now().UnixMilli()})
	b := s.desk("CSR001")
	args := care.CancelPayment{PaymentID: "Y1", Account: "030000013", Words: "Paid in cash"}
	b.Connect()
	if p, err := b.CancelPayment(t.Context(), args); err != nil || p.Status != "cancelled" {
		t.Fatalf("%+v, %v", p, err)
	}
	until(t, "its task being at the desk", func() bool {
		page, err := b.Tasks(t.Context(), backend.TaskQuery{By: "csr"})
		return err == nil && page.Total == 1 && page.Rows[0].Sort == "payment.cancelled" && page.Rows[0].WebUserID == "CSR001" && page.Rows[0].SelfServiceUserID == "W1"
	})
	if _, err := b.CancelPayment(t.Context(), args); care.CodeOf(err) != care.CodePaymentNotScheduled {
		t.Errorf("once more: %v", err)
	}
}

// R54: a message that bounced is sent again to the address of now, as a new one that waits; the earlier one stays.
func TestR54AMessageIsSentAgain(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.Notification{ID: "N1", Account: "030000013", WebUserID: "W1", Template: "bill_ready", Address: "old@example.com", SentAt: time.Now().UnixMilli(), Status: care.NotificationBounced})
	b := s.desk("CSR001")
	s.do(b, "notification.resend", `{"notification_id":"N1","account":"030000013"}`)
	if sent := s.show(b, "030000013").Notifications; len(sent) != 2 || !sent[0].Pending || sent[1].Pending {
		t.Errorf("before the portal heard of it, it shows %+v", sent)
	}
	s.sync(b)
	sent := s.show(b, "030000013").Notifications
	if len(sent) != 2 || sent[0].Pending || sent[0].Status != care.NotificationQueued || sent[0].Address != "jose@example.com" || sent[1].Status != care.NotificationBounced {
		t.Errorf("it shows %+v", sent)
	}
}

// R54: what became of a message reaches the desk like any other row, from the moment that a CSR sends it.
func TestR54TheDeskSeesWhatBecameOfAMessage(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.desk("CSR001")
	s.do(b, "recovery.send_link", `{"web_user_id":"W1","account":"030000013"}`)
	s.sync(b)
	if sent := s.show(b, "030000013").Notifications; len(sent) != 1 || sent[0].Status != care.NotificationQueued {
		t.Fatalf("it shows %+v", sent)
	}
	folder := t.TempDir()
	sender, err := mail.New(s.portal, mail.Options{From: "no-reply@portal.invalid", Site: "http://" + s.address, Carrier: mail.Folder(folder), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := sender.Drain(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d were sent, %v", n, err)
	}
	s.sync(b)
	sent := s.show(b, "030000013").Notifications
	if len(sent) != 1 || sent[0].Status != care.NotificationAccepted || sent[0].Why != care.WhyFolder || sent[0].History == "" {
		t.Errorf("it shows %+v", sent)
	}
	if _, err := os.Stat(filepath.Join(folder, sent[0].ID+".eml")); err != nil {
		t.Error(err)
	}
}

// R56, R58, R59: the log is read by kind, by who did it, by session, by page, and all at once; a file of it holds what was chosen.
//
// Seen to fail where the file did not ask who did it, and in which session.
func TestR58TheLogIsReadAsItIsChosen(t *testing.T) {
	s := newStage(t)
	s.town()
	for i := range 120 {
		a := &care.Activity{ID: fmt.Sprintf("A%03d", i), Account: "030000013", At: time.Now().Add(-time.Duration(i) * time.Minute).UnixMilli(), Sort: "bill.viewed", Actor: "jose", ActorKind: care.ByCustomer}
		if i%4 == 0 {
			a.Sort, a.Actor, a.ActorKind, a.Session = "preferences.changed", "CSR001", care.ByCSR, "S1"
		}
		s.put(a)
	}
	b := s.desk("CSR001")
	for _, c := range []struct {
		q                  backend.ActivityQuery
		total, pages, rows int
	}{
		{backend.ActivityQuery{}, 120, 3, 50},
		{backend.ActivityQuery{Page: 3}, 120, 3, 20},
		{backend.ActivityQuery{Page: 3, All: true}, 120, 3, 120},
		{backend.ActivityQuery{Sorts: []string{"bill.viewed"}}, 90, 2, 50},
		{backend.ActivityQuery{Actors: []string{"csr"}}, 30, 1, 30},
		{backend.ActivityQuery{Actors: []string{"csr", "customer"}, Session: "S1"}, 30, 1, 30},
		{backend.ActivityQuery{Session: "S2"}, 0, 1, 0},
	} {
		c.q.Account = "030000013"
		page, err := b.ActivityOf(t.Context(), c.q)
		if err != nil || page.Total != c.total || page.Pages != c.pages || len(page.Rows) != c.rows || len(page.Kinds) != 2 || len(page.Actors) != 2 {
			t.Errorf("%+v: %d in all on %d pages, %d here, %v", c.q, page.Total, page.Pages, len(page.Rows), err)
		}
	}
	saved := 0 // each file of the log is a line of the log, by a CSR and in no session
	for _, c := range []struct {
		q     backend.ActivityQuery
		total int
		each  int // how many of these lines are chosen
	}{
		{backend.ActivityQuery{}, 120, 1},
		{backend.ActivityQuery{Sorts: []string{"bill.viewed"}}, 90, 0},
		{backend.ActivityQuery{Actors: []string{"csr"}}, 30, 1},
		{backend.ActivityQuery{Actors: []string{"csr", "customer"}, Session: "S1"}, 30, 0},
		{backend.ActivityQuery{Session: "S2"}, 0, 0},
	} {
		table := backend.Table{Name: "activity", Account: "030000013", Kinds: c.q.Sorts, Actors: c.q.Actors, Session: c.q.Session}
		if n, err := b.ExportTable(t.Context(), table, io.Discard); n != c.total+c.each*saved || err != nil {
			t.Errorf("%+v: %d rows in the file, %v", c.q, n, err)
		}
		saved++
	}
}
