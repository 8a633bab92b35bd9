package cache

import (
	"fmt"
	"testing"

	"meterside/care"
	"meterside/records"
)

// I10: no false alarm. The connection that reads the file has read it before, and the search's parts were merged by the writer
// since: the file is as sound as it was.
//
// Seen to fail where the connection does not learn the parts anew.
func TestASearchThatWasMergedSinceIsNotDamaged(t *testing.T) {
	c := openIn(t, t.TempDir())
	for seq := int64(1); seq <= 30; seq++ {
		var changes []Change
		for i := range 20 {
			rec := &care.Account{Number: fmt.Sprint("A", i), DistrictID: "1", Nickname: fmt.Sprintf("%d of the house %d", seq*seq, i), Meta: care.Meta{Scopes: care.List{"d:1"}}}
			body, err := records.Encode(rec)
			if err != nil {
				t.Fatal(err)
			}
			changes = append(changes, Change{Scope: "d:1", Kind: rec.RecordKind(), ID: rec.RecordID(), Seq: seq, Body: body})
		}
		if err := came(c, changes, seq); err != nil {
			t.Fatal(err)
		}
		if err := c.Searchable(t.Context()); err != nil {
			t.Fatal(err)
		}
		if proof, err := c.Rescan(t.Context(), seq); err != nil || proof.Doubt != "" || proof.Read != seq {
			t.Fatalf("the file that was read at %d is in doubt: %+v, %v", seq, proof, err)
		}
	}
}
