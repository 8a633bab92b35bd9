// Package keyring keeps the desk's secrets: in the keyring of the operating system, in a file where there is none, or in
// memory for a test.
package keyring

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/zalando/go-keyring"
)

// Keyring keeps short secrets by name. Windows keeps at most 2560 bytes an item.
type Keyring interface {
	// Get gives ErrNotFound where there is no such secret; any other error means that the keyring cannot be asked.
	Get(name string) (string, error)
	Set(name, secret string) error
	// Delete is no error where there is nothing.
	Delete(name string) error
	// Where says where the secrets are: keyring, file or memory.
	Where() string
}

// ErrNotFound says that there is no such secret, which is not to say that the keyring is missing or locked.
var ErrNotFound = errors.New("no such secret")

const service = "Meterside"

// System is the operating system's keyring.
type System struct{}

// Available says whether the operating system's keyring can be asked.
func (System) Available() error {
	_, err := keyring.Get(service, "probe")
	if err == nil || errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return fmt.Errorf("asking the keyring: %w", err)
}

// Get reads a secret.
func (System) Get(name string) (string, error) {
	s, err := keyring.Get(service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("asking the keyring: %w", err)
	}
	return s, nil
}

// Set keeps a secret.
func (System) Set(name, secret string) error {
	if err := keyring.Set(service, name, secret); err != nil {
		return fmt.Errorf("telling the keyring: %w", err)
	}
	return nil
}

// Delete drops a secret.
func (System) Delete(name string) error {
	if err := keyring.Delete(service, name); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("telling the keyring: %w", err)
	}
	return nil
}

// Where is keyring.
func (System) Where() string { return "keyring" }

// File keeps secrets in a file that only its owner may read, for servers and tests without a keyring.
type File struct {
	Path string
	mu   sync.Mutex
}

// Get reads a secret.
func (f *File) Get(name string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all, err := f.read()
	if err != nil {
		return "", err
	}
	s, ok := all[name]
	if !ok {
		return "", ErrNotFound
	}
	return s, nil
}

// Set keeps a secret.
func (f *File) Set(name, secret string) error {
	return f.change(func(all map[string]string) { all[name] = secret })
}

// Delete drops a secret.
func (f *File) Delete(name string) error {
	return f.change(func(all map[string]string) { delete(all, name) })
}

// Where is file.
func (f *File) Where() string { return "file" }

func (f *File) read() (map[string]string, error) {
	b, err := os.ReadFile(f.Path)
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the secrets: %w", err)
	}
	all := map[string]string{}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("reading the secrets in %s: %w", f.Path, err)
	}
	return all, nil
}

func (f *File) change(fn func(map[string]string)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	all, err := f.read()
	if err != nil {
		return err
	}
	fn(all)
	b, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing the secrets: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
		return fmt.Errorf("writing the secrets: %w", err)
	}
	// A new file, then a rename: an old file's looser mode does not stay.
	next := f.Path + ".new"
	if err := os.WriteFile(next, b, 0o600); err != nil {
		return fmt.Errorf("writing the secrets: %w", err)
	}
	return os.Rename(next, f.Path)
}

// Memory keeps secrets as long as the program runs.
type Memory struct{ sync.Map }

// Get reads a secret.
func (m *Memory) Get(name string) (string, error) {
	v, ok := m.Load(name)
	if s, isText := v.(string); ok && isText {
		return s, nil
	}
	return "", ErrNotFound
}

// Set keeps a secret.
func (m *Memory) Set(name, secret string) error {
	m.Store(name, secret)
	return nil
}

// Delete drops a secret.
func (m *Memory) Delete(name string) error {
	m.Map.Delete(name)
	return nil
}

// Where is memory.
func (m *Memory) Where() string { return "memory" }
