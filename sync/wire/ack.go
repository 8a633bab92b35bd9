package wire

import "encoding/binary"

// AckOf reads an Ack, which is nearly all that an idle desk sends, without the decoder and its stack. What it does not
// recognise may still be an Ack that Decode can read.
func AckOf(b []byte) (cursor int64, ok bool) {
	if len(b) < 5 || Type(b[0]) != TypeAck || b[1] != 0 || b[2] != 0xa1 || b[3] != 1 {
		return 0, false
	}
	rest := b[5:]
	switch head := b[4]; {
	case head < 24 && len(rest) == 0:
		return int64(head), true
	case head == 24 && len(rest) == 1:
		return int64(rest[0]), true
	case head == 25 && len(rest) == 2:
		return int64(binary.BigEndian.Uint16(rest)), true
	case head == 26 && len(rest) == 4:
		return int64(binary.BigEndian.Uint32(rest)), true
	case head == 27 && len(rest) == 8:
		cursor := int64(binary.BigEndian.Uint64(rest)) //nolint:gosec // below 0 it is no cursor
		return cursor, cursor >= 0
	}
	return 0, false
}
