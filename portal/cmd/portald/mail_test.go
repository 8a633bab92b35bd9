package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meterside/portal/mail"
)

func TestHowMailLeavesIsSet(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, data, password string
		flags                mailFlags
		want                 mail.Carrier // nil: not looked at
		says                 string
	}{
		{"nothing", "portal", "", mailFlags{}, mail.Folder(filepath.Join("portal", "mail")), ""},
		{"a folder", "portal", "", mailFlags{Folder: "out"}, mail.Folder("out"), ""},
		{"a database and nothing", "", "", mailFlags{}, nil, ""},
		{"both", "", "", mailFlags{Folder: "out", SMTP: "smtp://mx.example", From: "a@b.example"}, nil, "exclude each other"},
		{"no sender", "", "", mailFlags{SMTP: "smtp://mx.example"}, nil, "--mail-from"},
		{"no server", "", "", mailFlags{SMTP: "mx.example", From: "a@b.example"}, nil, "smtps://user@host:465"},
		{"a password in sight", "", "", mailFlags{SMTP: "smtp://ann:hunter2@mx.example", From: "a@b.example"}, nil, "does not belong"},
		{"a user without a password", "", "", mailFlags{SMTP: "smtp://ann@mx.example", From: "a@b.example"}, nil, "go together"},
		{"a password of nobody", "", "hunter2", mailFlags{SMTP: "smtp://mx.example", From: "a@b.example"}, nil, "go together"},
		{"from the environment", "", "hunter2", mailFlags{SMTP: "smtp://ann@mx.example", From: "a@b.example"}, nil, ""},
		{"from a file", "", "", mailFlags{SMTP: "smtp://ann@mx.example", From: "a@b.example", PasswordFile: file}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(passwordVariable, c.password)
			got, err := c.flags.carrier(c.data)
			if (err == nil) != (c.says == "") || err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "hunter2")) {
				t.Fatalf("said %v, want %q", err, c.says)
			}
			if c.want != nil && got != c.want {
				t.Errorf("it is %#v, want %#v", got, c.want)
			}
			if server, ok := got.(*mail.Server); ok && string(server.Password) != "hunter2" {
				t.Error("the password did not come")
			}
		})
	}
}

func TestReportsAreTakenIn(t *testing.T) {
	dir := t.TempDir()
	portald(t, exitDone, "demo", "--accounts", "100", "--data", dir)
	if said := portald(t, exitFailed, "reports", "--data", dir, "-"); !strings.Contains(said, "is no delivery status report") {
		t.Errorf("said %q", said)
	}
	if said := portald(t, exitDone, "reports", "--data", dir, t.TempDir()); !strings.Contains(said, "0 messages changed") {
		t.Errorf("said %q", said)
	}
}
