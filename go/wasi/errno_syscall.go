//go:build unix || windows

package wasi

import (
	"errors"
	"syscall"
)

var ofSystem = func() map[syscall.Errno]Errno {
	found := make(map[syscall.Errno]Errno, len(systemErrnos))
	for _, pair := range systemErrnos {
		// Some systems have one number for two names.
		if _, known := found[pair.system]; !known {
			found[pair.system] = pair.errno
		}
	}
	return found
}()

type systemPair struct {
	system syscall.Errno
	errno  Errno
}

// systemErrno finds the number for one of the system, if there is one in err.
func systemErrno(err error) (Errno, bool) {
	var system syscall.Errno
	if !errors.As(err, &system) {
		return 0, false
	}
	number, known := ofSystem[system]
	return number, known
}
