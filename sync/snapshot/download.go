package snapshot

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// download is one file on its way.
type download struct {
	*Fetch
	file  *wire.File
	out   *os.File
	head  *Head
	done  int  // frames that are checked and written
	fresh bool // something came damaged: no cache is asked any more, and it is not tried a third time
	judge judge
}

// request asks for what is missing, and takes it until it is there or the line breaks.
func (d *download) request(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if d.head == nil {
		return d.first(ctx, cancel)
	}
	return d.rest(ctx, cancel)
}

// first reads the head, and looks what there is of the file from an earlier try.
func (d *download) first(ctx context.Context, cancel func()) error {
	body, err := d.get(ctx, cancel, 0)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	r := bufio.NewReaderSize(body, 256<<10)
	head, err := readHead(r, d.file.Key, d.file.Hash)
	if err != nil {
		return err
	}
	if err := d.agrees(head, d.file); err != nil {
		return err
	}
	d.head = head
	if err := d.verify(ctx); err != nil {
		return err
	}
	if d.done > 0 {
		_ = body.Close()
		return d.rest(ctx, cancel)
	}
	return d.take(r, cancel)
}

// verify counts the frames of an earlier try that are right, up to the first that is not.
func (d *download) verify(ctx context.Context) error {
	info, err := d.out.Stat()
	if err != nil {
		return err
	}
	plain := make([]byte, FrameSize)
	at := int64(0)
	for d.done < d.head.Frames() && ctx.Err() == nil {
		b := plain[:d.head.size(d.done)]
		if at+int64(len(b)) > info.Size() {
			break
		}
		if _, err := d.out.ReadAt(b, at); err != nil || !d.head.right(d.done, b) {
			break
		}
		at += int64(len(b))
		d.done++
	}
	d.Progress(d.head.offset(d.done), d.file.Bytes)
	return ctx.Err()
}

func (d *download) rest(ctx context.Context, cancel func()) error {
	if d.done == d.head.Frames() {
		return nil
	}
	body, err := d.get(ctx, cancel, d.head.offset(d.done))
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	return d.take(bufio.NewReaderSize(body, 256<<10), cancel)
}

// get asks for the file from a byte on. Whatever is not a file of a portal is named and not read.
func (d *download) get(ctx context.Context, cancel func(), from int64) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(d.Portal, "/")+d.file.Path, nil)
	if err != nil {
		return nil, err
	}
	want := http.StatusOK
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		want = http.StatusPartialContent
	}
	if d.fresh {
		req.Header.Set("Cache-Control", "no-cache")
	}
	watch := time.AfterFunc(d.Patience, cancel)
	res, err := d.Client.Do(req) //nolint:bodyclose // it is closed by who gets it, or below
	if err != nil {
		watch.Stop()
		return nil, fmt.Errorf("asking for a ready-made replica: %w", err)
	}
	body := &watched{res.Body, watch, d.Patience}
	if res.StatusCode == want && res.Header.Get("Content-Type") == ContentType {
		return body, nil
	}
	defer func() { _ = body.Close() }()
	var said care.Error
	answer, _ := io.ReadAll(io.LimitReader(body, 4096))
	if json.Unmarshal(answer, &said) == nil && said.Code != "" {
		return nil, said
	}
	if res.StatusCode >= 500 {
		return nil, fmt.Errorf("asking for a ready-made replica: %s", res.Status)
	}
	return nil, care.Err(care.CodeNotThePortal, "address", d.Portal)
}

// watched ends a request whose line stands still.
type watched struct {
	io.ReadCloser
	watch    *time.Timer
	patience time.Duration
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	w.watch.Reset(w.patience)
	return n, err
}

func (w *watched) Close() error {
	w.watch.Stop()
	return w.ReadCloser.Close()
}

// opened is a frame between the two halves of the work.
type opened struct {
	n     int
	plain []byte
	err   error
}

// take reads frames to the file's end. One goroutine reads, unseals and unpacks, this one checks and writes.
func (d *download) take(r io.Reader, cancel func()) error {
	aead, err := newAEAD(d.file.Key)
	if err != nil {
		return err
	}
	frames := make(chan opened, 1)
	free := make(chan []byte, 3)
	for range cap(free) {
		free <- make([]byte, FrameSize)
	}
	stop := make(chan struct{})
	first := d.done
	go func() {
		defer close(frames)
		sealed := make([]byte, maxFrame)
		for n := first; n < d.head.Frames(); n++ {
			var buf []byte
			select {
			case buf = <-free:
			case <-stop:
				return
			}
			o := opened{n: n}
			b := sealed[:d.head.length(n)]
			if _, err := io.ReadFull(r, b); err != nil {
				o.err = cut(err, fmt.Sprintf("in frame %d", n))
			} else {
				o.plain, o.err = d.head.open(aead, n, b, buf)
			}
			select {
			case frames <- o:
			case <-stop:
				return
			}
			if o.err != nil {
				return
			}
		}
	}()
	defer func() {
		close(stop)
		cancel()
		for range frames { // the reader is done with the body when this returns
		}
	}()
	d.judge.begin()
	for o := range frames {
		if o.err == nil && !d.head.right(o.n, o.plain) {
			o.err = damaged("frame %d has another hash", o.n)
		}
		if o.err != nil {
			return o.err
		}
		if err := d.put(o.plain, int64(o.n)*FrameSize); err != nil {
			return err
		}
		d.done++
		d.Progress(d.head.offset(d.done), d.file.Bytes)
		if d.judge.slow(d) {
			return errSlow
		}
		free <- o.plain[:0]
	}
	return nil
}

func (d *download) put(b []byte, at int64) error {
	if d.write != nil {
		return d.write(d.out, b, at)
	}
	_, err := d.out.WriteAt(b, at)
	return err
}

// judge finds out, once, whether the bare variant and building its indices here would be sooner done than the rest.
type judge struct {
	began  time.Time
	came   int64
	judged bool
}

func (j *judge) begin() { j.began, j.came = time.Now(), 0 }

func (j *judge) slow(d *download) bool {
	j.came += d.head.length(d.done - 1)
	took := time.Since(j.began)
	bare := d.file.Bare
	if j.judged || bare == nil || j.came < judgeBytes && took < judgeAfter && d.Fetch.slow == nil {
		return false
	}
	j.judged = true
	speed := float64(j.came) / max(took.Seconds(), 1e-6)
	if d.Fetch.slow != nil {
		return d.Fetch.slow(speed)
	}
	left := float64(d.file.Bytes - d.head.offset(d.done))
	return left/speed > float64(bare.Bytes)/speed+float64(bare.Unpacked)/buildSpeed
}
