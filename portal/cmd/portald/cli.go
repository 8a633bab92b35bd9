package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"meterside/care"
	"meterside/care/text"
	"meterside/portal"
)

type program struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	part     bool // done in part: exit 3
}

type grammar struct {
	Config kong.ConfigFlag `help:"Read flags from a JSON file." placeholder:"FILE"`

	Serve   serveCommand   `cmd:"" help:"Serve desks and customers.\n\nExample: portald serve --data portal --listen 127.0.0.1:8460"`
	Demo    demoCommand    `cmd:"" help:"Fill an empty store with an invented town, and print who can sign in.\n\nExample: portald demo --data portal --accounts 5000"`
	Import  importCommand  `cmd:"" help:"Read a customer export, or a Green Button file of an account's meters.\n\nExample: portald import --data portal --csv export --report report.json\nportald import --data portal --green-button usage.xml --account 030000013"`
	Export  exportCommand  `cmd:"" help:"Write what import reads.\n\nExample: portald export --data portal --csv export"`
	User    userCommand    `cmd:"" help:"Staff."`
	WebUser webUserTools   `cmd:"" name:"webuser" help:"Web users."`
	Device  deviceTools    `cmd:"" help:"Desks."`
	Key     keyTools       `cmd:"" help:"The keys with which the portal signs what it asks of other services."`
	Reports reportsCommand `cmd:"" help:"Take in what mail servers report that they could not deliver.\n\nExample: portald reports --data portal Maildir"`
	Prune   pruneCommand   `cmd:"" help:"Let what is too old leave the desks now, as serve does every night.\n\nExample: portald prune --data portal"`
	Doctor  doctorCommand  `cmd:"" help:"Look for what is wrong with a store.\n\nExample: portald doctor --data portal"`
	Backup  backupCommand  `cmd:"" help:"Write everything to one file, while the portal serves.\n\nExample: portald backup --data portal monday.backup"`
	Restore restoreCommand `cmd:"" help:"Put a backup into a store, of either kind.\n\nExample: portald restore --data portal monday.backup"`
}

// place is where a store stands; every command has it.
type place struct {
	Data     string `help:"The folder of the store." type:"path" placeholder:"DIR"`
	Database string `help:"A PostgreSQL database instead of the folder. A password is better given in METERSIDE_DATABASE, where no list of processes shows it." placeholder:"postgres://…"`
}

// Validate wants one place.
func (l place) Validate() error {
	if (l.Data == "") == (l.Database == "") {
		return errors.New("give --data with a folder, or --database with postgres://…, one of the two")
	}
	return nil
}

func (l place) open(ctx context.Context) (*portal.Portal, error) {
	if l.Database != "" {
		return portal.Open(ctx, l.Database)
	}
	return portal.Open(ctx, "sqlite:"+l.Data)
}

// filled says whether there is a store already, without making one in a folder.
func (l place) filled(ctx context.Context) (bool, error) {
	if l.Database == "" {
		_, err := os.Stat(filepath.Join(l.Data, "portal.db"))
		return err == nil, nil
	}
	var head int64
	err := l.with(ctx, func(p *portal.Portal) (err error) {
		head, err = p.Store.Head(ctx)
		return err
	})
	return head > 0, err
}

// String names the place without its password.
func (l place) String() string {
	if u, err := url.Parse(l.Database); l.Database != "" && err == nil {
		return u.Redacted()
	}
	return l.Data
}

// with opens the store, runs fn and closes the store.
func (l place) with(ctx context.Context, fn func(*portal.Portal) error) error {
	p, err := l.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fn(p), p.Close())
}

func (p *program) run(args []string) (code int) {
	var g grammar
	parser, err := kong.New(&g, kong.Name("portald"), kong.Description("Meterside's portal service."), kong.Writers(p.out, p.err),
		kong.DefaultEnvars("METERSIDE"), kong.Configuration(kong.JSON), kong.Bind(p), kong.UsageOnError(), kong.Exit(func(c int) { panic(exit(c)) }))
	if err != nil {
		_, _ = fmt.Fprintln(p.err, err)
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
		_, _ = fmt.Fprintln(p.err, "portald:", err)
		return exitUsage
	}
	if err := chosen.Run(); err != nil {
		_, _ = fmt.Fprintln(p.err, "portald:", sentence(err))
		return exitFailed
	}
	if p.part {
		return exitPart
	}
	return exitDone
}

// exit carries kong's wish to end (as --help does) out of the parser.
type exit int

// sentence says an error to people: the catalogue's sentence, or the error itself, as who runs a server needs it.
func sentence(err error) string {
	var said care.Error
	if errors.As(err, &said) && said.Code != care.CodeFault {
		return say(said)
	}
	return err.Error()
}

// say gives a sentence in the language of who runs this program.
func say(said care.Error) string {
	return text.Sentence(text.Language(os.Getenv("LC_ALL")+os.Getenv("LANG")), string(said.Code), said.Params)
}

// password reads one line from standard input.
func (p *program) password(wanted bool) (string, error) {
	if !wanted {
		return "", nil
	}
	line, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", care.Err(care.CodeMissing, "field", "password")
	}
	return line, nil
}
