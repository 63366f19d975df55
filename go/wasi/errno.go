package wasi

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
)

// Errno is the number that tells a guest what went wrong. As an error it matches the errors of
// package io/fs: errors.Is(wasi.ErrnoNoent, fs.ErrNotExist) is true.
type Errno uint16

// Error returns the name of the number in the specification and its meaning.
func (e Errno) Error() string {
	if int(e) >= len(errnoTexts) {
		return "wasi: errno " + strconv.Itoa(int(e))
	}
	return "wasi: " + errnoTexts[e].name + ": " + errnoTexts[e].meaning
}

// Is reports whether the number means the same as an error of Go's library or of this system, such
// as syscall.ENOENT.
func (e Errno) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return e == ErrnoNoent
	case fs.ErrExist:
		return e == ErrnoExist || e == ErrnoNotempty
	case fs.ErrPermission:
		return e == ErrnoAcces || e == ErrnoPerm || e == ErrnoNotcapable
	case fs.ErrInvalid:
		return e == ErrnoInval
	case fs.ErrClosed:
		return e == ErrnoBadf
	case errors.ErrUnsupported:
		return e == ErrnoNosys || e == ErrnoNotsup
	case os.ErrDeadlineExceeded:
		return e == ErrnoTimedout
	case context.Canceled:
		return e == ErrnoCanceled
	}
	number, is := systemErrno(target)
	return is && number == e
}

// Timeout reports whether time ran out or the call would have blocked, as with syscall.Errno.
func (e Errno) Timeout() bool { return e == ErrnoTimedout || e == ErrnoAgain }

// Temporary reports whether a later call may succeed, as with syscall.Errno.
func (e Errno) Temporary() bool {
	return e == ErrnoIntr || e == ErrnoMfile || e == ErrnoNfile || e.Timeout()
}

// meanings lists the numbers of errors of Go's library, in the order of the search.
var meanings = []struct {
	err   error
	errno Errno
}{
	{fs.ErrNotExist, ErrnoNoent},
	{fs.ErrExist, ErrnoExist},
	{fs.ErrPermission, ErrnoAcces},
	{fs.ErrInvalid, ErrnoInval},
	{fs.ErrClosed, ErrnoBadf},
	{errors.ErrUnsupported, ErrnoNotsup},
	{os.ErrDeadlineExceeded, ErrnoTimedout},
	{context.DeadlineExceeded, ErrnoTimedout},
	{context.Canceled, ErrnoCanceled},
	{io.ErrClosedPipe, ErrnoPipe},
	{io.EOF, ErrnoSuccess},
}

// escapeText is the text of the error of os.Root for a name that leads out of it. The error has no
// name.
const escapeText = "path escapes from parent"

// errnoOf returns the number of any error. It is ErrnoSuccess for nil and io.EOF, because the
// number of bytes shows the end of a file.
func errnoOf(err error) Errno {
	if err == nil {
		return ErrnoSuccess
	}
	var own Errno
	if errors.As(err, &own) {
		return own
	}
	if number, is := systemErrno(err); is {
		return number
	}
	for _, meaning := range meanings {
		if errors.Is(err, meaning.err) {
			return meaning.errno
		}
	}
	if cause := causeOf(err); cause != nil && cause.Error() == escapeText {
		return ErrnoNotcapable
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return ErrnoTimedout
	}
	return ErrnoIo
}

// causeOf returns the error inside an error of a file operation.
func causeOf(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return nil
}
