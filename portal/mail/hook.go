package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal"
)

const (
	// HookPath is where a service that follows messages tells what became of them.
	HookPath = "/hooks/mail"
	// HookHeader carries the time and the signature: t=SECONDS,v1=HEX, where HEX is the HMAC-SHA256 of "SECONDS.BODY".
	HookHeader = "Meterside-Signature"
	// hookWithin is how far the time may be from the portal's.
	hookWithin = 5 * time.Minute
	hookRead   = 8 << 10
)

// told are the events that a service may tell of.
var told = []string{care.NotificationDelivered, care.NotificationOpened, care.NotificationBounced, care.NotificationDeferred}

// Hook takes what a service that follows messages tells of them: {"message_id", "event", "recipient", "words"}, signed with a
// secret that both know. It answers 204, also where it was told before or nothing changes by it; 401 to a signature that does
// not fit or is too old, 400 to what cannot be read.
func Hook(p *portal.Portal, secret care.Secret, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hookRead))
		if err != nil {
			http.Error(w, "the body cannot be read, or is longer than 8 KiB", http.StatusBadRequest)
			return
		}
		mark, ok := signed(r.Header.Get(HookHeader), body, secret, p.Now())
		if !ok {
			w.Header().Set("WWW-Authenticate", `Signature realm="mail"`)
			http.Error(w, "the signature does not fit, or its time is not now", http.StatusUnauthorized)
			return
		}
		var said struct {
			MessageID string `json:"message_id"`
			Event     string `json:"event"`
			Recipient string `json:"recipient"`
			Words     string `json:"words"`
		}
		if err := json.Unmarshal(body, &said); err != nil || notificationOf(said.MessageID) == "" || !slices.Contains(told, said.Event) {
			http.Error(w, "message_id and event (delivered, opened, bounced or deferred) are expected, as JSON", http.StatusBadRequest)
			return
		}
		changed, err := p.MailTold(r.Context(), portal.Told{
			ID: notificationOf(said.MessageID), Recipient: said.Recipient, Status: said.Event, Words: oneLine(said.Words),
			Mark: "hook:" + mark, Keep: 2 * hookWithin,
		})
		if err != nil {
			log.Error("what was told of a message could not be kept", "error", err)
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		log.Info("a message was told of", "message", notificationOf(said.MessageID), "event", said.Event, "changed", changed)
		w.WriteHeader(http.StatusNoContent)
	})
}

// Sign gives the value of HookHeader for a body at a time.
func Sign(body []byte, secret care.Secret, at time.Time) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(signature(seconds, body, secret))
}

func signature(seconds string, body []byte, secret care.Secret) []byte {
	sum := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(sum, seconds+".")
	_, _ = sum.Write(body)
	return sum.Sum(nil)
}

// signed says whether a body was signed just now by who knows the secret, and gives what this telling is known by.
func signed(header string, body []byte, secret care.Secret, now time.Time) (mark string, ok bool) {
	at, given, found := strings.Cut(header, ",v1=")
	seconds, isTime := strings.CutPrefix(at, "t=")
	made, err := strconv.ParseInt(seconds, 10, 64)
	if !found || !isTime || err != nil {
		return "", false
	}
	sum, err := hex.DecodeString(given)
	if err != nil || !hmac.Equal(sum, signature(seconds, body, secret)) {
		return "", false
	}
	if apart := now.Sub(time.Unix(made, 0)).Abs(); apart > hookWithin {
		return "", false
	}
	return hex.EncodeToString(sum), true
}
