package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/care/text"
)

type desk struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	flags    grammar
	trace    func(up bool, frame []byte)
}

type grammar struct {
	Config     kong.ConfigFlag `help:"Read flags from a JSON file." placeholder:"FILE"`
	Profile    string          `help:"The desk's folder." type:"path" required:"" placeholder:"DIR"`
	Portal     string          `help:"The portal's address; it is remembered after login." placeholder:"URL"`
	JSON       bool            `name:"json" help:"Write JSON, for scripts."`
	SecretFile string          `help:"Keep secrets in a file instead of the keyring." type:"path" placeholder:"FILE"`
	Verbose    bool            `help:"Say more about the connection."`

	Login     loginCommand     `cmd:"" help:"Sign in.\n\nExample: deskctl --profile p --portal http://127.0.0.1:8460 login --user CSR001 --password-stdin < file"`
	Logout    logoutCommand    `cmd:"" help:"Sign out.\n\nExample: deskctl --profile p logout"`
	Sync      syncCommand      `cmd:"" help:"Bring the replica up to date and hand in the outbox.\n\nExample: deskctl --profile p sync --once"`
	Frames    framesCommand    `cmd:"" help:"Sync, and print each frame that travels, in CBOR's diagnostic notation. It holds what the desk holds: keep it as you keep that.\n\nExample: deskctl --profile p frames"`
	Status    statusCommand    `cmd:"" help:"Say how the desk stands.\n\nExample: deskctl --profile p status"`
	Search    searchCommand    `cmd:"" help:"Find customers.\n\nExample: deskctl --profile p search 2172"`
	Show      showCommand      `cmd:"" help:"Show an account.\n\nExample: deskctl --profile p show 030000013"`
	Do        doCommand        `cmd:"" help:"Send a command.\n\nExample: deskctl --profile p do note.write '{\"account\":\"030000013\",\"text\":\"Called back\"}'"`
	Why       whyCommand       `cmd:"" help:"Say whether a command is allowed, and if not, why.\n\nExample: deskctl --profile p why web_user.unlock '{\"web_user_id\":\"W00000001\"}'"`
	Outbox    outboxCommand    `cmd:"" help:"List what the portal has not answered, or export it.\n\nExample: deskctl --profile p outbox --export outbox.jsonl"`
	Attention attentionCommand `cmd:"" help:"List what was refused, held or lapsed.\n\nExample: deskctl --profile p attention"`
	Tasks     tasksCommand     `cmd:"" help:"List self-service tasks and who made them.\n\nExample: deskctl --profile p tasks --by csr"`
	Activity  activityCommand  `cmd:"" help:"Show an account's log.\n\nExample: deskctl --profile p activity 030000013 --page 1"`
	Doctor    doctorCommand    `cmd:"" help:"Read the whole replica and say how far it is proved to be the portal's view. Ends with 1 on trouble.\n\nExample: deskctl --profile p doctor"`
	Recover   recoverCommand   `cmd:"" help:"Fetch the replica anew at the next sync. What was typed stays.\n\nExample: deskctl --profile p recover"`
	Ask       askCommand       `cmd:"" help:"Ask the portal what this desk does not hold. Each question is logged there."`
}

func (d *desk) run(args []string) (code int) {
	parser, err := kong.New(&d.flags, kong.Name("deskctl"), kong.Description("Meterside's desk without a window."), kong.Writers(d.out, d.err),
		kong.DefaultEnvars("METERSIDE"), kong.Configuration(kong.JSON), kong.Bind(d), kong.UsageOnError(), kong.Exit(func(c int) { panic(exit(c)) }))
	if err != nil {
		_, _ = fmt.Fprintln(d.err, err)
		return exitFailed
	}
	defer func() {
		if e, ok := recover().(exit); ok {
			code = int(e)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintln(d.err, "deskctl:", err)
		return exitUsage
	}
	if err := chosen.Run(); err != nil {
		_, _ = fmt.Fprintln(d.err, "deskctl:", d.sentence(err))
		return exitFailed
	}
	return exitDone
}

// exit carries kong's wish to end (as --help does) out of the parser.
type exit int

func (d *desk) sentence(err error) string {
	said := care.AsError(err)
	if said.Code == care.CodeFault {
		return err.Error()
	}
	return say(said.Code, said.Params)
}

func say(code care.Code, params map[string]string) string {
	if code == "" {
		return ""
	}
	return text.Sentence(text.Language(os.Getenv("LC_ALL")+os.Getenv("LANG")), string(code), params)
}

// with opens the desk, runs fn and closes it.
func (d *desk) with(fn func(*backend.Backend) error) error {
	var secrets keyring.Keyring = keyring.System{}
	if d.flags.SecretFile != "" {
		_, _ = fmt.Fprintf(d.err, "deskctl: secrets are kept in the file %s\n", d.flags.SecretFile)
		secrets = &keyring.File{Path: d.flags.SecretFile}
	}
	level := slog.LevelWarn
	if d.flags.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(d.err, &slog.HandlerOptions{Level: level}))
	b, err := backend.Open(d.ctx, backend.Options{Profile: d.flags.Profile, Secrets: secrets, Log: log, Trace: d.trace})
	if err != nil {
		return err
	}
	return errors.Join(fn(b), b.Close())
}

// print writes a result: JSON where it was asked for, else what lines makes of it.
func (d *desk) print(v any, lines func(io.Writer)) error {
	if d.flags.JSON || lines == nil {
		enc := json.NewEncoder(d.out)
		enc.SetEscapeHTML(false)
		if !d.flags.JSON {
			enc.SetIndent("", "  ")
		}
		return enc.Encode(v)
	}
	w := bufio.NewWriter(d.out)
	lines(w)
	return w.Flush()
}

type loginCommand struct {
	User          string `help:"The staff ID." required:""`
	PasswordStdin bool   `help:"Read the password from standard input." required:""`
}

// Run signs in.
func (c *loginCommand) Run(d *desk) error {
	line, err := bufio.NewReader(d.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the password: %w", err)
	}
	return d.with(func(b *backend.Backend) error {
		address := d.flags.Portal
		if before, err := b.Session(); err != nil {
			return err
		} else if address == "" {
			address = before.Portal
		}
		s, err := b.SignIn(d.ctx, address, c.User, strings.TrimRight(line, "\r\n"))
		if err != nil {
			return err
		}
		return d.print(s, func(w io.Writer) { _, _ = fmt.Fprintf(w, "signed in as %s (%s)\n", s.User.ID, s.User.Role) })
	})
}

type logoutCommand struct {
	KeepUnsent bool `help:"Sign out though commands were not sent; they wait for the same user."`
}

// Run signs out.
func (c *logoutCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error { return b.SignOut(d.ctx, c.KeepUnsent) })
}
