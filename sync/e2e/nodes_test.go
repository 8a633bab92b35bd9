package e2e

import (
	"fmt"
	"testing"

	"meterside/backend"
	"meterside/portal/store/storetest"
	"meterside/portal/store/storetest/pgtest"
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

// Who is at an account is known at every node of one database.
//
// Seen to fail when a node does not listen, and when it tells nothing.
func TestDesksOfTwoNodesKnowOfEachOther(t *testing.T) {
	database := pgtest.Database(t)
	here := newStageIn(t, database)
	here.town()
	there := newStageIn(t, database)
	ann, bob := here.desk("CSR001"), there.desk("CSR002")
	ann.Connect()
	bob.Connect()
	who := func(b *backend.Backend) string {
		p, err := b.Present("030000013")
		check(t, err)
		return fmt.Sprint(p.Who)
	}
	check(t, ann.SetPresence("030000013", true))
	check(t, bob.SetPresence("030000013", false))
	until(t, "Bob knowing of Ann", func() bool { return who(bob) == "[{CSR001 Ann true}]" })
	until(t, "Ann knowing of Bob", func() bool { return who(ann) == "[{CSR002 Bob false}]" })
	check(t, bob.SetPresence("", false))
	until(t, "Ann being alone", func() bool { return who(ann) == "[]" })
}
