package masquerade

import (
	"net/http"
	"strings"
	"testing"

	"meterside/care"
)

// R65: nobody else's files are used in a masquerade unless policy allows their origin; then their scripts, styles, pictures, fonts
// and answers are, and still no page of theirs opens in the frame. Seen to fail while the list was read by nothing, and with a
// list that was put into the header as it came.
func TestR65OnlyAllowedOriginsAreReached(t *testing.T) {
	const maps = "https://maps.example.com"
	for name, allowed := range map[string][]string{"denied": nil, "allowed": {maps, "https://x.example; script-src *", "https://x.example;script-src", "https://*", "http://plain.example/x", "*"}} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t)
			p.granted["third_party"] = allowed
			p.pages.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, maps+"/map", http.StatusSeeOther) })
			r := open(t, p.greeting(t))
			said := r.get(r.origin() + r.prefix() + "/").header.Get("Content-Security-Policy")
			for _, kind := range []string{"script-src", "style-src", "img-src", "font-src", "connect-src"} {
				want := kind + " 'self'"
				if allowed != nil {
					want += " " + maps
				}
				if !strings.Contains(said, want) {
					t.Errorf("no %q in %s", want, said)
				}
			}
			if strings.ContainsAny(said, "*") || strings.Contains(said, "x.example") || strings.Contains(said, "plain.example") || strings.Count(said, maps) != map[bool]int{true: 5}[allowed != nil] || !strings.Contains(said, "form-action 'self';") {
				t.Errorf("it allows %s", said)
			}
			if got := r.get(r.origin() + r.prefix() + "/away"); got.status != http.StatusBadGateway || !strings.Contains(got.body, "This leads outside the portal") {
				t.Errorf("led to them: %d %s", got.status, got.body)
			}
		})
	}
}

// R65: what is denied, and what is none, are no origins.
func TestR65OriginsOfThePolicy(t *testing.T) {
	for value, want := range map[string]string{"deny": "", "": "", "https://a.example;https://b.example:8443": "https://a.example https://b.example:8443", "https://a.example/x;*;https://*": ""} {
		if got := strings.Join(care.Policy{"masquerade.third_party": value}.ThirdParty(), " "); got != want {
			t.Errorf("%q allows %q", value, got)
		}
	}
}
