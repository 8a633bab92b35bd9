package mail

import (
	"strings"
	"testing"

	"meterside/care"
)

func TestServersAreRead(t *testing.T) {
	for given, want := range map[string]Server{
		"smtps://ann@mx.example":     {Host: "mx.example", Port: "465", Implicit: true, User: "ann"},
		"smtp://mx.example":          {Host: "mx.example", Port: "587"},
		"smtp://127.0.0.1:2525":      {Host: "127.0.0.1", Port: "2525", Plain: true},
		"smtp://a%40b@localhost:25/": {Host: "localhost", Port: "25", Plain: true, User: "a@b"},
	} {
		got, err := ParseServer(given)
		if err != nil || *got != want {
			t.Errorf("%s is %+v, %v", given, got, err)
		}
	}
	for _, bad := range []string{"", "mx.example:25", "http://mx.example", "smtp://", "smtp://mx.example/x", "smtp://mx.example?x=y"} {
		if _, err := ParseServer(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := ParseServer("smtp://ann:hunter2@mx.example"); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "METERSIDE_SMTP_PASSWORD") {
		t.Errorf("a password in the address: %v", err)
	}
}

// The password goes to a server that proved who it is, and never over a line that others read.
func TestSigningInAtTheServer(t *testing.T) {
	serverTLS, clientTLS := certificate(t)
	asks := func(s *smtpServer) { s.user, s.pass = "ann", "hunter2" }
	withTLS := func(s *smtpServer) { s.tls = serverTLS }
	for _, c := range []struct {
		name, password, says string
		change               []func(*smtpServer)
		set                  func(*Server)
		sent                 bool
	}{
		{"by STARTTLS", "hunter2", "", []func(*smtpServer){asks, withTLS}, func(s *Server) { s.Plain = false }, true},
		{"wrong", "hunter3", "535", []func(*smtpServer){asks, withTLS}, func(s *Server) { s.Plain = false }, false},
		{"nobody vouches for it", "hunter2", "certificate", []func(*smtpServer){asks, withTLS}, func(s *Server) { s.TLS, s.Plain = nil, false }, false},
		{"no TLS to another computer", "hunter2", "does not speak TLS", []func(*smtpServer){asks}, func(s *Server) { s.Plain = false }, false},
		{"not asked for", "hunter2", "offers no way", []func(*smtpServer){withTLS}, func(*Server) {}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			mta := startSMTP(t, c.change...)
			s := mta.server(t)
			s.User, s.Password, s.TLS = "ann", care.Secret(c.password), clientTLS
			c.set(s)
			defer s.Close()
			fate := s.Carry(t.Context(), Envelope{ID: "N-1", From: "a@water.example", To: "fine@example.com", Message: []byte("Message-ID: <N-1@x>\r\n\r\nx\r\n")})
			if (fate.Status == care.NotificationAccepted) != c.sent || !strings.Contains(fate.Words, c.says) || !c.sent && fate.Why != care.WhyUnreachable {
				t.Errorf("%+v", fate)
			}
			if strings.Contains(fate.Words, "hunter") {
				t.Error("the password is told")
			}
			if c.name == "no TLS to another computer" && strings.Contains(strings.Join(mta.seen, "\n"), "AUTH") {
				t.Error("the password went over the open line")
			}
		})
	}
}
