// Package externaltest holds a small sample of each service that a utility may run beside the portal, as docs/external.md tells to build
// them. It uses nothing of the portal's own, so that what it accepts is what the document says.
package externaltest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Verifier knows what a portal signed by the keys it shows.
type Verifier struct {
	KeySet   func() ([]byte, error) // the JWKS; asked again for a key that is not known
	Issuer   string
	Audience string
	Now      func() time.Time

	mu   sync.Mutex
	keys map[string]*ecdsa.PublicKey // by kid
	used map[string]int64            // by jti, when it ends
}

// Claims are what a token says.
type Claims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Subject  string `json:"sub"`
	Actor    struct {
		ID string `json:"sub"`
	} `json:"act"`
	Issued  int64  `json:"iat"`
	Expires int64  `json:"exp"`
	ID      string `json:"jti"`
	Method  string `json:"htm"`
	URL     string `json:"htu"`
	Body    string `json:"bh"`
	Scope   string `json:"scope"`
}

// leeway is how far the two clocks may be apart, in seconds.
const leeway = 30

// Verify gives the claims of a token of a type that was signed by the portal, for this service, just now, and was not used before.
func (v *Verifier) Verify(token, typ string) (Claims, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, errors.New("it has not three parts")
	}
	var head struct{ Alg, Kid, Typ string }
	var claims Claims
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err := errors.Join(err, decode(parts[0], &head), decode(parts[1], &claims)); err != nil {
		return Claims{}, err
	}
	if head.Alg != "ES256" || head.Typ != typ || len(signature) != 64 {
		return Claims{}, fmt.Errorf("its header says alg %s and typ %s", head.Alg, head.Typ)
	}
	key, err := v.key(head.Kid)
	if err != nil {
		return Claims{}, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return Claims{}, errors.New("its signature does not fit")
	}
	now := v.Now().Unix()
	switch {
	case claims.Issuer != v.Issuer || claims.Audience != v.Audience:
		return Claims{}, fmt.Errorf("it is from %s for %s", claims.Issuer, claims.Audience)
	case claims.Issued > now+leeway || claims.Expires <= now-leeway || claims.Expires-claims.Issued > 60:
		return Claims{}, errors.New("it is not of now")
	case claims.ID == "" || v.used[claims.ID] != 0:
		return Claims{}, errors.New("it was used before")
	}
	if v.used == nil {
		v.used = map[string]int64{}
	}
	v.used[claims.ID] = claims.Expires
	return claims, nil
}

// key finds a key by its name, and asks for the keys again where it is not known.
func (v *Verifier) key(kid string) (*ecdsa.PublicKey, error) {
	if v.keys[kid] == nil {
		text, err := v.KeySet()
		if err != nil {
			return nil, err
		}
		var set struct {
			Keys []struct{ Kty, Crv, Kid, X, Y string }
		}
		if err := json.Unmarshal(text, &set); err != nil {
			return nil, err
		}
		v.keys = map[string]*ecdsa.PublicKey{} // what is no longer shown is no longer believed
		for _, k := range set.Keys {
			x, errX := base64.RawURLEncoding.DecodeString(k.X)
			y, errY := base64.RawURLEncoding.DecodeString(k.Y)
			if errX != nil || errY != nil || k.Kty != "EC" || k.Crv != "P-256" {
				continue
			}
			if key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...)); err == nil {
				v.keys[k.Kid] = key
			}
		}
	}
	if v.keys[kid] == nil {
		return nil, errors.New("its key is not known")
	}
	return v.keys[kid], nil
}

func decode(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// Bearer is the token of a request's Authorization.
func Bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}
