package wasmer

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

func TestATripleThatIsNoneIsAnError(t *testing.T) {
	for _, triple := range []string{"nonsense", "x86_64-a-b-c-d", "a\x00b", "\xff"} {
		found, err := NewTriple(triple)
		if err == nil || found != nil || !strings.Contains(err.Error(), "triple") {
			t.Errorf("%q: %v %v", triple, found, err)
		}
	}
	_, err := NewTriple("nonsense")
	var isError *Error
	if !errors.As(err, &isError) || err.Error() != `target triple "nonsense": Unrecognized architecture: nonsense` {
		t.Errorf("%T %v", err, err)
	}
	if triple, err := NewTriple("aarch64-unknown-linux-gnu"); err != nil || triple.String() != "aarch64-unknown-linux-gnu" {
		t.Error(triple, err)
	}
	if _, err := NewTriple(NewTripleFromHost().String()); err != nil {
		t.Error(err)
	}
}

func TestCpuFeaturesAreChecked(t *testing.T) {
	features := NewCpuFeatures()
	for _, known := range []string{"sse2", "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "avx", "bmi", "bmi2", "avx2", "avx512dq", "avx512vl", "lzcnt"} {
		if err := features.Add(known); err != nil {
			t.Errorf("%s: %v", known, err)
		}
	}
	for _, unknown := range []string{"", "sse2,sse3", "sse9", "a\x00"} {
		if err := features.Add(unknown); err == nil || !strings.HasPrefix(err.Error(), "unknown CPU feature") {
			t.Errorf("%q: %v", unknown, err)
		}
	}
}

func TestCodeForAnotherMachineIsMadeAndNotRun(t *testing.T) {
	name := "aarch64-unknown-linux-gnu"
	if runtime.GOARCH == "arm64" {
		name = "x86_64-unknown-linux-gnu"
	}
	triple, err := NewTriple(name)
	if err != nil {
		t.Fatal(err)
	}
	features := NewCpuFeatures()
	target := NewTarget(triple, features)
	for _, compiler := range compilers {
		for range 2 { // Nothing is used up, neither the parts nor the target.
			config := NewConfig().UseCompiler(compiler).UseTarget(target)
			module := compile(t, NewStore(NewEngineWithConfig(config)), sumGuest)
			if _, err := NewInstance(module, nil); err == nil || !strings.Contains(err.Error(), "another target") {
				t.Errorf("%v: %v", compiler, err)
			}
			if _, err := module.Serialize(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestSerializedCodeForAnotherMachineIsNotRun(t *testing.T) {
	triple, err := NewTriple(map[bool]string{true: "x86_64-unknown-linux-gnu", false: "aarch64-unknown-linux-gnu"}[runtime.GOARCH == "arm64"])
	if err != nil {
		t.Fatal(err)
	}
	store := NewStore(NewEngineWithConfig(NewConfig().UseTarget(NewTarget(triple, nil))))
	foreign, err := compile(t, store, sumGuest).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DeserializeModule(storeOf(CRANELIFT), foreign); !errors.Is(err, ErrDeserialize) || !strings.Contains(err.Error(), "the engine is for") {
		t.Error(err)
	}
	// An engine for that machine takes it, to serialize it again.
	module, err := DeserializeModule(store, foreign)
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close()
	if _, err := NewInstance(module, nil); err == nil {
		t.Error("code for another machine runs")
	}
}

func TestCodeForAnyMachineOfThisKindRunsHere(t *testing.T) {
	for _, target := range []*Target{nil, NewTarget(nil, nil), NewTarget(NewTripleFromHost(), NewCpuFeatures())} {
		for _, compiler := range compilers {
			store := NewStore(NewEngineWithConfig(NewConfig().UseTarget(target).UseCompiler(compiler)))
			if result, err := get2(start(t, store, `(module (func (export "f") (result i32) (i32.const 42)))`, nil), "f"); err != nil || result != int32(42) {
				t.Errorf("%v: %v %v", compiler, result, err)
			}
		}
	}
}
