package care

import (
	"testing"
	"time"
)

// R51: a code works until it ends, is used or is revoked; not a moment longer.
func TestARecoveryIsLiveUntilItEnds(t *testing.T) {
	now := time.UnixMilli(1000)
	for name, c := range map[string]struct {
		r    Recovery
		want bool
	}{
		"new": {Recovery{EndsAt: 1001}, true}, "ended": {Recovery{EndsAt: 1000}, false},
		"used": {Recovery{EndsAt: 2000, UsedAt: 1}, false}, "revoked": {Recovery{EndsAt: 2000, RevokedAt: 1}, false},
	} {
		if c.r.Live(now) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}

// What becomes of each command offline: what gives back access lapses, what takes it away or widens it is confirmed online,
// an edit is checked, and a code ends as soon as it can.
func TestRecoveryCommandsOffline(t *testing.T) {
	for kind, want := range map[string]Offline{
		"recovery.send_link": OfflineBriefly, "activation.resend": OfflineBriefly, "portal_account.reactivate": OfflineBriefly,
		"web_user.unlink": OfflineDraft, "account.link": OfflineDraft, "portal_account.deactivate": OfflineDraft,
		"recovery.revoke_code": OfflineNotYet, "login_email.change": OfflineBriefly, "login_email.keep": OfflineNotYet, "profile.change": OfflineChecked,
	} {
		cmd, err := Decode(kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := OfflineOf(cmd); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

// R33: what cannot be an address, a phone or a line is refused by name; what people write otherwise is kept as it means.
func TestProfileFields(t *testing.T) {
	of := func(change func(*ChangeProfile)) *ChangeProfile {
		c := &ChangeProfile{Account: "1", PersonID: "P"}
		change(c)
		return c
	}
	for name, c := range map[string]struct {
		cmd  *ChangeProfile
		want Code
	}{
		"an email":                  {of(func(c *ChangeProfile) { c.Email = new(" zoë@example.com ") }), ""},
		"none":                      {of(func(c *ChangeProfile) { c.Email = new("") }), ""},
		"an email without a host":   {of(func(c *ChangeProfile) { c.Email = new("zoe@") }), CodeInvalid},
		"an email of two lines":     {of(func(c *ChangeProfile) { c.Email = new("zoe@example.com\nx") }), CodeInvalid},
		"two emails":                {of(func(c *ChangeProfile) { c.Email = new("a@example.com,b@example.com") }), CodeInvalid},
		"a phone":                   {of(func(c *ChangeProfile) { c.Phone = new("(802) 555-0114") }), ""},
		"a phone of letters":        {of(func(c *ChangeProfile) { c.Phone = new("802-CALL-NOW") }), CodeInvalid},
		"a phone of six digits":     {of(func(c *ChangeProfile) { c.Phone = new("555014") }), CodeInvalid},
		"a language nobody speaks":  {of(func(c *ChangeProfile) { c.Language = new("xx") }), CodeNoChoice},
		"nothing":                   {of(func(*ChangeProfile) {}), CodeNothingToChange},
		"two records":               {of(func(c *ChangeProfile) { c.BillingAddress = new("PO Box 1") }), CodeInvalid},
		"a billing address":         {&ChangeProfile{Account: "1", BillingAddress: new("PO Box 1, Barre, VT")}, ""},
		"an address of two lines":   {&ChangeProfile{Account: "1", BillingAddress: new("PO Box 1\nBarre")}, CodeInvalid},
		"an email of nobody":        {&ChangeProfile{Account: "1", Email: new("a@example.com")}, CodeMissing},
		"an email of no account":    {&ChangeProfile{PersonID: "P", Email: new("a@example.com")}, CodeMissing},
		"an address beyond a label": {&ChangeProfile{Account: "1", BillingAddress: new(string(make([]rune, 201)))}, CodeTooLong},
	} {
		if err := c.cmd.Validate(); CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for in, want := range map[string]string{"(802) 555-0114": "+18025550114", "+44 20 7946 0000": "+442079460000", "": "", "555 0114": "5550114"} {
		if got := plainPhone(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
