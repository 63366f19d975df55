package wasi

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// resources are what the process has open.
type resources struct{ descriptors, threads, goroutines, kilobytes int }

func used(t *testing.T) resources {
	t.Helper()
	runtime.GC()
	runtime.GC()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this system has no /proc")
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	number := func(name string) int {
		_, rest, _ := strings.Cut(string(status), name+":")
		fields := strings.Fields(rest)
		value, err := strconv.Atoi(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	return resources{len(list), number("Threads"), runtime.NumGoroutine(), number("VmRSS")}
}

// Nothing is left behind by commands, however they end and whatever they were given.
func TestManyCommandsInARow(t *testing.T) {
	module := text(t, `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
	  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
	  (memory (export "memory") 1) (data (i32.const 16) "text")
	  (func (export "_start")
	    (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 4))
	    (call $exit (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`)
	directory, memory := t.TempDir(), NewMemFS()
	run := func(number int) {
		cmd := Command(module, "program", "argument")
		cmd.Env = []string{"A=B"}
		switch number % 5 {
		case 0:
			cmd.Dir("/", directory)
			cmd.Mount("/memory", memory)
		case 1:
			cmd.Stdin, cmd.Stdout = strings.NewReader(""), new(bytes.Buffer)
		case 2:
			if _, err := cmd.StdoutPipe(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			return
		case 3:
			input, write := io.Pipe()
			write.Close()
			read, output := io.Pipe()
			cmd.Stdin, cmd.Stdout = input, output
			go io.Copy(io.Discard, read)
			defer output.Close()
		}
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
	}
	count := 100_000
	if testing.Short() {
		count = 2000
	}
	for number := range 1000 {
		run(number)
	}
	before, start := used(t), time.Now()
	for number := range count {
		run(number)
	}
	took := time.Since(start)
	after := used(t)
	t.Logf("%d commands, %v each: %+v, then %+v", count, took/time.Duration(count), before, after)
	if after.descriptors > before.descriptors+3 || after.goroutines > before.goroutines+3 || after.threads > before.threads+10 ||
		after.kilobytes > before.kilobytes+32<<10 {
		t.Errorf("%+v before, %+v after", before, after)
	}
}
