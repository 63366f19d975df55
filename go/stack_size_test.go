package wasmer

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// How deep a recursion gets, that makes a library call in each frame.
const recursing = `(module (global $depth (export "depth") (mut i32) (i32.const 0)) (memory 1)
  (func $f (export "f") (param i32) (result i32)
    (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
    (drop (memory.grow (i32.const 0)))
    (i32.add (call $f (local.get 0)) (local.get 0))))`

const stackSizeVariable = "WASMER_TEST_STACK_SIZE"

// A process has one size, so each is tried in a process of its own, which says how deep it got.
func TestTheStackSizeOfAProcess(t *testing.T) {
	if size := os.Getenv(stackSizeVariable); size != "" {
		recurse(t, size)
		return
	}
	var depths []int
	for _, size := range []string{"65536", "4194303", "67108864"} {
		command := exec.Command(os.Args[0], "-test.run=^TestTheStackSizeOfAProcess$", "-test.count=1")
		command.Env = append(os.Environ(), stackSizeVariable+"="+size)
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", size, err, output)
		}
		_, found, _ := strings.Cut(string(output), "depth ")
		found, _, _ = strings.Cut(found, "\n")
		depth, err := strconv.Atoi(found)
		if err != nil {
			t.Fatalf("%s", output)
		}
		t.Logf("%s bytes: %d deep", size, depth)
		depths = append(depths, depth)
	}
	// A frame has the same size in each, but for one more or less.
	if depths[0] < 300 || depths[1] < 63*depths[0] || depths[1] > 65*depths[0] || depths[2] < 15*depths[1] || depths[2] > 17*depths[1] {
		t.Error(depths)
	}
}

func recurse(t *testing.T, size string) {
	bytes, err := strconv.ParseUint(size, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []uint64{0, 65_535, 64<<20 + 1, 1 << 63} {
		if err := SetStackSize(wrong); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("stack of %d bytes asked for", wrong)) {
			t.Error(wrong, err)
		}
	}
	if err := SetStackSize(bytes); err != nil {
		t.Fatal(err)
	}
	least := 0
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), recursing, nil)
		for range 5 {
			if _, err := get(t, instance, "f").Call(1); !errors.Is(err, TrapStackOverflow) {
				t.Fatal(err)
			}
		}
		depth, err := instance.Exports.GetGlobal("depth")
		if err != nil {
			t.Fatal(err)
		}
		reached, err := depth.Get()
		if err != nil {
			t.Fatal(err)
		}
		if each := int(reached.(int32)) / 5; least == 0 || each < least {
			least = each
		}
	}
	// The same size once more is no mistake; rounded up it is the same.
	if err := SetStackSize((bytes + 65_535) &^ 65_535); err != nil {
		t.Error(err)
	}
	tooLate(t, 1<<20)
	fmt.Println("depth", least)
}

func tooLate(t *testing.T, size uint64) {
	t.Helper()
	if err := SetStackSize(size); err == nil || !strings.Contains(err.Error(), "since the first arena, or since it was set") {
		t.Error(err)
	}
}

func TestTheStackSizeCannotBeSetWhenThereIsAnInstance(t *testing.T) {
	start(t, storeOf(CRANELIFT), `(module)`, nil)
	tooLate(t, 2<<20)
	// That of every process which does not say otherwise.
	if err := SetStackSize(1 << 20); err != nil {
		t.Error(err)
	}
}

func TestAnEngineHasAStackSizeOfItsOwn(t *testing.T) {
	depths := map[uint64]int32{}
	for _, compiler := range compilers {
		for _, size := range []uint64{0, 65_536, 300_000} {
			store := NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).SetStackSize(size)))
			instance := start(t, store, recursing, nil)
			if _, err := get(t, instance, "f").Call(1); !errors.Is(err, TrapStackOverflow) {
				t.Fatal(err)
			}
			depth, err := instance.Exports.GetGlobal("depth")
			if err != nil {
				t.Fatal(err)
			}
			reached, err := depth.Get()
			if err != nil {
				t.Fatal(err)
			}
			depths[size] = reached.(int32)
		}
		if 2*depths[65_536] > depths[300_000] || 2*depths[300_000] > depths[0] {
			t.Errorf("%s: %v", compiler, depths)
		}
	}
	for _, wrong := range []uint64{1, 65_535, 1<<20 + 1, math.MaxUint64} {
		_, err := NewModule(NewStore(NewEngineWithConfig(NewConfig().SetStackSize(wrong))), []byte("(module)"))
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("stack of %d bytes asked for", wrong)) && wrong != 1<<20+1 {
			t.Error(wrong, err)
		}
	}
}

func TestWhatCompilersSupport(t *testing.T) {
	both := []string{"threads", "reference-types", "bulk-memory", "multi-value", "multi-memory", "extended-const"}
	one := []string{"simd", "relaxed-simd", "exception-handling", "wide-arithmetic"}
	expected := map[string][2]bool{"tail-call": {false, false}}
	for _, name := range both {
		expected[name] = [2]bool{true, true}
	}
	for _, name := range one {
		expected[name] = [2]bool{true, false}
	}
	for name, wanted := range expected {
		for place, compiler := range compilers {
			if supported, err := compiler.Supports(name); err != nil || supported != wanted[place] {
				t.Errorf("%s by %v: %v %v", name, compiler, supported, err)
			}
			// Each of the names is one that can be switched.
			if err := NewStore(NewEngineWithConfig(NewConfig().SetFeature(name, true))).check(); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := CRANELIFT.Supports("gc"); err == nil || err.Error() != `unknown WebAssembly feature "gc"` {
		t.Error(err)
	}
	if _, err := CompilerKind(9).Supports("simd"); err == nil {
		t.Error("a compiler that there is not")
	}
	if !IsCompilerAvailable(LLVM) {
		if _, err := LLVM.Supports("simd"); !errors.Is(err, ErrUnsupported) {
			t.Error(err)
		}
	}
}
