package wasi

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	wasmer "github.com/bhojpur/wasmer/go"
)

// countsOpens opens "f" in descriptor 3 until it fails, and exits with the number of the error.
const countsOpens = `(module
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (data (i32.const 0) "f")
  (global (export "count") (mut i32) (i32.const 0))
  (func (export "_start") (local $number i32)
    (loop $more
      (local.set $number (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 100)))
      (if (i32.eqz (local.get $number)) (then (global.set 0 (i32.add (global.get 0) (i32.const 1))) (br $more))))
    (call $exit (i32.add (i32.mul (global.get 0) (i32.const 100)) (local.get $number)))))`

func TestDescriptorsOfACommandAreLimited(t *testing.T) {
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	module := text(t, countsOpens)
	for most, opened := range map[int]int{0: 252, 4: 0, 10: 6, 300: 296} {
		cmd := Command(module, "p")
		cmd.Dir("/", directory)
		cmd.MaxDescriptors = most
		var exit *ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != opened*100+int(ErrnoMfile) {
			t.Errorf("%d: %v", most, err)
		}
	}
	for most, expected := range map[int]string{3: "a guest is given 4 descriptors, 3 are allowed", 65537: "65536 is the most", -1: "a limit is negative: MaxDescriptors -1"} {
		cmd := Command(module, "p")
		cmd.Dir("/", directory)
		cmd.MaxDescriptors = most
		if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%d: %v", most, err)
		} else if most == 3 && !errors.Is(err, wasmer.ErrLimit) {
			t.Error(err)
		}
	}
}

func TestListingsOfACommandAreLimited(t *testing.T) {
	tree := NewMemFS()
	for number := range 500 {
		if err := tree.WriteFile(strings.Repeat("x", 100)+strconv.Itoa(number), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for most, fails := range map[int64]bool{0: false, 100_000: false, 50_000: true} {
		cmd := command(t, "walk", "/")
		cmd.Mount("/", tree)
		cmd.MaxHostBytes = most
		if output, err := cmd.CombinedOutput(); (err != nil) != fails || strings.Count(string(output), "xxx") == 0 != fails {
			t.Errorf("%d: %v %.200s", most, err, output)
		}
	}
}

// writesALot writes 1,000 bytes a hundred times, and takes no notice of errors unless it is told to.
const writesALot = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $left i32)
    (i32.store (i32.const 4) (i32.const 1000))
    (local.set $left (i32.const 100))
    (loop $more
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $more (local.get $left)))))`

func TestOutputsAreLimited(t *testing.T) {
	module := text(t, writesALot)
	for most, kept := range map[int64]int{0: 100_000, 100_000: 100_000, 99_999: 99_999, 1500: 1500, 10: 10} {
		for name, run := range map[string]func(*Cmd) ([]byte, error){"Output": (*Cmd).Output, "CombinedOutput": (*Cmd).CombinedOutput} {
			cmd := Command(module, "p")
			cmd.MaxOutput = most
			output, err := run(cmd)
			if len(output) != kept || (err != nil) != (kept < 100_000) || err != nil && !strings.Contains(err.Error(), "longer than the "+strconv.Itoa(kept)+" bytes") {
				t.Errorf("%s of %d: %d bytes, %v", name, most, len(output), err)
			}
		}
	}
}

func TestTheLastOfAVariableCounts(t *testing.T) {
	variables, err := variablesOf([]string{"A=old", "B=1=2", "A=", "C=c", "A=new", "B=3"})
	if err != nil || len(variables) != 3 || variables[0] != (variable{"C", "c"}) || variables[1] != (variable{"A", "new"}) || variables[2] != (variable{"B", "3"}) {
		t.Errorf("%v %v", variables, err)
	}
	for _, wrong := range []string{"", "A", "=A"} {
		if _, err := variablesOf([]string{"B=1", wrong, "B=2"}); err == nil || !strings.Contains(err.Error(), strconv.Quote(wrong)) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// showsFlags exits with the flags of descriptor 3.
const showsFlags = `(module
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (if (call $stat (i32.const 3) (i32.const 0)) (then unreachable))
    (if (i32.load16_u (i32.const 2)) (then (call $exit (i32.add (i32.const 100) (call $accept (i32.const 3) (i32.const 0) (i32.const 64))))))
    (call $exit (i32.load16_u (i32.const 2)))))`

func TestASocketThatDoesNotBlockIsShownSo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	listening, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer listening.Close()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer dialed.Close()
	connected, err := dialed.(*net.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	defer connected.Close()
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	module := text(t, showsFlags)
	for _, c := range []struct {
		socket *os.File
		code   int
	}{{listening, 100 + int(ErrnoAgain)}, {connected, 0}} {
		cmd := Command(module, "p")
		cmd.Sockets = []*os.File{c.socket}
		cmd.Run()
		if cmd.ExitCode() != c.code {
			t.Errorf("%d, expected %d", cmd.ExitCode(), c.code)
		}
	}
}
