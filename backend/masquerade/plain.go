package masquerade

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain makes text from outside fit to stand in the banner: one line, no control, format or direction marks, no
// towers of combining marks, at most limit runes with an ellipsis as the last.
func Plain(s string, limit int) string {
	var b strings.Builder
	runes, marks, space := 0, 0, false
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		switch {
		case unicode.IsSpace(r):
			space = runes > 0
			continue
		case r == utf8.RuneError && size == 1, unicode.In(r, unicode.C, unicode.Zl, unicode.Zp), blank(r):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > 2 || runes == 0 {
				continue
			}
		default:
			marks = 0
		}
		need := 1
		if space {
			need = 2
		}
		if runes+need > limit-1 && !(runes+need == limit && s == "") {
			b.WriteString("…")
			return b.String()
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
		runes += need
	}
	return b.String()
}

// blank are the letters and symbols that show nothing: a name made of them would look like no name at all.
func blank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return true
	}
	return false
}
