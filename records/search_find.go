package records

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Of a text that was pasted by mistake no more than this is looked at: no document has as much to say.
const (
	mostRunes    = 4096
	mostWords    = 40
	mostTrigrams = 48
)

// phoneDigits are the digits of a phone number without its country. With fewer, other numbers hold them too often.
const phoneDigits = 10

// wanted is what a query asks for.
type wanted struct {
	words []string // each stands somewhere; none stands in another
	// first is, where all words are of one or two characters, the first of them: some part begins so. It is no part of words.
	first  string
	digits string // or, what reads as a phone number
	phone  string // the last ten digits of what reads as a whole phone number
	joined string // the whole query
	given  bool   // it may be what a caller gives whole: none of that is without a digit or an at sign
}

// wants reads a query; nil for one that asks for nothing.
func wants(text string) *wanted {
	if len(text) > mostRunes {
		text = string([]rune(text[:min(len(text), utf8.UTFMax*mostRunes)])[:min(mostRunes, utf8.RuneCountInString(text))])
	}
	words := strings.Fields(Fold(text))
	if len(words) == 0 {
		return nil
	}
	w := &wanted{joined: strings.Join(words, " ")}
	w.given = strings.ContainsAny(w.joined, "0123456789@")
	digits := Digits(text)
	if len(digits) >= 7 && digits != words[0] {
		w.digits = digits
	}
	if len(digits) >= phoneDigits {
		w.phone = digits[len(digits)-phoneDigits:]
	}
	if !slices.ContainsFunc(words, func(w string) bool { return utf8.RuneCountInString(w) > 2 }) {
		w.first, words, w.given = words[0], words[1:], false
	}
	for i, word := range words {
		said := func(other string) bool { return strings.Contains(other, word) }
		if i < mostWords && !slices.ContainsFunc(words[:i], said) && !slices.ContainsFunc(words[i+1:], func(o string) bool { return o != word && said(o) }) {
			w.words = append(w.words, word)
		}
	}
	return w
}

// match is the full-text query for what may be wanted.
func (w *wanted) match() string {
	if w.first != "" {
		mark := begin
		if utf8.RuneCountInString(w.first) == 1 {
			mark += begin
		}
		return quoted(mark + w.first)
	}
	var all []string
	for _, word := range w.words {
		all = append(all, cover(word)...)
	}
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	match := strings.Join(all[:min(len(all), mostTrigrams)], " AND ")
	if w.digits != "" { // it may be one number, or two, or one with dashes
		digits := strings.Join(cover(w.digits), " AND ")
		if match == "" {
			return digits
		}
		match = "(" + match + ") OR (" + digits + ")"
	}
	return match
}

// whole is the full-text query for what has exactly this text.
func (w *wanted) whole() string {
	all := cover(whole + w.joined + whole)
	return strings.Join(all[:min(len(all), mostTrigrams)], " AND ")
}

// cover are quoted runs of three characters of a word: an index without positions knows no phrases. Of letters those will
// do that hold each character once, as the text itself is judged after; of digits, whose runs stand everywhere, all.
func cover(word string) []string {
	letters := []rune(word)
	if len(letters) < 3 {
		return nil
	}
	step := 3
	if strings.ContainsAny(word, "0123456789") {
		step = 1
	}
	var all []string
	for i := 0; i < len(letters); i += step {
		at := min(i, len(letters)-3)
		all = append(all, quoted(string(letters[at:at+3])))
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
