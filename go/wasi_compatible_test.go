package wasmer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What programs for wasmer-go v1.0.4 rely on, as it was seen there.

func TestWasiBuildersTakeWhatWasmerGoTakes(t *testing.T) {
	directory := t.TempDir()
	for name, builder := range map[string]*WasiStateBuilder{
		"no program name":   NewWasiStateBuilder(""),
		"an empty key":      NewWasiStateBuilder("p").Environment("", "v"),
		"an empty argument": NewWasiStateBuilder("p").Argument(""),
		"an empty alias":    NewWasiStateBuilder("p").MapDirectory("", directory),
		"one key twice":     NewWasiStateBuilder("p").Environment("a", "1").Environment("a", "2"),
		"one directory by many names": NewWasiStateBuilder("p").MapDirectory("a", directory).MapDirectory("./a", directory).
			MapDirectory("a/", directory).MapDirectory("a/b", directory).MapDirectory("../q", directory).MapDirectory(".", directory),
	} {
		if _, err := builder.Finalize(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// wasiPaths opens paths in a descriptor, and tells the names of those that are given.
const wasiPaths = `(module
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $list (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "prestat") (param i32) (result i32) (call $get (local.get 0) (i32.const 0)))
  (func (export "length") (result i32) (i32.load (i32.const 4)))
  (func (export "used") (result i32) (i32.load (i32.const 8)))
  (func (export "name") (param i32) (result i32) (call $name (local.get 0) (i32.const 16) (i32.load (i32.const 4))))
  (func (export "list") (param i32) (result i32) (call $list (local.get 0) (i32.const 1024) (i32.const 4096) (i64.const 0) (i32.const 8)))
  (func (export "open") (param i32 i32 i32) (result i32)
    (call $open (local.get 0) (i32.const 0) (i32.const 512) (local.get 1) (local.get 2) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 12))))`

type pathsGuest struct {
	t        *testing.T
	instance *Instance
}

func newPathsGuest(t *testing.T, builder *WasiStateBuilder) pathsGuest {
	store := storeOf(CRANELIFT)
	module := compile(t, store, wasiPaths)
	environment, err := builder.Finalize()
	if err != nil {
		t.Fatal(err)
	}
	imports, err := environment.GenerateImportObject(store, module)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := NewInstance(module, imports)
	if err != nil {
		t.Fatal(err)
	}
	return pathsGuest{t, instance}
}

func (g pathsGuest) call(name string, arguments ...any) int32 {
	g.t.Helper()
	function, err := g.instance.Exports.GetFunction(name)
	if err != nil {
		g.t.Fatal(err)
	}
	result, err := function(arguments...)
	if err != nil {
		g.t.Fatal(name, err)
	}
	return result.(int32)
}

func (g pathsGuest) bytes(at, size int32) []byte {
	memory, err := g.instance.Exports.GetMemory("memory")
	if err != nil {
		g.t.Fatal(err)
	}
	bytes, err := memory.Read(uint32(at), uint32(size))
	if err != nil {
		g.t.Fatal(err)
	}
	return bytes
}

// preopens are the names of what is given, from descriptor 3 on.
func (g pathsGuest) preopens() (names []string) {
	for fd := 3; g.call("prestat", fd) == 0; fd++ {
		g.call("name", fd)
		names = append(names, string(g.bytes(16, g.call("length"))))
	}
	return names
}

func (g pathsGuest) list(fd int) (names []string) {
	if number := g.call("list", fd); number != 0 {
		g.t.Fatal("list:", number)
	}
	for bytes := g.bytes(1024, g.call("used")); len(bytes) >= 24; {
		size := int(bytes[16])
		names = append(names, string(bytes[24:24+size]))
		bytes = bytes[24+size:]
	}
	return names
}

func (g pathsGuest) open(fd int, path string, flags int) int32 {
	memory, err := g.instance.Exports.GetMemory("memory")
	if err != nil {
		g.t.Fatal(err)
	}
	if err := memory.WriteString(512, path); err != nil {
		g.t.Fatal(err)
	}
	return g.call("open", fd, len(path), flags)
}

func TestDescriptor3HoldsTheMappedDirectories(t *testing.T) {
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const (
		noent = 44
		perm  = 63
		rofs  = 69
	)
	for _, alias := range []string{"data", "/data"} {
		g := newPathsGuest(t, NewWasiStateBuilder("p").MapDirectory(alias, directory).PreopenDirectory(directory))
		if names := g.preopens(); !slices.Equal(names, []string{"/", "data", directory}) {
			t.Errorf("%q", names)
		}
		if names := g.list(3); len(names) != 4 || !slices.Contains(names, "data") {
			t.Errorf("%q", names)
		}
		for path, expected := range map[string]int32{
			"data/file": 0, "data": 0, ".": 0, directory[1:] + "/file": 0, "data/../data/file": 0,
			"file": noent, "..": perm, "data/../..": perm, "/data/file": perm,
		} {
			if number := g.open(3, path, 0); number != expected {
				t.Errorf("%s: %d, expected %d", path, number, expected)
			}
		}
		if number := g.open(3, "new", 1); number != rofs {
			t.Error("a file was made beside the directories:", number)
		}
		if number := g.open(4, "file", 0); number != 0 {
			t.Error(number)
		}
	}
	for _, alias := range []string{"", "/"} {
		g := newPathsGuest(t, NewWasiStateBuilder("p").MapDirectory(alias, directory))
		if names := g.preopens(); !slices.Equal(names, []string{"/", "/"}) || g.open(3, "file", 0) != 0 || g.open(4, "file", 0) != 0 {
			t.Errorf("%q", names)
		}
	}
	if g := newPathsGuest(t, NewWasiStateBuilder("p")); len(g.preopens()) != 1 || len(g.list(3)) != 2 {
		t.Error(g.preopens(), g.list(3))
	}
}

func TestDescriptorsOfBuildersAreLimited(t *testing.T) {
	const mfile = 33
	g := newPathsGuest(t, NewWasiStateBuilder("p").MapDirectory("d", t.TempDir()).MaxDescriptors(7))
	for count := range 3 {
		if number := g.open(3, "d", 0); (number == 0) != (count < 2) || number != 0 && number != mfile {
			t.Error(count, number)
		}
	}
}

const wasiExits = `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "exit") (param i32) (call $exit (local.get 0)))
  (func (export "_start") (call $exit (i32.const 5))))`

func TestExitsAreTraps(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, wasiExits)
	environment, err := NewWasiStateBuilder("p").Finalize()
	if err != nil {
		t.Fatal(err)
	}
	imports, err := environment.GenerateImportObject(store, module)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := NewInstance(module, imports)
	if err != nil {
		t.Fatal(err)
	}
	check := func(code int, err error) {
		t.Helper()
		trap, is := err.(*TrapError)
		if !is {
			t.Fatalf("%T %v", err, err)
		}
		if text := fmt.Sprint("WASI exited with code: ", code); err.Error() != text || trap.Code() != TrapNone || len(trap.Trace()) != 0 || trap.Origin() != nil {
			t.Error(err, trap.Code(), trap.Trace())
		}
		var inner *TrapError
		var exit *ExitError
		if !errors.As(err, &inner) || !errors.As(err, &exit) || exit.ExitCode() != code || exit.Error() != fmt.Sprint("exit status ", code) {
			t.Error(exit)
		}
	}
	exit, err := instance.Exports.GetFunction("exit")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := instance.Exports.GetRawFunction("exit")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []int{0, 3, 255} {
		_, err := exit(code)
		check(code, err)
		_, err = raw.Call(code)
		check(code, err)
	}
	start, err := instance.Exports.GetWasiStartFunction()
	if err != nil {
		t.Fatal(err)
	}
	_, err = start()
	check(5, err)
}

func TestTheTypeOfAMemoryGrowsWithIt(t *testing.T) {
	store := storeOf(CRANELIFT)
	instance := start(t, store, `(module (memory (export "m") 1 9))`, nil)
	memory, err := instance.Exports.GetMemory("m")
	if err != nil {
		t.Fatal(err)
	}
	if limits := memory.Type().Limits(); limits.Minimum() != 1 || limits.Maximum() != 9 {
		t.Error(limits)
	}
	if !memory.Grow(2) {
		t.Fatal("it did not grow")
	}
	if limits := memory.Type().Limits(); limits.Minimum() != 3 || limits.Maximum() != 9 {
		t.Error(limits)
	}
	instance.Close()
	if limits := memory.Type().Limits(); limits.Minimum() != 1 {
		t.Error(limits)
	}
}
