package cache

import (
	"slices"

	"meterside/care"
	"meterside/records"
)

// leave drops what stands in no scope that is still held.
func (a *applier) leave(held care.List, taken []string) error {
	for ref, left := range a.gone {
		if err := a.drop(ref, held, left); err != nil {
			return err
		}
	}
	for _, scope := range taken {
		for _, k := range care.Kinds() {
			found, err := records.LoadAll(a.ctx, a.tx, k, "WHERE instr(';' || scopes || ';', $1) > 0", ";"+scope+";")
			if err != nil {
				return err
			}
			for _, rec := range found {
				if err := a.drop(care.Ref{Kind: k, ID: rec.RecordID()}, held, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *applier) drop(ref care.Ref, held care.List, left []string) error {
	rec := care.New(ref.Kind)
	if rec == nil {
		return nil
	}
	ok, err := records.Load(a.ctx, a.tx, rec, care.IDParts(ref.ID)...)
	if err != nil || !ok {
		return err
	}
	for _, s := range rec.RecordMeta().Scopes {
		if slices.Contains(held, s) && !slices.Contains(left, s) {
			return nil
		}
	}
	a.rows++
	if err := a.uncount(rec); err != nil {
		return err
	}
	a.stale.now = true // what left is not to be found any more
	return records.Remove(a.ctx, a.tx, ref)
}
