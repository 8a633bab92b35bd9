package portal

import (
	"testing"
	"time"

	"meterside/care"
)

// Two nodes that find the same letters to write at once write each of them once.
func TestTwoNodesWriteALetterOnce(t *testing.T) {
	onBothRecovering(t, func(r *recovering) {
		ctx := r.Context()
		today := r.local(ctx, r.now).Format(time.DateOnly)
		if _, err := r.WriteBillLetters(ctx); err != nil {
			r.Fatal(err)
		}
		write(r.T, r.Portal, &care.Bill{ID: "B-new", Account: "030000013", IssuedOn: today, DueOn: "2099-01-01"})
		var found [2][]billLetter
		for i := range found {
			var err error
			if found[i], err = r.billLetters(ctx); err != nil || len(found[i]) == 0 {
				r.Fatal(found[i], err)
			}
		}
		first, err1 := r.postLetters(ctx, found[0])
		second, err2 := r.postLetters(ctx, found[1])
		if err1 != nil || err2 != nil || first != len(found[0]) || second != 0 {
			r.Errorf("%d letters at one node, %v; %d at the other, %v", first, err1, second, err2)
		}
	})
}
