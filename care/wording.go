package care

import "strings"

// Text is the utility's own wording of something, such as "masquerade.banner", in a language, with what its placeholders
// stand for as name, value, name, value. A language that there is not is English.
func (p Policy) Text(name, language string, pairs ...string) string {
	key := name + "." + language
	if _, known := defaults[key]; !known {
		key = name + ".en"
	}
	filled := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		filled = append(filled, "{{"+pairs[i]+"}}", pairs[i+1])
	}
	return strings.NewReplacer(filled...).Replace(p.Get(key))
}

// stray says whether a text holds a placeholder that nobody fills in, or a part of one.
func stray(text string, placeholders []string) bool {
	for _, name := range placeholders {
		text = strings.ReplaceAll(text, "{{"+name+"}}", "")
	}
	return strings.Contains(text, "{{") || strings.Contains(text, "}}")
}

// braced are placeholders as they are written.
func braced(placeholders []string) string {
	if len(placeholders) == 0 {
		return ""
	}
	return "{{" + strings.Join(placeholders, "}}, {{") + "}}"
}
