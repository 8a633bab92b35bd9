package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"meterside/care"
	"meterside/care/demo"
	"meterside/portal"
	"meterside/portal/importer"
)

type demoCommand struct {
	place
	Accounts int    `help:"How many billing accounts." default:"5000"`
	Seed     uint64 `help:"Another seed makes another town." default:"1"`
}

// demoPassword is everybody's in a demo town, and printed.
const demoPassword = "password"

// demoPassphrase is by which one customer of a demo town is known on the telephone. It is printed too.
const demoPassphrase = "seven gray herons"

// Run writes the town as an export and imports it, so that a demo goes the way of a real utility.
func (c *demoCommand) Run(p *program) error {
	if filled, err := c.filled(p.ctx); err != nil {
		return err
	} else if filled {
		return fmt.Errorf("%s holds a store already: give an empty one", c)
	}
	town, err := os.MkdirTemp("", "meterside-town-")
	if err != nil {
		return fmt.Errorf("making a folder for the town: %w", err)
	}
	defer func() { _ = os.RemoveAll(town) }()
	counts, err := demo.Write(town, demo.Options{Accounts: c.Accounts, Seed: c.Seed, Today: time.Now().UTC().Truncate(24 * time.Hour)})
	if err != nil {
		return err
	}
	return c.with(p.ctx, func(records *portal.Portal) error {
		if _, err := importer.Import(p.ctx, records, town, importer.Options{Progress: p.progress, By: operator()}); err != nil {
			return err
		}
		g := counts.Guide
		for _, id := range []string{g.CSR, g.Supervisor, g.Admin} {
			if err := records.SetStaffPassword(p.ctx, id, demoPassword); err != nil {
				return err
			}
		}
		for _, user := range []string{g.Enrolled.ID, g.Locked.ID} {
			if err := records.SetWebUserPassword(p.ctx, user, demoPassword); err != nil {
				return err
			}
		}
		if err := records.AgreePassphrase(p.ctx, g.Enrolled.Account, demoPassphrase); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(p.out, "At the desk: %s (CSR) or %s (supervisor), password: %s\n", g.CSR, g.Supervisor, demoPassword)
		_, _ = fmt.Fprintf(p.out, "On the customers' pages: %s, password: %s (account %s at 2172 Main St; on the telephone their passphrase is: %s)\n",
			g.Enrolled.Username, demoPassword, g.Enrolled.Account, demoPassphrase)
		return nil
	})
}

func (p *program) progress(file string, rows int) {
	_, _ = fmt.Fprintf(p.err, "%s: %d rows\n", file, rows)
}

type importCommand struct {
	place
	CSV         string `help:"The folder of the export." type:"existingdir" xor:"what" required:"" placeholder:"FOLDER"`
	GreenButton string `help:"A Green Button file (XML, also packed by gzip) of an account's meters instead." type:"existingfile" xor:"what" required:"" placeholder:"FILE"`
	Account     string `help:"Whose meters these are, with --green-button." placeholder:"NUMBER"`
	DryRun      bool   `help:"Only say what would change."`
	Report      string `help:"Write the report to a file, as JSON." type:"path" placeholder:"FILE"`
}

// problemsShown is how many refused rows, or odd things in a file, are named on the spot, in the language of who imports; the
// report has all of them.
const problemsShown = 10

// Validate wants an account with a Green Button file, and none with a folder.
func (c *importCommand) Validate() error {
	switch {
	case c.GreenButton != "" && c.Account == "":
		return errors.New("give --account with the number of the account whose meters these are")
	case c.GreenButton == "" && c.Account != "":
		return errors.New("give --account with --green-button only: an export names its accounts itself")
	}
	return c.place.Validate()
}

// Run imports, says what it did, and ends with 3 where rows were refused.
func (c *importCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		options := importer.Options{DryRun: c.DryRun, Progress: p.progress, By: operator()}
		if c.GreenButton != "" {
			report, err := importer.GreenButton(p.ctx, records, c.GreenButton, c.Account, options)
			if err != nil {
				return err
			}
			if n := len(report.Warnings); n > 0 {
				_, _ = fmt.Fprintln(p.err, "portald:", say(care.Err("import_odd", "count", strconv.Itoa(n))))
				for _, odd := range report.Warnings[:min(n, problemsShown)] {
					p.odd(odd)
				}
			}
			return c.report(p, report)
		}
		report, err := importer.Import(p.ctx, records, c.CSV, options)
		if err != nil {
			return err
		}
		if err := c.report(p, report); err != nil {
			return err
		}
		if n := len(report.Refused); n > 0 {
			p.part = true
			_, _ = fmt.Fprintln(p.err, "portald:", say(care.Err("import_refused", "count", strconv.Itoa(n))))
			for _, row := range report.Refused[:min(n, problemsShown)] {
				_, _ = fmt.Fprintf(p.err, "  %s:%d: %s %s\n", row.File, row.Line, row.Field, say(care.Error{Code: row.Code, Params: row.Params}))
			}
		}
		return nil
	})
}

// odd names one odd thing, with the line on which it was seen first and how often it was seen.
func (p *program) odd(w importer.MeterWarning) {
	place := w.File
	if w.Line > 0 {
		place += ":" + strconv.Itoa(w.Line)
	}
	said := strings.TrimSpace(w.Series + " " + say(care.Error{Code: w.Code}))
	if w.Count > 1 {
		said += " ×" + strconv.Itoa(w.Count)
	}
	_, _ = fmt.Fprintf(p.err, "  %s: %s\n", place, said)
}

// operator is who runs this program, as the computer knows them; "" where it does not say.
func operator() string {
	who, err := user.Current()
	if err != nil {
		return ""
	}
	return who.Username
}

// report writes what became of an import where it is wanted.
func (c *importCommand) report(p *program, report any) (err error) {
	if c.Report == "" {
		return writeJSON(p.out, report)
	}
	f, err := os.Create(c.Report)
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return writeJSON(f, report)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

type exportCommand struct {
	place
	CSV string `help:"The folder to write." type:"path" required:"" placeholder:"FOLDER"`
}

// Run exports.
func (c *exportCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		if err := os.MkdirAll(c.CSV, 0o700); err != nil {
			return fmt.Errorf("making the folder: %w", err)
		}
		return importer.Export(p.ctx, records, filepath.Clean(c.CSV))
	})
}

type userCommand struct {
	Add userAddCommand `cmd:"" help:"Make or change a member of staff.\n\nExample: portald user add --data portal --id CSR001 --name Ann --role csr --districts all --password-stdin < file"`
}

type userAddCommand struct {
	place
	ID            string   `help:"The staff ID." required:""`
	Name          string   `help:"The name." required:""`
	Role          string   `help:"csr, supervisor or admin." required:""`
	Districts     []string `help:"District IDs, or all." required:""`
	Team          string   `help:"The team."`
	PasswordStdin bool     `help:"Read the password from standard input."`
}

// Run adds a member of staff.
func (c *userAddCommand) Run(p *program) error {
	password, err := p.password(c.PasswordStdin)
	if err != nil {
		return err
	}
	return c.with(p.ctx, func(records *portal.Portal) error {
		return records.AddStaff(p.ctx, care.Staff{ID: c.ID, Name: c.Name, Role: care.Role(c.Role), Team: c.Team, Districts: c.Districts, Active: true}, password)
	})
}

type webUserTools struct {
	Password webUserPasswordCommand `cmd:"" help:"Set a web user's password.\n\nExample: portald webuser password --data portal --id W00000001 --password-stdin < file"`
}

type webUserPasswordCommand struct {
	place
	ID            string `help:"The web user's ID." required:""`
	PasswordStdin bool   `help:"Read the password from standard input." required:""`
}

// Run sets a web user's password.
func (c *webUserPasswordCommand) Run(p *program) error {
	password, err := p.password(c.PasswordStdin)
	if err != nil {
		return err
	}
	return c.with(p.ctx, func(records *portal.Portal) error {
		return records.SetWebUserPassword(p.ctx, c.ID, password)
	})
}

type doctorCommand struct{ place }

// Run checks a store and ends with 1 where something is wrong.
func (c *doctorCommand) Run(p *program) error {
	if filled, err := c.filled(p.ctx); err != nil {
		return err
	} else if !filled {
		return fmt.Errorf("there is no store in %s: give the one that portald serves", c)
	}
	return c.with(p.ctx, func(records *portal.Portal) error {
		findings, err := records.Store.Examine(p.ctx)
		if err != nil {
			return err
		}
		bad := 0
		for _, f := range findings {
			mark := "ok "
			if f.Count > 0 {
				mark = "BAD"
				bad++
			}
			_, _ = fmt.Fprintf(p.out, "%s %s: %d\n", mark, f.Question, f.Count)
		}
		if bad > 0 {
			return fmt.Errorf("%d of %d checks found something: restore a backup, or import the export again", bad, len(findings))
		}
		return nil
	})
}
