package wasmer

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestModulesTellWhatTheyAre(t *testing.T) {
	module := compile(t, storeOf(CRANELIFT), `(module $name
	  (@custom "note" "text")
	  (import "ns" "function" (func (param i32 v128) (result f64)))
	  (import "ns" "global" (global f32))
	  (import "ns" "table" (table 1 2 externref))
	  (import "ns" "memory" (memory 3 4)))`)
	if module.Name() != "name" || module.Compiler() != CRANELIFT {
		t.Error(module.Name(), module.Compiler())
	}
	if contents, found := module.CustomSection("note"); !found || string(contents) != "text" {
		t.Error(contents, found)
	}
	if _, found := module.CustomSection("nothing"); found {
		t.Error("a section that is not there")
	}
	imports := module.Imports()
	if ty := imports[0].Type().IntoFunctionType(); imports[0].Module() != "ns" || ty.String() != "func(i32, v128) -> (f64)" {
		t.Error(ty)
	}
	if ty := imports[1].Type().IntoGlobalType(); ty.Mutability() != IMMUTABLE || ty.ValueType().Kind() != F32 {
		t.Error(ty)
	}
	if ty := imports[2].Type().IntoTableType(); ty.ValueType().Kind() != AnyRef || ty.Limits().Maximum() != 2 {
		t.Error(ty)
	}
	if ty := imports[3].Type().IntoMemoryType(); ty.Limits().Minimum() != 3 || ty.Limits().Maximum() != 4 {
		t.Error(ty)
	}
	if imports[3].Type().IntoTableType() != nil || imports[3].Type().Kind() != MEMORY {
		t.Error("the wrong kind")
	}
}

func TestSerializedModulesRunAndDamageIsFound(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		bytes, err := compile(t, store, sumGuest).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		module, err := DeserializeModule(NewStore(NewEngine()), bytes)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := NewInstance(module, nil)
		if err != nil {
			t.Fatal(err)
		}
		if result, err := get(t, instance, "sum").Call(5, 37); err != nil || result != int32(42) {
			t.Error(result, err)
		}
		instance.Close()
		module.Close()
		for range rounds(2000) {
			damaged := slices.Clone(bytes)
			damaged[rand.IntN(len(damaged))] ^= 1 << rand.IntN(8)
			if _, err := DeserializeModule(store, damaged); !errors.Is(err, ErrDeserialize) {
				t.Fatal(err)
			}
		}
	}
}

func TestHostileBytesAreErrors(t *testing.T) {
	store := storeOf(CRANELIFT)
	seed, err := Wat2Wasm(benchGuest)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds(4000) {
		bytes := slices.Clone(seed)
		for range 1 + random.IntN(8) {
			bytes[random.IntN(len(bytes))] = byte(random.Uint32())
		}
		bytes = bytes[:random.IntN(len(bytes)+1)]
		valid := ValidateModule(store, bytes) == nil
		module, err := NewModule(store, bytes)
		if valid != (err == nil) {
			t.Fatalf("valid %v, but %v: %x", valid, err, bytes)
		}
		if err == nil {
			module.Close()
		} else if !errors.Is(err, ErrInvalidModule) && !errors.Is(err, ErrUnsupported) {
			t.Fatal(err)
		}
	}
	for _, bytes := range [][]byte{nil, {}, []byte("x"), seed[:8:8]} {
		_, err := NewModule(store, bytes)
		if len(bytes) != 8 && !errors.Is(err, ErrInvalidModule) {
			t.Errorf("%x: %v", bytes, err)
		}
	}
}

func TestWat2Wasm(t *testing.T) {
	wasm, err := Wat2Wasm("(module)")
	if err != nil || len(wasm) != 8 {
		t.Fatal(wasm, err)
	}
	if again, err := Wat2Wasm(string(wasm)); err != nil || !slices.Equal(again, wasm) {
		t.Error(again, err)
	}
	_, err = Wat2Wasm("(module")
	if !errors.Is(err, ErrInvalidModule) || !strings.HasPrefix(err.Error(), "expected `)`\n     --> <anon>:1:8\n") {
		t.Error(err)
	}
}

func TestConfigurations(t *testing.T) {
	if !IsCompilerAvailable(CRANELIFT) || !IsCompilerAvailable(SINGLEPASS) || IsCompilerAvailable(7) {
		t.Error("compilers")
	}
	config := NewConfig().SetFeature("multi-memory", false)
	for range 2 { // A configuration may be used again.
		store := NewStore(NewEngineWithConfig(config))
		if err := ValidateModule(store, []byte(`(module (memory 1) (memory 1))`)); !errors.Is(err, ErrUnsupported) {
			t.Error(err)
		}
	}
	store := NewStore(NewEngineWithConfig(NewConfig().SetFeature("no such thing", true)))
	if _, err := NewModule(store, []byte(sumGuest)); err == nil || err.Error() != `unknown WebAssembly feature "no such thing"` {
		t.Error(err)
	}
	var none *Store
	if _, err := NewModule(none, nil); err == nil || err.Error() != "store is nil" {
		t.Error(err)
	}
	// Singlepass has no vectors; Cranelift compiles the module.
	vectors := compile(t, storeOf(SINGLEPASS), `(module (func (export "f") (result v128) (v128.const i64x2 1 2)))`)
	if vectors.Compiler() != CRANELIFT || compile(t, storeOf(SINGLEPASS), sumGuest).Compiler() != SINGLEPASS {
		t.Error("the wrong compiler")
	}
	if !IsCompilerAvailable(LLVM) {
		defer func() {
			if recover() == nil {
				t.Error("no panic for a compiler that is not there")
			}
		}()
		NewConfig().UseLLVMCompiler()
	}
}

func TestCompileThreads(t *testing.T) {
	for _, threads := range []int{0, 1, 3} {
		store := NewStore(NewEngineWithConfig(NewConfig().SetCompileThreads(threads)))
		if _, err := NewModule(store, []byte("(module (func))")); err != nil {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
	store := NewStore(NewEngineWithConfig(NewConfig().SetCompileThreads(-2)))
	_, err := NewModule(store, []byte("(module)"))
	if err == nil || !strings.Contains(err.Error(), "compile threads: -2, want 0 or more") {
		t.Errorf("-2 threads: %v", err)
	}
}
