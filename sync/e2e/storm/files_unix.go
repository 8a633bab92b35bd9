//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// enoughFiles raises how many files this process and its children may hold open, as far as the system lets it.
func enoughFiles(need int) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("asking how many files may be open: %w", err)
	}
	if uint64(l.Cur) < uint64(need) && uint64(l.Max) >= uint64(need) { //nolint:gosec,unconvert // the type differs between systems, and need is small
		l.Cur = l.Max
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
			return fmt.Errorf("raising how many files may be open: %w", err)
		}
	}
	if uint64(l.Cur) < uint64(need) { //nolint:gosec,unconvert // as above
		return fmt.Errorf("%d files may be open, and %d are needed: raise it by `ulimit -n %d`", l.Cur, need, need)
	}
	return nil
}

// usedCPU is this process's time on the processor, user and system together, ns.
func usedCPU() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
