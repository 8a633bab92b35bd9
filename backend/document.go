package backend

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"meterside/care"
)

// mostUnpacked bounds a document on this computer: a year of minutes is less.
const mostUnpacked = 256 << 20

// Document asks the portal for a document of an account, which it logs.
func (b *Backend) Document(ctx context.Context, q care.Question) (d care.Document, err error) {
	u, err := b.signedIn()
	if err != nil {
		return d, err
	}
	err = u.ask(ctx, q, &d)
	return d, err
}

// SaveDocument writes a document into a file that only its owner may read.
func SaveDocument(d care.Document, path string) error {
	_, err := written(path, func(w io.Writer) (int, error) {
		unpacked, err := gzip.NewReader(bytes.NewReader(d.Packed))
		if err != nil {
			return 0, err
		}
		n, err := io.Copy(w, io.LimitReader(unpacked, mostUnpacked))
		return int(n), err
	})
	if err != nil {
		return fmt.Errorf("saving a document: %w", err)
	}
	return nil
}
