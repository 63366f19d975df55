package wasmer_test

import (
	"errors"
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// A program that was compiled for WASI, in the form of wasmer-go. Package wasi is more convenient.
func ExampleWasiStateBuilder() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module := must(wasmer.NewModule(store, []byte(`(module
	  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
	  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
	  (memory (export "memory") 1)
	  (data (i32.const 0) "\10\00\00\00\06\00\00\00") (data (i32.const 16) "hello\n")
	  (func (export "_start")
	    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
	    (call $exit (i32.const 3))))`)))
	environment := must(wasmer.NewWasiStateBuilder("program").Argument("-v").CaptureStdout().Finalize())
	imports := must(environment.GenerateImportObject(store, module))
	instance := must(wasmer.NewInstance(module, imports))
	start := must(instance.Exports.GetWasiStartFunction())
	_, err := start()
	fmt.Printf("%s%v\n", environment.ReadStdout(), err)
	var exit *wasmer.ExitError
	if errors.As(err, &exit) {
		fmt.Println(exit.ExitCode())
	}
	fmt.Println(wasmer.GetWasiVersion(module))
	// Output:
	// hello
	// WASI exited with code: 3
	// 3
	// wasi_snapshot_preview1
}
