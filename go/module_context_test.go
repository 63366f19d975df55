package wasmer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// manyFunctions takes a compiler some time. The last function gives 42.
func manyFunctions(t testing.TB, count int) []byte {
	t.Helper()
	function := "(func (param i32) (result i32) " + strings.Repeat("local.get 0 i32.const 3 i32.mul local.set 0 ", 50) + "local.get 0)\n"
	wasm, err := Wat2Wasm("(module " + strings.Repeat(function, count) + `(func (export "answer") (result i32) i32.const 42))`)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// ended checks the error of a compilation that a context ended.
func ended(t testing.TB, err error, reason error) {
	t.Helper()
	if !errors.Is(err, reason) || !errors.Is(err, TrapInterrupted) || !strings.HasPrefix(err.Error(), "module: compilation was interrupted") ||
		!strings.HasSuffix(err.Error(), reason.Error()) {
		t.Errorf("%T %v", err, err)
	}
}

func TestACompilationEndsWithItsContext(t *testing.T) {
	functions := map[CompilerKind]int{CRANELIFT: 1500, SINGLEPASS: 15_000}
	for _, compiler := range compilers {
		wasm := manyFunctions(t, functions[compiler])
		store := storeOf(compiler)
		// To its end, with a context that ends too late.
		ctx, cancel := context.WithCancel(context.Background())
		began := time.Now()
		module, err := NewModuleContext(ctx, store, wasm)
		whole := time.Since(began)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		instance := mustInstance(t, module, nil)
		if answer, err := get2(instance, "answer"); err != nil || answer != int32(42) || module.Compiler() != compiler {
			t.Error(answer, err)
		}
		instance.Close()
		module.Close()

		ctx, cancel = context.WithTimeout(context.Background(), whole/20)
		began = time.Now()
		_, err = NewModuleContext(ctx, store, wasm)
		took := time.Since(began)
		cancel()
		ended(t, err, context.DeadlineExceeded)
		t.Logf("%v: %v for all of it, ended after %v by a deadline of %v", compiler, whole, took, whole/20)
		// Singlepass is hardly slower than the check before it.
		if compiler == CRANELIFT && took > whole/2 {
			t.Errorf("%v: it took %v, all of it takes %v", compiler, took, whole)
		}
		reason := errors.New("no time")
		caused, end := context.WithCancelCause(context.Background())
		time.AfterFunc(whole/20, func() { end(reason) })
		_, err = NewModuleContext(caused, store, wasm)
		if ended(t, err, reason); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

func TestAContextThatEndedBeforeTheCompilation(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewModuleContext(ctx, storeOf(CRANELIFT), []byte(sumGuest)); !errors.Is(err, context.Canceled) || !errors.Is(err, TrapInterrupted) {
		t.Error(err)
	}
	var none context.Context
	if _, err := NewModuleContext(none, storeOf(CRANELIFT), []byte(sumGuest)); err == nil || err.Error() != "context is nil" {
		t.Error(err)
	}
}

func TestACompilationUnderAContextIsLikeAnyOther(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, compiler := range compilers {
		// Costs of instructions, and what is wrong with a module.
		module, err := NewModuleContext(ctx, fuelled(compiler, 100), []byte(sumGuest))
		if err != nil {
			t.Fatal(err)
		}
		instance := mustInstance(t, module, nil)
		defer instance.Close()
		if sum, err := get(t, instance, "sum").Call(5, 37); err != nil || sum != int32(42) || fuelOf(t, instance) != 100-4 {
			t.Error(sum, err, fuelOf(t, instance))
		}
		if _, err := NewModuleContext(ctx, storeOf(compiler), []byte(`(module (func (result i32)))`)); !errors.Is(err, ErrInvalidModule) {
			t.Error(err)
		}
		// What Singlepass cannot do, Cranelift does.
		module, err = NewModuleContext(ctx, storeOf(compiler), []byte(`(module (func (drop (v128.const i64x2 1 2))))`))
		if err != nil || module.Compiler() != CRANELIFT {
			t.Error(err)
		}
	}
}

func TestManyCompilationsEndAtAnyTime(t *testing.T) {
	wasm := manyFunctions(t, 200)
	nothingLeft(t, func(t *testing.T) {
		store := storeOf(SINGLEPASS)
		var working sync.WaitGroup
		var mu sync.Mutex
		outcomes := map[string]int{}
		for worker := range 8 {
			working.Add(1)
			go func() {
				defer working.Done()
				for round := range rounds(100) {
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration(worker*worker*round)*10*time.Microsecond)
					module, err := NewModuleContext(ctx, store, wasm)
					cancel()
					outcome := "done"
					if err == nil {
						module.Close()
					} else if outcome = "ended"; !errors.Is(err, context.DeadlineExceeded) {
						outcome = fmt.Sprint(err)
					}
					mu.Lock()
					outcomes[outcome]++
					mu.Unlock()
				}
			}()
		}
		working.Wait()
		t.Log(outcomes)
		for outcome := range outcomes {
			if outcome != "done" && outcome != "ended" {
				t.Error(outcome)
			}
		}
	})
}
