package importer

import "encoding/binary"

// waits are the files whose rows wait for those of a later one: a person and a web user stand in the districts of the
// accounts that they are linked to, so the links are written first.
var waits = [...]struct{ file, after string }{
	{"persons.csv", "account_persons.csv"},
	{"web_users.csv", "web_user_accounts.csv"},
}

// turn is when a file is read.
func turn(file string) int {
	for i := range Tables {
		if Tables[i].File == file {
			return i
		}
	}
	return -1
}

// release passes on the rows that waited for a file before the one at next.
func (r *run) release(next int) error {
	for i, w := range waits {
		if turn(w.after) >= next {
			continue
		}
		for _, packed := range r.held[i] {
			if err := r.take(unpacked(table(w.file), packed), nil); err != nil {
				return err
			}
		}
		r.held[i] = nil
	}
	return nil
}

// packed is a copy of the row's fields in little memory.
func (r Row) packed() []byte {
	size := 0
	for _, f := range r.Fields {
		size += len(f) + 2
	}
	all := make([]byte, 0, size)
	for _, f := range r.Fields {
		all = binary.AppendUvarint(all, uint64(len(f)))
		all = append(all, f...)
	}
	return all
}

// unpacked is the row again, but for its line.
func unpacked(t *Table, packed []byte) Row {
	row := Row{File: t.File, table: t}
	for len(packed) > 0 {
		length, n := binary.Uvarint(packed)
		end := n + int(length)
		row.Fields = append(row.Fields, packed[n:end])
		packed = packed[end:]
	}
	return row
}
