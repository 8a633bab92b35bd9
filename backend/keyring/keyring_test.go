package keyring

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestKeyrings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "secrets")
	all := map[string]Keyring{"file": &File{Path: path}, "memory": &Memory{}}
	if err := (System{}).Available(); err == nil {
		all["keyring"] = System{}
	} else {
		t.Logf("the system's keyring cannot be asked here, and is not tested: %v", err)
	}
	for where, k := range all {
		t.Run(where, func(t *testing.T) {
			if k.Where() != where {
				t.Errorf("says it is %s", k.Where())
			}
			if _, err := k.Get("test"); !errors.Is(err, ErrNotFound) {
				t.Errorf("before: %v", err)
			}
			if err := k.Set("test", "s€cret"); err != nil {
				t.Fatal(err)
			}
			if s, err := k.Get("test"); s != "s€cret" || err != nil {
				t.Errorf("got %q, %v", s, err)
			}
			for range 2 {
				if err := k.Delete("test"); err != nil {
					t.Error(err)
				}
			}
			if _, err := k.Get("test"); !errors.Is(err, ErrNotFound) {
				t.Errorf("after: %v", err)
			}
		})
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
}
