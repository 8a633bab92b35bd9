package e2e

import (
	"testing"

	"meterside/portal/store/storetest"
)

// Two portals of one database: what is done at one arrives at the desks of the other, by itself.
//
// It fails when the hub listens to its own process alone and does not look at the clock.
func TestACommandAtOneNodeArrivesAtADeskOfTheOther(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		here := newStageIn(t, database)
		here.town()
		there := newStageIn(t, database)
		ann, bob := here.desk("CSR001"), there.desk("CSR002")
		bob.Connect()
		here.do(ann, "note.write", `{"account":"030000013","text":"from the other node"}`)
		here.sync(ann)
		until(t, "the other node's desk has the note", func() bool {
			c, err := bob.Show(t.Context(), "030000013")
			return err == nil && len(c.Notes) == 1 && c.Notes[0].Text == "from the other node"
		})
	})
}
