package care

// ImportTally counts the rows of one file of an import.
type ImportTally struct {
	Read      int `json:"read"`
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Kept      int `json:"kept"` // as somebody made them here, against what the file says
	Refused   int `json:"refused"`
}

// Add adds what another file came to.
func (t *ImportTally) Add(other ImportTally) {
	t.Read += other.Read
	t.Added += other.Added
	t.Changed += other.Changed
	t.Unchanged += other.Unchanged
	t.Kept += other.Kept
	t.Refused += other.Refused
}

// RefusedRow says why one row was not imported. The problem reads as the end of a sentence that begins with the field, or
// with "the row" where the field is empty. It is English; care/text says its code in every language.
type RefusedRow struct {
	File    string            `json:"file"`
	Line    int               `json:"line"` // the physical line on which the record begins, from 1
	Field   string            `json:"field"`
	Problem string            `json:"problem"`
	Code    Code              `json:"code,omitempty"` // "" for what was refused before problems had codes
	Params  map[string]string `json:"params,omitempty"`
}

// How an import stands.
const (
	ImportRunning = "running"
	ImportDone    = "done"
	ImportInPart  = "in_part" // some rows were refused
	ImportFailed  = "failed"  // Problem says why
	ImportBroken  = "broken"  // it ended without a word; another run makes it good
)

// The sorts of imports.
const (
	ImportCSV         = "csv"
	ImportGreenButton = "green_button"
)

// ImportRun is one import, other than dry runs. Instants are milliseconds UTC.
type ImportRun struct {
	ID      string `json:"run_id"`
	Sort    string `json:"sort"`
	Source  string `json:"source"` // the folder or file, as the importer was given it
	By      string `json:"by"`     // the computer's user who ran it
	Started int64  `json:"started_at"`
	Ended   int64  `json:"ended_at"` // 0 while it runs, and where it broke off
	State   string `json:"state"`
	Problem string `json:"problem,omitempty"`
	// Code and Params say the problem in every language; "" for what no code is known of.
	Code   Code              `json:"code,omitempty"`
	Params map[string]string `json:"params,omitempty"`
	Rows   ImportTally       `json:"rows"` // of all files together
}

// ImportReport is what became of one import, with some of the rows that it refused.
type ImportReport struct {
	ImportRun
	Files   map[string]ImportTally `json:"files"`
	Refused []RefusedRow           `json:"refused"`
	Kept    int                    `json:"refused_kept"` // how many of the refused rows the portal kept
	Next    int                    `json:"next"`         // After of what follows; 0 where nothing does
}

// Imports asks for the latest imports, the newest first.
type Imports struct{}

// Kind is import.list.
func (*Imports) Kind() string { return "import.list" }

// Permission is MayAdminister.
func (*Imports) Permission() Permission { return MayAdminister }

// Targets are none: an import is no record.
func (*Imports) Targets() []Ref { return nil }

// Validate refuses nothing.
func (*Imports) Validate() error { return nil }

// ReadImport asks for the report of an import, with the refused rows that follow the first After.
type ReadImport struct {
	Run   string `json:"run_id"`
	After int    `json:"after,omitempty"`
}

// Kind is import.read.
func (*ReadImport) Kind() string { return "import.read" }

// Permission is MayAdminister.
func (*ReadImport) Permission() Permission { return MayAdminister }

// Targets are none.
func (*ReadImport) Targets() []Ref { return nil }

// Validate wants a run, and a place that there can be.
func (q *ReadImport) Validate() error {
	switch {
	case q.Run == "":
		return missing("run_id")
	case q.After < 0:
		return Err(CodeInvalid, "field", "after", "problem", "is before the first row")
	}
	return nil
}
