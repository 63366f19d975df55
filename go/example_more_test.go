package wasmer_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

// quiet compiles a guest and makes an instance of it.
func quiet(store *wasmer.Store, guest string, imports map[string]wasmer.IntoExtern) *wasmer.Instance {
	object := wasmer.NewImportObject()
	object.Register("env", imports)
	return must(wasmer.NewInstance(must(wasmer.NewModule(store, []byte(guest))), object))
}

const doubling = `(module (func (export "double") (param i32) (result i32)
  (i32.add (local.get 0) (local.get 0))))`

// One engine and one store serve a whole program, all goroutines and any number of modules.
func ExampleEngine() {
	engine := wasmer.NewEngine()
	store := wasmer.NewStore(engine)
	fmt.Println(store.Engine == engine)
	fmt.Println(must(function(quiet(store, doubling, nil), "double")(21)))
	// Output:
	// true
	// 42
}

// A configuration may be used for several engines.
func ExampleConfig() {
	config := wasmer.NewConfig().UseSinglepassCompiler().SetFeature("multi-memory", false)
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	module := must(wasmer.NewModule(store, []byte(doubling)))
	fmt.Println(module.Compiler())
	fmt.Println(wasmer.ValidateModule(store, []byte(`(module (memory 1) (memory 1))`)) == nil)
	// Output:
	// singlepass
	// false
}

// Code for another machine is made here and run there.
func ExampleConfig_UseTarget() {
	triple := must(wasmer.NewTriple("aarch64-unknown-linux-gnu"))
	config := wasmer.NewConfig().UseTarget(wasmer.NewTarget(triple, wasmer.NewCpuFeatures()))
	module := must(wasmer.NewModule(wasmer.NewStore(wasmer.NewEngineWithConfig(config)), []byte(doubling)))
	serialized := must(module.Serialize())
	fmt.Println(len(serialized) > 0)
	_, err := wasmer.NewTriple("toaster")
	fmt.Println(err)
	// Output:
	// true
	// target triple "toaster": Unrecognized architecture: toaster
}

// Metering ends a guest that runs for too long.
func ExampleConfig_PushMeteringMiddleware() {
	config := wasmer.NewConfig().PushMeteringMiddleware(1000, map[wasmer.Opcode]uint32{wasmer.Br: 1, wasmer.I32Add: 4})
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	instance := quiet(store, `(module (func (export "add") (result i32) (i32.add (i32.const 1) (i32.const 2)))
	  (func (export "endless") (loop $again (br $again))))`, nil)
	must(function(instance, "add")())
	fmt.Println(instance.GetRemainingPoints())
	_, err := function(instance, "endless")()
	fmt.Println(err, instance.MeteringPointsExhausted())
	instance.SetRemainingPoints(4)
	fmt.Println(must(function(instance, "add")()), instance.GetRemainingPoints())
	// Output:
	// 996
	// unreachable: out of fuel true
	// 3 0
}

// A deadline ends whatever the guest does, and the instance can be used again.
func ExampleFunction_CallContext() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := quiet(store, `(module
	  (func $endless (export "endless") (loop $again (br $again)))
	  (func (export "double") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))`, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := must(instance.Exports.GetRawFunction("endless")).CallContext(ctx)
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	var trap *wasmer.TrapError
	if errors.As(err, &trap) && trap.Origin() != nil {
		fmt.Println("it was in", trap.Origin().FunctionName())
	}
	fmt.Println(must(function(instance, "double")(21)))
	// Output:
	// interrupted by host: context deadline exceeded
	// true
	// it was in endless
	// 42
}

func ExampleModule() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module := must(wasmer.NewModule(store, []byte(`(module $greeter
	  (import "env" "print" (func (param i32 i32)))
	  (memory (export "memory") 1 16)
	  (func (export "greet")))`)))
	defer module.Close()
	fmt.Println(module.Name())
	for _, wanted := range module.Imports() {
		fmt.Printf("import %s.%s: %v\n", wanted.Module(), wanted.Name(), wanted.Type())
	}
	for _, export := range module.Exports() {
		fmt.Printf("export %s: %v\n", export.Name(), export.Type())
	}
	// Output:
	// greeter
	// import env.print: func(i32, i32) -> ()
	// export memory: memory 1..16 pages
	// export greet: func() -> ()
}

// A module that was compiled once can be kept in a file, and loaded without compiling.
func ExampleModule_Serialize() {
	store := wasmer.NewStore(wasmer.NewEngine())
	serialized := must(must(wasmer.NewModule(store, []byte(doubling))).Serialize())

	module := must(wasmer.DeserializeModule(store, serialized))
	instance := must(wasmer.NewInstance(module, nil))
	fmt.Println(must(function(instance, "double")(21)))

	serialized[len(serialized)/2] ^= 1
	_, err := wasmer.DeserializeModule(store, serialized)
	fmt.Println(errors.Is(err, wasmer.ErrDeserialize))
	// Output:
	// 42
	// true
}

// A host function takes and gives Values.
func ExampleNewFunction() {
	store := wasmer.NewStore(wasmer.NewEngine())
	add := wasmer.NewFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I64, wasmer.F64), wasmer.NewValueTypes(wasmer.F64)),
		func(arguments []wasmer.Value) ([]wasmer.Value, error) {
			return []wasmer.Value{wasmer.NewF64(float64(arguments[0].I64()) + arguments[1].F64())}, nil
		})
	instance := quiet(store, `(module (import "env" "add" (func $add (param i64 f64) (result f64)))
	  (func (export "run") (result f64) (call $add (i64.const 40) (f64.const 2.5))))`,
		map[string]wasmer.IntoExtern{"add": add})
	fmt.Println(must(function(instance, "run")()))
	// Output: 42.5
}

// A host function over words knows its caller: it reads the memory of the instance that called it.
func ExampleNewHostFunction() {
	store := wasmer.NewStore(wasmer.NewEngine())
	print := wasmer.NewHostFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32, wasmer.I32), nil),
		func(_ context.Context, caller *wasmer.Caller, slots []uint64) error {
			memory, err := caller.Memory("memory")
			if err != nil {
				return err
			}
			text, err := memory.ReadString(uint32(slots[0]), uint32(slots[1]))
			if err != nil {
				return err
			}
			fmt.Println(text)
			return nil
		})
	instance := quiet(store, `(module (import "env" "print" (func $print (param i32 i32)))
	  (memory (export "memory") 1) (data (i32.const 8) "Hello from wasm!")
	  (func (export "greet") (call $print (i32.const 8) (i32.const 16)))
	  (func (export "overrun") (call $print (i32.const 65530) (i32.const 16))))`,
		map[string]wasmer.IntoExtern{"print": print})
	must(function(instance, "greet")())
	_, err := function(instance, "overrun")()
	fmt.Println(errors.Is(err, wasmer.ErrOutOfBounds))
	// Output:
	// Hello from wasm!
	// true
}

// Imports with an environment that gets the instance afterwards, as programs for wasmer-go make it.
func ExampleImportObject() {
	type environment struct{ instance *wasmer.Instance }
	env := &environment{}
	store := wasmer.NewStore(wasmer.NewEngine())
	tell := wasmer.NewFunctionWithEnvironment(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32), nil), env,
		func(given interface{}, arguments []wasmer.Value) ([]wasmer.Value, error) {
			memory, err := given.(*environment).instance.Exports.GetMemory("memory")
			if err != nil {
				return nil, err
			}
			number, err := memory.ReadUint32(uint32(arguments[0].I32()))
			fmt.Println("The guest tells:", number)
			return nil, err
		})
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{"tell": tell})
	module := must(wasmer.NewModule(store, []byte(`(module (import "env" "tell" (func $tell (param i32)))
	  (memory (export "memory") 1) (data (i32.const 4) "\2a")
	  (func (export "run") (call $tell (i32.const 4))))`)))
	env.instance = must(wasmer.NewInstance(module, imports))
	must(function(env.instance, "run")())

	_, err := wasmer.NewInstance(module, wasmer.NewImportObject())
	fmt.Println(err)
	// Output:
	// The guest tells: 42
	// Missing import: `env`.`tell`
}

func ExampleMemory_WriteFloat64() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := quiet(store, `(module (memory (export "memory") 1)
	  (func (export "load") (param i32) (result f64) (f64.load (local.get 0))))`, nil)
	memory := must(instance.Exports.GetMemory("memory"))
	if err := memory.WriteFloat64(128, 42.5); err != nil {
		log.Fatal(err)
	}
	fmt.Println(must(function(instance, "load")(128)))
	_, err := memory.ReadUint32(65533)
	fmt.Println(errors.Is(err, wasmer.ErrOutOfBounds))
	// Output:
	// 42.5
	// true
}

// A table of functions: Go puts one in, wasm calls it.
func ExampleTable() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := quiet(store, `(module (table (export "table") 2 funcref) (type $number (func (result i32)))
	  (func (export "call") (param i32) (result i32) (call_indirect (type $number) (local.get 0))))`, nil)
	table := must(instance.Exports.GetTable("table"))
	answer := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, wasmer.NewValueTypes(wasmer.I32)),
		func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(42)}, nil })
	if err := table.Set(1, answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(table.Size(), must(function(instance, "call")(1)))
	_, err := function(instance, "call")(0)
	fmt.Println(err)
	// Output:
	// 2 42
	// uninitialized element
}

// Results are bare Go values; an externref is any Go value.
func ExampleValue() {
	value := wasmer.NewI64(uint64(1 << 40))
	fmt.Println(value.Kind(), value.I64())
	vector := wasmer.NewV128(wasmer.Vector{15: 1})
	fmt.Println(vector.Kind(), vector.V128()[15])

	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module
	  (func (export "swap") (param i32 externref) (result externref i32) (local.get 1) (local.get 0)))`, nil)
	fmt.Println(must(function(instance, "swap")(7, []string{"any", "value"})))
	// Output:
	// i64 1099511627776
	// v128 1
	// [[any value] 7]
}

// What kind of error it is can be asked by errors.Is: the error of a host function, a trap code, or
// one of the errors of this package.
func ExampleError() {
	store := wasmer.NewStore(wasmer.NewEngine())
	open := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil),
		func([]wasmer.Value) ([]wasmer.Value, error) {
			return nil, &fs.PathError{Op: "open", Path: "data", Err: fs.ErrNotExist}
		})
	instance := quiet(store, `(module (import "env" "open" (func $open))
	  (func (export "open") (call $open)) (func (export "trap") unreachable))`,
		map[string]wasmer.IntoExtern{"open": open})
	_, err := function(instance, "open")()
	fmt.Println(err, errors.Is(err, fs.ErrNotExist))
	_, err = function(instance, "trap")()
	fmt.Println(err, errors.Is(err, wasmer.TrapUnreachable))
	trap := function(instance, "trap")
	instance.Close()
	_, err = trap()
	fmt.Println(err, errors.Is(err, wasmer.ErrClosed))
	// Output:
	// open data: file does not exist true
	// unreachable true
	// instance is closed true
}
