package app

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meterside/care"
)

func TestALinkNamesOneCustomer(t *testing.T) {
	for link, want := range map[string]Pop{
		"meterside://pop?phone=8025550114":                         {Phone: "8025550114"},
		"meterside://pop/?phone=%2B1+(802)+555-0114":               {Phone: "18025550114"},
		"METERSIDE://POP?account=030000013&reason=cannot_sign_in":  {Account: "030000013", Reason: "cannot_sign_in"},
		"meterside://pop?email=jane.doe%2Bbills@example.com&x=1&y": {Email: "jane.doe+bills@example.com"},
	} {
		if got, err := parsePop(link); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %s", link, err, cmp.Diff(want, got))
		}
	}
}

var hostile = []string{
	"",
	"meterside:",
	"meterside://pop",
	"meterside://pop?reason=cannot_sign_in",
	"meterside://pop?phone=8025550114&account=030000013", // whom of the two?
	"meterside://pop?phone=8025550114&phone=8025550115",
	"meterside://pop?phone=()--",
	"meterside://pop?phone=802555<script>",
	"meterside://pop?account=../../etc",
	"meterside://pop?account=030000013%00",
	"meterside://pop?account=030000013&reason=<b>",
	"meterside://pop?account=" + strings.Repeat("1", 40),
	"meterside://pop?email=nobody",
	"meterside://pop?email=a@b%0d%0aBcc:c@d",
	"meterside://pop?email=%ff@example.com",
	"meterside://pop?email=a@" + strings.Repeat("b", 253),
	"meterside://pop?phone=%zz",
	"meterside://pop/../sign?phone=8025550114",
	"meterside://user@pop?phone=8025550114",
	"meterside://elsewhere?phone=8025550114",
	"https://pop?phone=8025550114",
	"javascript:alert(1)",
	"--portal=http://127.0.0.1",
	"meterside://pop?x=" + strings.Repeat("a", 4096) + "&phone=8025550114",
}

func TestAHostileLinkIsRefused(t *testing.T) {
	for _, link := range hostile {
		if got, err := parsePop(link); care.CodeOf(err) != care.CodePopMalformed || !cmp.Equal(got, Pop{}) {
			t.Errorf("%.80q gave %+v, %v", link, got, err)
		}
	}
}

func FuzzALinkIsAnAnswerOrARefusal(f *testing.F) {
	for _, link := range hostile {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		got, err := parsePop(link)
		if err != nil {
			return
		}
		for _, said := range []string{got.Account, got.Phone, got.Email, got.Reason} {
			if len(said) > 256 || strings.ContainsAny(said, "<>\"\r\n\x00/\\") {
				t.Errorf("%q let %q through", link, said)
			}
		}
	})
}

func TestNothingFollowsALink(t *testing.T) {
	for _, c := range []struct {
		args []string
		ok   bool
	}{
		{nil, true},
		{[]string{"--profile", "d"}, true},
		{[]string{"--pop", "meterside://pop?phone=1"}, true},
		{[]string{"--profile", "d", "--pop=meterside://pop?phone=1"}, true},
		{[]string{"--pop", "meterside://pop?phone=1", "--portal", "http://elsewhere"}, false},
		{[]string{"--pop=x", "--pop", "meterside://pop?phone=1"}, false},
		{[]string{"--pop", "--pop", "meterside://pop?phone=1"}, false},
		{[]string{"--pop"}, false},
	} {
		if standsLast(c.args) != c.ok {
			t.Errorf("%q: %v", c.args, !c.ok)
		}
	}
}

func TestACallWaitsUntilItWasShownOrIsOver(t *testing.T) {
	now := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	p := pops{now: func() time.Time { return now }}
	if got := p.waiting(); got.ID != 0 {
		t.Errorf("before any call there was %+v", got)
	}
	p.take("meterside://pop?phone=8025550114")
	p.take("meterside://pop?phone=8025550115")
	p.seen(1) // the window had shown the first when the second came
	if got := p.waiting(); got.Phone != "8025550115" || got.ID != 2 {
		t.Errorf("the newest call is %+v", got)
	}
	p.seen(2)
	if got := p.waiting(); got.ID != 0 {
		t.Errorf("a call that was shown is still there: %+v", got)
	}
	p.take("no link")
	if got := p.waiting(); got.Problem == nil || got.Problem.Code != care.CodePopMalformed {
		t.Errorf("a link that is none says %+v", got)
	}
	now = now.Add(popLasts + time.Second)
	if got := p.waiting(); got.ID != 0 {
		t.Errorf("a call of earlier is still there: %+v", got)
	}
}

func TestASecondDeskTellsTheFirstAndEnds(t *testing.T) {
	profile := shortFolder(t)
	if err := handOver(profile, word{}); err == nil {
		t.Fatal("a word was taken where no desk is")
	}
	heard := make(chan word, 1)
	// What a desk that was ended by force left there is in nobody's way.
	if err := os.WriteFile(filepath.Join(profile, socketName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := hearOthers(profile, func(w word) { heard <- w })
	if err != nil {
		t.Fatal(err)
	}
	second := &Desk{flags: flags{Profile: profile, Pop: "meterside://pop?phone=8025550114"}}
	if !second.openOrHandOver() {
		t.Error("the second desk did not end")
	}
	if w := <-heard; w.Pop != second.flags.Pop {
		t.Errorf("the first heard %+v", w)
	}

	// Noise is no word, and takes nothing away from the next one.
	noise, err := net.Dial("unix", filepath.Join(profile, socketName)) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	if _, err := noise.Write([]byte(strings.Repeat("x", 3*longestWord))); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Log("the noise was cut short:", err)
	}
	_ = noise.Close()
	if err := handOver(profile, word{}); err != nil {
		t.Error(err)
	}
	if w := <-heard; w.Pop != "" {
		t.Errorf("the first heard %+v", w)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if err := handOver(profile, word{}); err == nil {
		t.Error("a word was taken by a desk that had ended")
	}
}

// shortFolder is a folder whose path leaves room for a socket's name: systems allow about a hundred bytes.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "desk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// The scheme stands in what each system's installer registers, with the command line that this program takes.
func TestTheSchemeIsRegistered(t *testing.T) {
	for file, words := range map[string][]string{
		"../build/linux/meterside.desktop": {"MimeType=x-scheme-handler/meterside;", "Exec=meterside --pop %u"},
		"../build/windows/scheme.nsh":      {`Software\Classes\meterside`, `"URL Protocol" ""`, `--pop "%1"`},
		"../build/darwin/Info.plist":       {"<key>CFBundleURLSchemes</key>", "<string>meterside</string>"},
		"../wails.json":                    {`"scheme": "meterside"`},
	} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, w := range words {
			if !strings.Contains(string(b), w) {
				t.Errorf("%s does not have %s", file, w)
			}
		}
	}
}
