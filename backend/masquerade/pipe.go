package masquerade

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"meterside/care"
)

// EventType says what an Event, or an Order, tells.
type EventType string

// The events. Refused, Expired and Ended are the last word of a window; the others may come in any number.
const (
	Started    EventType = "started"  // the banner is on the screen
	Downloaded EventType = "download" // Path holds a file the portal offered
	Lost       EventType = "lost"     // Reason PartPortal: it cannot be reached; PartWindow: the banner has stopped
	Found      EventType = "found"    // what was Lost, for the same Reason, is back
	Blocked    EventType = "blocked"  // an answer was not shown; Code and Params say why
	Raised     EventType = "raised"   // the session may change things from now on: Mode
	Used       EventType = "used"     // a page was asked for; told now and then
	Refused    EventType = "refused"  // no session; Code and Params say why
	Expired    EventType = "expired"  // Reason is ReasonMax or ReasonIdle
	Ended      EventType = "ended"    // Reason says who ended it
)

// What can be Lost.
const (
	PartPortal = "portal"
	PartWindow = "window"
)

// OrderEnd is the one order: the desk asks the window to end, with a Reason.
const OrderEnd EventType = "end"

const (
	maxLine   = 1 << 20 // bytes of one line; a hostile name of 100 kB, escaped, still fits
	maxReason = 200     // runes of a reason
)

// Event is one line from the window to the desk.
type Event struct {
	Type   EventType         `json:"type"`
	Reason string            `json:"reason,omitempty"`
	Code   care.Code         `json:"code,omitempty"`
	Params map[string]string `json:"params,omitempty"`
	Path   string            `json:"path,omitempty"`
	Mode   care.Mode         `json:"mode,omitempty"`
}

// Order is one line from the desk to the window. Its Type is OrderEnd; others are for later versions and are passed over.
type Order struct {
	Type   EventType `json:"type"`
	Reason string    `json:"reason,omitempty"`
}

// RefusedBy is the event for an error of ReadGreeting or Open.
func RefusedBy(err error) Event {
	e := care.AsError(err)
	return Event{Type: Refused, Code: e.Code, Params: e.Params}
}

// ErrLineTooLong says that a line on the pipe passed a mebibyte.
var ErrLineTooLong = errors.New("a line on the pipe is too long")

// ReadGreeting reads and checks the first line of a window's standard input.
func ReadGreeting(in *bufio.Reader) (Greeting, error) {
	var g Greeting
	if err := readLine(in, &g); err != nil {
		return Greeting{}, fmt.Errorf("reading the greeting: %w", err)
	}
	if err := g.Validate(); err != nil {
		return Greeting{}, fmt.Errorf("checking the greeting: %w", err)
	}
	return g, nil
}

// ReadOrder reads the desk's next order; io.EOF means that the desk has gone.
func ReadOrder(in *bufio.Reader) (Order, error) {
	var o Order
	err := readLine(in, &o)
	o.Reason = Plain(o.Reason, maxReason)
	return o, err
}

// ReadEvent reads the window's next event, at the desk; io.EOF means that the window has gone.
func ReadEvent(in *bufio.Reader) (Event, error) {
	var e Event
	err := readLine(in, &e)
	return e, err
}

// WriteLine writes a Greeting, an Order or an Event in one call of w.Write, so that lines of two writers do not mix.
func WriteLine[T Greeting | Order | Event](w io.Writer, v T) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding a line: %w", err)
	}
	if len(b) >= maxLine {
		return ErrLineTooLong
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("writing a line: %w", err)
	}
	return nil
}

// readLine decodes the next line. The JSON decoder's own errors quote what they read, and a greeting holds secrets,
// so they are not passed on.
func readLine(in *bufio.Reader, v any) error {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return ErrLineTooLong
		}
		line = append(line, part...)
		if err == nil {
			break
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			return io.ErrUnexpectedEOF
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	if json.Unmarshal(line, v) != nil {
		return errors.New("a line on the pipe is not the JSON that was expected")
	}
	return nil
}
