package main

import (
	"fmt"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const sum = `(module (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`

// sumBy has an engine make code and run it.
func sumBy(label string, engine *wasmer.Engine) {
	store := wasmer.NewStore(engine)
	module, err := wasmer.NewModule(store, []byte(sum))
	if err != nil {
		sayError(label, err)
		return
	}
	instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
	if err != nil {
		sayError(label, err)
		return
	}
	call(label, instance, "sum", 5, 37)
}

var engines = programs{
	"engine-default":   func() { sumBy("sum", wasmer.NewEngine()) },
	"engine-universal": func() { sumBy("sum", wasmer.NewUniversalEngine()) },
	"engine-jit":       func() { sumBy("sum", wasmer.NewJITEngine()) },
	"engine-dylib":     func() { sumBy("sum", wasmer.NewDylibEngine()) },
	"engine-native":    func() { sumBy("sum", wasmer.NewNativeEngine()) },
	"config-empty":     func() { sumBy("sum", wasmer.NewEngineWithConfig(wasmer.NewConfig())) },
	"config-cranelift": func() {
		sumBy("sum", wasmer.NewEngineWithConfig(wasmer.NewConfig().UseCraneliftCompiler().UseUniversalEngine()))
	},
	"config-singlepass": func() {
		try("use", func() any {
			sumBy("sum", wasmer.NewEngineWithConfig(wasmer.NewConfig().UseSinglepassCompiler()))
			return "used"
		})
	},
	"config-llvm": func() {
		try("use", func() any {
			sumBy("sum", wasmer.NewEngineWithConfig(wasmer.NewConfig().UseLLVMCompiler()))
			return "used"
		})
	},
	"config-engines": func() {
		for name, use := range map[string]func(*wasmer.Config) *wasmer.Config{
			"universal": (*wasmer.Config).UseUniversalEngine,
			"dylib":     (*wasmer.Config).UseDylibEngine,
			"jit":       (*wasmer.Config).UseJITEngine,
			"native":    (*wasmer.Config).UseNativeEngine,
		} {
			config := wasmer.NewConfig()
			try(name, func() any { return use(config) == config })
		}
	},
	"config-used-twice": func() {
		config := wasmer.NewConfig()
		sumBy("first", wasmer.NewEngineWithConfig(config))
		sumBy("second", wasmer.NewEngineWithConfig(config))
	},
	"config-target-of-the-host": func() {
		target := wasmer.NewTarget(wasmer.NewTripleFromHost(), wasmer.NewCpuFeatures())
		sumBy("sum", wasmer.NewEngineWithConfig(wasmer.NewConfig().UseTarget(target)))
	},
	"config-target-of-another-machine": func() {
		triple := must(wasmer.NewTriple("aarch64-unknown-linux-gnu"))
		target := wasmer.NewTarget(triple, wasmer.NewCpuFeatures())
		say("target", "made")
		sumBy("sum", wasmer.NewEngineWithConfig(wasmer.NewConfig().UseTarget(target)))
	},
	"triples": func() {
		for _, name := range []string{"x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "nonsense", ""} {
			_, err := wasmer.NewTriple(name)
			sayError(fmt.Sprintf("%q", name), err)
		}
		say("host", wasmer.NewTripleFromHost() != nil)
	},
	"cpu-features": func() {
		features := wasmer.NewCpuFeatures()
		for _, name := range []string{
			"sse2", "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "avx", "bmi", "bmi2", "avx2", "avx512dq", "avx512vl", "lzcnt",
			"sse2 again", "SSE2", "nonsense", "",
		} {
			sayError(fmt.Sprintf("%q", name), features.Add(name))
		}
		sayError("once more", features.Add("sse2"))
	},
	"compilers-available": func() {
		for _, kind := range []wasmer.CompilerKind{wasmer.CRANELIFT, wasmer.LLVM, wasmer.SINGLEPASS} {
			say(kind.String(), int(kind), wasmer.IsCompilerAvailable(kind))
		}
	},
	"engines-available": func() {
		for _, kind := range []wasmer.EngineKind{wasmer.UNIVERSAL, wasmer.DYLIB} {
			say(kind.String(), int(kind), wasmer.IsEngineAvailable(kind))
		}
		say("names of old", wasmer.JIT, wasmer.NATIVE)
	},
	"unknown-kinds-have-no-name": func() {
		try("compiler", func() any { return wasmer.CompilerKind(77).String() })
		try("engine", func() any { return wasmer.EngineKind(77).String() })
		try("extern", func() any { return wasmer.ExternKind(77).String() })
		try("value", func() any { return wasmer.ValueKind(77).String() })
		try("mutability", func() any { return wasmer.GlobalMutability(77).String() })
		try("wasi", func() any { return wasmer.WasiVersion(77).String() })
	},
	"store": func() {
		engine := wasmer.NewEngine()
		first, second := wasmer.NewStore(engine), wasmer.NewStore(engine)
		say("engine", first.Engine == engine, second.Engine == engine)
		instance := must(wasmer.NewInstance(compile(second, sum), wasmer.NewImportObject()))
		first.Close()
		call("after another store was closed", instance, "sum", 1, 2)
	},
	"store-closed-then-used": func() {
		store := newStore()
		store.Close()
		say("closed", true)
		_, err := wasmer.NewModule(store, []byte(sum))
		sayError("module", err)
	},
}
