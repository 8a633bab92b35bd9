package mail

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// smtpServer is a mail server on this computer that does with a message what the name of its address says, and keeps what
// it took.
type smtpServer struct {
	t    *testing.T
	ln   net.Listener
	tls  *tls.Config // nil: it offers no TLS
	user string      // "": it asks for nobody
	pass string

	mu    sync.Mutex
	taken []mail.Header     // of the messages that it said 250 to
	whole map[string]int    // by Message-ID: how often it had all of a message
	raw   map[string][]byte // by Message-ID
	tries map[string]int    // by address
	seen  []string          // the lines that clients sent, but for messages
	lines map[net.Conn]bool // those that are open
}

func startSMTP(t *testing.T, change ...func(*smtpServer)) *smtpServer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's own
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{t: t, ln: ln, whole: map[string]int{}, raw: map[string][]byte{}, tries: map[string]int{}, lines: map[net.Conn]bool{}}
	for _, c := range change {
		c(s)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			line, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.lines[line] = true
			s.mu.Unlock()
			serving.Go(func() {
				defer func() { _ = line.Close() }()
				s.serve(line)
			})
		}
	})
	t.Cleanup(func() {
		s.stop()
		serving.Wait()
	})
	return s
}

// stop ends the server, and every line with it.
func (s *smtpServer) stop() {
	_ = s.ln.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range s.lines {
		_ = line.Close()
	}
}

func (s *smtpServer) serve(line net.Conn) {
	_ = line.SetDeadline(time.Now().Add(time.Minute))
	in := textproto.NewReader(bufio.NewReader(line))
	say := func(what string) { _, _ = line.Write([]byte(what + "\r\n")) }
	say("220 test ESMTP")
	to := ""
	_, secure := line.(*tls.Conn)
	for {
		said, err := in.ReadLine()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.seen = append(s.seen, said)
		s.mu.Unlock()
		verb, rest, _ := strings.Cut(said, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			offers := []string{"test"}
			if s.tls != nil && !secure {
				offers = append(offers, "STARTTLS")
			}
			if s.user != "" {
				offers = append(offers, "AUTH PLAIN LOGIN")
			}
			for i, o := range offers {
				say(map[bool]string{true: "250 ", false: "250-"}[i == len(offers)-1] + o)
			}
		case "STARTTLS":
			say("220 go ahead")
			over := tls.Server(line, s.tls)
			line, secure = over, true
			in = textproto.NewReader(bufio.NewReader(over))
		case "AUTH":
			_, given, _ := strings.Cut(rest, " ")
			if b, err := base64.StdEncoding.DecodeString(given); err != nil || string(b) != "\x00"+s.user+"\x00"+s.pass {
				say("535 5.7.8 wrong")
				continue
			}
			s.user = ""
			say("235 welcome")
		case "MAIL":
			if s.user != "" {
				say("530 5.7.0 sign in first")
				continue
			}
			say("250 ok")
		case "RCPT":
			to = strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>")
			s.mu.Lock()
			s.tries[to]++
			s.mu.Unlock()
			switch name, _, _ := strings.Cut(to, "@"); name {
			case "later":
				say("451 4.7.1 try again later")
			case "never":
				say("550 5.1.1 no such user")
			default:
				say("250 ok")
			}
		case "DATA":
			say("354 go ahead")
			if !s.data(in, to, say) {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		default: // NOOP, RSET
			say("250 ok")
		}
	}
}

// data takes a message, unless the address says otherwise. It gives false where the line is to break.
func (s *smtpServer) data(in *textproto.Reader, to string, say func(string)) bool {
	name, _, _ := strings.Cut(to, "@")
	s.mu.Lock()
	tries := s.tries[to]
	s.mu.Unlock()
	if strings.HasPrefix(name, "early") && tries == 1 {
		return false // while the message is on its way
	}
	raw, err := in.ReadDotBytes()
	if err != nil {
		return false
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		s.t.Errorf("what came is no message: %v\n%s", err, raw)
		return false
	}
	id := m.Header.Get("Message-ID")
	s.mu.Lock()
	s.whole[id]++
	s.raw[id] = raw
	s.mu.Unlock()
	switch {
	case strings.HasPrefix(name, "drop") && tries == 1:
		return false // it has the message, and says nothing
	case strings.HasPrefix(name, "spam"):
		say("554 5.7.1 it holds " + linkIn(raw))
		return true
	case strings.HasPrefix(name, "full") && tries == 1:
		say("452 4.2.2 mailbox full")
		return true
	}
	s.mu.Lock()
	s.taken = append(s.taken, m.Header)
	s.mu.Unlock()
	say("250 2.0.0 queued as 7")
	return true
}

// accepted counts the messages that the server said 250 to, by Message-ID.
func (s *smtpServer) accepted() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]int{}
	for _, h := range s.taken {
		all[h.Get("Message-ID")]++
	}
	return all
}

// server is the address at which the test's server is found, as portald is given it.
func (s *smtpServer) server(t *testing.T) *Server {
	t.Helper()
	found, err := ParseServer("smtp://" + s.ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// certificate is one for this computer, and those who trust it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12},
		&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}
