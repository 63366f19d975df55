package wasi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

// What a process has taken of the system.
type taken struct{ kilobytes, mappings, descriptors, threads int }

func (t taken) String() string {
	return fmt.Sprintf("%d kB resident, %d mappings, %d descriptors, %d threads", t.kilobytes, t.mappings, t.descriptors, t.threads)
}

func take(t *testing.T) (found taken) {
	t.Helper()
	for range 3 {
		// Cleanups of what is collected free what that kept, which is collected by the next one.
		runtime.GC()
		time.Sleep(100 * time.Millisecond)
	}
	debug.FreeOSMemory()
	read := func(name string) string {
		text, err := os.ReadFile("/proc/self/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, line := range strings.Split(read("status"), "\n") {
		fmt.Sscanf(line, "VmRSS: %d", &found.kilobytes)
		fmt.Sscanf(line, "Threads: %d", &found.threads)
	}
	found.mappings = strings.Count(read("maps"), "\n")
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	found.descriptors = len(descriptors)
	return found
}

const (
	soaked = `(module (import "host" "f" (func $f (param externref))) (memory (export "memory") 1) (table 1 externref)
		(func (export "keep") (param externref) (table.set 0 (i32.const 0) (local.get 0)) (call $f (local.get 0)))
		(func (export "trap") unreachable) (func (export "deep") (call 3)) (func (export "loop") (loop (br 0))))`
	printing = `(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		(memory (export "memory") 1) (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
		(func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))`
)

// A host that compiles, runs, interrupts and drops, over and over, takes no more at the end than when it was warm.
// scripts/soak does it for an hour (LIBWASMER_SOAK=1h), others for two seconds.
func TestAHostThatDoesEverythingStaysAsItIs(t *testing.T) {
	duration := 2 * time.Second
	if wanted := os.Getenv("LIBWASMER_SOAK"); wanted != "" {
		var err error
		if duration, err = time.ParseDuration(wanted); err != nil {
			t.Fatal(err)
		}
	}
	many := "(module" + strings.Repeat("(func (param i64) (result i64) (i64.div_u (local.get 0) (i64.const 3)))", 5_000) + ")"
	command := text(t, printing)
	var stores []*wasmer.Store
	for _, compiler := range []wasmer.CompilerKind{wasmer.CRANELIFT, wasmer.SINGLEPASS} {
		stores = append(stores, wasmer.NewStore(wasmer.NewEngineWithConfig(wasmer.NewConfig().UseCompiler(compiler))))
	}
	round := func(number int) error {
		store := stores[number%len(stores)]
		module, err := wasmer.NewModule(store, []byte(soaked))
		if err != nil {
			return err
		}
		defer module.Close()
		imports := wasmer.NewImportObject()
		imports.Register("host", map[string]wasmer.IntoExtern{"f": wasmer.NewFunction(store,
			wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.ExternRef), nil),
			func([]wasmer.Value) ([]wasmer.Value, error) { return nil, nil })})
		instance, err := wasmer.NewInstance(module, imports)
		if err != nil {
			return err
		}
		if number%3 > 0 {
			// The collector closes the others.
			defer instance.Close()
		}
		call := func(ctx context.Context, name string, arguments ...any) error {
			function, err := instance.Exports.GetRawFunction(name)
			if err == nil {
				_, err = function.CallContext(ctx, arguments...)
			}
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if err := call(ctx, "loop"); !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("loop: %w", err)
		}
		if err := call(context.Background(), "keep", new([1024]byte)); err != nil {
			return err
		}
		for name, code := range map[string]wasmer.TrapCode{"trap": wasmer.TrapUnreachable, "deep": wasmer.TrapStackOverflow} {
			if err := call(context.Background(), name); !errors.Is(err, code) {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		ctx, cancel = context.WithTimeout(context.Background(), 3*time.Millisecond)
		defer cancel()
		if module, err := wasmer.NewModuleContext(ctx, store, []byte(many)); err == nil {
			module.Close()
		} else if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, wasmer.ErrLimit) {
			return fmt.Errorf("compiling: %w", err)
		}
		cmd := Command(command, "prog", "-x")
		cmd.Mount("/tmp", NewMemFS())
		if output, err := cmd.Output(); err != nil || string(output) != "hello\n" {
			return fmt.Errorf("command: %q %w", output, err)
		}
		return nil
	}
	work := func(duration time.Duration) (rounds int) {
		var counts [3]int
		var group sync.WaitGroup
		end := time.Now().Add(duration)
		for worker := range counts {
			group.Add(1)
			go func() {
				defer group.Done()
				for ; time.Now().Before(end); counts[worker]++ {
					if err := round(counts[worker]); err != nil {
						t.Error(err)
						return
					}
				}
			}()
		}
		group.Wait()
		return counts[0] + counts[1] + counts[2]
	}
	work(min(duration, time.Minute))
	before := take(t)
	rounds := work(duration)
	// What was interrupted while it was compiled ends by itself.
	time.Sleep(time.Second)
	after := take(t)
	t.Logf("%d rounds in %v\nbefore: %v\nafter:  %v", rounds, duration, before, after)
	if after.kilobytes > before.kilobytes+64<<10 || after.mappings > before.mappings+200 ||
		after.descriptors > before.descriptors+4 || after.threads > before.threads+12 {
		t.Errorf("%v, then %v", before, after)
	}
}
