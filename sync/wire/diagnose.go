package wire

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

var diagnoser = must(cbor.DiagOptions{
	ByteStringEmbeddedCBOR: true, ByteStringText: true, MaxArrayElements: 131072, MaxMapPairs: 4096, MaxNestedLevels: 12,
}.DiagMode())

var typeNames = map[Type]string{
	TypeHello: "hello", TypeWelcome: "welcome", TypeRows: "rows", TypeCommit: "commit", TypeCommand: "command", TypeAck: "ack", TypeBeat: "beat",
	TypePlan: "plan", TypeBusy: "busy", TypeMoved: "moved", TypePresence: "presence", TypePresent: "present", TypeAnswers: "answers",
}

// String is the frame's name; of one that this program does not know, its number.
func (t Type) String() string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return fmt.Sprintf("type %d", byte(t))
}

// Diagnose writes a frame for people: its name, its length as it travels, and what is in it in the diagnostic notation of
// CBOR (RFC 8949, section 8), keys as numbers, with the CBOR inside byte strings written out too.
func Diagnose(b []byte) (string, error) {
	payload, err := unpacked(b)
	if err != nil {
		return "", err
	}
	text, err := diagnoser.Diagnose(payload)
	if err != nil {
		return "", fmt.Errorf("reading a frame: %w", err)
	}
	return fmt.Sprintf("%s %d B %s", Type(b[0]), len(b), text), nil
}
