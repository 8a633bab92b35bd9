package cache

import (
	"testing"

	"meterside/care"
)

// I5, I6: what the portal answers ahead of the rows is known at once, and nothing flickers: what was applied goes on showing
// until the rows come, by a commit or with another file; what was refused is taken off; and when the same answers come again
// with their rows, nothing of them is left over.
//
// It fails when the overlay is taken off with the answer, when a refused one stays, and when the rows of what was applied are
// laid on once more.
func TestI6AnAnswerAheadOfItsRowsChangesNothingThatIsSeen(t *testing.T) {
	for _, by := range []string{"rows", "file"} {
		t.Run(by, func(t *testing.T) {
			dir := t.TempDir()
			c := openIn(t, dir)
			if err := came(c, version(t, 10), 10); err != nil {
				t.Fatal(err)
			}
			first, second := wrote(t, c, "first"), wrote(t, c, "second")
			wrote(t, c, "third")
			if _, err := c.Unsent(t.Context(), 0, 0); err != nil {
				t.Fatal(err)
			}
			answers := []care.Verdict{
				{CommandID: first, N: 1, Outcome: care.Applied, Seq: 12}, {CommandID: second, N: 2, Outcome: care.Rejected, Code: care.CodeNotFound, Seq: 13},
			}
			if err := c.Answered(t.Context(), answers[:1]); err != nil {
				t.Fatal(err)
			}
			if got, want := seen(t, c.Reader()), "at 10 with first, second, third"; got != want {
				t.Errorf("with what was applied it shows %s, want %s", got, want)
			}
			if err := c.Answered(t.Context(), answers[1:]); err != nil {
				t.Fatal(err)
			}
			if got, want := seen(t, c.Reader()), "at 10 with first, third"; got != want {
				t.Errorf("with what was refused it shows %s, want %s", got, want)
			}
			unsent, err := c.Outbox(t.Context())
			attention, failed := c.Attention(t.Context())
			if err != nil || failed != nil || len(unsent) != 1 || len(attention) != 1 || attention[0].CommandID != second {
				t.Errorf("%+v waits and %+v needs attention, %v, %v", unsent, attention, err, failed)
			}
			if by == "file" {
				if err := c.Install(t.Context(), filed(t, dir, 12, "server")); err != nil {
					t.Fatal(err)
				}
			}
			if err := came(c, version(t, 14), 14, answers...); err != nil {
				t.Fatal(err)
			}
			if err := c.relaying(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got, want := seen(t, c.Reader()), "at 14 with third"; got != want { // the portal's rows of this town hold no notes of hers
				t.Errorf("with the rows it shows %s, want %s", got, want)
			}
		})
	}
}
