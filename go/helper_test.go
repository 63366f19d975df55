package wasmer

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

var compilers = []CompilerKind{CRANELIFT, SINGLEPASS}

func storeOf(compiler CompilerKind) *Store {
	return NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler)))
}

func compile(t testing.TB, store *Store, wat string) *Module {
	t.Helper()
	module, err := NewModule(store, []byte(wat))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(module.Close)
	return module
}

// start instantiates a guest; imports are all of the namespace "host".
func start(t testing.TB, store *Store, wat string, imports map[string]IntoExtern) *Instance {
	t.Helper()
	object := NewImportObject()
	object.Register("host", imports)
	instance, err := NewInstance(compile(t, store, wat), object)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Close)
	return instance
}

func get(t testing.TB, instance *Instance, name string) *Function {
	t.Helper()
	function, err := instance.Exports.GetRawFunction(name)
	if err != nil {
		t.Fatal(err)
	}
	return function
}

func funcType(params, results []ValueKind) *FunctionType {
	return NewFunctionType(NewValueTypes(params...), NewValueTypes(results...))
}

// hostFunc makes a raw host function without parameters and results.
func hostFunc(store *Store, body func(ctx context.Context, caller *Caller) error) *Function {
	return NewHostFunction(store, funcType(nil, nil), func(ctx context.Context, caller *Caller, _ []uint64) error {
		return body(ctx, caller)
	})
}

// rounds is a number of repetitions, less where time is short.
func rounds(full int) int {
	if testing.Short() {
		return full / 20
	}
	return full
}

// collect collects until nothing native is left but what was there, or time is up.
func collect(t testing.TB, before int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		runtime.GC()
		if capi.LiveObjects() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d native objects are left, %d were there before", capi.LiveObjects(), before)
}

// resident returns the resident memory in bytes and the number of mappings.
func resident(t testing.TB) (bytes, mappings int) {
	t.Helper()
	// What earlier tests left on the Go heap does not count.
	debug.FreeOSMemory()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("needs /proc")
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	if err != nil {
		t.Fatal(err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize(), strings.Count(string(maps), "\n")
}

// flat runs work in rounds and fails if memory or mappings grow after the first tenth of them.
func flat(t *testing.T, count int, work func(number int)) {
	t.Helper()
	before := capi.LiveObjects()
	var bytes, mappings int
	for number := range count {
		work(number)
		if number == count/10 {
			collect(t, before)
			bytes, mappings = resident(t)
		}
	}
	collect(t, before)
	bytesAfter, mappingsAfter := resident(t)
	t.Logf("%d rounds: resident %d MB then %d MB, mappings %d then %d",
		count, bytes>>20, bytesAfter>>20, mappings, mappingsAfter)
	if bytesAfter > bytes+bytes/2+(32<<20) {
		t.Errorf("resident memory grew from %d to %d bytes", bytes, bytesAfter)
	}
	if mappingsAfter > mappings+mappings/2+500 {
		t.Errorf("mappings grew from %d to %d", mappings, mappingsAfter)
	}
}
