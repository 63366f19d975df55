package wasmer

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// When all tests have run, nothing native is left.
func TestMain(m *testing.M) {
	quarantine.wait.Store(int64(50 * time.Millisecond))
	status := m.Run()
	for range 2000 {
		if capi.LiveObjects() == 0 {
			break
		}
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
	if left := capi.LiveObjects(); left != 0 && status == 0 {
		fmt.Printf("%d native objects are left\n", left)
		status = 1
	}
	os.Exit(status)
}

// The way of programs that were written for wasmer-go: the environment of the host functions gets
// the instance that imports them, which is a cycle through the library.
func Test10240CallsAfterACollectionWithACycleThroughTheEnvironment(t *testing.T) {
	nothingLeft(t, func(t *testing.T) {
		type environment struct {
			instance *Instance
			calls    int
		}
		store := storeOf(CRANELIFT)
		env := &environment{}
		count := NewFunctionWithEnvironment(store, funcType([]ValueKind{I32}, []ValueKind{I32}), env,
			func(given interface{}, arguments []Value) ([]Value, error) {
				env := given.(*environment)
				memory, err := env.instance.Exports.GetMemory("memory")
				if err != nil {
					return nil, err
				}
				env.calls++
				return []Value{NewI32(arguments[0].I32() + 1)}, memory.WriteUint32(0, uint32(env.calls))
			})
		imports := NewImportObject()
		imports.Register("env", map[string]IntoExtern{"count": count})
		module := mustModule(t, store, `(module (import "env" "count" (func $count (param i32) (result i32)))
		  (memory (export "memory") 1) (func (export "sum") (param i32 i32) (result i32)
		    (i32.add (call $count (local.get 0)) (local.get 1))))`)
		env.instance = mustInstance(t, module, imports)
		sum, release, err := env.instance.GetFunctionSafe("sum")
		if err != nil {
			t.Fatal(err)
		}
		defer release(env.instance)
		runtime.GC()
		for number := range 10_240 {
			if result, err := sum(number, 1); err != nil || result != int32(number+2) {
				t.Fatal(result, err)
			}
		}
		memory, err := env.instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		if calls, err := memory.ReadUint32(0); err != nil || calls != 10_240 {
			t.Error(calls, err)
		}
	})
}

func TestNothingLeaksPerOperation(t *testing.T) {
	store := storeOf(CRANELIFT)
	padding := strings.Repeat("x", 100_000)
	source := fmt.Sprintf(`(module $name (import "host" "f" (func $f)) (memory (export "memory") 1)
	  (global (export "global") (mut i32) (i32.const 1)) (@custom "padding" %q)
	  (func (export "f") (call $f)) (func (export "trap") unreachable))`, padding)
	failing := NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) { return nil, errors.New(padding) })
	instance := start(t, store, source, map[string]IntoExtern{"f": failing})
	module := instance.module
	f, trap := get(t, instance, "f"), get(t, instance, "trap")
	global, err := instance.Exports.GetGlobal("global")
	if err != nil {
		t.Fatal(err)
	}
	binary, err := Wat2Wasm(source)
	if err != nil {
		t.Fatal(err)
	}
	flat(t, rounds(4000), func(number int) {
		if module.Name() != "name" || len(module.Imports()) != 1 || f.Type().Words() != 0 || global.Type().Mutability() != MUTABLE {
			t.Fatal("what it is")
		}
		if _, found := module.CustomSection("padding"); !found {
			t.Fatal("no section")
		}
		if err := errors.Join(ValidateModule(store, binary), global.Set(number, I32)); err != nil {
			t.Fatal(err)
		}
		if _, err := Wat2Wasm(string(binary)); err != nil {
			t.Fatal(err)
		}
		if err := ValidateModule(store, binary[:len(binary)-1]); err == nil {
			t.Fatal("a module that was cut off is valid")
		}
		for _, failing := range []*Function{f, trap} {
			if _, err := failing.Call(); err == nil {
				t.Fatal("no error")
			}
		}
		if _, err := module.Serialize(); err != nil {
			t.Fatal(err)
		}
		if _, err := NewTriple("x86_64-unknown-linux-gnu"); err != nil {
			t.Fatal(err)
		}
		NewEngineWithConfig(NewConfig().UseTarget(NewTarget(nil, nil)))
	})
}

// The original aborted the process.
func TestAMemoryOfAllPagesIsMade(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), `(module (memory (export "memory") 65536))`, nil)
	memory, err := instance.Exports.GetMemory("memory")
	if err != nil {
		t.Fatal(err)
	}
	if memory.Size() != 65536 || memory.DataSize() != 1<<32 || memory.Grow(1) {
		t.Error(memory.Size(), memory.DataSize())
	}
	if err := memory.WriteUint32(0xfffffffc, 7); err != nil {
		t.Error(err)
	}
	if _, err := memory.ReadUint32(0xfffffffd); !errors.Is(err, ErrOutOfBounds) {
		t.Error(err)
	}
}
