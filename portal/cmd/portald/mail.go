package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/mail"
)

// mailFlags are how messages to customers leave. Without a mail server they become files in a folder.
type mailFlags struct {
	SMTP         string `help:"The mail server that messages to customers are handed to: smtps://user@host:465, or smtp://user@host:587 for STARTTLS. Its password stands in METERSIDE_SMTP_PASSWORD. Without one, messages become files." name:"smtp" placeholder:"smtps://…"`
	PasswordFile string `help:"A file that holds the mail server's password instead." type:"existingfile" name:"smtp-password-file" placeholder:"FILE"`
	Folder       string `help:"Where messages become .eml files while there is no mail server. By default in the folder of the store." type:"path" name:"mail-folder" placeholder:"DIR"`
	From         string `help:"Who messages are from." name:"mail-from" placeholder:"\"Utility <no-reply@utility.example>\""`
	Reports      string `help:"A folder, or a Maildir, into which the reports of mail servers come about what they could not deliver." type:"existingdir" name:"mail-reports" placeholder:"DIR"`
	HookFile     string `help:"A file that holds the secret with which a service that follows messages signs what it tells at /hooks/mail. It may stand in METERSIDE_MAIL_HOOK_SECRET instead." type:"existingfile" name:"mail-hook-secret-file" placeholder:"FILE"`
	Public       string `help:"The address of the customers' pages, as it stands in messages. By default where this listens." placeholder:"https://my.utility.example"`
}

// Where the secrets stand; a flag would show them in every list of processes.
const (
	passwordVariable = "METERSIDE_SMTP_PASSWORD" //nolint:gosec // where it is, not what it is
	hookVariable     = "METERSIDE_MAIL_HOOK_SECRET"
)

// secret reads one from a file where one is named, else from a variable; "" where neither is set.
func secret(file, variable string) (care.Secret, error) {
	if file == "" {
		return care.Secret(os.Getenv(variable)), nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	return care.Secret(strings.TrimRight(string(b), "\r\n")), nil
}

// hookLeast is how long the secret of a service that follows messages must be.
const hookLeast = 20

// hook is where such a service tells of messages; nil where no secret is set.
func (f mailFlags) hook(p *portal.Portal, log *slog.Logger) (http.Handler, error) {
	shared, err := secret(f.HookFile, hookVariable)
	switch {
	case err != nil || shared == "":
		return nil, err
	case len(shared) < hookLeast:
		return nil, fmt.Errorf("the secret in %s or --mail-hook-secret-file is shorter than %d letters", hookVariable, hookLeast)
	}
	return mail.Hook(p, shared, log), nil
}

// carrier is what takes messages away; nil where there is neither a server nor a folder.
func (f mailFlags) carrier(data string) (mail.Carrier, error) {
	if f.SMTP == "" {
		folder := f.Folder
		if folder == "" && data != "" {
			folder = filepath.Join(data, "mail")
		}
		if folder == "" {
			return nil, nil
		}
		return mail.Folder(folder), nil
	}
	if f.Folder != "" {
		return nil, errors.New("--smtp and --mail-folder exclude each other: give one of them")
	}
	if f.From == "" {
		return nil, errors.New("--smtp needs --mail-from: who messages are from, such as \"Utility <no-reply@utility.example>\"")
	}
	server, err := mail.ParseServer(f.SMTP)
	if err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	if server.Password, err = secret(f.PasswordFile, passwordVariable); err != nil {
		return nil, err
	}
	if (server.User == "") != (server.Password == "") {
		return nil, errors.New("a mail server's user name and password go together: the name in --smtp, the password in " + passwordVariable + " or --smtp-password-file")
	}
	return server, nil
}

// sender is what sends messages; nil where they have to wait for a server. site is where the customers' pages are served.
func (f mailFlags) sender(p *portal.Portal, data, site string, log *slog.Logger) (*mail.Sender, error) {
	if f.Public != "" {
		u, err := url.Parse(f.Public)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
			return nil, fmt.Errorf("--public %s is no address such as https://my.utility.example", f.Public)
		}
		site = f.Public
	}
	p.Letters = mail.Preview(site)
	carrier, err := f.carrier(data)
	if err != nil {
		return nil, err
	}
	if carrier == nil {
		log.Warn("messages to customers wait: give --smtp a mail server, or --mail-folder a folder")
		return nil, nil
	}
	if folder, ok := carrier.(mail.Folder); ok {
		log.Info("messages to customers become files, because --smtp names no mail server", "folder", string(folder))
	}
	from := f.From
	if from == "" {
		from = "no-reply@portal.invalid" // RFC 2606: nobody's
	}
	return mail.New(p, mail.Options{From: from, Site: site, Carrier: carrier, Log: log})
}

// reportsCommand takes in what mail servers report, for who has them come another way than into a folder that is followed.
type reportsCommand struct {
	place
	From string `arg:"" help:"A folder of mails, a Maildir, or - for one mail on standard input."`
}

// Run reads the reports and says how many messages changed.
func (c *reportsCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		var changed int
		var err error
		if c.From == "-" {
			changed, err = mail.ReadReport(p.ctx, records, p.in)
		} else {
			changed, err = mail.ReadReports(p.ctx, records, c.From, slog.New(slog.NewTextHandler(p.err, nil)))
		}
		_, _ = fmt.Fprintf(p.out, "%d messages changed\n", changed)
		if errors.Is(err, mail.ErrNoReport) {
			return fmt.Errorf("this mail %w", err)
		}
		return err
	})
}
