package masquerade

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"meterside/care"
)

func TestGreetingIsChecked(t *testing.T) {
	sound := soundGreeting(t, "https://portal.example.com")
	if err := sound.Validate(); err != nil {
		t.Fatalf("a sound greeting is refused: %v", err)
	}
	cases := map[string]struct {
		spoil func(*Greeting)
		field string
	}{
		"http to another computer": {func(g *Greeting) { g.Portal = "http://portal.example.com" }, "portal"},
		"loopback in the name":     {func(g *Greeting) { g.Portal = "http://127.0.0.1.example.com" }, "portal"},
		"not a web address":        {func(g *Greeting) { g.Portal = "file:///etc/passwd" }, "portal"},
		"password in the address":  {func(g *Greeting) { g.Portal = "https://a:b@portal.example.com" }, "portal"},
		"query in the address":     {func(g *Greeting) { g.Portal = "https://portal.example.com/?a=1" }, "portal"},
		"no ticket":                {func(g *Greeting) { g.Ticket = "" }, "ticket"},
		"no verifier":              {func(g *Greeting) { g.Verifier = "" }, "verifier"},
		"no session":               {func(g *Greeting) { g.SessionID = "" }, "session_id"},
		"no CSR":                   {func(g *Greeting) { g.CSRID = "" }, "csr_id"},
		"no customer":              {func(g *Greeting) { g.WebUserID = "" }, "web_user_id"},
		"mode off":                 {func(g *Greeting) { g.Mode = care.ModeOff }, "mode"},
		"mode of another time":     {func(g *Greeting) { g.Mode = "root" }, "mode"},
		"language as a path":       {func(g *Greeting) { g.Language = "../en" }, "language"},
		"endless idling":           {func(g *Greeting) { g.IdleMS = 0 }, "idle_ms"},
		"downloads anywhere":       {func(g *Greeting) { g.Downloads = "files" }, "downloads"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			g := sound
			c.spoil(&g)
			e := care.AsError(g.Validate())
			if e.Code != care.CodeInvalid || e.Params["field"] != c.field {
				t.Errorf("got %v, want field %s refused", e, c.field)
			}
		})
	}
}

func TestLinesTravelBothWays(t *testing.T) {
	var pipe bytes.Buffer
	g := soundGreeting(t, "https://portal.example.com")
	g.CustomerName = strings.Repeat("\u202e<b>", 25_000)
	for _, err := range []error{WriteLine(&pipe, g), WriteLine(&pipe, Order{OrderEnd, "sign\u202eout"}), WriteLine(&pipe, Event{Type: Ended, Reason: ReasonClosed})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	in := bufio.NewReader(&pipe)
	if got, err := ReadGreeting(in); err != nil || got != g {
		t.Errorf("the greeting changed on its way: %v", err)
	}
	if got, err := ReadOrder(in); err != nil || got != (Order{OrderEnd, "signout"}) {
		t.Errorf("order: %+v, %v", got, err)
	}
	if got, err := ReadEvent(in); err != nil || got.Type != Ended || got.Reason != ReasonClosed {
		t.Errorf("event: %+v, %v", got, err)
	}
	if _, err := ReadOrder(in); !errors.Is(err, io.EOF) {
		t.Errorf("the end of the pipe: %v", err)
	}
}

func TestBrokenLines(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		want error
	}{
		"too long":  {strings.Repeat("x", maxLine+1), ErrLineTooLong},
		"cut short": {`{"ticket":"` + ticket, io.ErrUnexpectedEOF},
		"empty":     {"", io.EOF},
		"not JSON":  {ticket + "\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadGreeting(bufio.NewReader(strings.NewReader(c.line)))
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if strings.Contains(fmt.Sprint(err), ticket) {
				t.Error("the error quotes the secret")
			}
		})
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	g := soundGreeting(t, "https://portal.example.com")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("greeting", "ticket", g.Ticket)
	slog.New(slog.NewTextHandler(&log, nil)).Info("greeting", "ticket", g.Ticket, "all", g)
	for _, s := range []string{fmt.Sprint(g), fmt.Sprintf("%+v", g), fmt.Sprintf("%#v", g), fmt.Sprintf("%s %v", g.Ticket, &g), log.String()} {
		if strings.Contains(s, "canary") {
			t.Errorf("a secret is printed: %s", s)
		}
	}
}
