package care

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RequestService asks the utility for something that a person there does: the task stays open until they did.
type RequestService struct {
	Account   string `json:"account"`
	WebUserID string `json:"web_user_id,omitempty"` // for whom, when a CSR sends it from the desk
	What      string `json:"what"`                  // one of Requests
	On        string `json:"on,omitempty"`          // the day that it is about, YYYY-MM-DD
	Address   string `json:"address,omitempty"`     // of a start or a move: where to
	Reading   string `json:"reading,omitempty"`     // of a meter: its digits
	Words     string `json:"words,omitempty"`
}

// What can be asked for.
const (
	RequestStart       = "start"
	RequestStop        = "stop"
	RequestMove        = "move"
	RequestReading     = "meter_read"
	RequestArrangement = "arrangement" // to pay what is owed in parts
	RequestBudget      = "budget"      // to pay the same each month
)

// Requests lists what can be asked for.
func Requests() []string {
	return []string{RequestStart, RequestStop, RequestMove, RequestReading, RequestArrangement, RequestBudget}
}

// RequestTasks are the kinds of the tasks that requests make, by what is asked for.
var RequestTasks = map[string]string{
	RequestStart: "service.start_requested", RequestStop: "service.stop_requested", RequestMove: "service.move_requested",
	RequestReading: "meter_read.submitted", RequestArrangement: "payment_arrangement.requested", RequestBudget: "budget.requested",
}

const requestWords = 500

// Kind is service.request.
func (*RequestService) Kind() string { return "service.request" }

// Permission is MayChange.
func (*RequestService) Permission() Permission { return MayChange }

// Targets are the account and, where given, the web user.
func (c *RequestService) Targets() []Ref {
	targets := []Ref{{KindAccount, c.Account}}
	if c.WebUserID != "" {
		targets = append(targets, Ref{KindWebUser, c.WebUserID})
	}
	return targets
}

// AccountNumber is the account that it is asked under.
func (c *RequestService) AccountNumber() string { return c.Account }

// Entitlements are none: a person at the utility looks at it before anything happens.
func (*RequestService) Entitlements() []string { return nil }

// Validate wants what the request needs to be done.
func (c *RequestService) Validate() error {
	dated := c.What != RequestArrangement && c.What != RequestBudget
	placed := c.What == RequestStart || c.What == RequestMove
	digits := func(r rune) bool { return !unicode.IsDigit(r) || r > unicode.MaxASCII }
	switch {
	case c.Account == "":
		return missing("account")
	case !slices.Contains(Requests(), c.What):
		return Err(CodeNoChoice, "field", "what", "choices", List(Requests()).String())
	case dated && !isDay(c.On):
		return Err(CodeInvalid, "field", "on", "problem", "is not a day written YYYY-MM-DD")
	case placed && strings.TrimSpace(c.Address) == "":
		return missing("address")
	case c.What == RequestReading && (c.Reading == "" || len(c.Reading) > 12 || strings.ContainsFunc(c.Reading, digits)):
		return Err(CodeInvalid, "field", "reading", "problem", "is not the digits of a meter")
	case c.What == RequestArrangement && strings.TrimSpace(c.Words) == "":
		return missing("words")
	case utf8.RuneCountInString(c.Words) > requestWords:
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	return oneLine("address", c.Address, 200)
}

// Check refuses an account that is closed, but for service that is to start again, and a reading of days to come.
func (c *RequestService) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	account, err := Find[Account](r, c.Account)
	if err != nil {
		return err
	}
	if account.Status == "closed" && c.What != RequestStart {
		return Err(CodeAccountClosed, "account", c.Account)
	}
	if c.On == "" {
		return nil
	}
	day, err := today(r)
	if err != nil {
		return err
	}
	from, to := day, laterDay(day, 365)
	if c.What == RequestReading {
		from, to = laterDay(day, -60), day
	}
	if c.On < from || c.On > to {
		return Err(CodeInvalid, "field", "on", "problem", "is not a day from "+from+" to "+to)
	}
	return nil
}

// Apply makes the open task, and the activity that says who asked.
func (c *RequestService) Apply(tx Tx) error {
	user, err := profileOf(tx, c.Account, c.WebUserID)
	if err != nil {
		return err
	}
	said := map[string]string{}
	for name, value := range map[string]string{"on": c.On, "address": c.Address, "reading": c.Reading, "words": c.Words} {
		if value = strings.TrimSpace(value); value != "" {
			said[name] = value
		}
	}
	return recordLogged(tx, Task{Sort: RequestTasks[c.What], Status: TaskOpen, Account: c.Account, WebUserID: user, Detail: Detail(said)})
}
