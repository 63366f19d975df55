package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The test program is the command itself when it is asked to be.
func TestMain(m *testing.M) {
	if os.Getenv("WASMER_RUN_TEST") == "run" {
		os.Unsetenv("WASMER_RUN_TEST")
		main()
		return
	}
	os.Exit(m.Run())
}

const (
	loop = `(module (func (export "_start") (loop $l br $l)))`
	trap = `(module $guest (func $f (export "_start") unreachable))`
	add  = `(module (func (export "add") (param i32 i64 f32 f64) (result i32 i64 f32 f64)
	  (i32.add (local.get 0) (i32.const 1)) local.get 1 local.get 2 (f64.neg (local.get 3)))
	  (func (export "none")) (func (export "reference") (param externref)))`
	// Exits with the number of its arguments, variables and directories, as three digits.
	counts = `(module
	  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
	  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env (param i32 i32) (result i32)))
	  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $dir (param i32 i32) (result i32)))
	  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
	  (memory (export "memory") 1)
	  (func (export "_start") (local $fd i32)
	    (drop (call $args (i32.const 0) (i32.const 8))) (drop (call $env (i32.const 4) (i32.const 8)))
	    (local.set $fd (i32.const 3))
	    (loop $next (if (i32.eqz (call $dir (local.get $fd) (i32.const 16)))
	      (then (local.set $fd (i32.add (local.get $fd) (i32.const 1))) (br $next))))
	    (call $exit (i32.add (i32.mul (i32.load (i32.const 0)) (i32.const 100)) (i32.add
	      (i32.mul (i32.load (i32.const 4)) (i32.const 10)) (i32.sub (local.get $fd) (i32.const 3)))))))`
	// Copies its input to its output.
	cat = `(module
	  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
	  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
	  (memory (export "memory") 1)
	  (func (export "_start")
	    (i32.store (i32.const 0) (i32.const 64))
	    (loop $next (i32.store (i32.const 4) (i32.const 1000))
	      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
	      (if (i32.load (i32.const 8)) (then (i32.store (i32.const 4) (i32.load (i32.const 8)))
	        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12))) (br $next))))))`
)

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "prog.wat")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func command(arguments ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], arguments...)
	cmd.Env = append(os.Environ(), "WASMER_RUN_TEST=run")
	return cmd
}

func run(t *testing.T, input string, arguments ...string) (output, errors string, status int) {
	t.Helper()
	cmd := command(arguments...)
	var out, err bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &err
	if failed := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(failed)
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// threads is a program whose second thread exits.
const threads = `(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 1 shared))
  (func (export "wasi_thread_start") (param i32 i32) (call $exit (local.get 1)))
  (func (export "_start") (drop (call $spawn (i32.const 5))) (loop $l (br $l))))`

func TestStatusesAndMessages(t *testing.T) {
	directory := t.TempDir()
	for _, c := range []struct {
		text      string
		arguments []string // before the file, and after "--" that stands for it
		status    int
		output    string
		error     string
	}{
		{counts, []string{"--", "x", "-y"}, 300 & 0xff, "", ""},
		{counts, []string{"--env", "A=b", "-env=C=", "--dir", directory, "--dir", directory + "::/d", "--mapdir", "/e::" + directory,
			"--mapdir", "/f:" + directory, "--rodir", directory + "::/g", "--"}, 125, "", ""},
		{counts, []string{"--env", "NO_SUCH_VARIABLE_HERE", "--env", "WASMER_RUN_TEST_VARIABLE", "--"}, 110, "", ""},
		{cat, []string{"--"}, 0, "some input", ""},
		{cat, []string{"--compiler", "singlepass", "--"}, 0, "some input", ""},
		{loop, []string{"--timeout", "50ms", "--"}, 124, "", "timeout after 50ms"},
		{loop, []string{"--fuel", "1000", "--"}, 125, "", "out of fuel after 1000"},
		{threads, []string{"--threads", "1", "--"}, 5, "", ""},
		{threads, []string{"--"}, 126, "", "thread-spawn"},
		{trap, []string{"--"}, 134, "", "unreachable\n  0: guest!f at 0x"},
		{add, []string{"--invoke", "add", "--", "41", "-2", "1.5", "2"}, 0, "42\n-2\n1.5\n-2\n", ""},
		{add, []string{"--invoke", "add", "--", "0xffffffff", "18446744073709551615", "1", "2"}, 0, "0\n-1\n1\n-2\n", ""},
		{add, []string{"--invoke", "none", "--"}, 0, "", ""},
		{add, []string{"--invoke", "add", "--", "1"}, 126, "", "1 arguments for a function of type"},
		{add, []string{"--invoke", "add", "--", "1", "2", "x", "4"}, 126, "", "argument 3"},
		{add, []string{"--invoke", "reference", "--", "1"}, 126, "", "cannot be an argument"},
		{add, []string{"--invoke", "nothing", "--"}, 126, "", "nothing"},
		{add, []string{"--"}, 126, "", "_start"},
		{"(module (memory 1)", []string{"--"}, 126, "", "expected `)`"},
		{counts, []string{"--dir", "/no/such/place", "--"}, 126, "", "/no/such/place"},
		{counts, []string{"--mapdir", "/data", "--"}, 126, "", "want GUEST::HOST"},
		{counts, []string{"--compiler", "gcc", "--"}, 126, "", "want cranelift, singlepass or llvm"},
		{counts, []string{"--enable", "warp", "--"}, 126, "", "warp"},
		{counts, []string{"--stack-size", "1", "--"}, 126, "", "stack"},
		{counts, []string{"--bogus", "--"}, 126, "", "bogus"},
	} {
		t.Setenv("WASMER_RUN_TEST_VARIABLE", "here")
		arguments := append([]string(nil), c.arguments...)
		for number, argument := range arguments {
			if argument == "--" {
				arguments[number] = file(t, c.text)
			}
		}
		output, message, status := run(t, "some input", arguments...)
		if status != c.status || output != c.output || !strings.Contains(message, c.error) || (c.error == "") != (message == "") {
			t.Errorf("%v: status %d, %q, %q", c.arguments, status, output, message)
		}
	}
}

func TestTheTimeoutEndsCompilingAndReading(t *testing.T) {
	many := "(module (func (export \"_start\"))" + strings.Repeat("(func (param i64) (result i64) (i64.div_u (local.get 0) (i64.const 3)))", 100_000) + ")"
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", pipe).Run(); err != nil {
		t.Skip("there are no named pipes")
	}
	for what, name := range map[string]string{"compiling": file(t, many), "reading": pipe} {
		start := time.Now()
		_, message, status := run(t, "", "--timeout", "100ms", name)
		if status != 124 || !strings.Contains(message, "timeout after 100ms") {
			t.Error(what, status, message)
		}
		// Some milliseconds; the bound is for a machine with other things to do.
		if late := time.Since(start); late > 5*time.Second {
			t.Error(what, late)
		}
	}
}

func TestWithoutAFile(t *testing.T) {
	if _, message, status := run(t, ""); status != 126 || !strings.Contains(message, "no file") {
		t.Error(status, message)
	}
	if _, message, status := run(t, "", "no-such-file.wasm"); status != 126 || !strings.Contains(message, "no-such-file.wasm") {
		t.Error(status, message)
	}
	if _, message, status := run(t, "", "--help"); status != 0 || !strings.Contains(message, "-mapdir GUEST::HOST") {
		t.Error(status, message)
	}
	if output, _, status := run(t, "", "--version"); status != 0 || !strings.Contains(output, "wasmer 7.") {
		t.Error(status, output)
	}
}

func TestTheCacheIsUsedAndMended(t *testing.T) {
	cache, program := filepath.Join(t.TempDir(), "cache"), file(t, cat)
	list := func() []string {
		names, err := filepath.Glob(filepath.Join(cache, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	for _, damaged := range []bool{false, false, true, false} {
		if names := list(); damaged {
			if err := os.WriteFile(names[0], []byte("rubbish"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if output, message, status := run(t, "text", "--cache", cache, program); status != 0 || output != "text" || message != "" {
			t.Error(status, output, message)
		}
		if names := list(); len(names) != 1 || !strings.HasSuffix(names[0], ".wasmer") {
			t.Error(names)
		}
	}
	if _, _, status := run(t, "", "--cache", cache, "--compiler", "singlepass", program); status != 0 || len(list()) != 2 {
		t.Error(status, list())
	}
}

func TestInterruptFromTheKeyboard(t *testing.T) {
	cmd := command(file(t, loop))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// It may not listen yet, and then the signal itself ends it.
	time.Sleep(time.Second)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Error(err)
	}
}

func TestParse(t *testing.T) {
	o, err := parse([]string{"--fuel=7", "-timeout", "2s", "prog.wasm", "--dir", "x"}, io.Discard)
	if err != nil || o.fuel != 7 || o.timeout != 2*time.Second || o.file != "prog.wasm" || strings.Join(o.arguments, " ") != "--dir x" || o.name() != "prog.wasm" {
		t.Errorf("%+v %v", o, err)
	}
}
