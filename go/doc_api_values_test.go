package wasmer_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Values and texts of wasmer-go that programs may rely on.

func TestConstantsHaveTheValuesAndTypesOfWasmerGo(t *testing.T) {
	for _, test := range []struct {
		name       string
		found      any
		underlying reflect.Kind
		value      int64
	}{
		{"CRANELIFT", wasmer.CRANELIFT, reflect.Uint32, 0},
		{"LLVM", wasmer.LLVM, reflect.Uint32, 1},
		{"SINGLEPASS", wasmer.SINGLEPASS, reflect.Uint32, 2},
		{"UNIVERSAL", wasmer.UNIVERSAL, reflect.Uint32, 0},
		{"DYLIB", wasmer.DYLIB, reflect.Uint32, 1},
		{"JIT", wasmer.JIT, reflect.Uint32, 0},
		{"NATIVE", wasmer.NATIVE, reflect.Uint32, 1},
		{"FUNCTION", wasmer.FUNCTION, reflect.Uint8, 0},
		{"GLOBAL", wasmer.GLOBAL, reflect.Uint8, 1},
		{"TABLE", wasmer.TABLE, reflect.Uint8, 2},
		{"MEMORY", wasmer.MEMORY, reflect.Uint8, 3},
		{"IMMUTABLE", wasmer.IMMUTABLE, reflect.Uint8, 0},
		{"MUTABLE", wasmer.MUTABLE, reflect.Uint8, 1},
		{"I32", wasmer.I32, reflect.Uint8, 0},
		{"I64", wasmer.I64, reflect.Uint8, 1},
		{"F32", wasmer.F32, reflect.Uint8, 2},
		{"F64", wasmer.F64, reflect.Uint8, 3},
		{"AnyRef", wasmer.AnyRef, reflect.Uint8, 128},
		{"FuncRef", wasmer.FuncRef, reflect.Uint8, 129},
		{"WASI_VERSION_LATEST", wasmer.WASI_VERSION_LATEST, reflect.Int32, 0},
		{"WASI_VERSION_SNAPSHOT0", wasmer.WASI_VERSION_SNAPSHOT0, reflect.Int32, 1},
		{"WASI_VERSION_SNAPSHOT1", wasmer.WASI_VERSION_SNAPSHOT1, reflect.Int32, 2},
		{"WASI_VERSION_INVALID", wasmer.WASI_VERSION_INVALID, reflect.Int32, -1},
		{"WasmPageSize", wasmer.WasmPageSize, reflect.Uint, 0x10000},
		{"WasmMaxPages", wasmer.WasmMaxPages, reflect.Uint, 0x10000},
		{"WasmMinPages", wasmer.WasmMinPages, reflect.Uint, 0x100},
		{"LimitMaxUnbound()", wasmer.LimitMaxUnbound(), reflect.Uint32, 0xffffffff},
		{"Pages", wasmer.Pages(7), reflect.Uint32, 7},
		{"TableSize", wasmer.TableSize(7), reflect.Uint32, 7},
		{"Unreachable", wasmer.Unreachable, reflect.Uint32, 0},
		// All other opcodes are untyped.
		{"Nop", wasmer.Nop, reflect.Int, 1},
		{"I32x4TruncSatF64x2UZero", wasmer.I32x4TruncSatF64x2UZero, reflect.Int, 512},
	} {
		found := reflect.ValueOf(test.found)
		if found.Kind() != test.underlying {
			t.Errorf("%s is a %v, not a %v", test.name, found.Kind(), test.underlying)
		}
		var value int64
		if found.CanInt() {
			value = found.Int()
		} else {
			value = int64(found.Uint())
		}
		if value != test.value {
			t.Errorf("%s is %d, not %d", test.name, value, test.value)
		}
	}
}

func TestOpcodesHaveTheNumbersOfWasmerGo(t *testing.T) {
	if len(opcodes) != 513 {
		t.Fatalf("%d opcodes", len(opcodes))
	}
	for number, opcode := range opcodes {
		if int(opcode) != number {
			t.Errorf("number %d of the list has the value %d", number, opcode)
		}
	}
	for _, known := range []struct{ opcode, number wasmer.Opcode }{
		{wasmer.End, 13}, {wasmer.LocalGet, 25}, {wasmer.I32Eqz, 62}, {wasmer.I32Add, 99}, {wasmer.F32Abs, 132},
		{wasmer.I32WrapI64, 160}, {wasmer.MemoryInit, 198}, {wasmer.OpTableSize, 209}, {wasmer.MemoryAtomicNotify, 210},
		{wasmer.I32AtomicRmwAdd, 228}, {wasmer.V128Load, 277}, {wasmer.I8x16Eq, 300}, {wasmer.V128Not, 348},
		{wasmer.I8x16Abs, 355}, {wasmer.F32x4Ceil, 420}, {wasmer.I32x4TruncSatF32x4S, 450}, {wasmer.V128Load8x8S, 490},
	} {
		if known.opcode != known.number {
			t.Errorf("%d has the value %d", known.number, known.opcode)
		}
	}
}

func TestNamesAreThoseOfWasmerGo(t *testing.T) {
	for _, test := range []struct {
		kind fmt.Stringer
		name string
	}{
		{wasmer.CRANELIFT, "cranelift"}, {wasmer.LLVM, "llvm"}, {wasmer.SINGLEPASS, "singlepass"},
		{wasmer.UNIVERSAL, "universal"}, {wasmer.DYLIB, "dylib"}, {wasmer.JIT, "universal"}, {wasmer.NATIVE, "dylib"},
		{wasmer.FUNCTION, "func"}, {wasmer.GLOBAL, "global"}, {wasmer.TABLE, "table"}, {wasmer.MEMORY, "memory"},
		{wasmer.IMMUTABLE, "const"}, {wasmer.MUTABLE, "var"},
		{wasmer.I32, "i32"}, {wasmer.I64, "i64"}, {wasmer.F32, "f32"}, {wasmer.F64, "f64"},
		{wasmer.AnyRef, "anyref"}, {wasmer.FuncRef, "funcref"},
		{wasmer.WASI_VERSION_LATEST, "__latest__"}, {wasmer.WASI_VERSION_SNAPSHOT0, "wasi_unstable"},
		{wasmer.WASI_VERSION_SNAPSHOT1, "wasi_snapshot_preview1"}, {wasmer.WASI_VERSION_INVALID, "__unknown__"},
	} {
		if found := test.kind.String(); found != test.name {
			t.Errorf("%q, not %q", found, test.name)
		}
	}
	for _, kind := range []wasmer.ValueKind{wasmer.I32, wasmer.I64, wasmer.F32, wasmer.F64} {
		if !kind.IsNumber() || kind.IsReference() {
			t.Error(kind)
		}
	}
	for _, kind := range []wasmer.ValueKind{wasmer.AnyRef, wasmer.FuncRef} {
		if kind.IsNumber() || !kind.IsReference() {
			t.Error(kind)
		}
	}
	pages := wasmer.Pages(3)
	if pages.ToBytes() != 3*65536 || (&pages).ToUint32() != 3 {
		t.Error(pages)
	}
}

func panicOf(work func()) (value any) {
	defer func() { value = recover() }()
	work()
	return nil
}

func TestPanicsAreThoseOfWasmerGo(t *testing.T) {
	long := wasmer.NewI64(1)
	for expected, work := range map[string]func(){
		"Unknown compiler":     func() { _ = wasmer.CompilerKind(3).String() },
		"Unknown engine":       func() { _ = wasmer.EngineKind(2).String() },
		"Unknown extern kind":  func() { _ = wasmer.ExternKind(9).String() },
		"Unknown mutability":   func() { _ = wasmer.GlobalMutability(2).String() },
		"Unknown value kind":   func() { _ = wasmer.ValueKind(7).String() },
		"Unknown WASI version": func() { _ = wasmer.WasiVersion(9).String() },

		"Cannot create a Wasm `i32` value from `string`": func() { wasmer.NewI32("1") },
		"Cannot create a Wasm `f64` value from `int`":    func() { wasmer.NewValue(1, wasmer.F64) },
		"Cannot convert value to `int32`":                func() { long.I32() },
		"Cannot convert value to `float32`":              func() { long.F32() },
		"Cannot convert value to `float64`":              func() { long.F64() },
		"Cannot convert value to `int64`":                func() { wasmer.NewI32(1).I64() },
	} {
		if found := panicOf(work); found != expected {
			t.Errorf("panicked with %v, not %v", found, expected)
		}
	}
	if !wasmer.IsCompilerAvailable(wasmer.LLVM) {
		expected := "This `wasmer-go` version doesn't include the LLVM compiler; use `IsCompilerAvailable(LLVM)` to avoid this panic"
		if found := panicOf(func() { wasmer.NewConfig().UseLLVMCompiler() }); found != expected {
			t.Error(found)
		}
	}
}

func TestErrorTextsAreThoseOfWasmerGo(t *testing.T) {
	store := wasmer.NewStore(wasmer.NewEngine())
	module, err := wasmer.NewModule(store, []byte(`(module
	  (func (export "f") (param i32 i64) (result i32) (local.get 0))
	  (global (export "g") i32 (i32.const 7)))`))
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close()
	instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
	if err != nil {
		t.Fatal(err)
	}
	defer instance.Close()
	f, err := instance.Exports.GetFunction("f")
	if err != nil {
		t.Fatal(err)
	}
	g, err := instance.Exports.GetGlobal("g")
	if err != nil {
		t.Fatal(err)
	}
	needy, err := wasmer.NewModule(store, []byte(`(module (import "env" "x" (func)))`))
	if err != nil {
		t.Fatal(err)
	}
	defer needy.Close()
	of := func(_ any, err error) error { return err }
	for expected, found := range map[string]error{
		"Missing 1 argument(s) when calling the function; Expected 2 argument(s), received 1":     of(f(1)),
		"Given 1 extra argument(s) when calling the function; Expected 2 argument(s), received 3": of(f(1, 2, 3)),
		"Argument 2 of the function must of of type `i64`, cannot cast value to this type.":       of(f(1, "x")),
		"Export `nothing` does not exist":                                               of(instance.Exports.Get("nothing")),
		"WASI start function was not found":                                             of(instance.Exports.GetWasiStartFunction()),
		"The global variable is not mutable, cannot set a new value":                    g.Set(1, wasmer.I32),
		"The minimum limit is greater than the maximum one":                             of(wasmer.NewLimits(2, 1)),
		"Missing import: `env`.`x`":                                                     of(wasmer.NewInstance(needy, wasmer.NewImportObject())),
		"expected `)`\n     --> <anon>:1:8\n      |\n    1 | (module\n      |        ^": of(wasmer.Wat2Wasm("(module")),
	} {
		if found == nil || found.Error() != expected {
			t.Errorf("%v\nis not\n%s", found, expected)
		}
		if _, isError := found.(*wasmer.Error); !isError {
			t.Errorf("%v is a %T", found, found)
		}
	}
	trap := wasmer.NewTrap(store, "Hello")
	if trap.Message() != "Hello" || trap.Origin() != nil || len(trap.Trace().Frames()) != 0 {
		t.Error(trap)
	}
}

func TestMissingImportsCanBeAskedFor(t *testing.T) {
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()),
		[]byte(`(module (import "a" "f" (func (param i32))) (import "b" "g" (global (mut i64))) (import "b" "m" (memory 1 2))
		  (import "c" "t" (table 1 funcref)))`))
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close()
	imports := wasmer.NewImportObject()
	var noMemory *wasmer.Memory // As a getter of wasmer-go gave, without an error.
	imports.Register("b", nil)
	imports.Register("b", map[string]wasmer.IntoExtern{"m": noMemory})
	_, err = wasmer.NewInstance(module, imports)
	var found *wasmer.Error
	if !errors.As(err, &found) || !errors.Is(err, wasmer.ErrLink) {
		t.Fatal(err)
	}
	var list string
	for _, missing := range found.MissingImports() {
		list += fmt.Sprintf("%s.%s: %v\n", missing.Module(), missing.Name(), missing.Type())
	}
	if list != "a.f: func(i32) -> ()\nb.g: global mut i64\nb.m: memory 1..2 pages\nc.t: table funcref 1.. elements\n" {
		t.Error(list)
	}
}

// A float is 32 or 64 bits, all of which count. Go's conversions make a signalling NaN a quiet one.
func TestTheBitsOfAFloatThatIsNoNumberAreKept(t *testing.T) {
	for _, compiler := range []wasmer.CompilerKind{wasmer.CRANELIFT, wasmer.SINGLEPASS} {
		t.Run(compiler.String(), func(t *testing.T) {
			store := wasmer.NewStore(wasmer.NewEngineWithConfig(wasmer.NewConfig().UseCompiler(compiler)))
			t.Run("f32", func(t *testing.T) {
				type named float32
				const bits = 0x7fa00001
				given := math.Float32frombits(bits)
				found := func(value any) uint64 { return uint64(math.Float32bits(value.(float32))) }
				keepBits(t, store, wasmer.F32, bits, found, given, named(given))
			})
			t.Run("f64", func(t *testing.T) {
				type named float64
				const bits = 0x7ff4000000000001
				given := math.Float64frombits(bits)
				found := func(value any) uint64 { return math.Float64bits(value.(float64)) }
				keepBits(t, store, wasmer.F64, bits, found, given, named(given))
			})
		})
	}
}

func keepBits(t *testing.T, store *wasmer.Store, kind wasmer.ValueKind, bits uint64, bitsOf func(any) uint64, forms ...any) {
	t.Helper()
	same := func(what string, found uint64, err error) {
		t.Helper()
		if found != bits || err != nil {
			t.Errorf("%s: %#x instead of %#x, %v", what, found, bits, err)
		}
	}
	integer := map[wasmer.ValueKind]string{wasmer.F32: "i32", wasmer.F64: "i64"}[kind]
	module, err := wasmer.NewModule(store, []byte(strings.NewReplacer("FLOAT", kind.String(), "INTEGER", integer).Replace(`(module
		(import "h" "give" (func $give (result FLOAT)))
		(import "h" "take" (func $take (param FLOAT)))
		(global (export "global") (mut FLOAT) (FLOAT.const 0))
		(func (export "bits") (param FLOAT) (result INTEGER) (INTEGER.reinterpret_FLOAT (local.get 0)))
		(func (export "same") (param FLOAT) (result FLOAT) (local.get 0))
		(func (export "two") (param FLOAT) (result FLOAT FLOAT) (local.get 0) (local.get 0))
		(func (export "given") (result INTEGER) (INTEGER.reinterpret_FLOAT (call $give)))
		(func (export "taken") (param INTEGER) (call $take (FLOAT.reinterpret_INTEGER (local.get 0))))
		(func (export "read") (result INTEGER) (INTEGER.reinterpret_FLOAT (global.get 0))))`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range forms {
		value := wasmer.NewValue(form, kind)
		same("NewValue", bitsOf(value.Unwrap()), nil)
		var taken uint64
		imports := wasmer.NewImportObject()
		imports.Register("h", map[string]wasmer.IntoExtern{
			"give": wasmer.NewFunction(store, wasmer.NewFunctionType(nil, wasmer.NewValueTypes(kind)),
				func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{value}, nil }),
			"take": wasmer.NewFunction(store, wasmer.NewFunctionType(wasmer.NewValueTypes(kind), nil),
				func(arguments []wasmer.Value) ([]wasmer.Value, error) {
					taken = bitsOf(arguments[0].Unwrap())
					return nil, nil
				}),
		})
		instance, err := wasmer.NewInstance(module, imports)
		if err != nil {
			t.Fatal(err)
		}
		defer instance.Close()
		call := func(name string, arguments ...any) any {
			t.Helper()
			function, err := instance.Exports.GetFunction(name)
			if err != nil {
				t.Fatal(err)
			}
			result, err := function(arguments...)
			if err != nil {
				t.Fatal(name, err)
			}
			return result
		}
		integer := func(value any) uint64 {
			if narrow, ok := value.(int32); ok {
				return uint64(uint32(narrow))
			}
			return uint64(value.(int64))
		}
		same("parameter", integer(call("bits", form)), nil)
		same("result", bitsOf(call("same", form)), nil)
		for _, result := range call("two", form).([]interface{}) {
			same("one of two results", bitsOf(result), nil)
		}
		same("result of a host function", integer(call("given")), nil)
		call("taken", bits)
		same("parameter of a host function", taken, nil)

		exported, err := instance.Exports.GetGlobal("global")
		if err != nil {
			t.Fatal(err)
		}
		made := wasmer.NewGlobal(store, wasmer.NewGlobalType(wasmer.NewValueType(kind), wasmer.MUTABLE), value)
		for what, global := range map[string]*wasmer.Global{"exported": exported, "made": made} {
			if what == "made" {
				first, err := global.Get()
				same("NewGlobal", bitsOf(first), err)
			}
			if err := global.Set(form, kind); err != nil {
				t.Fatal(err)
			}
			read, err := global.Get()
			same("Get of a global "+what, bitsOf(read), err)
		}
		same("global read by the guest", integer(call("read")), nil)

		function, err := instance.Exports.GetRawFunction("same")
		if err != nil {
			t.Fatal(err)
		}
		slots := make([]uint64, 1)
		if err := function.EncodeValue(value, slots); err != nil {
			t.Fatal(err)
		}
		err = function.CallRaw(context.Background(), slots)
		same("CallRaw", slots[0], err)
		decoded, err := function.DecodeValue(kind, slots)
		same("DecodeValue", bitsOf(decoded.Unwrap()), err)
	}
}

func TestAValueOfAnUnknownKindPanicsWithTheKind(t *testing.T) {
	defer func() {
		if raised := recover(); raised != "Cannot create a Wasm value of the unknown kind 77" {
			t.Errorf("panic: %v", raised)
		}
	}()
	wasmer.NewValue(1, wasmer.ValueKind(77))
}
