// Package vault keeps what a desk needs to know its user again while the portal is away.
package vault

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// verifier is what is kept of a password: enough to know it again, and as dear to guess from as OWASP advises. What it cost to
// make stands beside it, so that a later version can ask for more.
type verifier struct {
	Salt   []byte `json:"salt"`
	Hash   []byte `json:"hash"`
	Time   uint32 `json:"time"`
	Memory uint32 `json:"memory"` // KiB
	Lanes  uint8  `json:"lanes"`
}

const (
	saltLength = 16
	hashLength = 32
	// What somebody put into the keyring must not take the computer's memory away.
	mostMemory = 1 << 20 // KiB
	mostTime   = 100
)

// NewVerifier makes what is kept of a password, as text for the keyring.
func NewVerifier(password string) (string, error) {
	v := verifier{Salt: make([]byte, saltLength), Time: 2, Memory: 19 << 10, Lanes: 1}
	if _, err := rand.Read(v.Salt); err != nil {
		return "", fmt.Errorf("making a verifier: %w", err)
	}
	v.Hash = v.of(password)
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("making a verifier: %w", err)
	}
	return string(text), nil
}

// Fits says whether a password is the one that a verifier was made of. What is no verifier fits none.
func Fits(text, password string) bool {
	var v verifier
	if json.Unmarshal([]byte(text), &v) != nil || len(v.Salt) < saltLength || len(v.Hash) != hashLength ||
		v.Time == 0 || v.Time > mostTime || v.Memory > mostMemory || v.Lanes == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(v.of(password), v.Hash) == 1
}

func (v verifier) of(password string) []byte {
	return argon2.IDKey([]byte(password), v.Salt, v.Time, v.Memory, v.Lanes, hashLength)
}
