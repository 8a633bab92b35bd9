package wire

import (
	"fmt"

	"meterside/care"
)

// EncodeEnvelope makes the bytes of a command that its device signs: the same envelope gives the same bytes.
func EncodeEnvelope(env care.Envelope) ([]byte, error) {
	b, err := encMode.Marshal(&env)
	if err != nil {
		return nil, fmt.Errorf("encoding a command: %w", err)
	}
	return b, nil
}

// DecodeEnvelope reads a command's bytes.
func DecodeEnvelope(b []byte) (env care.Envelope, err error) {
	if err := decMode.Unmarshal(b, &env); err != nil {
		return env, care.Err(care.CodeInvalid, "field", "command", "problem", "cannot be read")
	}
	return env, nil
}
