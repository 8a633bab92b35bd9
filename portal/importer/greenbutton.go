package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/importer/espi"
)

// usageFile is under which name the months that a Green Button file gives stand in its report.
const usageFile = "usage.csv"

// MeterReport says what became of a Green Button file: of its readings under the file's own name, and of the months that it
// gives for the usage under usage.csv's. Found is what stood in it.
type MeterReport struct {
	Report
	Warnings []MeterWarning `json:"warnings"`
	Found    *espi.File     `json:"found"`
}

// MeterWarning is something odd that did not keep a file out. Its problem is English; care/text says its code in every language.
type MeterWarning struct {
	File string `json:"file"`
	espi.Warning
	Problem string `json:"problem"`
}

// GreenButton reads a file of an account's meters, and keeps what is new in it. A file that is damaged anywhere is refused as a
// whole with an *Unreadable, before anything is written. Reading the same file again changes nothing, and a run that broke
// off is made good by another. What bills say of a month stays as they say it.
func GreenButton(ctx context.Context, p *portal.Portal, path, account string, o Options) (MeterReport, error) {
	m := &metering{ctx: ctx, portal: p, bulk: p.NewBulk(portal.System(actor)), options: o, account: account, path: path}
	if o.DryRun {
		err := m.run()
		return m.report(), err
	}
	source := care.ImportRun{Sort: care.ImportGreenButton, Source: path + " → " + account, By: o.By}
	err := p.Import(ctx, m.bulk, source, func() (care.ImportReport, error) {
		err := m.run()
		return m.report().kept(), err
	})
	return m.report(), err
}

// metering is the writing of one file.
type metering struct {
	ctx      context.Context
	portal   *portal.Portal
	bulk     *portal.Bulk
	options  Options
	account  string
	path     string
	file     *espi.File // nil until it was read
	readings Tally
	months   Tally
}

// report is what became of the file so far.
func (m *metering) report() MeterReport {
	if m.file == nil {
		return MeterReport{}
	}
	name := filepath.Base(m.path)
	r := MeterReport{Report: Report{Files: map[string]*Tally{name: &m.readings, usageFile: &m.months}, Refused: []Refusal{}}, Warnings: []MeterWarning{}, Found: m.file}
	for _, w := range m.file.Warnings {
		r.Warnings = append(r.Warnings, MeterWarning{name, w, english(care.Error{Code: w.Code})})
	}
	return r
}

// read reads the whole file, before anything is written.
func (m *metering) read() error {
	f, err := os.Open(m.path)
	if err != nil {
		return fmt.Errorf("opening the file: %w", err)
	}
	defer func() { _ = f.Close() }()
	m.file, err = espi.Read(f, m.portal.Now())
	var damaged *espi.Damaged
	if !errors.As(err, &damaged) {
		return err
	}
	m.file = nil
	u := unreadable(filepath.Base(m.path), damaged.Line, damaged.What)
	if u.field = damaged.Field; u.field != "" {
		u.Problem = u.field + " " + u.Problem
	}
	return u
}

func (m *metering) run() error {
	if err := m.read(); err != nil {
		return err
	}
	var zone *time.Location
	err := m.chunk(func(c *portal.Chunk) error {
		if _, err := care.Find[care.Account](c, m.account); err != nil {
			return err
		}
		policy, err := c.Policy()
		if err != nil {
			return err
		}
		// Not the policy's Zone, which makes do with UTC: days and months that are cut wrongly would be kept.
		zone, err = time.LoadLocation(policy.Get("utility.timezone"))
		return err
	})
	if err != nil {
		return err
	}
	for _, s := range m.file.Series {
		if err := m.series(s); err != nil {
			return err
		}
	}
	periods := m.file.Periods(m.file.Zone(zone))
	return m.chunk(func(c *portal.Chunk) error {
		for _, p := range periods {
			if err := m.month(c, p); err != nil {
				return err
			}
		}
		return m.log(c)
	})
}

// errDry takes back what a dry run looked at.
var errDry = errors.New("nothing was to be written")

func (m *metering) chunk(fn func(*portal.Chunk) error) error {
	err := m.bulk.Chunk(m.ctx, func(c *portal.Chunk) error {
		if err := fn(c); err != nil {
			return err
		}
		if m.options.DryRun {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// shortName names a series within its account. Vendors give many files the same links, so that what is counted belongs to the
// name: litres must never come to stand among kilowatt-hours.
func shortName(m portal.Meter) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%t", m.Source, m.Service, m.Unit, m.Power, m.Reversed))
	return hex.EncodeToString(sum[:8])
}

// readingsAtOnce are so many readings as are written in one transaction, between commands.
const readingsAtOnce = 1000

// series writes what is new of a series, chunk by chunk.
func (m *metering) series(s *espi.Series) error {
	meter := portal.Meter{Account: m.account, Source: s.Name, Service: s.Service, Unit: s.UnitName(), Reversed: s.Reverse()}
	if s.Type != nil {
		meter.Power = s.Type.Power
	}
	meter.ID = shortName(meter)
	m.readings.Read += s.Count
	m.readings.Unchanged += s.Count - len(s.Readings) // what was issued again counts once
	for from := 0; from < len(s.Readings) || from == 0; from += readingsAtOnce {
		part := s.Readings[from:min(from+readingsAtOnce, len(s.Readings))]
		err := m.chunk(func(c *portal.Chunk) error {
			if from == 0 {
				if err := m.meter(c, meter); err != nil {
					return err
				}
			}
			return m.part(c, meter, s, part)
		})
		if err != nil {
			return err
		}
		if m.options.Progress != nil && from > 0 && from%progressRows == 0 {
			m.options.Progress(s.Name, from)
		}
	}
	return nil
}

// meter keeps what a series is, where that is new.
func (m *metering) meter(c *portal.Chunk, meter portal.Meter) error {
	known, err := c.Meters(m.account)
	if err != nil {
		return err
	}
	for _, k := range known {
		if k == meter {
			return nil
		}
	}
	return c.SetMeter(meter)
}

// part writes what is new of some readings, which stand in the order of their starts.
func (m *metering) part(c *portal.Chunk, meter portal.Meter, s *espi.Series, part []espi.Reading) error {
	if len(part) == 0 {
		return nil
	}
	type key struct{ start, given int64 }
	there := map[key]portal.Counted{}
	// Of one start there may be several lengths, so there may be a few more than were read now.
	known, err := c.Counted(meter, part[0].Start, part[len(part)-1].Start+1, 100*chunkRows)
	if err != nil {
		return err
	}
	for _, k := range known {
		there[key{k.Start, k.Given}] = k
	}
	for _, r := range part {
		i := portal.Counted{Start: r.Start, Given: r.Seconds, Seconds: s.Length(r), Value: r.Value, Cost: r.Cost, Estimated: r.Estimated()}
		k, before := there[key{r.Start, r.Seconds}]
		switch {
		case before && k == i:
			m.readings.Unchanged++
			continue
		case before:
			m.readings.Changed++
		default:
			m.readings.Added++
		}
		if err := c.SetCounted(meter, i); err != nil {
			return err
		}
	}
	return nil
}

// month writes a period among the account's usage, unless bills or somebody else told of that time.
func (m *metering) month(c *portal.Chunk, p espi.Period) error {
	m.months.Read++
	usage := care.Usage{Account: m.account, Service: p.Service, From: p.From, To: p.To, Quantity: p.Quantity, Unit: p.Unit, Quality: "measured"}
	if p.Estimated {
		usage.Quality = "estimated"
	}
	rows, err := c.UsageOf(m.account, p.Service)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.To <= p.From || row.From >= p.To {
			continue
		}
		ours, err := c.Imported(care.KindUsage, row.RecordID())
		switch {
		case err != nil:
			return err
		case string(ours) != monthMark(row) || row.From != p.From:
			m.months.Kept++
			return nil
		case monthMark(row) == monthMark(usage):
			m.months.Unchanged++
			return nil
		}
		m.months.Changed++
		usage.HDD, usage.CDD = row.HDD, row.CDD
		return m.putMonth(c, usage)
	}
	m.months.Added++
	return m.putMonth(c, usage)
}

func (m *metering) putMonth(c *portal.Chunk, usage care.Usage) error {
	if err := c.Put(&usage); err != nil {
		return err
	}
	return c.SetImported(care.KindUsage, usage.RecordID(), []byte(monthMark(usage)))
}

// monthMark is by which a row is known that a Green Button file brought and nobody changed since.
func monthMark(u care.Usage) string {
	return fmt.Sprintf("green button %s %d %s %s", u.To, u.Quantity, u.Unit, u.Quality)
}

// log leaves one activity for a file that changed something.
func (m *metering) log(c *portal.Chunk) error {
	if m.readings.Added+m.readings.Changed+m.months.Added+m.months.Changed == 0 {
		return nil
	}
	return care.Log(c, care.Activity{Account: m.account, Sort: "usage.imported", Detail: care.Detail(m.readings)})
}
