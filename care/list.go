package care

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
)

// List is several short words in one column, joined by ';', as in an export.
type List []string

// Split makes a List of the text of a column; "" is the empty list.
func Split(s string) List {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}

// String joins the words by ';'.
func (l List) String() string { return strings.Join(l, ";") }

// Value stores the list as text.
func (l List) Value() (driver.Value, error) { return l.String(), nil }

// Scan reads the list from text.
func (l *List) Scan(src any) error {
	s, err := columnText(src)
	*l = Split(s)
	return err
}

// Segments are the lines of a bill, kept in the bill's row as JSON.
type Segments []Segment

// Value stores the segments as JSON text.
func (s Segments) Value() (driver.Value, error) {
	if len(s) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([]Segment(s))
	return string(b), err
}

// Scan reads the segments from JSON text.
func (s *Segments) Scan(src any) error {
	text, err := columnText(src)
	if err != nil {
		return err
	}
	*s = nil
	return json.Unmarshal([]byte(text), (*[]Segment)(s))
}

func columnText(src any) (string, error) {
	switch v := src.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case nil:
		return "", nil
	}
	return "", fmt.Errorf("a column of text holds a %T", src)
}
