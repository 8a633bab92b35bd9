package main

import (
	"errors"
	"fmt"
	"log/slog"
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
	Public       string `help:"The address of the customers' pages, as it stands in messages. By default where this listens." placeholder:"https://my.utility.example"`
}

// passwordVariable holds the mail server's password; a flag would show it in every list of processes.
const passwordVariable = "METERSIDE_SMTP_PASSWORD" //nolint:gosec // where it is, not what it is

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
	server.Password = care.Secret(os.Getenv(passwordVariable))
	if f.PasswordFile != "" {
		b, err := os.ReadFile(f.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("reading the mail server's password: %w", err)
		}
		server.Password = care.Secret(strings.TrimRight(string(b), "\r\n"))
	}
	if (server.User == "") != (server.Password == "") {
		return nil, errors.New("a mail server's user name and password go together: the name in --smtp, the password in " + passwordVariable + " or --smtp-password-file")
	}
	return server, nil
}

// sender is what sends messages; nil where they have to wait for a server. site is where the customers' pages are served.
func (f mailFlags) sender(p *portal.Portal, data, site string, log *slog.Logger) (*mail.Sender, error) {
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
	if f.Public != "" {
		u, err := url.Parse(f.Public)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
			return nil, fmt.Errorf("--public %s is no address such as https://my.utility.example", f.Public)
		}
		site = f.Public
	}
	return mail.New(p, mail.Options{From: from, Site: site, Carrier: carrier, Log: log})
}
