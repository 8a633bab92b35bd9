package mail

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal"
)

// How much of a report is read.
const (
	reportRead = 1 << 20
	partsRead  = 10
	groupsRead = 50
	reportKept = 30 * 24 * time.Hour // for how long one that comes again is known
)

// ErrNoReport says that a mail is no delivery status report (RFC 3464), or one that names no message of ours.
var ErrNoReport = errors.New("is no delivery status report about a message of this portal")

// report is what a mail server says of one message.
type report struct {
	id         string // of the notification
	recipients []recipient
}

type recipient struct{ address, status, words string }

// ReadReport takes in what a mail server said in a mail of its own: that a message could not be delivered, or not yet. It
// counts once, for the address that the message went to, and says how many messages changed. Anybody can write such a mail who
// knows the Message-ID; so it never says more than that something did not arrive.
func ReadReport(ctx context.Context, p *portal.Portal, from io.Reader) (changed int, err error) {
	raw, err := io.ReadAll(io.LimitReader(from, reportRead))
	if err != nil {
		return 0, fmt.Errorf("reading a report: %w", err)
	}
	r, err := readReport(raw)
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256(raw)
	for i, each := range r.recipients {
		told, err := p.MailTold(ctx, portal.Told{
			ID: r.id, Recipient: each.address, Status: each.status, Why: care.WhyToldByMail, Words: oneLine(each.words),
			Mark: fmt.Sprintf("report:%s:%d", hex.EncodeToString(sum[:]), i), Keep: reportKept,
		})
		if err != nil {
			return changed, err
		}
		if told {
			changed++
		}
	}
	return changed, nil
}

func readReport(raw []byte) (r report, err error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return r, ErrNoReport
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return r, ErrNoReport
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range partsRead {
		part, err := parts.NextRawPart()
		if err != nil {
			break
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		body := textproto.NewReader(bufio.NewReader(decoded(part.Header.Get("Content-Transfer-Encoding"), part)))
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			r.recipients = append(r.recipients, recipients(body)...)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			header, _ := body.ReadMIMEHeader() // what it holds up to where it ends is enough
			r.id = notificationOf(header.Get("Message-Id"))
		}
	}
	if r.id == "" || len(r.recipients) == 0 {
		return r, ErrNoReport
	}
	return r, nil
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// recipients are the groups of a delivery status that say of an address that something did not arrive there.
func recipients(body *textproto.Reader) (all []recipient) {
	for range groupsRead {
		group, err := body.ReadMIMEHeader()
		address := typed(group.Get("Original-Recipient"))
		if address == "" {
			address = typed(group.Get("Final-Recipient"))
		}
		words := strings.TrimSpace(group.Get("Status") + " " + typed(group.Get("Diagnostic-Code")))
		switch strings.ToLower(strings.TrimSpace(group.Get("Action"))) {
		case "failed":
			all = append(all, recipient{address, care.NotificationBounced, words})
		case "delayed":
			all = append(all, recipient{address, care.NotificationDeferred, words})
		}
		if err != nil {
			break
		}
	}
	return all
}

// typed is a field's value without its type, as in "rfc822; jane@example.com".
func typed(field string) string {
	_, value, ok := strings.Cut(field, ";")
	if !ok {
		return ""
	}
	return strings.TrimSpace(value)
}

// notificationOf is the notification that a Message-ID of ours stands for, or "".
func notificationOf(messageID string) string {
	id, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(messageID), "<>"), "@")
	return id
}

// handled is where the reports of a folder go once they were read.
const handled = "read"

// ReadReports takes in every mail of a folder, or of the Maildir in it, and puts each into the folder "read" beside it: what
// is no report, too. It says how many messages changed.
func ReadReports(ctx context.Context, p *portal.Portal, folder string, log *slog.Logger) (changed int, err error) {
	for _, dir := range []string{folder, filepath.Join(folder, "new"), filepath.Join(folder, "cur")} {
		files, err := os.ReadDir(dir)
		if errors.Is(err, os.ErrNotExist) && dir != folder {
			continue
		}
		if err != nil {
			return changed, fmt.Errorf("looking for reports: %w", err)
		}
		for _, f := range files {
			if !f.Type().IsRegular() || strings.HasPrefix(f.Name(), ".") {
				continue
			}
			n, err := readFile(ctx, p, filepath.Join(dir, f.Name()))
			changed += n
			if errors.Is(err, ErrNoReport) {
				log.Warn("a mail among the reports is none", "file", f.Name())
				err = nil
			}
			if err == nil {
				err = setAside(folder, filepath.Join(dir, f.Name()))
			}
			if err != nil {
				return changed, err
			}
		}
	}
	return changed, nil
}

func readFile(ctx context.Context, p *portal.Portal, name string) (int, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, fmt.Errorf("reading a report: %w", err)
	}
	defer func() { _ = f.Close() }()
	return ReadReport(ctx, p, f)
}

func setAside(folder, file string) error {
	to := filepath.Join(folder, handled)
	err := os.MkdirAll(to, 0o700)
	if err == nil {
		err = os.Rename(file, filepath.Join(to, filepath.Base(file)))
	}
	if err != nil {
		return fmt.Errorf("putting a report aside: %w", err)
	}
	return nil
}

const reportsEvery = 10 * time.Second

// FollowReports takes in the reports of a folder as they come, until ctx ends.
func FollowReports(ctx context.Context, p *portal.Portal, folder string, log *slog.Logger) {
	look := time.NewTicker(reportsEvery)
	defer look.Stop()
	for {
		if n, err := ReadReports(ctx, p, folder, log); err != nil && ctx.Err() == nil {
			log.Error("reports of mail servers could not be read", "folder", folder, "error", err)
		} else if n > 0 {
			log.Info("mail servers reported", "messages", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}
