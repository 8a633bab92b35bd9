package web

import (
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal/wording"
)

func TestHostileDataStaysData(t *testing.T) {
	town := newTown(t)
	const script = `<script>alert("x")</script>"><b onmouseover='x'>`
	huge := "\u202e" + script + strings.Repeat("W\u0300", 50_000)
	town.put(
		&care.Person{ID: "1000000007", Sort: "person", FirstName: huge, LastName: "محمد\x07\nx"},
		&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", Nickname: huge, BalanceCents: math.MinInt64},
		&care.Premise{ID: "P1", DistrictID: "D1", Address1: script},
		&care.Bill{ID: script, Account: home1, IssuedOn: "soon" + script, DueOn: "", TotalCents: math.MaxInt64, Quantity: math.MinInt64, Unit: script,
			Segments: care.Segments{{Description: huge, AmountCents: -1}}},
		&care.WebUser{ID: jane, Username: "jdoe", PersonID: "1000000007", Enrolment: care.Enrolled},
	)
	token := town.signIn("jdoe", jane)
	credential, _ := town.masquerade(care.ModeFull)
	for _, path := range []string{"/", "/bills", "/preferences", "/?account=" + farm} {
		for who, edit := range map[string]edit{"customer": cookie(token), "masquerade": as(credential)} {
			if who == "masquerade" && strings.Contains(path, farm) {
				continue
			}
			r := town.get(path, edit)
			r.wants(t, http.StatusOK, "</html>")
			if len(r.body) > 40_000 || strings.Contains(r.body, "<script") || strings.Contains(r.body, "<b onmouse") || strings.ContainsAny(r.body, "\u202e\x07") {
				t.Errorf("%s, %s: %d bytes: %.3000s", who, path, len(r.body), r.body)
			}
		}
	}
	// A name that is too long to edit is not cut by saving something else.
	form := paperlessOn()
	form.Set("nickname.was", wording.Shown(huge, nicknameShown))
	form.Set("nickname", wording.Shown(huge, nicknameShown))
	town.post("/preferences?account="+home1, form, cookie(token)).wants(t, http.StatusSeeOther)
	if got := town.rows("SELECT length(nickname), paperless FROM accounts WHERE account_number = $1", home1); !strings.HasSuffix(got[0], "|true") || len(got[0]) < 10 {
		t.Errorf("the account has %q", got)
	}
}

func TestBills(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.get("/bills?account="+home1, cookie(token)).wants(t, http.StatusOK, "<details>", "Energy charge", "$90.00", "$8.76", `<th scope="col">Issued on</th>`, "January 1, 2026 to January 31, 2026")
	town.get("/bills?account="+home1+"&lang=es", cookie(token)).wants(t, http.StatusOK, "Del 1 de enero de 2026 al 31 de enero de 2026", "(estimado)")
	town.get("/bills?account="+farm, cookie(token)).wants(t, http.StatusOK, "There is no bill yet.")
}

func TestAWebUserWithoutAccounts(t *testing.T) {
	town := newTown(t)
	town.put(&care.WebUser{ID: "W00000009", Username: "new", PersonID: "none", Enrolment: care.Enrolled})
	token := town.signIn("new", "W00000009")
	for _, path := range []string{"/", "/bills", "/preferences"} {
		town.get(path, cookie(token)).wants(t, http.StatusOK, "No account is linked")
	}
	town.post("/preferences", paperlessOn(), cookie(token)).wants(t, http.StatusNotFound)
}

func TestOneCustomersSignInsAreNotAnothers(t *testing.T) {
	town := newTown(t)
	town.put(
		&care.WebUserAccount{WebUserID: omar, Account: home1, Role: "manager"},
		&care.Activity{ID: "A1", Account: home1, WebUserID: omar, At: 1, Sort: "signin.failed", Actor: "omar", ActorKind: care.ByCustomer},
		&care.Activity{ID: "A2", Account: home1, WebUserID: omar, At: 2, Sort: "preferences.changed", Actor: "omar", ActorKind: care.ByCustomer},
		&care.Activity{ID: "A3", Account: home1, WebUserID: jane, At: 3, Sort: "note.written", Actor: "CSR001", ActorKind: care.ByCSR},
	)
	r := town.get("/", cookie(town.signIn("jdoe", jane)))
	r.wants(t, http.StatusOK, "<bdi>Preferences were changed</bdi> (<bdi>omar</bdi>)")
	if strings.Contains(r.body, "A sign-in failed") || strings.Contains(r.body, "note") {
		t.Error("the page tells what is not this customer's")
	}
}

var placeholder = regexp.MustCompile(`{{\w+}}`)

func TestBothLanguagesSayTheSame(t *testing.T) {
	for key, english := range catalogues["en"] {
		spanish, ok := catalogues["es"][key]
		if !ok {
			t.Errorf("%s has no Spanish", key)
		}
		a, b := placeholder.FindAllString(english, -1), placeholder.FindAllString(spanish, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s has the parameters %q and %q", key, a, b)
		}
	}
	if len(catalogues["en"]) != len(catalogues["es"]) {
		t.Errorf("%d English texts, %d Spanish", len(catalogues["en"]), len(catalogues["es"]))
	}
}

func TestEveryTextIsThereAndUsed(t *testing.T) {
	files, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, ".templ") || strings.HasSuffix(f, ".go") && !strings.HasSuffix(f, "_test.go") && !strings.HasSuffix(f, "_templ.go") {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
	}
	for _, said := range regexp.MustCompile(`(?:Say\(|, )"([a-z_.]+)"[,)}]`).FindAllStringSubmatch(source.String(), -1) {
		if _, ok := catalogues["en"][said[1]]; !ok && strings.Contains(said[0], "Say(") {
			t.Errorf("the text %q is not there", said[1])
		}
	}
	made := []string{"activity.", "month.", "date", "instant", "error.", "recent.", "prefs.autopay", "prefs.paperless", "prefs.nickname", "prefs.saved", "prefs.same", "signin.said.", "request.", "task.", "payment.", "service.", "quality.", "message.", "access.mode.", "help.", "role.", "letters."}
	for key := range catalogues["en"] {
		computed := slices.ContainsFunc(made, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		if !computed && !strings.Contains(source.String(), `"`+key+`"`) {
			t.Errorf("the text %q is not used", key)
		}
	}
	for _, kind := range append(slices.Clone(recentKinds), care.ToldCustomers()...) {
		if _, ok := catalogues["en"]["activity."+kind]; !ok {
			t.Errorf("the activity %q has no words", kind)
		}
	}
}

func TestTheStyleSheet(t *testing.T) {
	town := newTown(t)
	r := town.get("/signin")
	_, at, _ := strings.Cut(r.body, `rel="stylesheet" href="`)
	at, _, _ = strings.Cut(at, `"`)
	sheet := town.get(at)
	sheet.wants(t, http.StatusOK, "prefers-color-scheme", "forced-colors", "@media print", "prefers-reduced-motion", "44px")
	if sheet.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("type %q", sheet.Header.Get("Content-Type"))
	}
}
