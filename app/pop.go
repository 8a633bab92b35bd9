package app

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"meterside/care"
	"meterside/records"
)

// popLasts is how long a call stays to be shown: at a desk that nobody is signed in to, an older one is over.
const popLasts = 10 * time.Minute

// Pop is the customer whom a phone system asks to be shown: exactly one of account, phone and email. It leads somewhere, and
// proves nothing about who is calling.
type Pop struct {
	ID      int    `json:"id"` // 0 for none
	Account string `json:"account,omitempty"`
	Phone   string `json:"phone,omitempty"` // digits alone
	Email   string `json:"email,omitempty"`
	Reason  string `json:"reason,omitempty"` // a reason for a contact, as the phone system has it
	// Here says that the account is one of this desk's.
	Here    bool        `json:"here"`
	Problem *care.Error `json:"problem,omitempty"` // the link was none; all else is empty then
}

var (
	popAccount = regexp.MustCompile(`^[0-9A-Za-z-]{1,32}$`)
	popPhone   = regexp.MustCompile(`^\+?[0-9 ().-]{3,32}$`)
	popEmail   = regexp.MustCompile(`^[^@\s\pC"<>,;:\\/]+@[^@\s\pC"<>,;:\\/]+$`)
	popReason  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

// longestEmail is the most bytes of an address (RFC 5321). It is no part of popEmail: a pattern that counts so far is compiled
// for longer than all else takes at the start.
const longestEmail = 254

// parsePop reads meterside://pop?phone=…, account=… or email=…, with reason=… where the phone system knows one. What it
// adds of its own is passed over; what could be meant in two ways, or is no such link, is refused with pop_malformed.
func parsePop(link string) (Pop, error) {
	malformed := care.Err(care.CodePopMalformed)
	if len(link) > 2048 || !utf8.ValidString(link) {
		return Pop{}, malformed
	}
	u, err := url.Parse(link)
	if err != nil || !strings.EqualFold(u.Scheme, "meterside") || !strings.EqualFold(u.Host, "pop") || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return Pop{}, malformed
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Pop{}, malformed
	}
	var p Pop
	given := 0
	for _, field := range []struct {
		name string
		form *regexp.Regexp
		into *string
	}{{"account", popAccount, &p.Account}, {"phone", popPhone, &p.Phone}, {"email", popEmail, &p.Email}, {"reason", popReason, &p.Reason}} {
		values := q[field.name]
		if len(values) == 0 {
			continue
		}
		*field.into = strings.TrimSpace(values[0])
		if len(values) > 1 || len(*field.into) > longestEmail || !utf8.ValidString(*field.into) || !field.form.MatchString(*field.into) {
			return Pop{}, malformed
		}
		if field.into != &p.Reason {
			given++
		}
	}
	if p.Phone != "" {
		p.Phone = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, p.Phone)
		if len(p.Phone) < 3 {
			return Pop{}, malformed
		}
	}
	if given != 1 {
		return Pop{}, malformed
	}
	return p, nil
}

// standsLast says whether --pop and its link are all that follows in a command line. A program that opens links puts them
// there; a link that ends its own quotation marks and goes on with flags would otherwise choose the portal.
func standsLast(args []string) bool {
	at := slices.IndexFunc(args, func(a string) bool { return a == "--pop" || strings.HasPrefix(a, "--pop=") })
	if at < 0 {
		return true
	}
	if args[at] == "--pop" {
		at++
	}
	return at == len(args)-1
}

// pops keeps the last call that came in, until it was shown or is over.
type pops struct {
	mu   sync.Mutex
	last Pop       // guarded by mu
	n    int       // guarded by mu: how many there were
	at   time.Time // guarded by mu
	now  func() time.Time
}

func (p *pops) take(link string) {
	call, err := parsePop(link)
	if err != nil {
		said := care.AsError(err)
		call.Problem = &said
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	call.ID = p.n
	p.last, p.at = call, p.now()
}

func (p *pops) waiting() Pop {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now().Sub(p.at) > popLasts {
		return Pop{}
	}
	return p.last
}

// seen drops a call; one that came in since stays.
func (p *pops) seen(id int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.ID == id {
		p.last = Pop{}
	}
}

// popped takes a link that another program opened, and tells the window.
func (d *Desk) popped(link string) {
	d.pops.take(link)
	d.events.changed("pop")
}

// Pop is the call that waits to be shown; at a locked desk it waits on.
func (d *Desk) Pop() (Pop, error) {
	if err := d.backend.Locked(); err != nil {
		return Pop{}, err
	}
	p := d.pops.waiting()
	if p.Account == "" {
		return p, nil
	}
	here, err := d.isHere(d.ctx, p.Account)
	p.Here = here
	return p, err
}

// PopSeen says that a call was shown, or is not to be.
func (d *Desk) PopSeen(id int) error {
	if err := d.backend.Locked(); err != nil {
		return err
	}
	d.pops.seen(id)
	return nil
}

// isHere says whether exactly one account of this desk has that number.
func (d *Desk) isHere(ctx context.Context, account string) (bool, error) {
	found, err := d.backend.SearchFirst(ctx, records.Query{Text: account, Limit: 2})
	if err != nil {
		return false, err
	}
	for _, section := range found.Sections {
		if section.Name == "exact" {
			return len(section.Rows) == 1 && section.Rows[0].AccountNumber == account, nil
		}
	}
	return false, nil
}
