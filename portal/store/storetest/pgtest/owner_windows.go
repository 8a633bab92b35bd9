package pgtest

import "syscall"

// owner has nothing to give: the server runs as who tests.
func owner(string) (*syscall.SysProcAttr, error) { return nil, nil }
