package importer

import (
	"errors"
	"fmt"

	"meterside/portal"
)

// errStopped ends the reading once a chunk could not be written; the reason is the writer's.
var errStopped = errors.New("the writing has stopped")

// chunk is what is passed on at once: rows of one file.
type chunk struct {
	rows []*entry
	last bool // of the file
}

// pipe leads from the reading goroutine to the writing one.
type pipe struct {
	chunks  chan chunk
	stopped chan struct{} // closed when the writer has ended
	err     error         // why, once it has
}

// read reads the export and writes it, the next chunk being read while one is written.
func (r *run) read(dir string) (Report, error) {
	r.pipe = pipe{chunks: make(chan chunk), stopped: make(chan struct{})}
	go func() {
		defer close(r.stopped)
		r.err = r.writeAll()
	}()
	report, err := Read(dir, r.sink)
	if err == nil {
		err = r.release(len(Tables))
	}
	if err == nil && len(r.chunk) > 0 {
		err = r.pass(true)
	}
	close(r.chunks)
	<-r.stopped
	if r.err != nil {
		err = r.err
	}
	return report, err
}

// pass hands the rows read so far to the writer.
func (r *run) pass(last bool) error {
	select {
	case r.chunks <- chunk{r.chunk, last}:
		r.chunk = make([]*entry, 0, chunkRows)
		return nil
	case <-r.stopped:
		return errStopped
	}
}

// writeAll writes what is passed to it, until there is no more.
func (r *run) writeAll() error {
	rows := 0 // of the file
	for some := range r.chunks {
		file := some.rows[0].table.File
		if err := r.write(some.rows); err != nil {
			return fmt.Errorf("importing %s: %w", file, err)
		}
		before := rows
		rows += len(some.rows)
		if r.options.Progress != nil && (some.last || rows/progressRows > before/progressRows) {
			r.options.Progress(file, rows)
		}
		if some.last {
			rows = 0
		}
	}
	return nil
}

// write brings rows of one file into the store.
func (r *run) write(rows []*entry) error {
	return r.bulk.Each(r.ctx, len(rows), func(c *portal.Chunk, i int) error { return r.put(c, rows[i]) })
}
