// Package app is the desk's window. Only it and main import Wails; everything that can be without a window is in backend.
package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // a server or a desk may have no zones of its own

	"github.com/alecthomas/kong"
	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
)

type flags struct {
	Profile    string `help:"The desk's folder; one desk at a time." type:"path" placeholder:"DIR"`
	Portal     string `help:"The portal's address, to begin with." placeholder:"URL"`
	SecretFile string `help:"Keep secrets in a file instead of the keyring." type:"path" placeholder:"FILE"`
	Demo       bool   `help:"Show who can sign in to a demo town."`
	Pop        string `help:"Show the customer that a link names: meterside://pop?phone=8025550114 (or account=, email=; reason=). Goes to the desk that is running. Stands last." env:"-" placeholder:"LINK"`
	Masquerade bool   `help:"Be the second window of a desk, which tells it on standard input what to open." hidden:""`
	// Never from the environment: the second window takes this folder away when it ends.
	BrowserFolder string `help:"Where the second window's browser keeps what it keeps." hidden:"" env:"-" placeholder:"DIR"`
}

// Main runs the desk, or its second window, and returns the exit code.
func Main(args []string, assets fs.FS) int {
	var f flags
	parser, err := kong.New(&f, kong.Name("meterside"), kong.Description("The desk of a utility's customer service representative."), kong.DefaultEnvars("METERSIDE"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if _, err := parser.Parse(args); err != nil {
		fmt.Fprintln(os.Stderr, "meterside:", err)
		return 2
	}
	if !standsLast(args) {
		fmt.Fprintln(os.Stderr, "meterside: --pop and its link stand last; nothing may follow them")
		return 2
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if f.Masquerade {
		return runMasquerade(f.BrowserFolder, bufio.NewReader(os.Stdin), os.Stdout, log)
	}
	return runDesk(f, assets, log)
}

func runDesk(f flags, assets fs.FS, log *slog.Logger) int {
	d := &Desk{flags: f, log: log, events: newEvents(), pops: pops{now: time.Now}}
	d.masquerade = newMasqueradeHost(d)
	if !generating {
		if done := d.openOrHandOver(); done {
			return 0
		}
		sweepBrowsers(log, os.TempDir(), time.Now())
		d.idle.use()
		d.backend.Connect()
	}
	err := wails.Run(&options.App{
		Title: "Meterside", Width: 1280, Height: 800, MinWidth: 900, MinHeight: 600,
		AssetServer:    &assetserver.Options{Assets: assets, Handler: d.reads()},
		Bind:           []any{d},
		ErrorFormatter: formatError(log),
		OnStartup:      d.started,
		OnShutdown:     func(context.Context) { d.close() },
		Linux:          &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever, ProgramName: "meterside"},
		Windows:        &windows.Options{WebviewUserDataPath: filepath.Join(d.flags.Profile, "webview")},
		Mac:            &mac.Options{OnUrlOpen: d.popped},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "meterside:", err)
		return 1
	}
	return 0
}

// formatError gives the window an error as {"code", "params"}; a fault goes to the log and says nothing of its cause.
func formatError(log *slog.Logger) func(error) any {
	return func(err error) any {
		said := care.AsError(err)
		if said.Code == care.CodeFault {
			log.Error("a call of the window failed", "error", err)
		}
		b, err := json.Marshal(said)
		if err != nil {
			return `{"code":"fault"}`
		}
		return string(b)
	}
}

// openOrHandOver opens the backend, or gives what this desk was started for to the one that has the profile already: then
// it is done.
func (d *Desk) openOrHandOver() (done bool) {
	if err := d.chooseProfile(); err != nil {
		d.backend = d.broken(err)
		return false
	}
	said := word{Pop: d.flags.Pop}
	if handOver(d.flags.Profile, said) == nil {
		return true
	}
	var err error
	if d.backend, err = backend.Open(context.Background(), d.options()); err == nil {
		if said.Pop != "" {
			d.popped(said.Pop)
		}
		d.listens = true
		return false
	}
	// One that was started at the same moment may have the profile by now, and hear.
	if care.CodeOf(err) == care.CodeProfileInUse && handOver(d.flags.Profile, said) == nil {
		return true
	}
	d.backend = d.broken(err)
	return false
}

// chooseProfile finds the folder of the desk, where no flag names one.
func (d *Desk) chooseProfile() error {
	if d.flags.Profile != "" {
		return nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return fmt.Errorf("finding the user's folder: %w", err)
	}
	d.flags.Profile = filepath.Join(config, "Meterside")
	return nil
}

// changed tells the window what changed, and the host of the other one that something did.
func (d *Desk) changed(topics ...string) {
	d.events.changed(topics...)
	d.masquerade.hear()
}

func (d *Desk) options() backend.Options {
	var secrets keyring.Keyring = keyring.System{}
	if d.flags.SecretFile != "" {
		secrets = &keyring.File{Path: d.flags.SecretFile}
	}
	return backend.Options{Profile: d.flags.Profile, Secrets: secrets, Log: d.log, Changed: d.changed}
}

// broken is the backend where none could be opened. The window opens all the same and says why.
func (d *Desk) broken(err error) *backend.Backend {
	d.log.Error("the desk could not be opened", "error", err)
	return backend.Broken(d.options(), err)
}
