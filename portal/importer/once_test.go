package importer

import (
	"context"
	"testing"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store/storetest"
)

// While one import runs, on whatever node, another is refused by name and writes nothing; a dry run, which writes nothing
// either, is not. When it has ended the next one goes through.
//
// It fails when Import takes no lease, and when it does not give it back.
func TestOneImportAtATime(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	storetest.Databases(t, func(t *testing.T, database string) {
		var nodes []*office
		for range 2 {
			p, err := portal.Open(t.Context(), database)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = p.Close() }()
			nodes = append(nodes, &office{p, t})
		}
		running := nodes[0].NewBulk(portal.System(actor))
		err := nodes[0].Portal.Import(t.Context(), running, care.ImportRun{}, func() (care.ImportReport, error) {
			if _, err := Import(context.Background(), nodes[1].Portal, dir, Options{}); care.CodeOf(err) != care.CodeImportRunning {
				t.Errorf("a second import: %v", err)
			}
			if nodes[1].head() != 0 {
				t.Error("the second import wrote something")
			}
			_, err := Import(context.Background(), nodes[1].Portal, dir, Options{DryRun: true})
			return care.ImportReport{}, err
		})
		if err != nil {
			t.Error(err)
		}
		for _, o := range nodes {
			if report := o.imports(dir); report.Files[billsFile].Refused != 0 {
				t.Errorf("refused: %+v", report.Refused)
			}
		}
		if n := nodes[0].number("SELECT count(*) FROM bills"); n != counts.Files[billsFile] {
			t.Errorf("%d bills, want %d", n, counts.Files[billsFile])
		}
	})
}
