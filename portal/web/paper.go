package web

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"meterside/care"
	"meterside/portal/wording"
)

// The sheet's measures, in millimetres on US letter paper.
const (
	paperMargin = 20.0
	paperWide   = 215.9 - 2*paperMargin
	paperLine   = 5.5
	paperFoot   = 25.0
	moneyWide   = 32.0
	amountWide  = 40.0 // of a line's quantity
	paperFont   = "go"
)

// paper is a bill on its way to a file.
type paper struct {
	*fpdf.Fpdf
	cut bool // letters are left out that the font does not have
}

// paper gives the bill as a PDF, of what its page shows. The file has no tags for screen readers, so it holds nothing that the
// page does not. The font has the letters of Latin, Greek and Cyrillic; others give
// way to (…), and the file says so.
func (b oneBill) paper() ([]byte, error) {
	doc := &paper{Fpdf: fpdf.New("P", "mm", "Letter", "")}
	doc.SetTitle(b.Say("portal")+" · "+b.title, true)
	doc.SetLang(b.visit.language)
	doc.SetCreationDate(b.visit.now.UTC())
	doc.SetModificationDate(b.visit.now.UTC())
	doc.SetCatalogSort(true)
	doc.SetMargins(paperMargin, paperMargin, paperMargin)
	doc.SetAutoPageBreak(true, paperFoot)
	// The document cuts its own font out of these.
	doc.AddUTF8FontFromBytes(paperFont, "", slices.Clone(goregular.TTF))
	doc.AddUTF8FontFromBytes(paperFont, "B", slices.Clone(gobold.TTF))
	doc.AliasNbPages("{pages}")
	doc.SetFooterFunc(func() {
		doc.SetY(-15)
		doc.SetFont(paperFont, "", 9)
		doc.CellFormat(0, paperLine, b.Say("bill.page", "page", fmt.Sprint(doc.PageNo()), "pages", "{pages}"), "", 0, "C", false, 0, "")
	})
	doc.AddPage()
	doc.words(10, "", b.Say("portal"))
	doc.words(18, "B", b.title)
	doc.Ln(2)
	for _, each := range b.addressed() {
		doc.pair(each.label, each.value)
	}
	doc.Ln(4)
	doc.words(11, "", b.Say("bill.amount"))
	doc.words(18, "B", b.money(b.bill.TotalCents))
	doc.Ln(2)
	for _, fact := range b.facts() {
		doc.pair(fact.label, fact.value)
	}
	if len(b.bill.Segments) > 0 {
		doc.heading(b.Say("bill.caption", "date", b.Date(b.bill.IssuedOn)))
		doc.row("B", b.Say("bill.line"), b.Say("bill.quantity"), b.Say("bill.amount"))
		for _, line := range b.bill.Segments {
			doc.line(b.page, line)
		}
		doc.row("B", b.Say("bill.amount"), "", b.money(b.bill.TotalCents))
	}
	if b.before != nil {
		doc.heading(b.Say("why.title"))
		doc.words(11, "", b.difference())
		for _, r := range b.why {
			doc.row("", r.words, "", b.money(r.cents))
		}
		for _, words := range b.estimates() {
			doc.words(11, "", words)
		}
	}
	if doc.cut {
		doc.Ln(4)
		doc.words(9, "", b.Say("bill.letters"))
	}
	var file bytes.Buffer
	if err := doc.Output(&file); err != nil {
		return nil, fmt.Errorf("writing a bill's file: %w", err)
	}
	return file.Bytes(), nil
}

// words writes a paragraph.
func (doc *paper) words(size float64, style, words string) {
	doc.SetFont(paperFont, style, size)
	doc.MultiCell(0, size*paperLine/10, doc.printed(words), "", "L", false)
}

// heading begins a part. It does not stay alone at the foot of a page.
func (doc *paper) heading(words string) {
	doc.Ln(4)
	doc.room(4 * paperLine)
	doc.words(13, "B", words)
	doc.Ln(1)
}

// pair writes a name and what it is.
func (doc *paper) pair(name, value string) {
	doc.SetFont(paperFont, "B", 11)
	doc.CellFormat(50, paperLine, doc.printed(name), "", 0, "L", false, 0, "")
	doc.SetFont(paperFont, "", 11)
	doc.MultiCell(0, paperLine, doc.printed(value), "", "L", false)
}

// line writes a line of the bill.
func (doc *paper) line(p page, line care.Segment) {
	doc.row("", wording.Shown(line.Description, textShown), p.quantity(line.Quantity, line.Unit), p.money(line.AmountCents))
}

// row writes a line of a table: what it is about takes as many lines as it needs, and stays on one page.
func (doc *paper) row(style, what, quantity, amount string) {
	doc.SetFont(paperFont, style, 11)
	lines := doc.SplitText(doc.printed(what), paperWide-moneyWide-amountWide)
	high := paperLine * float64(max(len(lines), 1))
	doc.room(high)
	top := doc.GetY()
	for _, words := range lines {
		doc.CellFormat(paperWide-moneyWide-amountWide, paperLine, words, "", 2, "L", false, 0, "")
	}
	doc.SetXY(paperMargin+paperWide-moneyWide-amountWide, top)
	doc.CellFormat(amountWide, paperLine, doc.printed(quantity), "", 0, "R", false, 0, "")
	doc.CellFormat(moneyWide, paperLine, doc.printed(amount), "", 0, "R", false, 0, "")
	doc.SetXY(paperMargin, top+high)
	doc.Line(paperMargin, top+high, paperMargin+paperWide, top+high)
}

// room begins a new page where less than so much is left.
func (doc *paper) room(high float64) {
	_, page := doc.GetPageSize()
	if doc.GetY()+high > page-paperFoot {
		doc.AddPage()
	}
}

// leftOut stands for letters that the font does not have.
const leftOut = "(…)"

// printed is a text as the font can write it.
func (doc *paper) printed(words string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(words) {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ') // also one that holds words together: the lines are broken here
			gap = false
		case hasLetter(r):
			b.WriteRune(r)
			gap = false
		case !gap:
			b.WriteString(leftOut)
			doc.cut, gap = true, true
		}
	}
	return b.String()
}

var printedBy = sync.OnceValue(func() *sfnt.Font {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic("the embedded font does not parse: " + err.Error())
	}
	return font
})

// hasLetter says whether the font can write a letter.
func hasLetter(r rune) bool {
	at, err := printedBy().GlyphIndex(nil, r)
	return err == nil && at != 0
}
