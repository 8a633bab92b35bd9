// Package given finds, for tests, what stands beside the project: real files, real names, hostile input, and the maker of exports.
package given

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Path is where a file or folder of the data is: in METERSIDE_DATA, else in ../shared/data beside the project. The error says
// which is not there, and what to set.
func Path(parts ...string) (string, error) {
	root := os.Getenv("METERSIDE_DATA")
	if root == "" {
		project, err := project()
		if err != nil {
			return "", err
		}
		root = filepath.Join(project, "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("without what is given: %w (METERSIDE_DATA says where the data is)", err)
	}
	return filepath.Abs(path)
}

// project is the folder above this one that holds go.mod: go test runs in the folder of its package.
func project() (string, error) {
	at, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(at, "go.mod")); missing == nil {
			return at, nil
		}
		above := filepath.Dir(at)
		if above == at {
			return "", fmt.Errorf("there is no go.mod above %s", at)
		}
		at = above
	}
	return "", err
}

// Data is Path for a test that is skipped where it is not there.
func Data(t testing.TB, parts ...string) string {
	t.Helper()
	path, err := Path(parts...)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// NaughtyStrings are the texts of the big list. A test that cannot do without is skipped where it is not there.
func NaughtyStrings(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile(Data(t, "bad-input", "blns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil || len(all) < 400 {
		t.Fatalf("the big list holds %d strings, %v", len(all), err)
	}
	return all
}

// Maker is the program that makes customer exports of any size with their answers, or the reason why it cannot be run.
func Maker() (string, error) {
	data, err := Path()
	if err != nil {
		return "", err
	}
	if _, err := exec.LookPath("python3"); err != nil {
		return "", fmt.Errorf("making exports: %w", err)
	}
	tool := filepath.Join(data, "..", "tools", "make_customers.py")
	_, err = os.Stat(tool)
	return tool, err
}

// Export is a folder that the maker wrote, as its flags say. The test is skipped where there is no maker.
func Export(t testing.TB, flags ...string) string {
	t.Helper()
	tool, err := Maker()
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "python3", append([]string{tool, "--out", dir}, flags...)...).CombinedOutput(); err != nil {
		t.Fatalf("making an export: %v: %s", err, bytes.TrimSpace(out))
	}
	return dir
}
