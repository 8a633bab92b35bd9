package importer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/given"
	"meterside/portal"
	"meterside/portal/store/storetest"
)

const meteredAccount = "030000013"

// hourly is a Green Button file of hours from a time on, each of which counts what value says.
func hourly(from time.Time, hours int, value func(int) int) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom">
<entry><link rel="self" href="U/1"/><link rel="related" href="U/1/MeterReading"/><content><UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint></content></entry>
<entry><link rel="self" href="U/1/MeterReading/1"/><link rel="related" href="T/1"/><content><MeterReading xmlns="http://naesb.org/espi"/></content></entry>
<entry><link rel="self" href="T/1"/><content><ReadingType xmlns="http://naesb.org/espi"><accumulationBehaviour>4</accumulationBehaviour><flowDirection>1</flowDirection><intervalLength>3600</intervalLength><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>
<entry><link rel="up" href="U/1/MeterReading/1/IntervalBlock"/><content><IntervalBlock xmlns="http://naesb.org/espi">
`)
	for i := range hours {
		_, _ = fmt.Fprintf(&b, "<IntervalReading><timePeriod><duration>3600</duration><start>%d</start></timePeriod><value>%d</value></IntervalReading>\n", from.Add(time.Duration(i)*time.Hour).Unix(), value(i))
	}
	b.WriteString("</IntervalBlock></content></entry></feed>")
	return b.String()
}

func saved(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "meter.xml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// metered is an office with one account.
func metered(t *testing.T, database string) *office {
	t.Helper()
	p, err := portal.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	p.Now = func() time.Time { return today }
	o := &office{p, t}
	o.writesAll(&care.District{ID: "D01"}, &care.Premise{ID: "P1", DistrictID: "D01"}, &care.Person{ID: "1"},
		&care.Account{Number: meteredAccount, MainPersonID: "1", PremiseID: "P1", DistrictID: "D01", Status: "active"})
	return o
}

func (o *office) writesAll(recs ...care.Record) {
	o.t.Helper()
	err := o.NewBulk(portal.System("test")).Chunk(context.Background(), func(c *portal.Chunk) error {
		for _, rec := range recs {
			if err := c.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) meters(path string, options Options) MeterReport {
	o.t.Helper()
	report, err := GreenButton(o.t.Context(), o.Portal, path, meteredAccount, options)
	if err != nil {
		o.t.Fatal(err)
	}
	return report
}

// R31: a file's readings come in once, its whole months stand among the usage, and the same file again changes nothing.
//
// It fails when a month is made of readings that lack some, and when a file brings what it brought before.
func TestGreenButtonComesInOnce(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	// From the middle of January to the middle of April: March, with the hour that summer time takes, and February are whole.
	from, end := time.Date(2026, 1, 15, 0, 0, 0, 0, zone), time.Date(2026, 4, 15, 0, 0, 0, 0, zone)
	hours := int(end.Sub(from) / time.Hour)
	path := saved(t, hourly(from, hours, func(int) int { return 1000 }))
	storetest.Databases(t, func(t *testing.T, database string) {
		o := metered(t, database)
		// A bill told of March before.
		o.writesAll(&care.Usage{Account: meteredAccount, Service: "electric", From: "2026-03-03", To: "2026-04-02", Quantity: 7, Unit: "kWh", Quality: "measured"})
		before := o.head()
		if dry := o.meters(path, Options{DryRun: true}); *dry.Files["meter.xml"] != (Tally{Read: hours, Added: hours}) || o.number("SELECT count(*) FROM usage_interval") != 0 || o.head() != before {
			t.Errorf("a dry run: %+v", dry.Files["meter.xml"])
		}
		first := o.meters(path, Options{})
		if *first.Files["meter.xml"] != (Tally{Read: hours, Added: hours}) || *first.Files[usageFile] != (Tally{Read: 2, Added: 1, Kept: 1}) {
			t.Errorf("first: %+v %+v", first.Files["meter.xml"], first.Files[usageFile])
		}
		if n := o.number("SELECT count(*) FROM usage_interval"); n != hours {
			t.Errorf("%d intervals, want %d", n, hours)
		}
		if u := get[care.Usage](o, meteredAccount, "electric", "2026-02-01"); u.To != "2026-03-01" || u.Quantity != 28*24 || u.Unit != "kWh" {
			t.Errorf("February is %+v", u)
		}
		if n := o.number("SELECT count(*) FROM activities WHERE kind = 'usage.imported'"); n != 1 {
			t.Errorf("%d lines in the log", n)
		}
		head := o.head()
		again := o.meters(path, Options{})
		if *again.Files["meter.xml"] != (Tally{Read: hours, Unchanged: hours}) || *again.Files[usageFile] != (Tally{Read: 2, Unchanged: 1, Kept: 1}) || o.head() != head {
			t.Errorf("again: %+v %+v, head %d after %d", again.Files["meter.xml"], again.Files[usageFile], o.head(), head)
		}
		corrected := o.meters(saved(t, hourly(from, hours, func(i int) int { return 1000 + 1000*(i/(24*17)%2) })), Options{})
		if f := corrected.Files["meter.xml"]; f.Changed == 0 || f.Changed+f.Unchanged != hours || corrected.Files[usageFile].Changed != 1 {
			t.Errorf("corrected: %+v %+v", f, corrected.Files[usageFile])
		}
	})
}

// A file that breaks off writes nothing, nor does one for an account that is not there.
func TestBrokenGreenButtonWritesNothing(t *testing.T) {
	o := metered(t, t.TempDir())
	before := o.head()
	whole := hourly(today.AddDate(0, -2, 0), 48, func(i int) int { return i })
	for name, text := range map[string]string{"cut off": whole[:len(whole)-40], "a value": strings.Replace(whole, "<value>7</value>", "<value>7.5</value>", 1)} {
		_, err := GreenButton(t.Context(), o.Portal, saved(t, text), meteredAccount, Options{})
		var said *Unreadable
		if !errors.As(err, &said) || said.Line == 0 || said.File != "meter.xml" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := GreenButton(t.Context(), o.Portal, saved(t, whole), "9", Options{}); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("an account that is not there: %v", err)
	}
	if n := o.number("SELECT count(*) FROM usage_interval"); n != 0 || o.head() != before {
		t.Errorf("%d intervals, head %d", n, o.head())
	}
}

// What is odd in a file keeps it from nothing, and is told by a code with its words, once however often it is seen.
//
// It was seen to fail with a warning for each time, and with a code that has no words.
func TestWhatIsOddInAFileIsTold(t *testing.T) {
	o := metered(t, t.TempDir())
	whole := hourly(today.AddDate(0, -2, 0), 48, func(i int) int { return i })
	blocks := strings.SplitAfter(whole, "</IntervalReading>")
	odd := strings.Join(slices.Concat(blocks[:5], blocks[4:6], blocks[8:20], blocks[21:]), "")
	report := o.meters(saved(t, odd), Options{DryRun: true})
	var got []string
	for _, w := range report.Warnings {
		got = append(got, fmt.Sprint(w.Code, " ", w.Count, ": ", w.Problem))
		if w.File != "meter.xml" || w.Line == 0 {
			t.Errorf("%+v", w)
		}
	}
	if want := []string{"meter_again 1: gives a reading again: it counts once", "meter_gap 2: has a gap before this reading"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The real files come in and, once more, change nothing.
func TestRealGreenButtonFilesComeInOnce(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(given.Data(t, "greenbutton"), "*.xml.gz"))
	if err != nil || len(paths) < 30 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	o := metered(t, t.TempDir())
	for _, path := range paths {
		name := filepath.Base(path)
		if first := o.meters(path, Options{}); strings.Contains(name, "MonthlyOnly") && first.Files[usageFile].Added+first.Files[usageFile].Kept == 0 {
			t.Errorf("%s gives no months", name)
		}
		head := o.head()
		again := o.meters(path, Options{})
		if f := again.Files[name]; f.Added+f.Changed > 0 || f.Read != f.Unchanged || o.head() != head {
			t.Errorf("%s again: %+v", name, f)
		}
	}
}
