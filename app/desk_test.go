package app

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"meterside/care"
)

// methods are what Wails binds of the desk, by name.
func methods() map[string]reflect.Method {
	all := map[string]reflect.Method{}
	for m := range reflect.TypeFor[*Desk]().Methods() {
		all[m.Name] = m
	}
	return all
}

func TestTheWindowDeclaresWhatIsBound(t *testing.T) {
	source, err := os.ReadFile("../frontend/src/api/host.ts")
	if err != nil {
		t.Fatal(err)
	}
	host := regexp.MustCompile(`(?s)export interface Host \{(.*?)\n\}`).FindSubmatch(source)
	if host == nil {
		t.Fatal("host.ts has no interface Host")
	}
	declared := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^\s+(\w+)\((.*?)\): Promise`).FindAllSubmatch(host[1], -1) {
		declared[string(m[1])] = len(regexp.MustCompile(`\w+\??:`).FindAll(m[2], -1))
	}
	for name, m := range methods() {
		arguments, ok := declared[name]
		if !ok {
			t.Errorf("%s is bound, and host.ts does not declare it", name)
		} else if arguments != m.Type.NumIn()-1 {
			t.Errorf("%s takes %d arguments, in host.ts %d", name, m.Type.NumIn()-1, arguments)
		}
		delete(declared, name)
	}
	for name := range declared {
		t.Errorf("host.ts declares %s, which is not bound", name)
	}
}

// fromElsewhere are commands that no method of the desk sends, and who does.
var fromElsewhere = map[string]string{
	"masquerade.mode":  "the second window, with the session's own credential",
	"export.record":    "ExportTable, once the rows are counted",
	"change.hand_over": "HandOver, made of a command that needs attention",
	"payment.schedule": "the customer's own pages, also in a masquerade",
	"service.request":  "the customer's own pages, also in a masquerade",
	"letters.change":   "the customer's own pages, also in a masquerade",
	"guest.invite":     "the customer's own pages, also in a masquerade",
	"guest.change":     "the customer's own pages, also in a masquerade",
	"guest.remove":     "the customer's own pages, also in a masquerade",
}

func TestEveryCommandHasAMethod(t *testing.T) {
	var sent []string
	for _, m := range methods() {
		if m.Type.NumIn() != 2 {
			continue
		}
		if cmd, ok := reflect.New(m.Type.In(1)).Interface().(care.Command); ok {
			sent = append(sent, cmd.Kind())
		}
	}
	for _, kind := range care.CommandKinds() {
		if fromElsewhere[kind] == "" && !slices.Contains(sent, kind) {
			t.Errorf("no method of the desk sends %s", kind)
		}
	}
}
