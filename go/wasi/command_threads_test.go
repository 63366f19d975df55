package wasi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

// threaded is a program of which eight threads write a line each, through one descriptor.
const threaded = `(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 4 shared))
  (export "memory" (memory 0))
  (data (i32.const 64) "\80\00\00\00\05\00\00\00")
  (data (i32.const 128) "line\0a")
  (func (export "wasi_thread_start") (param $id i32) (param $argument i32)
    (if (i32.eq (local.get $argument) (i32.const 1)) (then (loop $l (br $l))))
    (if (i32.eq (local.get $argument) (i32.const 2)) (then (unreachable)))
    (drop (call $write (i32.const 1) (i32.const 64) (i32.const 1)
      (i32.add (i32.const 256) (i32.mul (local.get $id) (i32.const 4)))))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const -1))))
  (func (export "_start") (local $n i32)
    (loop $l
      (if (i32.le_s (call $spawn (i32.const %d)) (i32.const 0)) (then (unreachable)))
      (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 8))))
    (loop $l
      (local.set $n (i32.atomic.load (i32.const 0)))
      (if (i32.lt_u (local.get $n) (i32.const 8)) (then
        (drop (memory.atomic.wait32 (i32.const 0) (local.get $n) (i64.const -1)))
        (br $l))))
    (call $exit (i32.const 8))))`

func threadedModule(t *testing.T, argument int) *wasmer.Module {
	t.Helper()
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), fmt.Appendf(nil, threaded, argument))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(module.Close)
	return module
}

func TestThreadsOfAProgram(t *testing.T) {
	for range 5 {
		var output bytes.Buffer
		cmd := Command(threadedModule(t, 0), "threads")
		cmd.Threads = 8
		// One writer, which knows of no threads.
		cmd.Stdout, cmd.Stderr = &output, &output
		var exit *ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.Code != 8 {
			t.Fatal(err)
		}
		if lines := strings.Count(output.String(), "line\n"); lines != 8 || output.Len() != 40 {
			t.Errorf("%q", output.String())
		}
	}
}

func TestTheEndOfAContextEndsAllThreads(t *testing.T) {
	var group sync.WaitGroup
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		cmd := CommandContext(ctx, threadedModule(t, 1), "threads")
		cmd.Threads = 8
		group.Add(1)
		go func() {
			defer group.Done()
			if err := cmd.Run(); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}()
	}
	group.Wait()
}

func TestATrapOfAThreadIsTheProgramsError(t *testing.T) {
	cmd := Command(threadedModule(t, 2), "threads")
	cmd.Threads = 8
	var trap *wasmer.TrapError
	if err := cmd.Run(); !errors.As(err, &trap) || len(trap.Trace()) == 0 {
		t.Error(err)
	}
}

func TestThreadsAreOffUnlessTheyAreAllowed(t *testing.T) {
	err := Command(threadedModule(t, 0), "threads").Run()
	if !errors.Is(err, wasmer.ErrLink) || !strings.Contains(err.Error(), "thread-spawn") {
		t.Error(err)
	}
	cmd := Command(threadedModule(t, 0), "threads")
	cmd.Threads, cmd.Imports = 8, wasmer.NewImportObject()
	if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), "Imports") {
		t.Error(err)
	}
	cmd = Command(threadedModule(t, 0), "threads")
	cmd.Threads = -1
	if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), "negative") {
		t.Error(err)
	}
	cmd = Command(threadedModule(t, 0), "threads")
	cmd.Threads = 5000
	if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), "4096 is the most") {
		t.Error(err)
	}
	// Seven, of eight: the program takes a refusal for an accident.
	cmd = Command(threadedModule(t, 1), "threads")
	cmd.Threads = 7
	var trap *wasmer.TrapError
	if err := cmd.Run(); !errors.As(err, &trap) {
		t.Error(err)
	}
}

// A program of rustc.
func TestThreadsOfRust(t *testing.T) {
	file := filepath.Join(t.TempDir(), "threads.wasm")
	command := exec.Command("rustc", "--edition=2021", "-O", "--target=wasm32-wasip1-threads", "-o", file, "../../tests/guests/threads.rs")
	if output, err := command.CombinedOutput(); err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && !strings.Contains(string(output), "target may not be installed") {
			t.Fatalf("%s", output)
		}
		t.Skip("needs rustc and its target: rustup target add wasm32-wasip1-threads")
	}
	wasm, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), wasm)
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close()
	for what, expected := range map[string]string{
		"sum": "499999500000\n", "channels": "15 6 worker 5\n4000\n", "files": "200\n", "leave": "left\n",
	} {
		cmd := Command(module, "threads", what)
		cmd.Threads = 8
		cmd.Mount("/data", NewMemFS())
		if output, err := cmd.Output(); err != nil || string(output) != expected {
			t.Errorf("%s: %q %v", what, output, err)
		}
	}
	cmd := Command(module, "threads", "input")
	cmd.Threads = 8
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	cmd.Stdout = &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	if _, err := stdin.Write([]byte("text")); err != nil {
		t.Error(err)
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil || !strings.HasSuffix(output.String(), "waiting\nread \"text\"\n") {
		t.Errorf("%q %v", output.String(), err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	cmd = CommandContext(ctx, module, "threads", "forever")
	cmd.Threads = 8
	if err := cmd.Run(); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
