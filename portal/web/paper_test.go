package web

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"meterside/care"
)

// readPaper gives a file's text as a PDF reader shows it, and what it says of itself.
func readPaper(t *testing.T, file string) (text, about string) {
	t.Helper()
	run := func(name string, args ...string) string {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed: scripts/deps.sh test", name)
		}
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Stdin = strings.NewReader(file)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		return string(out)
	}
	return run("pdftotext", "-layout", "-enc", "UTF-8", "-", "-"), run("pdfinfo", "-enc", "UTF-8", "-")
}

// hasAll fails unless a text has all the words, however many spaces stand between them.
func hasAll(t *testing.T, text string, words ...string) {
	t.Helper()
	text = strings.Join(strings.Fields(text), " ")
	for _, each := range words {
		if !strings.Contains(text, strings.Join(strings.Fields(each), " ")) {
			t.Errorf("no %q in %.2000s", each, text)
		}
	}
}

// sameOnThePage fails for words of a file that do not stand on the bill's page, but for the count of its sheets: the file has no
// tags for screen readers, so the page is what they read.
func sameOnThePage(t *testing.T, file string, page reply) {
	t.Helper()
	file = regexp.MustCompile(`P(age|ágina) \d+ (of|de) \d+`).ReplaceAllString(file, "")
	shown := strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.body, " ")))
	for _, word := range strings.Fields(file) {
		if !slices.Contains(shown, word) {
			t.Errorf("the page does not hold %q, which the file does", word)
		}
	}
}

// R30: a bill can be kept as a file that has the figures of its page, in both languages, and says what it is called and in
// which language it is; in a masquerade too.
func TestABillAsAFile(t *testing.T) {
	town := newTown(t)
	before := care.Bill{
		ID: "B0", Account: home1, IssuedOn: "2026-01-03", DueOn: "2026-01-24", PeriodStart: "2025-12-01", PeriodEnd: "2025-12-31", TotalCents: 8000, Quantity: 1000, Unit: "kWh",
		Segments: care.Segments{{Line: 1, Service: "electric", Description: "Energy charge", AmountCents: 7300}, {Line: 2, Service: "electric", Description: "Tax", AmountCents: 700}},
	}
	town.put(&before)
	who := cookie(town.signIn("jdoe", jane))
	credential, _ := town.masquerade(care.ModeView)
	at := "?account=" + home1
	town.get("/bill"+at+"&bill=B1", who).wants(t, http.StatusOK, `href="/bills/B1.pdf?account=`+home1+`"`, "$98.76")
	for language, words := range map[string][]string{
		"en": {"Bill of February 3, 2026", "For Jane Doe", "2172 MAIN ST", "$98.76", "Due on February 24, 2026", "1,234 kWh (estimated)", "Energy charge $90.00", "Tax $8.76", "$18.76 more than the bill of January 3, 2026", "Page 1 of 1"},
		"es": {"Factura del 3 de febrero de 2026", "$98.76", "1,234 kWh (estimado)", "Energy charge $90.00", "Página 1 de 1"},
	} {
		for _, each := range []edit{who, as(credential)} {
			r := town.get("/bills/B1.pdf"+at+"&lang="+language, each)
			r.wants(t, http.StatusOK, "%PDF-")
			if r.Header.Get("Content-Type") != "application/pdf" || r.Header.Get("Content-Disposition") != `attachment; filename="bill-`+home1+`-2026-02-03.pdf"` {
				t.Errorf("it is given as %q", r.Header)
			}
			if !strings.Contains(r.body, "/Lang ("+language+")") {
				t.Errorf("it does not say that it is in %s", language)
			}
			text, about := readPaper(t, r.body)
			hasAll(t, text, words...)
			sameOnThePage(t, text, town.get("/bill"+at+"&bill=B1&lang="+language, each))
			hasAll(t, about, "Title: "+map[string]string{"en": "Customer portal · Bill of", "es": "Portal de"}[language])
		}
	}
	for _, none := range []string{"/bills/B1" + at, "/bills/B9.pdf" + at, "/bills/B1.pdf?account=" + farm} {
		town.get(none, who).wants(t, http.StatusNotFound)
	}
	town.get("/bills/B1.pdf"+at, cookie(town.signIn("omar", omar))).wants(t, http.StatusNotFound)
}

// What the file's font cannot write is left out in so many words, never as a box; a long bill goes on over pages, with none
// of its lines lost.
func TestABillOfManyLinesAndLetters(t *testing.T) {
	town := newTown(t)
	bill := care.Bill{ID: "long/bill", Account: home1, IssuedOn: "2026-03-01", DueOn: "2026-03-20", TotalCents: -1, Unit: "m³"}
	for i := range 120 {
		bill.Segments = append(bill.Segments, care.Segment{Line: int64(i + 1), Description: fmt.Sprintf("Cargo n.º %d ", i+1) + strings.Repeat("número ", i%20), AmountCents: int64(-i)})
	}
	town.put(&bill,
		&care.Person{ID: "1000000007", Sort: "person", FirstName: "Ñandú Дмитрий", LastName: "李小龙 Ngô\u202e"},
		&care.Premise{ID: "P1", DistrictID: "D1", Address1: "e\u0301 محمد 𝔸 ST"})
	r := town.get("/bills/long%2Fbill.pdf?account="+home1, cookie(town.signIn("jdoe", jane)))
	r.wants(t, http.StatusOK, "%PDF-")
	text, about := readPaper(t, r.body)
	hasAll(t, text, "Ñandú Дмитрий (…) Ngô", "é (…) (…) ST", "stands for letters that this file cannot show", "Cargo n.º 1 ", "Cargo n.º 120 número", "−$1.19", "−$0.01", "Page 4 of")
	hasAll(t, about, "Pages: ")
	if bytes.Contains([]byte(text), []byte("\ufffd")) {
		t.Errorf("letters were lost: %s", text)
	}
}
