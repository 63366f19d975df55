package wasmer_test

import (
	"fmt"
	"log"
	"runtime"

	wasmer "github.com/bhojpur/wasmer/go"
)

// The examples of wasmer-go: they print what they printed there.

// load compiles a guest and makes an instance of it, and says so.
func load(store *wasmer.Store, guest string, imports *wasmer.ImportObject) *wasmer.Instance {
	fmt.Println("Compiling module...")
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Instantiating module...")
	instance, err := wasmer.NewInstance(module, imports)
	if err != nil {
		log.Fatal(err)
	}
	return instance
}

// function gives an exported function.
func function(instance *wasmer.Instance, name string) wasmer.NativeFunction {
	found, err := instance.Exports.GetFunction(name)
	if err != nil {
		log.Fatal(err)
	}
	return found
}

// must gives the result of a call that cannot fail.
func must[T any](result T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return result
}

func ExampleInstance() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (func (export "add_one") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))`, wasmer.NewImportObject())
	addOne, err := instance.Exports.GetFunction("add_one")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Calling `add_one` function...")
	result, err := addOne(1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Results of `add_one`:", result)
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `add_one` function...
	// Results of `add_one`: 2
}

func ExampleFunction() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`, wasmer.NewImportObject())
	sum, err := instance.Exports.GetRawFunction("sum")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Calling `sum` function...")
	fmt.Println("Result of the `sum` function:", must(sum.Call(1, 2)))

	fmt.Println("Calling `sum` function (natively)...")
	native := sum.Native()
	fmt.Println("Result of the `sum` function:", must(native(3, 4)))
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `sum` function...
	// Result of the `sum` function: 3
	// Calling `sum` function (natively)...
	// Result of the `sum` function: 7
}

// exitCode is how a host function of this program says that the guest wants to end.
type exitCode struct{ code int32 }

func (e *exitCode) Error() string { return fmt.Sprintf("exit code: %d", e.code) }

// A host function ends the call of the wasm function by returning an error.
func ExampleFunction_Call() {
	store := wasmer.NewStore(wasmer.NewEngine())
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{
		"early_exit": wasmer.NewFunction(store,
			wasmer.NewFunctionType(wasmer.NewValueTypes(), wasmer.NewValueTypes()),
			func([]wasmer.Value) ([]wasmer.Value, error) { return nil, &exitCode{1} }),
	})
	instance := load(store, `(module
	  (import "env" "early_exit" (func $early_exit))
	  (func (export "run") (param i32 i32) (result i32)
	    (call $early_exit)
	    (i32.add (local.get 0) (local.get 1))))`, imports)
	run := function(instance, "run")
	fmt.Println("Calling `run` function...")
	_, err := run(1, 7)
	fmt.Println("Exited early with:", err)

	// The original could crash here.
	runtime.GC()
	runtime.GC()
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `run` function...
	// Exited early with: exit code: 1
}

func ExampleTrapError() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (func $do (result i32) (i32.div_s (i32.const 4) (i32.const 0)))
	  (func (export "div_by_zero") (result i32) (call $do)))`, wasmer.NewImportObject())
	divByZero := function(instance, "div_by_zero")
	fmt.Println("Calling `div_by_zero` function...")
	_, err := divByZero()
	fmt.Println("Error caught from `div_by_zero`:", err)

	trap, isTrap := err.(*wasmer.TrapError)
	if !isTrap {
		log.Fatal("not a trap")
	}
	frames := trap.Trace()
	for number, frame := range frames {
		fmt.Printf("  Frame #%d: function index: %d\n", len(frames)-number, frame.FunctionIndex())
	}
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `div_by_zero` function...
	// Error caught from `div_by_zero`: integer divide by zero
	//   Frame #2: function index: 0
	//   Frame #1: function index: 1
}

func ExampleGlobal_Set() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (global $one (export "one") f32 (f32.const 1))
	  (global $some (export "some") (mut f32) (f32.const 0))
	  (func (export "get_one") (result f32) (global.get $one))
	  (func (export "set_some") (param f32) (global.set $some (local.get 0))))`, wasmer.NewImportObject())
	one, some := must(instance.Exports.GetGlobal("one")), must(instance.Exports.GetGlobal("some"))

	fmt.Println("Getting globals types information...")
	fmt.Printf("`one` type: %s %s\n", one.Type().Mutability(), one.Type().ValueType().Kind())
	fmt.Printf("`some` type: %s %s\n", some.Type().Mutability(), some.Type().ValueType().Kind())

	fmt.Println("Getting global values...")
	getOne := function(instance, "get_one")
	fmt.Printf("`one` value: %.1f\n", must(getOne()))
	fmt.Printf("`some` value: %.1f\n", must(some.Get()))

	fmt.Println("Setting global values...")
	if err := one.Set(float32(42), wasmer.F32); err == nil {
		log.Fatal("a constant was set")
	}
	fmt.Printf("`one` value: %.1f\n", must(getOne()))
	setSome := function(instance, "set_some")
	must(setSome(float32(21)))
	fmt.Printf("`some` value after `set_some`: %.1f\n", must(some.Get()))
	if err := some.Set(float32(42), wasmer.F32); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("`some` value after `set`: %.1f\n", must(some.Get()))
	// Output:
	// Compiling module...
	// Instantiating module...
	// Getting globals types information...
	// `one` type: const f32
	// `some` type: var f32
	// Getting global values...
	// `one` value: 1.0
	// `some` value: 0.0
	// Setting global values...
	// `one` value: 1.0
	// `some` value after `set_some`: 21.0
	// `some` value after `set`: 42.0
}

func ExampleExtern() {
	store := wasmer.NewStore(wasmer.NewEngine())
	fmt.Println("Creating the imported function...")
	hostFunction := wasmer.NewFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(), wasmer.NewValueTypes(wasmer.I32)),
		func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(42)}, nil })
	fmt.Println("Creating the imported global...")
	hostGlobal := wasmer.NewGlobal(store,
		wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.IMMUTABLE),
		wasmer.NewValue(42, wasmer.I32))

	// A namespace may have an empty name.
	imports := wasmer.NewImportObject()
	imports.Register("", map[string]wasmer.IntoExtern{"host_function": hostFunction})
	imports.Register("env", map[string]wasmer.IntoExtern{"host_global": hostGlobal})
	instance := load(store, `(module
	  (import "" "host_function" (func (result i32)))
	  (import "env" "host_global" (global i32))
	  (func (export "guest_function") (result i32) (global.get 1))
	  (global (export "guest_global") i32 (i32.const 42))
	  (table (export "guest_table") 1 1 funcref)
	  (memory (export "guest_memory") 1))`, imports)

	fmt.Println("Getting the exported function...")
	fmt.Printf("Got the exported function: %T\n", must(instance.Exports.GetFunction("guest_function")))
	fmt.Println("Getting the exported global...")
	fmt.Printf("Got the exported global: %T\n", must(instance.Exports.GetGlobal("guest_global")))
	fmt.Println("Getting the exported memory...")
	fmt.Printf("Got the exported memory: %T\n", must(instance.Exports.GetMemory("guest_memory")))
	fmt.Println("Getting the exported table...")
	fmt.Printf("Got the exported table: %T\n", must(instance.Exports.GetTable("guest_table")))
	// Output:
	// Creating the imported function...
	// Creating the imported global...
	// Compiling module...
	// Instantiating module...
	// Getting the exported function...
	// Got the exported function: func(...interface {}) (interface {}, error)
	// Getting the exported global...
	// Got the exported global: *wasmer.Global
	// Getting the exported memory...
	// Got the exported memory: *wasmer.Memory
	// Getting the exported table...
	// Got the exported table: *wasmer.Table
}

// Two host functions, one of them with an environment: a value that it gets at each call.
func ExampleNewFunctionWithEnvironment() {
	store := wasmer.NewStore(wasmer.NewEngine())
	ty := wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32), wasmer.NewValueTypes(wasmer.I32))
	type environment struct{ factor int32 }

	fmt.Println("Creating the imported function...")
	dynamic := wasmer.NewFunction(store, ty, func(arguments []wasmer.Value) ([]wasmer.Value, error) {
		fmt.Println("Calling `multiply_dynamic`...")
		result := arguments[0].I32() * 2
		fmt.Println("Result of `multiply_dynamic`: ", result)
		return []wasmer.Value{wasmer.NewI32(result)}, nil
	})
	typed := wasmer.NewFunctionWithEnvironment(store, ty, environment{3},
		func(given interface{}, arguments []wasmer.Value) ([]wasmer.Value, error) {
			fmt.Println("Calling `multiply_typed`...")
			result := arguments[0].I32() * given.(environment).factor
			fmt.Println("Result of `multiply_typed`: ", result)
			return []wasmer.Value{wasmer.NewI32(result)}, nil
		})
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{"multiply_dynamic": dynamic, "multiply_typed": typed})
	instance := load(store, `(module
	  (import "env" "multiply_dynamic" (func $dynamic (param i32) (result i32)))
	  (import "env" "multiply_typed" (func $typed (param i32) (result i32)))
	  (func (export "sum") (param i32 i32) (result i32)
	    (i32.add (call $dynamic (local.get 0)) (call $typed (local.get 1)))))`, imports)
	sum := function(instance, "sum")
	fmt.Println("Results of `sum`:", must(sum(1, 2)))
	// Output:
	// Creating the imported function...
	// Compiling module...
	// Instantiating module...
	// Calling `multiply_dynamic`...
	// Result of `multiply_dynamic`:  2
	// Calling `multiply_typed`...
	// Result of `multiply_typed`:  6
	// Results of `sum`: 8
}

func ExampleMemory() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (memory (export "memory") 1)
	  (func (export "get_at") (param i32) (result i32) (i32.load (local.get 0)))
	  (func (export "set_at") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
	  (func (export "mem_size") (result i32) (memory.size)))`, wasmer.NewImportObject())
	memSize, getAt, setAt := function(instance, "mem_size"), function(instance, "get_at"), function(instance, "set_at")
	memory := must(instance.Exports.GetMemory("memory"))

	fmt.Println("Querying memory size...")
	size := memory.Size()
	fmt.Println("Memory size (pages):", size)
	fmt.Println("Memory size (pages as bytes):", size.ToBytes())
	fmt.Println("Memory size (bytes):", memory.DataSize())
	fmt.Println("Memory size (pages):", must(memSize()))

	fmt.Println("Growing memory...")
	memory.Grow(2)
	fmt.Println("New memory size (pages):", memory.Size())

	address := 0x2220
	must(setAt(address, 0xFEFEFFE))
	fmt.Printf("Value at 0x%x: %d\n", address, must(getAt(address)))
	address = 2*0x1_0000 - 8
	must(setAt(address, 0xFEA09))
	fmt.Printf("Value at 0x%x: %d\n", address, must(getAt(address)))
	// Output:
	// Compiling module...
	// Instantiating module...
	// Querying memory size...
	// Memory size (pages): 1
	// Memory size (pages as bytes): 65536
	// Memory size (bytes): 65536
	// Memory size (pages): 1
	// Growing memory...
	// New memory size (pages): 3
	// Value at 0x2220: 267382782
	// Value at 0x1fff8: 1042953
}
