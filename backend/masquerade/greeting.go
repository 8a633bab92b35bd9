package masquerade

import (
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"

	"meterside/care"
)

// Secret is a string that formats as a placeholder wherever it is printed or logged. Only JSON carries it.
type Secret string

// String hides the secret from fmt.
func (Secret) String() string { return "[secret]" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return "[secret]" }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// Greeting is all that the desk tells the window it starts, as one line of JSON. It travels by standard input only:
// arguments and environment can be read by other processes.
type Greeting struct {
	Portal       string    `json:"portal"`   // base URL, https, or http on loopback
	Ticket       Secret    `json:"ticket"`   // redeemed once, within a minute
	Verifier     Secret    `json:"verifier"` // proves that the redeemer is the one who asked for the ticket
	SessionID    string    `json:"session_id"`
	Device       string    `json:"device"`
	CSRID        string    `json:"csr_id"`
	CSRName      string    `json:"csr_name"`
	WebUserID    string    `json:"web_user_id"`
	Username     string    `json:"username"`
	CustomerName string    `json:"customer_name"`
	Account      string    `json:"account"`
	Mode         care.Mode `json:"mode"`      // what the session begins in; the portal may grant less
	AckText      string    `json:"ack_text"`  // what the utility wants acknowledged before changes, plain text, may be empty
	Banner       string    `json:"banner"`    // the utility's message, plain text, may be empty
	EndsAt       int64     `json:"ends_at"`   // ms UTC by the portal's clock; 0 leaves it to the portal
	IdleMS       int64     `json:"idle_ms"`   // ends after so long without a page asked for
	Language     string    `json:"language"`  // "en" or "es"
	Downloads    string    `json:"downloads"` // absolute folder for files the portal offers
}

// Validate refuses a greeting that could not lead to a session which knows whom it acts for.
func (g Greeting) Validate() error {
	if _, err := portalURL(g.Portal); err != nil {
		return err
	}
	for _, f := range []struct{ name, value string }{
		{"ticket", string(g.Ticket)}, {"verifier", string(g.Verifier)}, {"session_id", g.SessionID},
		{"device", g.Device}, {"csr_id", g.CSRID}, {"web_user_id", g.WebUserID},
	} {
		if f.value == "" {
			return invalid(f.name, "missing")
		}
	}
	if !g.Mode.Within(care.ModeFull) {
		return invalid("mode", "unknown")
	}
	if g.Language != "en" && g.Language != "es" {
		return invalid("language", "unknown")
	}
	if g.EndsAt < 0 || g.IdleMS <= 0 {
		return invalid("idle_ms", "not positive")
	}
	if !filepath.IsAbs(g.Downloads) {
		return invalid("downloads", "not absolute")
	}
	return nil
}

// portalURL reads the portal's base URL. Plain http is for loopback alone: the credential travels with every request.
func portalURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, invalid("portal", "not a base URL")
	}
	if !care.Sealed(u) {
		return nil, invalid("portal", "not https")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// invalid refuses a field of a greeting.
func invalid(field, problem string) error {
	return care.Err(care.CodeInvalid, "field", field, "problem", problem)
}
