package hub

import (
	"encoding/binary"

	"meterside/sync/wire"
)

// message makes a frame ready to be written: a whole binary websocket message as a server sends it. It is made once and
// written to every desk as it is.
func message(f wire.Frame) ([]byte, error) {
	frame, err := wire.Encode(f)
	if err != nil {
		return nil, err
	}
	return framed(opBinary, frame), nil
}

// The first byte of a message that is whole.
const (
	opBinary = 0x80 | 2
	opPong   = 0x80 | 10
)

// framed puts a payload behind the head of a websocket message.
func framed(op byte, payload []byte) []byte {
	n := len(payload)
	b := make([]byte, 0, n+10)
	switch {
	case n < 126:
		b = append(b, op, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, op, 126), uint16(n)) //nolint:gosec // checked just now
	default:
		b = binary.BigEndian.AppendUint64(append(b, op, 127), uint64(n))
	}
	return append(b, payload...)
}

// pager gathers one scope's changes into frames of a bounded size.
type pager struct {
	rows wire.Rows
	size int
	out  func(message []byte) error
}

func newPager(rows wire.Rows, out func(message []byte) error) *pager {
	return &pager{rows: rows, out: out}
}

func (p *pager) add(c wire.Change) error {
	p.rows.Changes = append(p.rows.Changes, c)
	if p.size += len(c.Body) + len(c.ID) + 16; p.size > wire.RowsTarget {
		return p.flush()
	}
	return nil
}

func (p *pager) flush() error {
	if len(p.rows.Changes) == 0 {
		return nil
	}
	m, err := message(&p.rows)
	if err != nil {
		return err
	}
	p.rows.Changes, p.size = p.rows.Changes[:0], 0
	return p.out(m)
}
