package app

import (
	"strings"
	"testing"

	"meterside/care"
)

// What was typed into all forms of the window is one draft: it is there again as it was, under a name that is no account's, and
// grows no further than a disk bears at every pause.
//
// It fails without a bound.
func TestADraftIsBounded(t *testing.T) {
	d := deskOf(t, nil)
	most := strings.Repeat("ñ", 1<<19)
	if err := d.SaveDraft("forms", most); err != nil {
		t.Fatal(err)
	}
	if err := d.SaveDraft("forms", most+"x"); care.CodeOf(err) != care.CodeTooLong {
		t.Errorf("more than is kept is answered with %v", err)
	}
	if text, err := d.Draft("forms"); err != nil || text != most {
		t.Errorf("of what was kept %d bytes are there, %v", len(text), err)
	}
	if text, err := d.Draft("030000013"); err != nil || text != "" {
		t.Errorf("an account that nobody wrote about has the draft %q, %v", text, err)
	}
}
