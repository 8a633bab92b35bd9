package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/klauspost/compress/zstd"

	"meterside/records"
	"meterside/sync/snapshot"
)

// firstFile measures a desk that starts from a ready-made file: from the first word to the portal until the first search has
// its answer, beside nothing but unpacking the same bytes and waiting for the disk. The file is built before, once for all.
func (b *bench) firstFile(ctx context.Context, t town, s *stage, dir string) (err error) {
	built := make(chan time.Duration, 1)
	s.shelf.Few = 0
	s.shelf.Built = func(took time.Duration, failed error) {
		if failed == nil {
			built <- took
		}
	}
	defer func() { s.shelf.Few = rowsOnly }()
	var took, used, floor, floorUsed samples
	var size int64
	var packed [][]byte
	for i := range t.runs + 1 {
		b.progress("%s town: first sync by file %d of %d", t.name, i, t.runs)
		d, err := openDesk(ctx, filepath.Join(dir, fmt.Sprintf("filed-%d", i)))
		if err != nil {
			return err
		}
		if _, err := d.SignIn(ctx, s.url, s.csr, staffPassword); err != nil {
			return errors.Join(err, d.Close())
		}
		runtime.GC()
		began, before := time.Now(), cpu()
		err = b.profiled(t.figure("first_sync_file"), func() error {
			p, err := d.SyncOnce(ctx)
			if err == nil && p.Plan != "snapshot" {
				err = fmt.Errorf("the first sync was by %s", p.Plan)
			}
			if err == nil {
				_, err = d.Search(ctx, records.Query{Text: "main"})
			}
			return err
		})
		spent, worked := time.Since(began), cpu()-before
		path, pathErr := d.replica()
		if err := errors.Join(err, pathErr, d.Close()); err != nil {
			return err
		}
		if i == 0 { // this one waited for the build
			if packed, size, err = packDatabase(path); err != nil {
				return err
			}
			continue
		}
		took.add(spent, time.Second)
		used.add(worked, time.Second)
		runtime.GC()
		began, before = time.Now(), cpu()
		if err := unpackTo(filepath.Join(dir, "unpacked.db"), packed); err != nil {
			return err
		}
		floor.add(time.Since(began), time.Second)
		floorUsed.add(cpu()-before, time.Second)
	}
	var travels int64
	for _, p := range packed {
		travels += int64(len(p))
	}
	about := fmt.Sprintf("a replica of %d MB, about %d MB as it travels, built in %.1f s", size>>20, travels>>20, (<-built).Seconds())
	b.report.add(t.figure("first_sync_file"), "s", took.at(.5), floor.at(.5), t.runs, about)
	b.report.add(t.figure("first_sync_file_cpu"), "s", used.at(.5), floorUsed.at(.5), t.runs, "both ends")
	return nil
}

// packDatabase compresses a database in frames as large as those of a file.
func packDatabase(path string) (packed [][]byte, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("reading a replica: %w", err)
	}
	defer func() { _ = file.Close() }()
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, 0, fmt.Errorf("compressing a replica: %w", err)
	}
	frame := make([]byte, snapshot.FrameSize)
	for {
		n, err := io.ReadFull(file, frame)
		if errors.Is(err, io.EOF) {
			return packed, size, nil
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, 0, fmt.Errorf("reading a replica: %w", err)
		}
		size += int64(n)
		packed = append(packed, encoder.EncodeAll(frame[:n], nil))
	}
}

// unpackTo is the floor: frames unpacked, written and on the disk.
func unpackTo(path string, packed [][]byte) error {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("unpacking a replica: %w", err)
	}
	defer decoder.Close()
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("unpacking a replica: %w", err)
	}
	frame := make([]byte, 0, snapshot.FrameSize)
	for _, p := range packed {
		plain, err := decoder.DecodeAll(p, frame[:0])
		if err == nil {
			_, err = file.Write(plain)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("unpacking a replica: %w", err), file.Close())
		}
	}
	return errors.Join(file.Sync(), file.Close(), os.Remove(path))
}

// replicaSize is a goal of its own: the whole replica, with its substring search, beside what the bare tables take that the
// floor of the row stream wrote.
func (b *bench) replicaSize(t town, path string, bare int64, about string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("measuring a replica: %w", err)
	}
	b.report.add(t.figure("replica_size"), "MB", float64(info.Size())/1e6, float64(bare)/1e6, 1, about)
	return nil
}
