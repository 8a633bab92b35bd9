package care

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestEveryCommandIsListed finds the commands in the source, as a forgotten line in commands.go cannot be seen otherwise.
func TestEveryCommandIsListed(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0) //nolint:staticcheck // one folder, no build tags
	if err != nil {
		t.Fatal(err)
	}
	found, asked := 0, 0
	for _, file := range packages["care"].Files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "Kind" || len(fn.Body.List) != 1 {
				continue
			}
			ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
			if !ok {
				continue
			}
			lit, ok := ret.Results[0].(*ast.BasicLit)
			if !ok {
				continue
			}
			found++
			kind := strings.Trim(lit.Value, `"`)
			if q, err := DecodeQuestion(kind, nil); err == nil && (q.Kind() != kind || q.Permission() == "") {
				t.Errorf("question.go lists %s under %s", q.Kind(), kind)
			} else if _, command := commands[kind]; err == nil && !command {
				asked++
				continue // a question that is no command
			}
			cmd, err := Decode(kind, nil)
			if err != nil {
				t.Errorf("%s is not in commands.go: %v", kind, err)
				continue
			}
			if cmd.Kind() != kind || cmd.Permission() == "" {
				t.Errorf("commands.go lists %s under %s", cmd.Kind(), kind)
			}
		}
	}
	if found-asked != len(commands) {
		t.Errorf("%d commands are in the source, %d in commands.go", found-asked, len(commands))
	}
	if both := 2; asked+both != len(questions) { // masquerade.start and payment.cancel are both
		t.Errorf("%d questions are in the source, %d in question.go", asked+both, len(questions))
	}
}

func TestDecodeNamesASlip(t *testing.T) {
	for args, want := range map[string]Code{
		`{"web_user_id":"W1","reason":"misuse"}`: "",
		`{"web_user":"W1"}`:                      CodeInvalid,
		`[]`:                                     CodeInvalid,
		`{`:                                      CodeInvalid,
	} {
		if _, err := Decode("web_user.lock", []byte(args)); CodeOf(err) != want {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 501)
	for _, c := range []struct {
		name string
		cmd  Command
		want Code
	}{
		{"a lock", &LockWebUser{WebUserID: "W1", Reason: "misuse"}, ""},
		{"a lock of nobody", &LockWebUser{Reason: "misuse"}, CodeMissing},
		{"a lock without a reason", &LockWebUser{WebUserID: "W1"}, CodeMissing},
		{"a lock for a reason that is none", &LockWebUser{WebUserID: "W1", Reason: "because"}, CodeNoChoice},
		{"another reason without words", &LockWebUser{WebUserID: "W1", Reason: "other"}, CodeMissing},
		{"another reason in too many words", &LockWebUser{WebUserID: "W1", Reason: "other", Words: long}, CodeTooLong},
		{"an unlock without a reason", &UnlockWebUser{WebUserID: "W1"}, ""},
		{"an unlock of a lock that is none", &UnlockWebUser{WebUserID: "W1", Lock: "door"}, CodeNoChoice},
		{"no preference", &ChangePreferences{Account: "1"}, CodeNothingToChange},
		{"a nickname of 40 letters, not bytes", &ChangePreferences{Account: "1", Nickname: new(strings.Repeat("ñ", 40))}, ""},
		{"a nickname of 41", &ChangePreferences{Account: "1", Nickname: new(strings.Repeat("n", 41))}, CodeTooLong},
		{"a blank note", &WriteNote{Account: "1", Text: " \n"}, CodeMissing},
		{"a note", &WriteNote{Account: "1", Text: "x"}, ""},
		{"a masquerade in no mode", &StartMasquerade{WebUserID: "W1", Account: "1"}, ""},
		{"a masquerade in a mode that is none", &StartMasquerade{WebUserID: "W1", Account: "1", Mode: "root"}, CodeNoChoice},
		{"changes that nobody acknowledged", &RaiseMasquerade{Session: "S1", Mode: ModeFull}, CodeNotAcknowledged},
		{"changes in a mode of viewing", &RaiseMasquerade{Session: "S1", Mode: ModeView, Acknowledged: true}, CodeNoChoice},
		{"changes in no session", &RaiseMasquerade{Mode: ModeFull, Acknowledged: true}, CodeMissing},
		{"a masquerade that is off", &StartMasquerade{WebUserID: "W1", Account: "1", Mode: ModeOff}, CodeNoChoice},
		{"a rejection without a reason", &RejectTask{TaskID: "T1", Account: "1", Words: " "}, CodeMissing},
		{"a cancellation in too many words", &CancelTask{TaskID: "T1", Account: "1", Words: long}, CodeTooLong},
		{"a completion under no account", &CompleteTask{TaskID: "T1"}, CodeMissing},
		{"an assignment of no task", &AssignTask{Account: "1"}, CodeMissing},
		{"a blank comment", &CommentTask{TaskID: "T1", Account: "1", Text: " "}, CodeMissing},
		{"a message sent again under no account", &ResendNotification{NotificationID: "N1"}, CodeMissing},
		{"a cancelled payment under no account", &CancelPayment{PaymentID: "Y1"}, CodeMissing},
		{"an end of no session", &EndMasquerade{}, CodeMissing},
	} {
		if err := c.cmd.Validate(); CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestModeWithin(t *testing.T) {
	order := []Mode{ModeOff, ModeView, ModeAssist, ModeFull}
	for i, m := range order {
		for j, limit := range order {
			if want := i > 0 && i <= j; m.Within(limit) != want {
				t.Errorf("%s within %s is %v", m, limit, !want)
			}
		}
	}
	if Mode("root").Within(ModeFull) {
		t.Error("a mode that is none is within full")
	}
}

func TestScopesOf(t *testing.T) {
	districts := []string{"D01", "D02"}
	all := ScopesOf(Staff{ID: "A", Team: "T1", Districts: List{"all"}}, districts)
	if got := all.String(); got != "d:-;d:D01;d:D02;g;t:T1;u:A" {
		t.Error(got)
	}
	one := ScopesOf(Staff{ID: "B", Districts: List{"D02", "D09"}}, districts)
	if got := one.String(); got != "d:D02;g;u:B" {
		t.Error(got)
	}
}

func TestPolicyFallsBackWhereAValueMakesNoSense(t *testing.T) {
	p := Policy{"masquerade.idle": "soon", "lockout.consecutive_failures": "-3", "masquerade.mode.csr": "everything"}
	if p.Duration("masquerade.idle").Minutes() != 10 || p.Int("lockout.consecutive_failures") != 10 {
		t.Error("a value that makes no sense is used")
	}
	for value, minutes := range map[string]float64{"5": 5, "0": 0, "-1": 15, "never": 15} {
		if got := (Policy{"desk.lock_after": value}).LockAfter().Minutes(); got != minutes {
			t.Errorf("a desk locks itself after %q: %v minutes", value, got)
		}
	}
	if p.LockAfter().Minutes() != 15 {
		t.Error("a desk does not lock itself where the utility said nothing")
	}
	if p.MasqueradeMode(RoleCSR) != ModeOff {
		t.Error("an unknown mode is not off")
	}
}

// What a CSR types is kept as it is, even if it looks like an escape; what no database can store is refused by name.
//
// It fails when holdsNul takes every backslash for the beginning of an escape.
func TestDecodeRefusesWhatCannotBeStored(t *testing.T) {
	for args, want := range map[string]Code{
		`{"account":"a","text":"x\u0000y"}`:   CodeInvalid,
		`{"account":"a","text":"x\\u0000y"}`:  "",
		`{"account":"a","text":"x\\\u0000y"}`: CodeInvalid,
		`{"account":"a","text":"\u00e9 \n"}`:  "",
	} {
		if _, err := Decode("note.write", []byte(args)); CodeOf(err) != want {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}
