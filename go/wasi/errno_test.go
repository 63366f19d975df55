package wasi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestErrnoNumbers(t *testing.T) {
	if len(errnoTexts) != 77 {
		t.Fatalf("%d numbers, WASI has 77", len(errnoTexts))
	}
	names := map[string]bool{}
	for number, text := range errnoTexts {
		if text.name == "" || text.meaning == "" || names[text.name] {
			t.Errorf("number %d has no name of its own: %+v", number, text)
		}
		names[text.name] = true
		if message := Errno(number).Error(); !strings.Contains(message, text.name) {
			t.Errorf("%d is %q, without %q", number, message, text.name)
		}
	}
	// Some of the specification, from all over it.
	for number, want := range map[Errno]string{
		0: "success", 1: "2big", 8: "badf", 20: "exist", 28: "inval", 29: "io", 32: "loop", 44: "noent",
		54: "notdir", 55: "notempty", 58: "notsup", 69: "rofs", 73: "timedout", 75: "xdev", 76: "notcapable",
	} {
		if errnoTexts[number].name != want {
			t.Errorf("%d is %s, not %s", number, errnoTexts[number].name, want)
		}
	}
	if got := Errno(77).Error(); got != "wasi: errno 77" {
		t.Errorf("a number that is none: %q", got)
	}
}

func TestErrnoIs(t *testing.T) {
	targets := []error{
		fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrInvalid, fs.ErrClosed, errors.ErrUnsupported,
		os.ErrDeadlineExceeded, context.Canceled,
	}
	want := map[Errno]error{
		ErrnoNoent: fs.ErrNotExist, ErrnoExist: fs.ErrExist, ErrnoNotempty: fs.ErrExist,
		ErrnoAcces: fs.ErrPermission, ErrnoPerm: fs.ErrPermission, ErrnoNotcapable: fs.ErrPermission,
		ErrnoInval: fs.ErrInvalid, ErrnoBadf: fs.ErrClosed, ErrnoNosys: errors.ErrUnsupported,
		ErrnoNotsup: errors.ErrUnsupported, ErrnoTimedout: os.ErrDeadlineExceeded, ErrnoCanceled: context.Canceled,
	}
	for number := range errnoTexts {
		number := Errno(number)
		for _, target := range targets {
			if is := errors.Is(number, target); is != (want[number] == target) {
				t.Errorf("errors.Is(%v, %v) is %t", number, target, is)
			}
		}
	}
	if !errors.Is(ErrnoLoop, syscall.ELOOP) || errors.Is(ErrnoLoop, syscall.ENOENT) {
		t.Error("ErrnoLoop is not what the system's is")
	}
}

func TestErrnoOf(t *testing.T) {
	wrapped := func(err error) error { return fmt.Errorf("reading: %w", &fs.PathError{Op: "o", Path: "p", Err: err}) }
	cases := []struct {
		err  error
		want Errno
	}{
		{nil, ErrnoSuccess},
		{io.EOF, ErrnoSuccess},
		{io.ErrUnexpectedEOF, ErrnoIo},
		{io.ErrShortWrite, ErrnoIo},
		{io.ErrClosedPipe, ErrnoPipe},
		{errors.New("anything"), ErrnoIo},
		{ErrnoMlink, ErrnoMlink},
		{wrapped(ErrnoMlink), ErrnoMlink},
		{syscall.ENOTEMPTY, ErrnoNotempty},
		{wrapped(syscall.EXDEV), ErrnoXdev},
		{&os.LinkError{Op: "link", Err: syscall.EPERM}, ErrnoPerm},
		{os.NewSyscallError("read", syscall.EISDIR), ErrnoIsdir},
		{wrapped(fs.ErrNotExist), ErrnoNoent},
		{wrapped(fs.ErrExist), ErrnoExist},
		{wrapped(fs.ErrPermission), ErrnoAcces},
		{wrapped(fs.ErrInvalid), ErrnoInval},
		{wrapped(fs.ErrClosed), ErrnoBadf},
		{wrapped(errors.ErrUnsupported), ErrnoNotsup},
		{context.Canceled, ErrnoCanceled},
		{context.DeadlineExceeded, ErrnoTimedout},
		{wrapped(os.ErrDeadlineExceeded), ErrnoTimedout},
		{errors.Join(errors.New("first"), syscall.ENOSPC), ErrnoNospc},
	}
	for _, c := range cases {
		if got := errnoOf(c.err); got != c.want {
			t.Errorf("%v: %v, not %v", c.err, got, c.want)
		}
	}
	if len(ofSystem) < 60 {
		t.Errorf("only %d numbers of the system are known", len(ofSystem))
	}
	for system, number := range ofSystem {
		if !errors.Is(number, system) {
			t.Errorf("%v is not %v", number, system)
		}
	}
}

// The error of an os.Root for a name that leads out of it is known by its text only.
func TestErrnoOfEscape(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	_, err = root.Open("../x")
	if got := errnoOf(err); got != ErrnoNotcapable {
		t.Errorf("%v is %v", err, got)
	}
}
