package care

import "slices"

// Expecting is a command that edits fields which others edit too. Its first target is the record whose fields they are.
type Expecting interface {
	Command
	// Fields gives, by its column, the value of each field that the command writes: as it is now, and as it shall be.
	// Commands that write other fields of the same record are nothing to it.
	Fields(Reader) (now, wanted map[string]string, err error)
}

// Policy values for two edits of one thing.
const (
	LastSaveWins = "last_save_wins" // the later one stands
	Warn         = "warn"           // it stands, and who sent it is told what was there
	RejectStale  = "reject_stale"   // the earlier one stands
	Review       = "review"         // the earlier one stands for now, both are kept, and a person decides
)

// Stale names the fields that somebody else changed since a CSR saw them as expect says, in order. One that is already as
// it is wanted is no conflict.
func Stale(expect, now, wanted map[string]string) []string {
	var fields []string
	for field, saw := range expect {
		is, written := now[field]
		if written && is != saw && is != wanted[field] {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}
