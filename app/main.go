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
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if f.Masquerade {
		return runMasquerade(f.BrowserFolder, bufio.NewReader(os.Stdin), os.Stdout, log)
	}
	return runDesk(f, assets, log)
}

func runDesk(f flags, assets fs.FS, log *slog.Logger) int {
	d := &Desk{flags: f, log: log, events: newEvents()}
	d.masquerade = &masqueradeHost{desk: d}
	if !generating {
		sweepBrowsers(log, os.TempDir(), time.Now())
		d.backend = d.open()
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

// open opens the backend. If it cannot be opened, the window opens all the same and says why.
func (d *Desk) open() *backend.Backend {
	var secrets keyring.Keyring = keyring.System{}
	if d.flags.SecretFile != "" {
		secrets = &keyring.File{Path: d.flags.SecretFile}
	}
	o := backend.Options{Secrets: secrets, Log: d.log, Changed: d.events.changed}
	if d.flags.Profile == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return backend.Broken(o, fmt.Errorf("finding the user's folder: %w", err))
		}
		d.flags.Profile = filepath.Join(config, "Meterside")
	}
	o.Profile = d.flags.Profile
	b, err := backend.Open(context.Background(), o)
	if err != nil {
		d.log.Error("the desk could not be opened", "error", err)
		return backend.Broken(o, err)
	}
	return b
}
