package snapshot

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"meterside/records"
	"meterside/sync/wire"
)

// PathPrefix is where files are served, below a portal's address.
const PathPrefix = "/snapshots/"

// pack writes a database as a sealed file into a folder, under the hash of its head, and says how to ask for it. The database
// must be closed.
func pack(ctx context.Context, database, dir string, h Head) (*wire.File, error) {
	in, err := os.Open(database)
	if err != nil {
		return nil, fmt.Errorf("reading the database to pack: %w", err)
	}
	defer func() { _ = in.Close() }()
	spool, err := os.CreateTemp(dir, "packing-*")
	if err != nil {
		return nil, fmt.Errorf("packing a replica: %w", err)
	}
	defer func() {
		_ = spool.Close()
		_ = os.Remove(spool.Name())
	}()
	if err := compress(ctx, in, spool, &h); err != nil {
		return nil, fmt.Errorf("packing a replica: %w", err)
	}
	key := newKey()
	begin, err := h.seal(key)
	if err != nil {
		return nil, fmt.Errorf("packing a replica: %w", err)
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("packing a replica: %w", err)
	}
	name := hex.EncodeToString(h.sum[:])
	if err := sealAll(&h, begin, key, bufio.NewReaderSize(spool, 256<<10), filepath.Join(dir, name)); err != nil {
		return nil, fmt.Errorf("packing a replica: %w", err)
	}
	return &wire.File{
		Path: PathPrefix + name, Hash: h.sum[:], Key: key, Seq: h.Seq, Scopes: h.Scopes, Bytes: h.offset(h.Frames()), Unpacked: h.Unpacked,
	}, nil
}

// compress writes the frames one after the other, and their table into the head.
func compress(ctx context.Context, in io.Reader, spool io.Writer, h *Head) error {
	h.PageSize, h.FrameSize, h.Unpacked, h.Table = records.PageSize, FrameSize, 0, nil
	out := bufio.NewWriterSize(spool, 256<<10)
	plain := make([]byte, FrameSize)
	var packed []byte
	for {
		n, err := io.ReadFull(in, plain)
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		packed = packer.EncodeAll(plain[:n], packed[:0])
		sum := sha256.Sum256(plain[:n])
		h.Table = binary.BigEndian.AppendUint32(h.Table, uint32(len(packed)+tagSize)) //nolint:gosec // a frame is a mebibyte
		h.Table = append(h.Table, sum[:]...)
		h.Unpacked += int64(n)
		if _, err := out.Write(packed); err != nil {
			return err
		}
	}
}

// sealAll writes the file to the disk whole before it has its name.
func sealAll(h *Head, begin, key []byte, frames io.Reader, path string) (err error) {
	aead, err := newAEAD(key)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "packing-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	out := bufio.NewWriterSize(file, 256<<10)
	if _, err := out.Write(begin); err != nil {
		return err
	}
	frame := make([]byte, maxFrame)
	for n := range h.Frames() {
		packed := frame[:h.length(n)-tagSize]
		if _, err := io.ReadFull(frames, packed); err != nil {
			return err
		}
		if _, err := out.Write(aead.Seal(packed[:0], nonce(uint64(n)), packed, h.sum[:])); err != nil { //nolint:gosec // it is not negative
			return err
		}
	}
	if err := errors.Join(out.Flush(), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
