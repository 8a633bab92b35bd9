package external

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

const algorithm = "ES256"

// The kinds of tokens, as their header's typ. What is meant for one use is refused in another's place.
const (
	TypeRequest  = "meterside-request+jwt"
	TypeHandOver = "meterside-handover+jwt"
)

// tokenLife is how long a token is good for.
const tokenLife = 60 * time.Second

// Claims are what every token says: who asks for whom, and until when (RFC 7519, RFC 8693).
type Claims struct {
	Issuer   string  `json:"iss"` // the installation
	Audience string  `json:"aud"` // the service's address, as the policy has it
	Subject  string  `json:"sub"` // the web user
	Actor    Subject `json:"act"` // the CSR
	IssuedAt int64   `json:"iat"` // s
	Expires  int64   `json:"exp"` // s
	ID       string  `json:"jti"` // good once
}

// Subject is somebody a token names.
type Subject struct {
	ID string `json:"sub"`
}

// From says who signs, with which key, in whose name.
type From struct {
	Issuer string
	Key    Key
	CSR    string
	Now    time.Time
}

// claims are those of one token.
func (f From) claims(audience, webUser, id string) Claims {
	return Claims{
		Issuer: f.Issuer, Audience: audience, Subject: webUser, Actor: Subject{f.CSR}, IssuedAt: f.Now.Unix(), Expires: f.Now.Add(tokenLife).Unix(), ID: id,
	}
}

// sign writes a JWT of a type, signed as ES256 has it (RFC 7515, RFC 7518).
func (k Key) sign(typ string, claims any) (string, error) {
	head, err := json.Marshal(map[string]string{"alg": algorithm, "kid": k.ID, "typ": typ})
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	text := encoding.EncodeToString(head) + "." + encoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, sum[:])
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return text + "." + encoding.EncodeToString(signature), nil
}
