package vault

import (
	"strings"
	"testing"
)

// Seen to fail with a hash of nothing kept for every password, and to run on without the bounds of what a verifier may cost.
func TestAVerifierFitsItsPasswordAlone(t *testing.T) {
	kept, err := NewVerifier("a good password")
	if err != nil {
		t.Fatal(err)
	}
	another, err := NewVerifier("a good password")
	if err != nil {
		t.Fatal(err)
	}
	if kept == another {
		t.Error("two verifiers of one password are alike: there is no salt")
	}
	if strings.Contains(kept, "good") || len(kept) > 2560 {
		t.Errorf("the keyring is to keep %q", kept)
	}
	for password, want := range map[string]bool{"a good password": true, "A good password": false, "": false, "a good password ": false} {
		if Fits(kept, password) != want {
			t.Errorf("%q fits: %v", password, !want)
		}
	}
	for name, text := range map[string]string{
		"nothing":         "",
		"no JSON":         "a good password",
		"no salt":         `{"hash":"` + strings.Repeat("A", 43) + `=","time":2,"memory":19456,"lanes":1}`,
		"no hash":         strings.Replace(kept, `"hash":"`, `"hash_":"`, 1),
		"no time":         strings.Replace(kept, `"time":2`, `"time":0`, 1),
		"no end of time":  strings.Replace(kept, `"time":2`, `"time":4000000000`, 1),
		"all the memory":  strings.Replace(kept, `"memory":19456`, `"memory":4000000000`, 1),
		"no lanes at all": strings.Replace(kept, `"lanes":1`, `"lanes":0`, 1),
	} {
		if Fits(text, "a good password") {
			t.Errorf("%s fits", name)
		}
	}
}
