package wasmer

import (
	"errors"
	"sync"
	"testing"
)

// The library has pointers that are no addresses in what is empty. None may be on a goroutine's stack when the
// runtime moves it, which ends the process: here stacks grow at each depth of a recursion while names, types and
// errors are read.
func TestEmptyTextsLeaveNoPointersOnStacks(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, `(module (import "" "" (func $f)) (global (import "" "g") i32) (func (export "") (call $f)))`)
	serialized, err := module.Serialize()
	if err != nil {
		t.Fatal(err)
	}
	empty := errors.New("")
	failing := NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) { return nil, empty })
	imports := NewImportObject()
	imports.Register("", map[string]IntoExtern{"": failing, "g": NewGlobal(store, NewGlobalType(NewValueType(I32), IMMUTABLE), NewI32(1))})
	instance, err := NewInstance(module, imports)
	if err != nil {
		t.Fatal(err)
	}
	work := func() {
		if name := module.Name(); name != "" {
			t.Error(name)
		}
		if _, err := get(t, instance, "").Call(); err == nil || err.Error() != "" {
			t.Error(err)
		}
		if contents, found := module.CustomSection("none"); found {
			t.Error(contents)
		}
		again, err := DeserializeModule(store, serialized)
		if err != nil {
			t.Error(err)
			return
		}
		again.Close()
	}
	var all sync.WaitGroup
	for depth := range rounds(2000) {
		all.Add(1)
		go func() {
			defer all.Done()
			atDepth(depth, work)
		}()
		all.Wait()
	}
}

//go:noinline
func atDepth(depth int, work func()) {
	if depth == 0 {
		work()
		return
	}
	atDepth(depth-1, work)
}
