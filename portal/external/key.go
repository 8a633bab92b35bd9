package external

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// Key is a pair on the curve P-256, known by the thumbprint of its public half (RFC 7638). It does not print its private half.
type Key struct {
	ID      string
	private *ecdsa.PrivateKey
}

var encoding = base64.RawURLEncoding

// NewKey makes a key.
func NewKey() (Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("making a key: %w", err)
	}
	return named(private)
}

// ReadKey reads what Private wrote.
func ReadKey(text string) (Key, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return Key{}, errors.New("a kept key is not base64")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	private, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok || private.Curve != elliptic.P256() {
		return Key{}, errors.New("a kept key is no private key on P-256")
	}
	return named(private)
}

// Private is the whole key as text, for where it is kept: PKCS #8 in base64.
func (k Key) Private() (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return "", fmt.Errorf("writing a key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// String names the key.
func (k Key) String() string { return k.ID }

// GoString hides the private half from %#v.
func (k Key) GoString() string { return "external.Key{" + k.ID + "}" }

// jwk is the public half. The members of the thumbprint stand in the order that RFC 7638 wants.
type jwk struct {
	Curve string `json:"crv"`
	Type  string `json:"kty"`
	X     string `json:"x"`
	Y     string `json:"y"`
}

func (k Key) public() (jwk, error) {
	point, err := k.private.PublicKey.Bytes() // 4, then x and y of 32 bytes each
	if err != nil {
		return jwk{}, fmt.Errorf("reading a key's public half: %w", err)
	}
	return jwk{Curve: "P-256", Type: "EC", X: encoding.EncodeToString(point[1:33]), Y: encoding.EncodeToString(point[33:])}, nil
}

func named(private *ecdsa.PrivateKey) (Key, error) {
	k := Key{private: private}
	public, err := k.public()
	if err != nil {
		return Key{}, err
	}
	text, err := json.Marshal(public)
	if err != nil {
		return Key{}, fmt.Errorf("naming a key: %w", err)
	}
	sum := sha256.Sum256(text)
	k.ID = encoding.EncodeToString(sum[:])
	return k, nil
}

// JWKS is the document by which others know the public halves of keys (RFC 7517).
func JWKS(keys []Key) ([]byte, error) {
	type shown struct {
		jwk
		ID  string `json:"kid"`
		Use string `json:"use"`
		Alg string `json:"alg"`
	}
	set := struct {
		Keys []shown `json:"keys"`
	}{Keys: []shown{}}
	for _, k := range keys {
		public, err := k.public()
		if err != nil {
			return nil, err
		}
		set.Keys = append(set.Keys, shown{public, k.ID, "sig", algorithm})
	}
	text, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("writing the key set: %w", err)
	}
	return text, nil
}
