package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// testdata reads a guest that comes with wasmer-go, from where the test says they are.
func testdata(name string) []byte {
	return must(os.ReadFile(filepath.Join(os.Getenv("WASMER_GO_TESTDATA"), name)))
}

// sample gives an argument of a kind.
func sample(kind wasmer.ValueKind) any {
	switch kind {
	case wasmer.I32:
		return int32(7)
	case wasmer.I64:
		return int64(8)
	case wasmer.F32:
		return float32(9.5)
	default:
		return 10.5
	}
}

var testdataPrograms = programs{
	"testdata-exports-and-imports": func() {
		module := must(wasmer.NewModule(newStore(), testdata("tests.wasm")))
		say("name", fmt.Sprintf("%q", module.Name()), "WASI", wasmer.GetWasiVersion(module))
		for place, given := range module.Exports() {
			say(fmt.Sprint("export ", place), given.Name(), describe(given.Type()))
		}
		for place, wanted := range module.Imports() {
			say(fmt.Sprint("import ", place), wanted.Module(), wanted.Name(), describe(wanted.Type()))
		}
	},
	"testdata-every-function-called": func() {
		store := newStore()
		module := must(wasmer.NewModule(store, testdata("tests.wasm")))
		for _, given := range module.Exports() {
			if given.Type().Kind() != wasmer.FUNCTION {
				continue
			}
			// Each in an instance of its own: some change globals and memory.
			instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
			var arguments []any
			for _, ty := range given.Type().IntoFunctionType().Params() {
				arguments = append(arguments, sample(ty.Kind()))
			}
			call(given.Name(), instance, given.Name(), arguments...)
		}
	},
	"testdata-memory": func() {
		instance := must(wasmer.NewInstance(must(wasmer.NewModule(newStore(), testdata("tests.wasm"))), wasmer.NewImportObject()))
		memory := must(instance.Exports.GetMemory("memory"))
		sayMemory("size", memory)
		pointer := must(must(instance.Exports.GetFunction("string"))()).(int32)
		say("text", string(memory.Data()[pointer:pointer+13]))
		say("type", describe(memory.IntoExtern().Type()))
	},
	"testdata-wasi": func() {
		store := newStore()
		module := must(wasmer.NewModule(store, testdata("wasi.wasm")))
		say("version", wasmer.GetWasiVersion(module))
		environment := must(wasmer.NewWasiStateBuilder("test-program").Argument("--foo").Environment("ABC", "DEF").Environment("X", "ZY").
			MapDirectory("the_host_current_directory", ".").CaptureStdout().Finalize())
		instance := must(wasmer.NewInstance(module, must(environment.GenerateImportObject(store, module))))
		result, err := must(instance.Exports.GetWasiStartFunction())()
		sayResult("start", result, err)
		say("output", fmt.Sprintf("%q", environment.ReadStdout()))
	},
	"testdata-serialized": func() {
		module := must(wasmer.NewModule(newStore(), testdata("wasi.wasm")))
		again := must(wasmer.DeserializeModule(newStore(), must(module.Serialize())))
		say("version", wasmer.GetWasiVersion(again), len(again.Imports()), len(again.Exports()))
	},
}
