package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// beside are the functions of the portal by which the pages write beside Portal.Do, each with what keeps it from being a command:
// a command's arguments are kept and shown, so it carries no secret, and it is sent by somebody who is known already. Each of them
// judges, writes and logs in one transaction, in the name of whoever it is, as Do does.
var beside = map[string]string{
	"SignInCustomer":    "a password, by who is nobody yet",
	"CustomerActor":     "when a session was last used, and the end of one that lay idle",
	"SignOutCustomer":   "a session's secret",
	"SignOutEverywhere": "the sessions' secrets",
	"ChangePassword":    "two passwords",
	"ForgottenPassword": "by who is nobody yet; the commands SendLink and ResendActivation do it",
	"ForgottenUsername": "by who is nobody yet",
	"ResetByLink":       "a link's letters and a password",
	"ResetByCode":       "a code and a password",
	"Register":          "a password and a proof, by who is nobody yet",
	"Validate":          "a link's letters, by who is nobody yet",
	"ValidateElsewhere": "a password, by who is nobody yet",
	"ConfirmEmail":      "a link's letters, by who may not be signed in",
	"AcceptInvitation":  "a link's letters; the command LinkAccount does it",
	"RegisterGuest":     "a link's letters and a password, by who is nobody yet; the command LinkAccount does it",
	"AddAccount":        "a proof; the command LinkAccount does it",
	"SetOwnPassphrase":  "a passphrase",
	"TakeForm":          "which forms were sent: nothing of an account",
	"SettleForm":        "as TakeForm",
	"MasqueradeActor":   "as CustomerActor, of a masquerade",
	"Saw":               "that a masquerade looked: a line of the log alone",
	"Refused":           "that a masquerade was refused: a line of the log alone",
	"RefusedOthers":     "as Refused",
	"RefusedPages":      "as Refused",
	"RedeemTicket":      "a ticket's secret",
	"RaiseMasquerade":   "a masquerade's credential",
	"HandOver":          "a token that is signed, and the key for it where there is none",
	"Sent":              "what was sent to another portal: a line of the log alone",
}

// Every write of the pages is a command through Portal.Do, but for what stands in beside: no page has hold of the store, and what
// each calls of the portal is followed to where it writes.
func TestNoPageWritesPastDo(t *testing.T) {
	writes := writers(t, "..")
	called := map[string]bool{}
	for _, f := range parsed(t, ".") {
		ast.Inspect(f, func(n ast.Node) bool {
			if field, method, ok := partsOf(n); ok && field == "portal" {
				if called[method] = true; method == "Store" {
					t.Error("a page has hold of the store")
				}
			}
			return true
		})
	}
	if !called["Do"] || !writes["AddAccount"] || writes["Bills"] || !called["Bills"] {
		t.Fatal("this does not see what the pages call")
	}
	for method := range called {
		if method != "Do" && writes[method] && beside[method] == "" {
			t.Errorf("a page writes by %s, which is no command: send one through Do, or say in beside why there is none", method)
		}
	}
	for _, method := range slices.Sorted(maps.Keys(beside)) {
		if !called[method] || !writes[method] {
			t.Errorf("no page writes by %s", method)
		}
	}
}

// writers names the functions of a folder that write to the store, or call one that does. Methods of one name count as one.
func writers(t *testing.T, dir string) map[string]bool {
	t.Helper()
	writes, calls := map[string]bool{}, map[string]map[string]bool{}
	for _, f := range parsed(t, dir) {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := fn.Name.Name
			if calls[name] == nil {
				calls[name] = map[string]bool{}
			}
			own := "" // what the function calls its receiver
			if fn.Recv != nil && len(fn.Recv.List[0].Names) == 1 {
				own = fn.Recv.List[0].Names[0].Name
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if id, ok := call.Fun.(*ast.Ident); ok {
					calls[name][id.Name] = true
				} else if field, method, ok := partsOf(call.Fun); ok {
					writes[name] = writes[name] || field == "Store" && !slices.Contains(reading, method)
					calls[name][method] = calls[name][method] || field == own || field == "Portal" || field == "portal"
				}
				return true
			})
		}
	}
	for more := true; more; {
		more = false
		for name, all := range calls {
			for called, really := range all {
				if really && writes[called] && calls[called] != nil && !writes[name] {
					writes[name], more = true, true
				}
			}
		}
	}
	return writes
}

// reading are the functions of the store that change nothing; Tell is a word to other nodes.
var reading = []string{"Reader", "View", "Head", "Server", "Epoch", "MailDue", "LinkLetters", "DeviceKey", "LastN", "Floor", "Tell", "Hear"}

// partsOf takes x.field.method apart, and field.method.
func partsOf(n ast.Node) (field, method string, ok bool) {
	at, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	switch x := at.X.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name, at.Sel.Name, true
	case *ast.Ident:
		return x.Name, at.Sel.Name, true
	}
	return "", at.Sel.Name, true
}

// parsed reads the Go files of a folder that are no tests.
func parsed(t *testing.T, dir string) (all []*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), dir+"/"+e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}
