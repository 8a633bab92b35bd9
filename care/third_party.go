package care

// ThirdParty are the origins of others whose files the pages of a masquerade may use (R65); none where policy denies them.
func (p Policy) ThirdParty() []string { return WebOrigins(Split(p.Get("masquerade.third_party"))) }

// WebOrigins are those of some words that are origins of the web, such as https://pay.example.com.
func WebOrigins(words []string) []string {
	var all []string
	for _, word := range words {
		if isOrigin(word, false) {
			all = append(all, word)
		}
	}
	return all
}
