package records

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold brings a text to the form in which it is searched: compatibility forms, case and diacritics taken away, white
// space made single blanks. Documents and queries go through the same. Control characters count as blanks, so that
// documents can use them for marks that nobody can type.
func Fold(s string) string {
	if ascii(s) {
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), blank), " ")
	}
	t := transform.Chain(norm.NFKD, cases.Fold(), runes.Remove(runes.In(unicode.Mn)), runes.Remove(runes.In(unicode.Cf)), norm.NFC)
	s = strings.ToValidUTF8(s, " ")
	folded, _, err := transform.String(t, s)
	if err != nil {
		folded = strings.ToLower(s)
	}
	return strings.Join(strings.FieldsFunc(alike.Replace(folded), blank), " ")
}

// alike are letters and signs that no decomposition brings to what people type for them.
var alike = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ħ", "h", "ı", "i", "æ", "ae", "œ", "oe", "ð", "d", "þ", "th",
	"’", "'", "‘", "'", "ʼ", "'", "`", "'", "´", "'", "‐", "-", "‑", "-", "–", "-", "—", "-", "ـ", "")

// Digits gives the digits of what reads as a phone number, or "" for anything else.
func Digits(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("+-(). ", r):
		default:
			return ""
		}
	}
	return b.String()
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
