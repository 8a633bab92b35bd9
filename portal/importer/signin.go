package importer

import (
	"slices"

	"meterside/care"
	"meterside/portal"
)

// addSignIn writes what stands beside a web user that was not there.
func addSignIn(c *portal.Chunk, id string, s *signIn) error {
	for _, lock := range s.locks {
		if err := c.Add(&care.WebUserLock{WebUserID: id, Lock: care.Lock(lock)}); err != nil {
			return err
		}
	}
	if s.lastByCustomer != 0 || s.lastByCSR != 0 {
		if err := c.Add(&care.WebUserLogon{WebUserID: id, LastCustomer: s.lastByCustomer, LastCSR: s.lastByCSR}); err != nil {
			return err
		}
	}
	if s.failed == 0 {
		return nil
	}
	return c.SetFailedSignIns(id, s.failed)
}

// changeSignIn brings it to that of a web user who is there.
func changeSignIn(c *portal.Chunk, id string, before, after *signIn) error {
	for _, lock := range after.locks {
		if slices.Contains(before.locks, lock) {
			continue
		}
		if err := c.Put(&care.WebUserLock{WebUserID: id, Lock: care.Lock(lock)}); err != nil {
			return err
		}
	}
	for _, lock := range before.locks {
		if slices.Contains(after.locks, lock) {
			continue
		}
		if err := c.Delete(&care.WebUserLock{WebUserID: id, Lock: care.Lock(lock)}); err != nil {
			return err
		}
	}
	if before.lastByCustomer != after.lastByCustomer || before.lastByCSR != after.lastByCSR {
		if err := c.Put(&care.WebUserLogon{WebUserID: id, LastCustomer: after.lastByCustomer, LastCSR: after.lastByCSR}); err != nil {
			return err
		}
	}
	if before.failed == after.failed {
		return nil
	}
	return c.SetFailedSignIns(id, after.failed)
}
