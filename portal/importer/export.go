package importer

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"meterside/care"
	"meterside/portal"
)

// Export writes what the portal keeps, at one moment, as the files that Import reads, every file in the order of its
// keys. Notes, masquerades, passwords and policy have no place in these files; the importer's own activities are left
// out, as they tell of this portal alone.
func Export(ctx context.Context, p *portal.Portal, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of an export: %w", err)
	}
	return p.View(ctx, func(v *portal.View) error {
		for i := range Tables {
			if err := exportFile(ctx, v, dir, &Tables[i]); err != nil {
				return fmt.Errorf("exporting %s: %w", Tables[i].File, err)
			}
		}
		return nil
	})
}

func exportFile(ctx context.Context, v *portal.View, dir string, t *Table) (err error) {
	f, err := os.OpenFile(filepath.Join(dir, t.File), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Name
	}
	if err := w.Write(head); err != nil {
		return err
	}
	if t.File == segmentsFile {
		err = exportSegments(ctx, v, w)
	} else {
		err = exportRows(ctx, v, w, t)
	}
	w.Flush()
	return errors.Join(err, w.Error())
}

func exportRows(ctx context.Context, v *portal.View, w *csv.Writer, t *Table) error {
	e := newEntry(t.File)
	texts := make([]string, len(e.fields))
	return v.Rows(ctx, e.fields, func() error {
		for i := range texts {
			texts[i] = e.text(i)
		}
		return w.Write(texts)
	}, t.selectAll())
}

func exportSegments(ctx context.Context, v *portal.View, w *csv.Writer) error {
	var bill string
	var segments care.Segments
	return v.Rows(ctx, []any{&bill, &segments}, func() error {
		for _, s := range segments {
			quantity := ""
			if s.Quantity != nil {
				quantity = strconv.FormatInt(*s.Quantity, 10)
			}
			err := w.Write([]string{bill, strconv.FormatInt(s.Line, 10), s.Service, s.Description, quantity, s.Unit, strconv.FormatInt(s.AmountCents, 10)})
			if err != nil {
				return err
			}
		}
		return nil
	}, "SELECT bill_id, segments FROM bills ORDER BY bill_id")
}
