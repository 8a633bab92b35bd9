//go:build e2e

// Command portal stands up the customers' pages over a small town of its own for the browser tests. It prints where they
// are, with a customer's sign-in, where the links of letters lead, and a view-only masquerade's credential, as one JSON line. For each line of its standard
// input it prints where the newest link leads, and ends with it. With --window it shows them in a masquerade's window instead, and prints what no page may
// hold; with --elsewhere view or scope that window leads to a utility's own portal. With --greet it opens no window: it says how the program's own
// is greeted to show them, and prints what no page may hold as soon as it is open.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/portal/web"
)

const (
	account  = "030000013"
	worst    = "030000034" // of the customer whose every text is among the worst
	user     = "W00000001"
	password = "correct horse battery"
	verifier = "verifier-of-the-test"
	device   = "desk-of-the-test"
)

func main() {
	inWindow := flag.Bool("window", false, "show the pages in a masquerade's window")
	greet := flag.Bool("greet", false, "open no window: say how one is greeted")
	elsewhere := flag.String("elsewhere", care.HandOverOff, "how far the masquerade leads to a utility's own portal: off, view or scope")
	flag.Parse()
	if err := run(context.Background(), *inWindow, *greet, *elsewhere); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until standard input ends.
func run(ctx context.Context, inWindow, greet bool, elsewhere string) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dir, err := os.MkdirTemp("", "portal-e2e-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	p, err := portal.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := seed(ctx, p); err != nil {
		return err
	}
	heard := &overheard{Handler: web.New(p, web.Options{}), credential: make(chan string, 1)}
	pages := httptest.NewServer(heard)
	defer pages.Close()
	if elsewhere != care.HandOverOff {
		theirs, err := lead(ctx, p, elsewhere)
		if err != nil {
			return err
		}
		defer theirs.Close()
	}
	grant, err := ask(ctx, p)
	if err != nil {
		return err
	}
	links, err := linksOf(ctx, p)
	if err != nil {
		return err
	}
	where := map[string]any{"url": pages.URL, "username": "jdoe", "password": password, "links": links, "session": grant.SessionID}
	greeted := greeting(pages.URL, dir, grant)
	out := json.NewEncoder(os.Stdout)
	switch {
	case greet:
		where["greeting"] = greeted
	case inWindow:
		w, err := openWindow(ctx, greeted)
		if err != nil {
			return err
		}
		defer w.close()
		where["shell"], where["downloads"] = w.ShellURL(), greeted.Downloads
		if where["secrets"], err = secretsOf(ctx, p, grant, heard); err != nil {
			return err
		}
	default:
		redeemed, err := p.RedeemTicket(ctx, grant.Ticket, verifier, device, "127.0.0.1")
		if err != nil {
			return err
		}
		where["credential"] = redeemed.Credential
	}
	if err := out.Encode(where); err != nil {
		return fmt.Errorf("telling where the pages are: %w", err)
	}
	if greet {
		said := make(chan error, 1)
		defer func() { cancel(); err = errors.Join(err, <-said) }()
		go func() { said <- tellSecrets(ctx, p, grant, heard) }()
	}
	return tellNewest(ctx, p)
}

// tellSecrets prints what no page may hold, once a window is open.
func tellSecrets(ctx context.Context, p *portal.Portal, g portal.Grant, heard *overheard) error {
	secrets, err := secretsOf(ctx, p, g, heard)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"type": "secrets", "secrets": secrets})
}

// tellNewest prints where the newest link leads, for each line of standard input, until that ends.
func tellNewest(ctx context.Context, p *portal.Portal) error {
	asked := bufio.NewScanner(os.Stdin)
	for asked.Scan() {
		links, err := leading(ctx, p, "s.ends_at DESC, s.rowid DESC LIMIT 1")
		if err != nil {
			return err
		}
		if err := json.NewEncoder(os.Stdout).Encode(links); err != nil {
			return fmt.Errorf("telling where a link leads: %w", err)
		}
	}
	return asked.Err()
}

// linksOf has a letter written for each kind of link, and gives where they lead.
func linksOf(ctx context.Context, p *portal.Portal) ([]string, error) {
	if err := p.ForgottenPassword(ctx, "jdoe", "127.0.0.1"); err != nil {
		return nil, err
	}
	pending := care.WebUser{ID: "W00000003", Username: "janet", Email: "janet@example.com", PersonID: "1000000007", Enrolment: care.Pending}
	_, err := p.Store.Update(ctx, store.Options{Actor: care.Actor{ID: user, Name: "jdoe", Origin: care.OriginPortal}, Now: p.Now(), Command: "letters"}, func(tx *store.Tx) error {
		if err := tx.Put(&pending); err != nil {
			return err
		}
		if err := tx.Put(&care.WebUserAccount{WebUserID: pending.ID, Account: "030000021", Role: "owner"}); err != nil {
			return err
		}
		if err := care.Post(tx, pending, care.Message{Template: care.TemplateValidation, Account: account}); err != nil {
			return err
		}
		if err := (&care.ChangeLoginEmail{Account: account, Email: "waiting@example.org"}).Apply(tx); err != nil {
			return err
		}
		return (&care.InviteGuest{Account: account, Email: "ana@example.com", Role: "viewer"}).Apply(tx)
	})
	if err != nil {
		return nil, fmt.Errorf("writing letters: %w", err)
	}
	if err := p.SetWebUserPassword(ctx, pending.ID, password); err != nil {
		return nil, err
	}
	links, err := leading(ctx, p, "1")
	if err == nil && len(links) != 4 {
		err = fmt.Errorf("%d links, not one of each kind", len(links))
	}
	return links, err
}

// leading are where links lead whose letters are still in line.
func leading(ctx context.Context, p *portal.Portal, order string) ([]string, error) {
	rows, err := p.Store.Reader().QueryContext(ctx, `SELECT CASE WHEN n.template = 'registration_validation' THEN '/validate?link=' WHEN t.task_id IS NOT NULL THEN '/invited?link='
			WHEN r.kind = 'email' THEN '/email?link=' ELSE '/reset?link=' END || s.token
		FROM recovery_secret s LEFT JOIN notifications n ON n.notification_id = s.recovery_id LEFT JOIN tasks t ON t.task_id = s.recovery_id
		LEFT JOIN recoveries r ON r.recovery_id = s.recovery_id WHERE s.token <> '' ORDER BY `+order)
	if err != nil {
		return nil, fmt.Errorf("reading the links: %w", err)
	}
	defer rows.Close()
	var links []string
	for rows.Next() {
		var link string
		if err := rows.Scan(&link); err != nil {
			return nil, fmt.Errorf("reading the links: %w", err)
		}
		links = append(links, link)
	}
	return links, rows.Err()
}

// seed makes one customer with two accounts, bills and a name that software gets wrong.
func seed(ctx context.Context, p *portal.Portal) error {
	kwh := int64(412)
	town := []care.Record{
		&care.District{ID: "D1", Name: "Harborside"},
		&care.Person{ID: "1000000007", Sort: "person", FirstName: "José", LastName: "Núñez <b>"},
		&care.Premise{ID: "P1", DistrictID: "D1", Address1: "2172 MAIN ST", Unit: "APT 4", City: "WESTERHAVEN", State: "VT", Postal: "05001"},
		&care.Account{Number: account, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", BalanceCents: 9876, Nickname: "الأحمد"},
		&care.Account{Number: "030000021", MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active"},
		&care.WebUser{ID: user, Username: "jdoe", Email: "jdoe@example.com", PersonID: "1000000007", Enrolment: care.Enrolled},
		&care.WebUserAccount{WebUserID: user, Account: account, Role: "owner", DefaultProfile: true},
		&care.WebUserAccount{WebUserID: user, Account: "030000021", Role: "owner"},
	}
	town = append(town, worstCustomer()...)
	town = append(town, &care.PolicyEntry{Key: "masquerade.customer_receipt", Value: "on"})
	town = append(town, past("S1", user, account, "/bills", "Home")...)
	for month := 1; month <= 12; month++ {
		from, to := fmt.Sprintf("2026-%02d-01", month), fmt.Sprintf("2026-%02d-28", month)
		town = append(town,
			&care.Usage{Account: account, Service: "electric", From: from, To: to, Quantity: kwh + int64(month), Unit: "kWh", Quality: "measured"},
			&care.Usage{Account: account, Service: "water", From: from, To: to, Quantity: int64(month), Unit: "m3", Quality: "estimated"})
		town = append(town, &care.Bill{
			ID: fmt.Sprintf("B%02d", month), Account: account, TotalCents: 9876, Quantity: kwh, Unit: "kWh", Estimated: month == 3,
			IssuedOn: fmt.Sprintf("2026-%02d-03", month), DueOn: fmt.Sprintf("2026-%02d-24", month),
			PeriodStart: fmt.Sprintf("2026-%02d-01", month), PeriodEnd: fmt.Sprintf("2026-%02d-28", month),
			Segments: care.Segments{
				{Line: 1, Service: "electric", Description: "Energy charge", Quantity: &kwh, Unit: "kWh", AmountCents: 9000},
				{Line: 2, Service: "electric", Description: "Tax", AmountCents: 876},
			},
		})
	}
	town = append(town,
		&care.Payment{ID: "Y1", Account: account, Status: "posted", AmountCents: 9876, Method: "bank", EffectiveOn: "2026-11-20", CreatedAt: p.Now().UnixMilli()},
		&care.Payment{ID: "Y2", Account: account, Status: care.PaymentScheduled, AmountCents: 9876, Method: "bank", EffectiveOn: "2099-12-20", CreatedAt: p.Now().UnixMilli()},
		&care.Person{ID: "1000000009", Sort: "person", FirstName: "Ana", LastName: "Ruiz"},
		&care.WebUser{ID: "W00000004", Username: "ana", Email: "ana.ruiz@example.com", PersonID: "1000000009", Enrolment: care.Enrolled},
		&care.WebUserAccount{WebUserID: "W00000004", Account: account, Role: "viewer"},
	)
	_, err := p.Store.Update(ctx, store.Options{Actor: portal.System("test"), Now: p.Now(), Command: "seed"}, func(tx *store.Tx) error {
		for _, rec := range town {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seeding the town: %w", err)
	}
	if err := meter(ctx, p); err != nil {
		return err
	}
	for _, id := range []string{user, "W00000002"} {
		if err := p.SetWebUserPassword(ctx, id, password); err != nil {
			return err
		}
	}
	return p.AddStaff(ctx, care.Staff{ID: "CSR001", Name: "Ann Ruiz", Role: care.RoleCSR, Districts: care.List{"D1"}, Active: true}, password)
}

// meter gives the customer's account a meter with two days of hours.
func meter(ctx context.Context, p *portal.Portal) error {
	m := portal.Meter{Account: account, ID: "m1", Source: "U/1", Service: "electric", Unit: "Wh"}
	err := p.NewBulk(portal.System("test")).Chunk(ctx, func(c *portal.Chunk) error {
		err := c.SetMeter(m)
		for hour := range 48 {
			err = errors.Join(err, c.SetCounted(m, portal.Counted{Start: time.Date(2026, 10, 1, hour, 0, 0, 0, time.UTC).Unix(), Given: 3600, Seconds: 3600, Value: 573}))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("seeding a meter: %w", err)
	}
	return nil
}

// worstCustomer is one whose texts are too long, cannot be broken, run the other way, pile up, or are markup.
func worstCustomer() []care.Record {
	text := strings.Repeat("W", 120) + "\u202e" + strings.Repeat("é\u0301\u0321", 20) + " الأحمد " + "<img src=x onerror=alert(1)>" + strings.Repeat("👩‍👩‍👧‍👦", 9) + "\ufdfd\u2028\t田中さん"
	task := func(id, sort string) care.Record {
		return &care.Task{ID: id, Sort: sort, Status: care.TaskOpen, Account: worst, WebUserID: "W00000002", CreatedAt: 1, CreatedBy: care.ByCustomer, Origin: care.OriginPortal,
			Detail: care.Detail(map[string]string{"words": text, "address": text})}
	}
	return append([]care.Record{
		&care.Person{ID: "1000000008", Sort: "person", FirstName: text, LastName: text, Email: "w@example.com", Phone: text},
		&care.Premise{ID: "P2", DistrictID: "D1", Address1: text, Unit: text, City: text, State: text, Postal: text},
		&care.Account{Number: worst, MainPersonID: "1000000008", PremiseID: "P2", DistrictID: "D1", Status: "active", BalanceCents: 987654321987, Nickname: text, BillingAddress: text},
		&care.WebUser{ID: "W00000002", Username: "worst", Email: strings.Repeat("w", 60) + "@example.com", PersonID: "1000000008", Enrolment: care.Enrolled},
		&care.WebUserAccount{WebUserID: "W00000002", Account: worst, Role: "owner", DefaultProfile: true},
		&care.Bill{ID: "BW", Account: worst, TotalCents: 987654321987, IssuedOn: "2026-01-03", DueOn: "2026-01-24", PeriodStart: "2025-12-01", PeriodEnd: "2025-12-31",
			Segments: care.Segments{{Line: 1, Service: text, Description: text, Unit: text, AmountCents: 987654321987}}},
		&care.Payment{ID: "YW", Account: worst, Status: care.PaymentScheduled, AmountCents: 987654321987, Method: text, EffectiveOn: "2099-01-01", CreatedAt: 1},
		task("TW1", "payment_arrangement.requested"), task("TW2", "service.move_requested"),
		&care.Notification{ID: "NW", Account: worst, WebUserID: "W00000002", Template: care.TemplateBill, Address: text, Status: care.NotificationBounced, Why: text, Words: text, SentAt: 1, StatusAt: 1},
	}, past("SW", "W00000002", worst, text, text)...)
}

// past is a masquerade that is over, in which a page was seen, an account named, and something sent elsewhere.
func past(session, webUser, account, page, name string) []care.Record {
	log := func(id, sort string) care.Record {
		return &care.Activity{ID: session + id, Account: account, WebUserID: webUser, At: 2, Sort: sort, Actor: "CSR001", ActorKind: care.ByCSR, Session: session,
			Detail: care.Detail(map[string]string{"method": "POST", "page": page})}
	}
	return []care.Record{
		&care.Masquerade{ID: session, CSRID: "CSR001", WebUserID: webUser, Account: account, Mode: care.ModeFull, GrantedAt: 1, StartedAt: 1, EndedAt: 3},
		log("-seen", care.MasqueradeViewed), log("-sent", care.MasqueradeSent),
		&care.Task{ID: session + "-named", Sort: "nickname.changed", Status: care.TaskComplete, Account: account, WebUserID: webUser, CreatedAt: 2, CreatedBy: care.ByCSR, CSRID: "CSR001",
			Origin: care.OriginMasquerade, Session: session, Detail: care.Detail(map[string]care.Change{"nickname": {Before: "", After: name}})},
	}
}

// ask asks for a session as the customer.
func ask(ctx context.Context, p *portal.Portal) (portal.Grant, error) {
	session, err := p.SignInStaff(ctx, "CSR001", password, device, "127.0.0.1")
	if err != nil {
		return portal.Grant{}, err
	}
	actor, err := p.DeskActor(ctx, session.Token, "127.0.0.1")
	if err != nil {
		return portal.Grant{}, err
	}
	env, err := portal.NewEnvelope("masquerade.start", []byte(care.Detail(care.StartMasquerade{
		WebUserID: user, Account: account, Reason: "test", Acknowledged: true,
	})), p.Now())
	if err != nil {
		return portal.Grant{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	return p.AskMasquerade(ctx, actor, env, hex.EncodeToString(sum[:]), "en")
}
