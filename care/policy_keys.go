package care

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PolicySort is what kind of value a policy key takes.
type PolicySort string

// The sorts of values.
const (
	PolicyChoice   PolicySort = "choice"   // one of Choices
	PolicyDuration PolicySort = "duration" // as "10m" or "24h", within Least and Most seconds
	PolicyNumber   PolicySort = "number"   // a whole number within Least and Most
	PolicyText     PolicySort = "text"     // at most Most letters
	PolicyWords    PolicySort = "words"    // some of Choices, joined by ';'
	PolicyZone     PolicySort = "zone"     // a time zone's name
	PolicyCurrency PolicySort = "currency" // an ISO 4217 code
	PolicyAddress  PolicySort = "address"  // an https address, or an http one of the same computer, or nothing
	PolicyOrigins  PolicySort = "origins"  // deny, or web origins joined by ';'
	PolicyPath     PolicySort = "path"     // a place of the portal, such as /home
)

// PolicyKey describes one key of the policy.
type PolicyKey struct {
	Key     string     `json:"key"`
	Group   string     `json:"group"`
	Sort    PolicySort `json:"sort"`
	Choices []string   `json:"choices,omitempty"`
	Least   int        `json:"least,omitempty"`
	Most    int        `json:"most,omitempty"`
	Default string     `json:"default"`
	// Placeholders are what a text may hold in double braces, to be filled in where it is shown.
	Placeholders []string `json:"placeholders,omitempty"`
}

var (
	switches    = []string{"on", "off"}
	entitlement = []string{"allow", "deny", "second_person"}
	modes       = []string{string(ModeFull), string(ModeAssist), string(ModeView), string(ModeOff)}
	facts       = []string{"born", "id_last4", "last_payment", "passphrase"}
	whom        = []string{"username", "account"} // as whom a masquerade is
	conflicts   = []string{LastSaveWins, Warn, RejectStale, Review}
)

const day24 = 24 * 60 * 60

// policyKeys are the keys that are always there, in the order in which people read them. Permissions, entitlements of a
// role or a person, and levels of verification are keys by a pattern.
var policyKeys = append([]PolicyKey{
	{Key: "utility.timezone", Group: "utility", Sort: PolicyZone},
	{Key: "utility.currency", Group: "utility", Sort: PolicyCurrency},
	{Key: "console.enabled", Group: "utility", Sort: PolicyChoice, Choices: switches},
	{Key: "signin.password", Group: "utility", Sort: PolicyChoice, Choices: switches},
	{Key: "announcement.en", Group: "utility", Sort: PolicyText, Most: 500},
	{Key: "announcement.es", Group: "utility", Sort: PolicyText, Most: 500},

	{Key: "portal.in_use", Group: "portal", Sort: PolicyChoice, Choices: switches},
	{Key: "portal.profiles_endpoint", Group: "portal", Sort: PolicyAddress},
	{Key: "portal.address", Group: "portal", Sort: PolicyAddress},
	{Key: "portal.hand_over", Group: "portal", Sort: PolicyChoice, Choices: []string{HandOverOff, HandOverView, HandOverScope}},
	{Key: "portal.home_page", Group: "portal", Sort: PolicyPath, Most: 200},

	{Key: "mail.bills", Group: "portal", Sort: PolicyChoice, Choices: []string{"email", "off"}},
	{Key: "mail.change_by_staff", Group: "portal", Sort: PolicyChoice, Choices: []string{"email", "off"}},

	{Key: "masquerade.mode.csr", Group: "masquerade", Sort: PolicyChoice, Choices: modes},
	{Key: "masquerade.mode.supervisor", Group: "masquerade", Sort: PolicyChoice, Choices: modes},
	{Key: "masquerade.mode.admin", Group: "masquerade", Sort: PolicyChoice, Choices: modes},
	{Key: "masquerade.acknowledge", Group: "masquerade", Sort: PolicyChoice, Choices: []string{"every", "once_per_shift", "off"}},
	{Key: "masquerade.ack_text.en", Group: "masquerade", Sort: PolicyText, Most: 500, Placeholders: whom},
	{Key: "masquerade.ack_text.es", Group: "masquerade", Sort: PolicyText, Most: 500, Placeholders: whom},
	{Key: "masquerade.reason", Group: "masquerade", Sort: PolicyChoice, Choices: []string{"required", "optional", "off"}},
	{Key: "masquerade.banner.en", Group: "masquerade", Sort: PolicyText, Most: 200, Placeholders: whom},
	{Key: "masquerade.banner.es", Group: "masquerade", Sort: PolicyText, Most: 200, Placeholders: whom},
	{Key: "masquerade.idle", Group: "masquerade", Sort: PolicyDuration, Least: 60, Most: 4 * 3600},
	{Key: "masquerade.max", Group: "masquerade", Sort: PolicyDuration, Least: 60, Most: 8 * 3600},
	{Key: "masquerade.third_party", Group: "masquerade", Sort: PolicyOrigins},
	{Key: "masquerade.notify_customer", Group: "masquerade", Sort: PolicyChoice, Choices: []string{"portal", "email", "off"}},
	{Key: "masquerade.customer_receipt", Group: "masquerade", Sort: PolicyChoice, Choices: switches},
	{Key: "alarm.starts", Group: "masquerade", Sort: PolicyNumber, Least: 1, Most: 1000},
	{Key: "alarm.lookups", Group: "masquerade", Sort: PolicyNumber, Least: 1, Most: 10_000},

	{Key: "entitlements.paperless.edit", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.autopay.edit", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.nickname.edit", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.profile.contact", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.guests.edit", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.pay.card", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.pay.bank", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.identity.login_email", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},
	{Key: "entitlements.web_user.unlink", Group: "entitlements", Sort: PolicyChoice, Choices: entitlement},

	{Key: "lockout.consecutive_failures", Group: "recovery", Sort: PolicyNumber, Least: 3, Most: 100},
	{Key: "unlock.queue", Group: "recovery", Sort: PolicyDuration, Least: 60, Most: 12 * 3600},
	{Key: "recovery.link_ttl", Group: "recovery", Sort: PolicyDuration, Least: 600, Most: 7 * day24},
	{Key: "recovery.code_ttl", Group: "recovery", Sort: PolicyDuration, Least: 600, Most: 7 * day24},
	{Key: "deactivate.action", Group: "recovery", Sort: PolicyChoice, Choices: []string{"permanent_lock", "lock", "hide"}},
	{Key: "deactivate.open_payments", Group: "recovery", Sort: PolicyChoice, Choices: []string{OpenPaymentsWarn, OpenPaymentsBlock, OpenPaymentsCancel}},

	{Key: "verify.facts", Group: "verify", Sort: PolicyWords, Choices: facts},
	{Key: "verify.wrong_answers", Group: "verify", Sort: PolicyNumber, Least: 1, Most: 10},
	{Key: "verify.ends_after", Group: "verify", Sort: PolicyNumber, Least: 0, Most: 480},
	{Key: "verify.override", Group: "verify", Sort: PolicyChoice, Choices: []string{OverrideOffline, OverrideAlways, OverrideNever}},

	{Key: "desk.lock_after", Group: "desk", Sort: PolicyNumber, Least: 0, Most: 480},
	{Key: "conflict.online", Group: "desk", Sort: PolicyChoice, Choices: conflicts},
	{Key: "conflict.offline_late", Group: "desk", Sort: PolicyChoice, Choices: conflicts},
	{Key: "task.others", Group: "desk", Sort: PolicyChoice, Choices: []string{"handle", "review"}},
	{Key: "replica.bills", Group: "desk", Sort: PolicyNumber, Least: 1, Most: 120},
	{Key: "replica.activity", Group: "desk", Sort: PolicyNumber, Least: 1, Most: 3660},
}, letterKeys()...)

// PolicyKeys lists the keys that are always there, with their defaults.
func PolicyKeys() []PolicyKey {
	all := slices.Clone(policyKeys)
	for i := range all {
		all[i].Default = defaults[all[i].Key]
	}
	return all
}

// PolicyKeyOf describes a key; ok is false for one that there is not.
func PolicyKeyOf(key string) (k PolicyKey, ok bool) {
	if at := slices.IndexFunc(policyKeys, func(k PolicyKey) bool { return k.Key == key }); at >= 0 {
		k = policyKeys[at]
		k.Default = defaults[key]
		return k, true
	}
	group, rest, _ := strings.Cut(key, ".")
	switch group {
	case "verify":
		if rest == "account.view" || slices.Contains(CommandKinds(), rest) || slices.Contains(QuestionKinds(), rest) {
			return PolicyKey{Key: key, Group: group, Sort: PolicyNumber, Most: MostVerified, Default: "0"}, true
		}
	case "permissions":
		if p, ok := ofWhom(rest); ok && slices.Contains(Permissions(), Permission(p)) {
			return PolicyKey{Key: key, Group: group, Sort: PolicyChoice, Choices: []string{"allow", "deny"}}, true
		}
	case "entitlements":
		if task, ok := ofWhom(rest); ok {
			if _, known := defaults["entitlements."+task]; known {
				return PolicyKey{Key: key, Group: group, Sort: PolicyChoice, Choices: entitlement}, true
			}
		}
	}
	return PolicyKey{}, false
}

// ofWhom splits "csr.web_user.lock" and "staff.CSR001.web_user.lock": what is left when the role or person is gone.
func ofWhom(rest string) (what string, ok bool) {
	whom, what, ok := strings.Cut(rest, ".")
	if ok && whom == "staff" {
		whom, what, ok = strings.Cut(what, ".")
		return what, ok && whom != ""
	}
	return what, ok && slices.Contains(Roles(), Role(whom))
}

// Valid says whether a value is one that the key takes.
func (k PolicyKey) Valid(value string) error {
	bad := func(problem string) error { return Err(CodeInvalid, "field", k.Key, "problem", problem) }
	switch k.Sort {
	case PolicyChoice:
		if !slices.Contains(k.Choices, value) {
			return Err(CodeNoChoice, "field", k.Key, "choices", List(k.Choices).String())
		}
	case PolicyWords:
		for _, word := range Split(value) {
			if !slices.Contains(k.Choices, word) {
				return Err(CodeNoChoice, "field", k.Key, "choices", List(k.Choices).String())
			}
		}
	case PolicyNumber:
		n, err := strconv.Atoi(value)
		if err != nil || n < k.Least || n > k.Most {
			return bad("is no whole number from " + strconv.Itoa(k.Least) + " to " + strconv.Itoa(k.Most))
		}
	case PolicyDuration:
		d, err := time.ParseDuration(value)
		if err != nil || d < time.Duration(k.Least)*time.Second || d > time.Duration(k.Most)*time.Second {
			return bad("is no time from " + (time.Duration(k.Least) * time.Second).String() + " to " + (time.Duration(k.Most) * time.Second).String() + ", written as 30m or 24h")
		}
	case PolicyText:
		if len([]rune(value)) > k.Most {
			return Err(CodeTooLong, "field", k.Key, "most", strconv.Itoa(k.Most))
		}
		if stray(value, k.Placeholders) {
			return Err(CodePlaceholder, "field", k.Key, "placeholders", braced(k.Placeholders))
		}
	case PolicyZone:
		if _, err := time.LoadLocation(value); err != nil || value == "" {
			return bad("is no time zone, such as America/New_York")
		}
	case PolicyCurrency:
		if len(value) != 3 || strings.ToUpper(value) != value || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return bad("is no currency's code, such as USD")
		}
	case PolicyAddress:
		if value != "" && !isAddress(value) {
			return bad("is no address that begins with https://; http:// is for this computer alone")
		}
	case PolicyPath:
		if u, err := url.Parse(value); err != nil || len(value) > k.Most || !strings.HasPrefix(value, "/") || u.Host != "" || strings.ContainsAny(value, " \\") {
			return bad("is no place of the portal, such as /home")
		}
	case PolicyOrigins:
		if value == "deny" {
			return nil
		}
		for _, origin := range Split(value) {
			if !isOrigin(origin, false) {
				return bad("is neither deny nor a list of origins such as https://pay.example.com, joined by ;")
			}
		}
	}
	return nil
}

// isAddress says whether a service can be asked at an address: what it answers, and what it is asked, cross no network unencrypted.
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && isOrigin(s, true) && Sealed(u)
}

func isOrigin(s string, path bool) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(u.Host, "*;,'") && u.User == nil && u.RawQuery == "" && u.Fragment == "" && (path || u.Path == "")
}

// suggested are the levels of verification that the presets switch on, and after how many minutes a desk locks itself.
var suggested = Policy{
	"desk.lock_after":     "15",
	"verify.account.view": "1", "verify.web_user.unlock": "2", "verify.recovery.generate_code": "2", "verify.profile.change": "2", "verify.login_email.change": "2", "verify.passphrase.set": "2",
	"verify.payment.schedule": "3", "verify.payment.cancel": "3",
}

// PolicyPresets are what three products of the field do, by name. A preset sets what it names and nothing else.
func PolicyPresets() map[string]Policy {
	presets := map[string]Policy{
		"oracle": {
			"masquerade.mode.csr": "full", "masquerade.mode.supervisor": "full", "masquerade.acknowledge": "every", "masquerade.third_party": "deny",
			"conflict.online": LastSaveWins,
		},
		"beacon": {
			"masquerade.mode.csr": "view", "masquerade.mode.supervisor": "view", "masquerade.acknowledge": "off", "lockout.consecutive_failures": "10",
			"recovery.link_ttl": "24h", "recovery.code_ttl": "24h", "deactivate.action": "permanent_lock", "deactivate.open_payments": OpenPaymentsCancel,
		},
		"tyler": {
			"masquerade.mode.csr": "view", "masquerade.mode.supervisor": "view", "masquerade.acknowledge": "off", "lockout.consecutive_failures": "10",
		},
	}
	for _, p := range presets {
		for key, value := range suggested {
			if _, known := PolicyKeyOf(key); known {
				p[key] = value
			}
		}
	}
	return presets
}
