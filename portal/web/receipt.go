package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/wording"
)

// receipt is what the page of one session shows, in which somebody acted as the customer.
type receipt struct {
	access
	portal.Receipt
	rows []receiptRow
}

// receiptRow is a field that a session changed, before and after; of a task that says none of its fields, the task alone.
type receiptRow struct {
	portal.ReceiptChange
	field, before, after string
	second               string // what a second person had to do with it, "" for nothing
}

// showReceipt is GET /access/{session}: what somebody who acted as the customer saw and changed, where policy has it shown. A
// session that is not the customer's is as unknown as one that there never was.
func (s *site) showReceipt(w http.ResponseWriter, r *http.Request, v *visit) error {
	got, err := s.portal.ReceiptOf(r.Context(), v.actor, r.PathValue("session"))
	if err != nil {
		return err
	}
	account, _, err := s.portal.LinkedAccount(r.Context(), v.actor, got.Account)
	if err != nil {
		return err
	}
	a := access{page: s.newPage(v, "", r.URL.Path, account.Number), account: account}
	a.title = a.Say("receipt.title", "date", a.Instant(got.GrantedAt, a.zone()))
	shown := receipt{access: a, Receipt: got}
	for _, c := range got.Changes {
		shown.rows = append(shown.rows, shown.fields(c)...)
	}
	return s.render(w, r, http.StatusOK, receiptPage(shown))
}

// receiptFields are the fields of tasks that a receipt names, in the order in which it does, and the keys of their words. What
// else a task holds are IDs.
var receiptFields = []struct{ name, key string }{
	{"autopay", "prefs.autopay"}, {"paperless", "prefs.paperless"}, {"nickname", "prefs.nickname"}, {"email", "profile.email"}, {"phone", "profile.phone"},
	{"language", "profile.language"}, {"billing_address", "profile.address.label"}, {"unwanted", "receipt.unwanted"}, {"role", "people.role"}, {"status", "pay.status"},
	{"amount_cents", "bill.amount"}, {"on", "pay.on"}, {"method", "pay.method"}, {"address", "request.address"}, {"reading", "request.reading"}, {"words", "receipt.words"},
}

// fields are the rows of one change.
func (p receipt) fields(c portal.ReceiptChange) (rows []receiptRow) {
	var said map[string]json.RawMessage
	_ = json.Unmarshal([]byte(c.Detail), &said) // what is none is a task without fields
	second := ""
	if asked, ok := c.Asked(); ok {
		said, second = asked.Fields, p.Say("receipt.not_done")
		if c.NeedsSecond() {
			second = p.Say("receipt.waits")
		}
	} else if said["approved_by"] != nil {
		second = p.Say("receipt.approved", "id", wording.Shown(c.HandledBy, nameShown))
	}
	for _, field := range receiptFields {
		raw, ok := said[field.name]
		if !ok || !c.IsAbout(field.name) {
			continue
		}
		row := receiptRow{ReceiptChange: c, field: p.Say(field.key), second: second}
		var change care.Change
		if json.Unmarshal(raw, &change) == nil {
			row.before = p.value(field.name, change.Before)
		} else { // something new
			_ = json.Unmarshal(raw, &change.After)
		}
		row.after = p.value(field.name, change.After)
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		rows = []receiptRow{{ReceiptChange: c, second: second}}
	}
	return rows
}

// value is one of a task's values as people read it.
func (p receipt) value(field string, value any) string {
	switch value := value.(type) {
	case bool:
		if value {
			return p.Say("on")
		}
		return p.Say("off")
	case float64:
		return p.money(int64(value)) // whatever is counted is cents
	case string:
		if words := p.word(field, value); words != "" {
			return words
		}
	}
	return p.Say("receipt.empty")
}

func (p receipt) word(field, value string) string {
	switch field {
	case "on":
		return p.Date(value)
	case "language":
		for _, l := range languageNames {
			if l.value == value {
				return l.label
			}
		}
	case "status", "method":
		return p.term("payment."+field+".", value)
	case "role":
		return p.term("role.", value)
	case "unwanted":
		words := care.Split(value)
		for i, each := range words {
			words[i] = p.term("letters.", each)
		}
		return strings.Join(words, "; ")
	}
	return wording.Shown(value, textShown)
}

// pageName is a page that was seen: its place in the menu, where it has one, and its path.
func (p receipt) pageName(path string) string {
	shown := wording.Shown(path, textShown)
	for _, place := range places {
		if place.path == path {
			return p.Say(place.key) + " (" + shown + ")"
		}
	}
	return shown
}
