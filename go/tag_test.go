package wasmer_test

import (
	"errors"
	"strings"
	"testing"

	wasmer "github.com/bhojpur/wasmer/go"
)

const throwing = `(module (tag $e (export "e") (param i32 i64))
	(func (export "throw") (param i32) (throw $e (local.get 0) (i64.const 7))))`

const catching = `(module (import "a" "e" (tag $e (param i32 i64))) (import "a" "throw" (func $throw (param i32)))
	(func (export "f") (param i32) (result i32)
		(block $h (result i32 i64)
			(try_table (catch $e $h) (call $throw (local.get 0)))
			(return (i32.const -1)))
		drop))`

// Singlepass hands modules with exceptions on to Cranelift.
func exceptionStores() map[string]*wasmer.Store {
	stores := make(map[string]*wasmer.Store)
	for _, compiler := range []wasmer.CompilerKind{wasmer.CRANELIFT, wasmer.SINGLEPASS} {
		config := wasmer.NewConfig().UseCompiler(compiler).SetFeature("exception-handling", true)
		stores[compiler.String()] = wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	}
	return stores
}

func instantiated(t *testing.T, store *wasmer.Store, text string, externs map[string]wasmer.IntoExtern) (*wasmer.Instance, error) {
	t.Helper()
	module, err := wasmer.NewModule(store, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	imports := wasmer.NewImportObject()
	imports.Register("a", externs)
	return wasmer.NewInstance(module, imports)
}

func raw(t *testing.T, instance *wasmer.Instance, name string) *wasmer.Function {
	t.Helper()
	function, err := instance.Exports.GetRawFunction(name)
	if err != nil {
		t.Fatal(err)
	}
	return function
}

func TestAnExceptionIsCaughtByTheTagThatAnotherModuleExports(t *testing.T) {
	for name, store := range exceptionStores() {
		t.Run(name, func(t *testing.T) {
			from, err := instantiated(t, store, throwing, nil)
			if err != nil {
				t.Fatal(err)
			}
			tag, err := from.Exports.GetTag("e")
			if err != nil {
				t.Fatal(err)
			}
			if text := tag.IntoExtern().Type().String(); text != "tag(i32, i64)" {
				t.Error(text)
			}
			extern, err := from.Exports.Get("e")
			if err != nil || extern.Kind() != wasmer.TAG || extern.IntoTag() == nil {
				t.Fatal(extern, err)
			}
			throw := raw(t, from, "throw")
			to, err := instantiated(t, store, catching, map[string]wasmer.IntoExtern{"e": extern, "throw": throw})
			if err != nil {
				t.Fatal(err)
			}
			if found, err := raw(t, to, "f").Call(42); found != int32(42) || err != nil {
				t.Error(found, err)
			}
			if _, err := throw.Call(1); !errors.Is(err, wasmer.TrapUncaughtException) {
				t.Error(err)
			}
			if _, err := from.Exports.GetTag("throw"); !errors.Is(err, wasmer.ErrType) {
				t.Error(err)
			}
		})
	}
}

func TestATagMadeByTheHostLinksModulesThatBothImportIt(t *testing.T) {
	imported := strings.Replace(throwing, `(tag $e (export "e")`, `(import "a" "e" (tag $e`, 1)
	imported = strings.Replace(imported, "(param i32 i64))", "(param i32 i64)))", 1)
	for name, store := range exceptionStores() {
		t.Run(name, func(t *testing.T) {
			kinds := wasmer.NewValueTypes(wasmer.I32, wasmer.I64)
			make := func() *wasmer.Tag { return wasmer.NewTag(store, wasmer.NewTagType(kinds)) }
			tag, other := make(), make()
			from, err := instantiated(t, store, imported, map[string]wasmer.IntoExtern{"e": tag})
			if err != nil {
				t.Fatal(err)
			}
			throw := raw(t, from, "throw")
			same, err := instantiated(t, store, catching, map[string]wasmer.IntoExtern{"e": tag, "throw": throw})
			if err != nil {
				t.Fatal(err)
			}
			if found, err := raw(t, same, "f").Call(-5); found != int32(-5) || err != nil {
				t.Error(found, err)
			}
			// Of the same type, and yet another one.
			different, err := instantiated(t, store, catching, map[string]wasmer.IntoExtern{"e": other, "throw": throw})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw(t, different, "f").Call(1); !errors.Is(err, wasmer.TrapUncaughtException) {
				t.Error(err)
			}
			// Of another type, and of none.
			for wanted, wrong := range map[string]*wasmer.Tag{
				`import "a"."e": tag(i32, i64) wanted, tag(i32) found`: wasmer.NewTag(store, wasmer.NewTagType(kinds[:1])),
				"type of a tag is nil":                                 wasmer.NewTag(store, nil),
			} {
				_, err := instantiated(t, store, catching, map[string]wasmer.IntoExtern{"e": wrong, "throw": throw})
				if err == nil || !strings.Contains(err.Error(), wanted) {
					t.Error(err)
				}
			}
		})
	}
}

func TestWaitingOnAMemoryThatIsNotSharedIsATrapOfItsOwn(t *testing.T) {
	for _, compiler := range []wasmer.CompilerKind{wasmer.CRANELIFT, wasmer.SINGLEPASS} {
		store := wasmer.NewStore(wasmer.NewEngineWithConfig(wasmer.NewConfig().UseCompiler(compiler)))
		instance, err := instantiated(t, store, `(module (memory 1 1) (func (export "wait") (param i32) (result i32)
			(memory.atomic.wait32 (i32.const 0) (local.get 0) (i64.const 0))))`, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, expected := range []int{0, 1} {
			_, err := raw(t, instance, "wait").Call(expected)
			if !errors.Is(err, wasmer.TrapExpectedSharedMemory) || errors.Is(err, wasmer.TrapInterrupted) ||
				err.Error() != "expected shared memory" {
				t.Errorf("%v, %d: %v", compiler, expected, err)
			}
		}
	}
}
