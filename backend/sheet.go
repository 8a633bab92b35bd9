package backend

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// sheet writes a table for spreadsheets: CSV in UTF-8 with the mark by which they know it. A text that a spreadsheet would
// take for a formula stands behind an apostrophe; numbers are written by their own types and need none.
type sheet struct {
	csv  *csv.Writer
	zone *time.Location
	rows int
}

// cents is money, written as 12.34.
type cents int64

// instant is milliseconds, written in the utility's time zone; 0 is never.
type instant int64

func newSheet(w io.Writer, zone *time.Location, columns ...string) (*sheet, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("writing a table: %w", err)
	}
	s := &sheet{csv: csv.NewWriter(w), zone: zone}
	return s, s.csv.Write(columns)
}

// row writes one row; the rest of the table's columns are in the order of newSheet's.
func (s *sheet) row(cells ...any) error {
	line := make([]string, len(cells))
	for i, c := range cells {
		line[i] = s.cell(c)
	}
	s.rows++
	return s.csv.Write(line)
}

func (s *sheet) cell(c any) string {
	switch v := c.(type) {
	case cents:
		sign := ""
		if v < 0 {
			sign, v = "-", -v
		}
		return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
	case instant:
		if v == 0 {
			return ""
		}
		return time.UnixMilli(int64(v)).In(s.zone).Format("2006-01-02 15:04:05")
	case int64:
		return strconv.FormatInt(v, 10)
	case *int64:
		if v == nil {
			return ""
		}
		return strconv.FormatInt(*v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	}
	return plain(fmt.Sprint(c))
}

// plain puts an apostrophe before what begins like a formula, also behind blanks and in the wide forms of the same signs.
func plain(text string) string {
	first := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || unicode.Is(unicode.Cf, r) })
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") || first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]) {
		return "'" + text
	}
	return text
}

// done gives how many rows there are.
func (s *sheet) done() (int, error) {
	s.csv.Flush()
	if err := s.csv.Error(); err != nil {
		return 0, fmt.Errorf("writing a table: %w", err)
	}
	return s.rows, nil
}
