package masquerade

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"ordinary":             {"Jane Doe", "Jane Doe"},
		"accents and Arabic":   {"José سارة", "José سارة"},
		"decomposed accent":    {"Jose\u0301", "Jose\u0301"},
		"markup is only text":  {"<b>x</b>", "<b>x</b>"},
		"right-to-left marks":  {"evil\u202etxt.exe\u2066\u200f", "eviltxt.exe"},
		"lines and tabs":       {" a\r\n\tb\u2028c ", "a b c"},
		"controls":             {"a\x00\x1b[31mb\u009b", "a[31mb"},
		"broken UTF-8":         {"a\xff\xfeb", "ab"},
		"private use and tags": {"a\ue000\U000e0041b", "ab"},
		"nothing to see":       {"\u3164\u2800\u200b", ""},
		"tower of marks":       {"z\u0300\u0301\u0302\u0303\u0304", "z\u0300\u0301"},
		"marks on nothing":     {"\u0300a", "a"},
		"exactly as long":      {"123456789012", "123456789012"},
		"one too long":         {"1234567890123", "12345678901…"},
		"cut at a space":       {"12345678901 2", "12345678901…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Plain(c.in, 12); got != c.want {
				t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("Jane\u202e Doe", 3)
	f.Add(strings.Repeat("W", 100), 80)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 2 + (limit&0xff+0xff)%0xff
		got := Plain(s, limit)
		if utf8.RuneCountInString(got) > limit || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\u202e\u2066") {
			t.Errorf("Plain(%q, %d) = %q", s, limit, got)
		}
		if again := Plain(got, limit); again != got {
			t.Errorf("not stable: %q, then %q", got, again)
		}
	})
}
