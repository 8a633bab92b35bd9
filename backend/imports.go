package backend

import (
	"context"

	"meterside/care"
	"meterside/care/text"
)

// Imports asks the portal for the latest imports, the newest first.
func (b *Backend) Imports(ctx context.Context) ([]care.ImportRun, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	runs := []care.ImportRun{}
	err = u.ask(ctx, &care.Imports{}, &runs)
	return runs, err
}

// Import asks the portal for the report of an import, with the refused rows that follow the first after.
func (b *Backend) Import(ctx context.Context, run string, after int) (report care.ImportReport, err error) {
	u, err := b.signedIn()
	if err != nil {
		return report, err
	}
	err = u.ask(ctx, &care.ReadImport{Run: run, After: after}, &report)
	return report, err
}

// refused writes every refused row that the portal keeps of an import.
func (w *writing) refused() error {
	for after := 0; ; {
		report, err := w.b.Import(w.ctx, w.Run, after)
		err = each(report.Refused, err, func(r care.RefusedRow) error {
			problem := r.Problem
			if r.Code != "" {
				problem = text.Sentence(w.Language, string(r.Code), r.Params)
			}
			return w.row(r.File, int64(r.Line), r.Field, problem)
		})
		if err != nil || report.Next <= after {
			return err
		}
		after = report.Next
	}
}
