package portal

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a password hash: OWASP's advice for argon2id.
const (
	argonTime   = 2
	argonMemory = 19 * 1024 // KiB
	argonLanes  = 1
	argonKey    = 32
)

// hashPassword gives an argon2id hash in the PHC string format.
func (p *Portal) hashPassword(password string) (string, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("making a salt: %w", err)
	}
	p.hashing <- struct{}{}
	defer func() { <-p.hashing }()
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, b64(salt), b64(key)), nil
}

// checkPassword says whether a password fits a hash. An empty hash takes as long and never fits, so that an unknown user
// is as slow as a known one.
func (p *Portal) checkPassword(hash, password string) bool {
	var memory, time uint32
	var lanes uint8
	salt, want := make([]byte, 16), make([]byte, argonKey)
	memory, time, lanes = argonMemory, argonTime, argonLanes
	parts := strings.Split(hash, "$")
	known := len(parts) == 6 && parts[1] == "argon2id"
	if known {
		_, err1 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes)
		s, err2 := base64.RawStdEncoding.DecodeString(parts[4])
		w, err3 := base64.RawStdEncoding.DecodeString(parts[5])
		known = err1 == nil && err2 == nil && err3 == nil && len(w) > 0
		if known {
			salt, want = s, w
		}
	}
	p.hashing <- struct{}{}
	defer func() { <-p.hashing }()
	got := argon2.IDKey([]byte(password), salt, time, memory, lanes, uint32(len(want))) //nolint:gosec // a hash is 32 bytes
	return known && subtle.ConstantTimeCompare(got, want) == 1
}

// newSecret gives 32 random bytes as text, and the hash under which they are kept.
func newSecret() (secret, hash string, err error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", "", fmt.Errorf("making a secret: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, hashSecret(secret), nil
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
