package portal

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"

	"meterside/care"
)

// mostPacked bounds a document as it travels: an answer stays below what a desk takes.
const mostPacked = 700_000

func logBillPDF(_ context.Context, a *asked, q *care.AskBillPDF) (any, error) {
	bill, err := care.Find[care.Bill](a.tx, q.BillID)
	if err != nil {
		return nil, err
	}
	if bill.Account != q.Account {
		return nil, notFound(care.KindBill, q.BillID)
	}
	return nil, logDocument(a, q.Account, "bill", q.BillID)
}

func logGreenButton(ctx context.Context, a *asked, q *care.AskGreenButton) (any, error) {
	if metered, err := a.Metered(ctx, q.Account); err != nil || !metered {
		return nil, errorOr(err, care.Err(care.CodeNotFound, "what", "interval data", "id", q.Account))
	}
	return nil, logDocument(a, q.Account, "green_button", q.From+" "+q.To)
}

func logDocument(a *asked, account, what, which string) error {
	if _, err := care.Find[care.Account](a.tx, account); err != nil {
		return err
	}
	return care.Log(a.tx, care.Activity{Account: account, Sort: care.DocumentFetched, Detail: care.Detail(map[string]string{"what": what, "id": which})})
}

func readBillPDF(ctx context.Context, a *asked, q *care.AskBillPDF) (any, error) {
	if a.Paper == nil {
		return nil, notFound(care.KindBill, q.BillID)
	}
	name, file, err := a.Paper(ctx, q.Account, q.BillID, q.Language)
	if err != nil {
		return nil, err
	}
	return packed(name, file)
}

func readGreenButton(ctx context.Context, a *asked, q *care.AskGreenButton) (any, error) {
	var file bytes.Buffer
	if err := a.GreenButton(ctx, &file, q.Account, q.From, q.To); err != nil {
		return nil, err
	}
	return packed("green-button-"+q.Account+".xml", file.Bytes())
}

func packed(name string, file []byte) (care.Document, error) {
	var small bytes.Buffer
	zip := gzip.NewWriter(&small)
	if _, err := zip.Write(file); err != nil {
		return care.Document{}, fmt.Errorf("packing a document: %w", err)
	}
	if err := zip.Close(); err != nil {
		return care.Document{}, fmt.Errorf("packing a document: %w", err)
	}
	if small.Len() > mostPacked {
		return care.Document{}, care.Err(care.CodeInvalid, "field", "to", "problem", "is too late: the file would be too large")
	}
	return care.Document{Name: name, Packed: small.Bytes()}, nil
}
