package care

import (
	"crypto/sha256"
	"encoding/hex"
)

// AcknowledgeOnce is the word of masquerade.acknowledge for once in a shift: what is acknowledged holds until the CSR signs in
// anew, or until the utility changes the text.
const AcknowledgeOnce = "once_per_shift"

// AckVersion names the text that is acknowledged in a language: the language, and the beginning of the text's SHA-256. The text is
// the utility's own, before it says whom it is about, so that it has one name for all customers.
func (p Policy) AckVersion(language string) string {
	sum := sha256.Sum256([]byte(p.Text("masquerade.ack_text", language)))
	return language + ":" + hex.EncodeToString(sum[:6])
}

// Acknowledges says whether a version names what the utility wants acknowledged now, in either language.
func (p Policy) Acknowledges(version string) bool {
	return version == p.AckVersion("en") || version == p.AckVersion("es")
}
