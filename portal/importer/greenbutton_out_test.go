package importer

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"meterside/care/given"
	"meterside/portal/store/storetest"
)

// What customers download is valid by the schema, and comes in again as what it was: meters, intervals, costs and what was
// estimated.
func TestADownloadedFileComesInAsItWas(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		o := metered(t, database)
		start := time.Date(2026, 2, 1, 5, 0, 0, 0, time.UTC)
		text := hourly(start, 2500, func(i int) int { return i * 7 % 911 })
		text = strings.ReplaceAll(text, "U/1/MeterReading/1", "U/1/MeterReading/&lt;&quot;é&gt;")
		text = strings.Replace(text, "<IntervalReading><timePeriod>", "<IntervalReading><cost>-12</cost><ReadingQuality><quality>8</quality></ReadingQuality><timePeriod>", 30)
		if _, err := GreenButton(t.Context(), o.Portal, saved(t, text), meteredAccount, Options{}); err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := o.GreenButton(t.Context(), &file, meteredAccount, "2026-01-01", "2027-01-01"); err != nil {
			t.Fatal(err)
		}
		path := saved(t, file.String())
		valid(t, path)
		other := metered(t, t.TempDir())
		if _, err := GreenButton(t.Context(), other.Portal, path, meteredAccount, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"usage_series", "usage_interval"} {
			was, is := o.everything(table), other.everything(table)
			if was != is || strings.Count(was, "\n") < map[string]int{"usage_series": 1, "usage_interval": 2500}[table] {
				t.Errorf("%s: %d and %d letters: %.300s\n%.300s", table, len(was), len(is), was, is)
			}
		}
	})
}

func (o *office) everything(table string) string {
	o.t.Helper()
	rows, err := o.Store.Reader().QueryContext(o.t.Context(), "SELECT * FROM "+table+" ORDER BY 1, 2, 3")
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		o.t.Fatal(err)
	}
	var b strings.Builder
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			o.t.Fatal(err)
		}
		for _, c := range cells {
			if v, ok := c.(*any); ok {
				_, _ = fmt.Fprint(&b, *v, "|")
			}
		}
		b.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		o.t.Fatal(err)
	}
	return b.String()
}

// valid asks xmllint, where the schema is, and the XML reader in any case. Seen to fail for an element of another name.
func valid(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(b, new(struct{})); err != nil {
		t.Error(err)
	}
	schema, err := given.Path("espi-xsd", "wrapper-4.0.xsd")
	if err != nil {
		t.Logf("not checked by the schema: %v", err)
		return
	}
	said, err := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", schema, path).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %.2000s", err, said)
	}
}
