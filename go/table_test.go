package wasmer

import (
	"errors"
	"fmt"
	"testing"
)

// A table of equal limits, which wasm-ld --export-table makes.
const tableOwner = `(module (type $v (func (result i32))) (table (export "t") 4 4 funcref)
	(elem (i32.const 0) $one $one $one $one)
	(func $one (result i32) (i32.const 1))
	(func (export "call") (param i32) (result i32) (call_indirect (type $v) (local.get 0))))`

const tableWriter = `(module (type $v (func (result i32))) (import "a" "t" (table 4 funcref))
	(elem (i32.const 3) $two) (elem declare func $two)
	(func $two (result i32) (i32.const 2))
	(func (export "set") (param i32) (table.set 0 (local.get 0) (ref.func $two)))
	(func (export "clear") (param i32) (table.set 0 (local.get 0) (ref.null func)))
	(func (export "call") (param i32) (result i32) (call_indirect (type $v) (local.get 0))))`

func TestTheOwnerOfATableCallsWhatOthersWroteIntoIt(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		owner := start(t, store, tableOwner, nil)
		table, err := owner.Exports.GetTable("t")
		if err != nil {
			t.Fatal(err)
		}
		imports := NewImportObject()
		imports.Register("a", map[string]IntoExtern{"t": table})
		writer, err := NewInstance(compile(t, store, tableWriter), imports)
		if err != nil {
			t.Fatal(err)
		}
		call := func(instance *Instance, name string, index int32) (any, error) {
			function, err := instance.Exports.GetFunction(name)
			if err != nil {
				t.Fatal(err)
			}
			return function(index)
		}
		sees := func(index int32, want any) {
			t.Helper()
			for who, instance := range map[string]*Instance{"owner": owner, "writer": writer} {
				found, err := call(instance, "call", index)
				if want == nil {
					var trap *TrapError
					if !errors.As(err, &trap) {
						t.Errorf("%v %s %d: %v %v, want a trap", compiler, who, index, found, err)
					}
				} else if err != nil || found != want {
					t.Errorf("%v %s %d: %v %v, want %v", compiler, who, index, found, err, want)
				}
			}
		}
		sees(0, int32(1))
		sees(3, int32(2))
		for _, name := range []string{"set", "clear"} {
			if _, err := call(writer, name, 1); err != nil {
				t.Fatal(err)
			}
			sees(1, map[string]any{"set": int32(2), "clear": nil}[name])
		}
		three := NewFunction(store, NewFunctionType(nil, NewValueTypes(I32)), func([]Value) ([]Value, error) {
			return []Value{NewI32(3)}, nil
		})
		if err := table.Set(0, three); err != nil {
			t.Fatal(err)
		}
		sees(0, int32(3))
		if err := table.Set(0, nil); err != nil {
			t.Fatal(err)
		}
		sees(0, nil)
	}
}

// Every module may share a table that Go made, whatever is in its types.
func TestFunctionsWithFloatsAreCalledThroughATableOfGo(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		limits, err := NewLimits(2, LimitMaxUnbound())
		if err != nil {
			t.Fatal(err)
		}
		table := NewTable(store, NewTableType(NewValueType(FuncRef), limits), nil)
		guest := func(index int) *Instance {
			imports := NewImportObject()
			imports.Register("env", map[string]IntoExtern{"table": table})
			module := compile(t, store, fmt.Sprintf(`(module (import "env" "table" (table 2 funcref))
				(type $t (func (param f32 i64 f64 i32) (result f64)))
				(elem (i32.const %d) $f)
				(func $f (type $t) (f64.add (f64.promote_f32 (local.get 0)) (f64.add (f64.convert_i64_s (local.get 1))
					(f64.add (local.get 2) (f64.convert_i32_s (local.get 3))))))
				(func (export "run") (param i32) (result f64) (call_indirect (type $t)
					(f32.const 0.5) (i64.const 10) (f64.const 0.25) (i32.const 100) (local.get 0))))`, index))
			if module.Compiler() != compiler {
				t.Fatal(module.Compiler())
			}
			instance, err := NewInstance(module, imports)
			if err != nil {
				t.Fatal(err)
			}
			return instance
		}
		for _, instance := range []*Instance{guest(0), guest(1)} {
			for index := range int32(2) {
				run, err := instance.Exports.GetFunction("run")
				if err != nil {
					t.Fatal(err)
				}
				if found, err := run(index); err != nil || found != 110.75 {
					t.Errorf("%v: %v %v", compiler, found, err)
				}
			}
		}
	}
}

func TestMemoriesReserveWhatTheConfigurationSays(t *testing.T) {
	for _, compiler := range compilers {
		config := NewConfig().UseCompiler(compiler).SetMemoryReservation(3*65_536).SetQuota(QuotaMemories, 16_000)
		store := NewLinkedStore(NewEngineWithConfig(config))
		module := compile(t, store, grower3)
		for range rounds(2000) {
			instance, err := NewInstance(module, nil)
			if err != nil {
				t.Fatal(err)
			}
			grows(t, instance, "grow", 2, 1)
			grows(t, instance, "grow", 1, -1)
			memory, err := instance.Exports.GetMemory("memory")
			if err != nil {
				t.Fatal(err)
			}
			if size := len(memory.Data()); size != 3*65_536 {
				t.Fatal(size)
			}
		}
	}
	store := NewStore(NewEngineWithConfig(NewConfig().SetMemoryReservation(1<<32 + 1)))
	if _, err := NewModule(store, []byte("(module)")); err == nil {
		t.Error("no error")
	}
}

const grower3 = `(module (memory (export "memory") 1)
	(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`
