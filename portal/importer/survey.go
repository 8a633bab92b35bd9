package importer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"meterside/care"
)

// Check reads every file of an export for its structure alone: that it is there, its header, its encoding, its quotes. The
// error is an *Unreadable for the first file that cannot be read as its table; nothing of that export may be imported.
func Check(dir string) error {
	_, err := lookOver(dir)
	return err
}

// survey is what one look over the files tells before any row is judged.
type survey struct {
	bills   *keySet // every bill in the file, unread
	ordered bool    // no bill stands twice, and the segments stand in the order of their bills
	parts   int     // segments that name a bill in the file
}

func lookOver(dir string) (survey, error) {
	s := survey{bills: newKeySet(), ordered: true}
	for i := range Tables {
		t := &Tables[i]
		each := func([][]byte) error { return nil }
		switch t.File {
		case billsFile:
			each = s.seeBill
		case segmentsFile:
			last := ref(0)
			each = func(fields [][]byte) error {
				if bill := s.bills.find(fields[0]); bill != 0 {
					s.ordered = s.ordered && bill >= last
					last = bill
					s.parts++
				}
				return nil
			}
		}
		if err := lookOverFile(dir, t, each); err != nil {
			return survey{}, err
		}
	}
	return s, nil
}

func (s *survey) seeBill(fields [][]byte) error {
	if !memorable(fields[0]) {
		return nil
	}
	_, added, err := s.bills.add(fields[0])
	s.ordered = s.ordered && added
	return err
}

// memorable says whether a raw key is worth remembering; no accepted row has another.
func memorable(key []byte) bool { return len(key) > 0 && len(key) <= longestKey }

func lookOverFile(dir string, t *Table, each func([][]byte) error) error {
	f, err := open(dir, t)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	r := newReader(t.File, f)
	if err := r.header(t); err != nil {
		return err
	}
	for {
		fields, _, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(fields); err != nil {
			return err
		}
	}
}

func open(dir string, t *Table) (*os.File, error) {
	f, err := os.Open(filepath.Join(dir, t.File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unreadable(t.File, 0, care.Err("file_absent"))
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", t.File, err)
	}
	return f, nil
}
