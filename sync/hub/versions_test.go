package hub

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

// I14: what desks of each version once said is said to today's hub, byte for byte, and it answers as they understand:
// they read, they hand in their outbox, and version 1 gets no word that it does not know. A transcript holds the messages
// of a desk as they were sent (up), and what has to come down before the next; building says that a ready-made replica is not
// to be had yet.
//
// It fails when the hub wants the bytes of version 2 from version 1, and when it sends digests to it.
func TestI14RecordedConversationsAreUnderstood(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { play(t, file) })
	}
}

// known are the words that a version knows, by the first byte of a frame.
var known = map[string][]wire.Type{
	"1": {wire.TypeWelcome, wire.TypeRows, wire.TypeCommit, wire.TypeBeat},
	"2": {wire.TypeWelcome, wire.TypeRows, wire.TypeCommit, wire.TypeBeat, wire.TypePlan, wire.TypeBusy, wire.TypeMoved, wire.TypePresent},
	"3": {wire.TypeWelcome, wire.TypeRows, wire.TypeCommit, wire.TypeBeat, wire.TypePlan, wire.TypeBusy, wire.TypeMoved, wire.TypePresent, wire.TypeAnswers},
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := newStage(t, nil)
	s.memory.change("d:1")
	ann := s.dial("ann", "d:1", "g")
	version := ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		verb, rest, _ := strings.Cut(lines.Text(), " ")
		switch verb {
		case "", "#":
		case "version":
			version = rest
		case "building":
			s.memory.file = func() (*wire.File, time.Duration, error) { return nil, time.Hour, nil }
		case "up":
			b, err := hex.DecodeString(rest)
			if err != nil {
				t.Fatal(err)
			}
			if err := ann.ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
				t.Fatal(err)
			}
		case "down":
			if got := ann.hears(version); got != rest {
				t.Fatalf("it heard %s, not %s", got, rest)
			}
		case "end":
			if code := ann.ends(); string(code) != rest {
				t.Fatalf("it ended with %q, not %q", code, rest)
			}
		default:
			t.Fatalf("%s holds %q", file, lines.Text())
		}
	}
}

// hears reads the next message as a version of the desk would, and says what it holds in a few words.
func (d *desk) hears(version string) string {
	d.t.Helper()
	f, err := d.read()
	if err != nil {
		d.t.Fatal(err)
	}
	ok := false
	for _, word := range known[version] {
		ok = ok || word == f.Type()
	}
	if !ok {
		d.t.Errorf("version %s does not know a %T", version, f)
	}
	switch f := f.(type) {
	case *wire.Welcome:
		if version == "1" && (f.Protocol != 0 || f.File != nil || f.WaitMS != 0 || f.Floor != 0) {
			d.t.Errorf("version 1 is welcomed by %+v", f)
		}
		return words("welcome", f.Server, f.Plan, f.LastN)
	case *wire.Rows:
		return words("rows", f.Scope, len(f.Changes))
	case *wire.Commit:
		if version == "1" && len(f.Digests) > 0 {
			d.t.Errorf("version 1 gets digests")
		}
		return words("commit", f.To, outcomes(f.Verdicts))
	case *wire.Answers:
		return words("answers", outcomes(f.Verdicts))
	}
	return words(f)
}

func outcomes(verdicts []care.Verdict) []care.Outcome {
	all := make([]care.Outcome, len(verdicts))
	for i, v := range verdicts {
		all[i] = v.Outcome
	}
	return all
}

func words(all ...any) string {
	b, _ := json.Marshal(all) // plain values
	return string(b)
}
