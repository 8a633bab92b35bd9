package e2e

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"meterside/care"
)

func numbered(at int) string { return fmt.Sprintf("04%07d", at) }

// freeText is a field of a command into which people type what they like.
type freeText struct {
	kind, field string
	// args are the rest of the command, about the account of a number.
	args func(n string) fields
	// mostRefused: most of what can be typed is no such thing, as it is with an email address.
	mostRefused bool
	// live: it is not queued while the portal cannot be reached.
	live bool
	// asked: it is asked of the portal, which answers each CSR so many questions and no more.
	asked bool
	// most is how many bytes may be typed into it at once; 0 where it is so short that each text goes alone.
	most int
}

// takes says whether a text is typed into a field by itself. Where many fit in, a share of them is; the others are typed into it
// together.
func (f freeText) takes(field, text int) bool {
	switch {
	case f.asked:
		return text%50 == 0
	case f.most == 0:
		return true
	}
	const share = 16 // fewer than there are fields, so that each text is by itself somewhere
	return text%share == field%share
}

// typing is what is typed into a field about the account of a number.
type typing struct {
	at   int
	text string
}

// typed is everything that is typed into a field: each text of the list, by itself or among others.
func (f freeText) typed(field int, all []string) []typing {
	var each []typing
	var spare []int
	var together []string
	for at, text := range all {
		switch {
		case f.takes(field, at), len(text) > f.most, strings.ContainsFunc(text, unicode.IsControl):
			each = append(each, typing{at, text})
		default:
			spare, together = append(spare, at), append(together, text)
		}
	}
	const between = " | "
	for len(together) > 0 {
		n, length := 0, 0
		for n < len(together) && length+len(together[n]) <= f.most {
			length += len(together[n]) + len(between)
			n++
		}
		each = append(each, typing{spare[0], strings.Join(together[:n], between)})
		spare, together = spare[1:], together[n:]
	}
	return each
}

type fields = map[string]any

// of names the account of a number, one record of it by a field, and what else a command wants.
func of(field, prefix string, more fields) func(n string) fields {
	return func(n string) fields {
		all := fields{"account": n, field: prefix + n}
		maps.Copy(all, more)
		return all
	}
}

// freeTexts are the free fields of every command, in an order in which one does not stand in the way of the next.
var freeTexts = []freeText{
	{kind: "contact.override", field: "words", most: 500, args: of("contact_id", "K", fields{"level": 1})},
	{kind: "contact.close", field: "note", most: 9000, args: of("contact_id", "K", fields{"wrap_up": "resolved"})},
	{kind: "note.write", field: "text", most: 9000, args: of("account", "", nil)},
	{kind: "preferences.change", field: "nickname", most: 40, args: of("account", "", nil)},
	{kind: "profile.change", field: "billing_address", most: 200, args: of("account", "", nil)},
	{kind: "profile.change", field: "email", args: of("person_id", "", nil), mostRefused: true},
	{kind: "profile.change", field: "phone", args: of("person_id", "", nil), mostRefused: true},
	{kind: "task.reject", field: "words", most: 500, args: of("task_id", "TR", nil)},
	{kind: "task.cancel", field: "words", most: 500, args: of("task_id", "TC", nil)},
	{kind: "task.complete", field: "words", most: 500, args: of("task_id", "TF", nil)},
	{kind: "task.comment", field: "text", most: 9000, args: of("task_id", "TM", nil)},
	{kind: "callback.plan", field: "text", most: 1000, args: of("account", "", fields{"due_at": time.Now().Add(time.Hour).UnixMilli()})},
	{kind: "service.request", field: "words", most: 500, args: of("account", "", fields{"what": care.RequestArrangement})},
	{kind: "service.request", field: "address", most: 200, args: of("account", "", fields{"what": care.RequestMove, "on": time.Now().AddDate(0, 0, 9).Format(time.DateOnly)})},
	{kind: "export.record", field: "table", most: 40, args: of("account", "", nil)},
	{kind: "export.record", field: "filter", most: 500, args: of("account", "", fields{"table": "activity"})},
	{kind: "web_user.lock", field: "words", most: 500, args: of("web_user_id", "WL", fields{"reason": "other"})},
	{kind: "web_user.unlock", field: "words", most: 500, args: of("web_user_id", "WU", fields{"reason": "other"})},
	{kind: "portal_account.reactivate", field: "words", most: 500, args: of("web_user_id", "WR", nil)},
	{kind: "guest.invite", field: "email", args: of("account", "", fields{"role": "viewer"}), mostRefused: true},
	{kind: "login_email.change", field: "email", args: of("web_user_id", "WK", nil), mostRefused: true},
	{kind: "payment.cancel", field: "words", most: 500, args: of("payment_id", "Y", nil), asked: true},
	{kind: "masquerade.start", field: "reason", most: 500, args: of("web_user_id", "WK", fields{"mode": "view", "acknowledged": true}), asked: true},
	{kind: "portal_account.deactivate", field: "words", most: 500, args: of("web_user_id", "WD", fields{"reason": "other", "payments": []string{}}), live: true},
	{kind: "web_user.unlink", field: "words", most: 500, args: of("web_user_id", "WX", nil), live: true},
	{kind: "account.link", field: "relationship", most: 40, args: of("web_user_id", "WK", fields{"add": "030000013", "role": "viewer"}), live: true},
}

// closedFields name records, or are one of a few words, in every command that has them, unless they are listed above.
var closedFields = []string{
	"account", "web_user_id", "task_id", "payment_id", "notification_id", "session_id", "contact_id", "callback_id", "person_id", "command_id",
	"csr", "add", "role", "payments", "lock", "reason", "channel", "wrap_up", "outcome", "language", "mode", "command", "code", "args", "fields",
	"on", "method", "what", "reading", "invitation", "unwanted", "ack",
}

// triedElsewhere are free fields that no CSR types into: who ends another's session is tried at the portal.
var triedElsewhere = []string{"masquerade.end words"}

// textFields are the fields of a command that can hold a text, by the names that they have on the wire.
func textFields(cmd care.Command) []string {
	var all []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(cmd).Elem()) {
		of := f.Type
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
			of = of.Elem()
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" && (of.Kind() == reflect.String || of.Kind() == reflect.Uint8 || f.Type.Kind() == reflect.Map) {
			all = append(all, name)
		}
	}
	return all
}

// TestEveryTextOfACommandIsTried finds the fields of every command that can hold a text: each is free, and tried with the big
// list, or it is closed.
//
// It fails when a command gets a field whose name is new, and when a row above names none.
func TestEveryTextOfACommandIsTried(t *testing.T) {
	free := map[string]bool{}
	for _, f := range freeTexts {
		free[f.kind+" "+f.field] = true
	}
	for _, kind := range care.CommandKinds() {
		cmd, err := care.Decode(kind, nil)
		check(t, err)
		for _, field := range textFields(cmd) {
			if !free[kind+" "+field] && !slices.Contains(closedFields, field) && !slices.Contains(triedElsewhere, kind+" "+field) {
				t.Errorf("%s has a text %q that is tried by nobody", kind, field)
			}
			delete(free, kind+" "+field)
		}
	}
	for row := range free {
		t.Errorf("there is no %s", row)
	}
}

// naughtyTown is an account for each text, with all that the commands above are about. A contact is open only where something
// is typed into one: each action looks through those that its CSR has open.
func (s *stage) naughtyTown(texts []string) {
	s.t.Helper()
	var recs []care.Record
	for at := range texts {
		n := numbered(at)
		recs = append(recs, &care.Person{ID: n, LastName: "Doe"}, &care.Account{Number: n, MainPersonID: n, PremiseID: "P1", DistrictID: "D01", Status: "active"},
			&care.AccountPerson{Account: n, PersonID: n, Relationship: "main"},
			&care.Payment{ID: "Y" + n, Account: n, Status: care.PaymentScheduled, AmountCents: 100, Method: "bank", CreatedAt: time.Now().UnixMilli(), EffectiveOn: time.Now().AddDate(0, 0, 9).Format(time.DateOnly)})
		for _, prefix := range []string{"TR", "TC", "TM", "TF"} {
			recs = append(recs, &care.Task{ID: prefix + n, Sort: "payment_arrangement.requested", Status: care.TaskOpen, Account: n, CreatedAt: time.Now().UnixMilli(), CreatedBy: care.ByCustomer, Origin: care.OriginPortal})
		}
		for _, prefix := range []string{"WL", "WU", "WR", "WD", "WX", "WK"} {
			recs = append(recs, &care.Person{ID: prefix + n, LastName: "Doe"}, &care.AccountPerson{Account: n, PersonID: prefix + n, Relationship: "tenant"},
				&care.WebUser{ID: prefix + n, Username: prefix + n, PersonID: prefix + n, Enrolment: care.Enrolled, CreatedAt: 1},
				&care.WebUserAccount{WebUserID: prefix + n, Account: n, Role: "viewer"})
		}
		recs = append(recs, &care.WebUserLock{WebUserID: "WU" + n, Lock: care.LockCSR, By: "SUP01", Reason: "misuse"},
			&care.WebUserLock{WebUserID: "WR" + n, Lock: care.LockPermanent, By: "SUP01", Reason: "moving_out"})
	}
	for i, f := range freeTexts {
		if !strings.HasPrefix(f.kind, "contact.") {
			continue
		}
		for _, typed := range f.typed(i, texts) {
			n := numbered(typed.at)
			recs = append(recs, &care.Contact{ID: "K" + n, Account: n, CSRID: "CSR001", Channel: "phone", OpenedAt: time.Now().UnixMilli()})
		}
	}
	s.put(recs...)
}
