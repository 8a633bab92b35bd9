package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"meterside/care"
	"meterside/portal"
)

// How long a mail server may take. Together they stay below the time for which a message belongs to who sends it.
const (
	answersWithin  = 20 * time.Second // to anything but a whole message
	acceptsWithin  = 3 * time.Minute  // a whole message: it may be looked through first
	finishesWithin = 5 * time.Second  // when the portal is told to end
	downFor        = 20 * time.Second // how long a server that cannot be reached is left alone
)

// Server is a mail server that messages are handed to. It keeps one connection, and is used by one goroutine.
type Server struct {
	Host     string // as its certificate names it
	Port     string
	Implicit bool // TLS from the first byte; otherwise by STARTTLS
	Plain    bool // may go without TLS: a server on this computer
	User     string
	Password care.Secret
	TLS      *tls.Config // nil for the system's authorities

	line  net.Conn
	talk  *smtp.Client
	down  time.Time // until when it is left alone
	cause string    // why
}

// ParseServer reads the address of a mail server: smtps://host:465 for TLS from the first byte, smtp://host:587 for STARTTLS,
// either with a user name before the host. Only a server on this computer may go without TLS.
func ParseServer(address string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the mail server is given as smtps://user@host:465 or smtp://user@host:587")
	}
	if _, given := u.User.Password(); given {
		return nil, errors.New("the password of the mail server does not belong into its address: give it in METERSIDE_SMTP_PASSWORD, or in a file by --smtp-password-file")
	}
	s := &Server{Host: u.Hostname(), Port: u.Port(), Implicit: u.Scheme == "smtps", User: u.User.Username()}
	if s.Port == "" {
		s.Port = map[bool]string{true: "465", false: "587"}[s.Implicit]
	}
	s.Plain = care.Loopback(s.Host)
	return s, nil
}

// Carry hands a message to the server. What the server says decides; where it says nothing after it was given the whole
// message, it may have taken it.
func (s *Server) Carry(ctx context.Context, e Envelope) portal.Fate {
	deferred := func(why, words string) portal.Fate {
		return portal.Fate{Status: care.NotificationDeferred, Why: why, Words: words}
	}
	if err := s.connect(ctx); err != nil {
		return deferred(care.WhyUnreachable, err.Error())
	}
	line := s.line
	// A portal that ends does not wait for minutes.
	defer context.AfterFunc(ctx, func() { _ = line.SetDeadline(time.Now().Add(finishesWithin)) })()
	whole, said, err := s.hand(e)
	var refused *textproto.Error
	switch {
	case err == nil:
		return portal.Fate{Status: care.NotificationAccepted, Words: said}
	case errors.As(err, &refused):
		if whole || s.talk.Reset() != nil {
			s.Close()
		}
		if refused.Code >= 500 && !errors.Is(err, errOurs) {
			return portal.Fate{Status: care.NotificationRefused, Words: answer(refused)}
		}
		return deferred("", answer(refused))
	}
	s.Close()
	if whole {
		return deferred(care.WhyLineBroke, "")
	}
	return deferred(care.WhyUnreachable, err.Error())
}

// answer is what a server said, as it said it.
func answer(e *textproto.Error) string { return fmt.Sprintf("%d %s", e.Code, e.Msg) }

// errOurs marks a refusal that is about who sends, not about the message: another time, with other settings, it is taken.
var errOurs = errors.New("it does not take mail from us")

// hand gives a message to the server. whole says that it was given all of it.
func (s *Server) hand(e Envelope) (whole bool, said string, err error) {
	s.patience(answersWithin)
	if err := s.talk.Mail("<" + e.From + ">"); err != nil {
		return false, "", fmt.Errorf("%w: %w", errOurs, err)
	}
	if err := s.talk.Rcpt("<" + e.To + ">"); err != nil {
		return false, "", err
	}
	data, err := s.talk.Data()
	if err != nil {
		return false, "", err
	}
	if _, err := data.Write(e.Message); err != nil {
		return false, "", err
	}
	s.patience(acceptsWithin)
	if err := data.Close(); err != nil {
		return true, "", err
	}
	if taken, ok := data.(*smtp.DataCloser); ok {
		said = taken.ServerResponse()
	}
	return true, said, nil
}

func (s *Server) patience(d time.Duration) { _ = s.line.SetDeadline(time.Now().Add(d)) }

// connect makes sure of a connection that the server answers at. One that could not be had is not tried for again at once,
// or a thousand messages would each wait for it.
func (s *Server) connect(ctx context.Context) error {
	if s.talk != nil {
		s.patience(answersWithin)
		if s.talk.Noop() == nil {
			return nil
		}
		s.Close()
	}
	if time.Now().Before(s.down) {
		return errors.New(s.cause)
	}
	if err := s.dial(ctx); err != nil {
		s.Close()
		s.down, s.cause = time.Now().Add(downFor), err.Error()
		return err
	}
	return nil
}

func (s *Server) dial(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	if s.line, err = (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port)); err != nil {
		return fmt.Errorf("reaching the mail server: %w", err)
	}
	s.patience(answersWithin)
	config := s.TLS.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config.ServerName = s.Host
	line := s.line
	if s.Implicit {
		line = tls.Client(s.line, config)
	}
	if s.talk, err = smtp.NewClient(line, s.Host); err != nil {
		return fmt.Errorf("greeting the mail server: %w", err)
	}
	if err := s.talk.Hello(helo()); err != nil {
		return fmt.Errorf("greeting the mail server: %w", err)
	}
	if offered, _ := s.talk.Extension("STARTTLS"); offered && !s.Implicit {
		if err := s.talk.StartTLS(config); err != nil {
			return fmt.Errorf("speaking TLS with the mail server: %w", err)
		}
	} else if !s.Implicit && !s.Plain {
		return errors.New("the mail server does not speak TLS")
	}
	return s.signIn()
}

// signIn says who we are, where a user name was given. The password never goes over a line without TLS to another computer.
func (s *Server) signIn() error {
	if s.User == "" {
		return nil
	}
	_, offered := s.talk.Extension("AUTH")
	var how smtp.Auth
	switch ways := strings.Fields(strings.ToUpper(offered)); {
	case slices.Contains(ways, "PLAIN"):
		how = smtp.PlainAuth("", s.User, string(s.Password), s.Host, false)
	case slices.Contains(ways, "LOGIN"):
		how = smtp.LoginAuth(s.User, string(s.Password), s.Host, false)
	default:
		return errors.New("the mail server offers no way to sign in by password")
	}
	if err := s.talk.Auth(how); err != nil {
		return fmt.Errorf("signing in at the mail server: %w", err)
	}
	return nil
}

// Close ends the connection, if there is one.
func (s *Server) Close() {
	if s.talk != nil {
		s.patience(finishesWithin)
		_ = s.talk.Quit()
	}
	if s.line != nil {
		_ = s.line.Close()
	}
	s.talk, s.line = nil, nil
}
