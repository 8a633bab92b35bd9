package portal

import (
	"context"

	"meterside/care"
	"meterside/portal/store"
)

// refusedAtOnce is how many refused rows one answer brings.
const refusedAtOnce = 1000

func logImports(_ context.Context, a *asked, _ *care.Imports) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "imports.read"})
}

// listImports gives the latest imports, without the rows of each file.
func listImports(ctx context.Context, a *asked, _ *care.Imports) (any, error) {
	all, err := store.Imports(ctx, a.Store.Reader())
	runs := make([]care.ImportRun, len(all))
	for i := range all {
		runs[i] = all[i].ImportRun
	}
	return runs, err
}

func logImport(_ context.Context, a *asked, q *care.ReadImport) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "import.read", Detail: care.Detail(q)})
}

func readImport(ctx context.Context, a *asked, q *care.ReadImport) (any, error) {
	return store.ImportReport(ctx, a.Store.Reader(), q.Run, q.After, refusedAtOnce)
}
