package wasmer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const wasiProgram = `(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
  (memory (export "memory") 1) (func (export "_start")))`

func TestWasiVersionsAreFoundByTheImports(t *testing.T) {
	store := storeOf(CRANELIFT)
	for source, expected := range map[string]WasiVersion{
		`(module)`:                           WASI_VERSION_INVALID,
		`(module (import "env" "f" (func)))`: WASI_VERSION_INVALID,
		wasiProgram:                          WASI_VERSION_SNAPSHOT1,
		`(module (import "env" "f" (func)) (import "wasi_unstable" "proc_exit" (func (param i32))))`: WASI_VERSION_SNAPSHOT0,
	} {
		if found := GetWasiVersion(compile(t, store, source)); found != expected {
			t.Errorf("%s: %v", source, found)
		}
	}
	if found := GetWasiVersion(nil); found != WASI_VERSION_INVALID {
		t.Error(found)
	}
}

func TestWasiSettingsAreRecorded(t *testing.T) {
	directory := t.TempDir()
	builder := NewWasiStateBuilder("program").Argument("--foo").Argument("").Environment("ABC", "D=EF").Environment("X", "").
		PreopenDirectory(directory).MapDirectory("alias", directory).
		InheritStdin().CaptureStdout().InheritStdout().CaptureStdout().CaptureStderr().InheritStderr()
	environment, err := builder.Finalize()
	if err != nil {
		t.Fatal(err)
	}
	builder.Argument("later") // The environment is finished; the builder is not.
	again, err := builder.Finalize()
	if err != nil || len(again.state.arguments) != 3 {
		t.Error(again, err)
	}
	state := environment.state
	if state.program != "program" || len(state.arguments) != 2 || state.arguments[0] != "--foo" ||
		len(state.environment) != 2 || state.environment[0] != (wasiVariable{"ABC", "D=EF"}) ||
		len(state.directories) != 2 || state.directories[0] != (wasiDirectory{directory, directory}) ||
		state.directories[1] != (wasiDirectory{"alias", directory}) ||
		state.stdin != inheritStream || state.stdout != captureStream || state.stderr != inheritStream {
		t.Errorf("%+v", state)
	}
	if out, err := environment.ReadStdout(), environment.ReadStderr(); out == nil || err == nil || len(out)+len(err) != 0 {
		t.Error(out, err)
	}
}

func TestWasiSettingsThatCannotBeAreErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := func() *WasiStateBuilder { return NewWasiStateBuilder("program") }
	for expected, builder := range map[string]*WasiStateBuilder{
		"program name contains a NUL byte":              NewWasiStateBuilder("a\x00b"),
		"argument 2 contains a NUL byte":                fresh().Argument("a").Argument("a\x00b"),
		"environment variable name contains a NUL byte": fresh().Environment("a\x00", "value"),
		// The texts of wasmer-go v1.0.4.
		"bad environment variable format: `found equal sign in env var key \"a=b\" (key=value)`":                        fresh().Environment("a=b", "value"),
		"wasi filesystem creation error: `Found duplicate entry for alias `a``":                                         fresh().MapDirectory("a", ".").MapDirectory("/a", "."),
		"wasi filesystem creation error: `Found duplicate entry for alias ```":                                          fresh().MapDirectory("/", ".").MapDirectory("", "."),
		"wasi filesystem creation error: `WASI only supports pre-opened directories right now; found \"" + file + "\"`": fresh().MapDirectory("alias", file),
		"value of environment variable a contains a NUL":                                                                fresh().Environment("a", "\x00"),
		"directory alias contains a NUL byte":                                                                           fresh().MapDirectory("\x00", "."),
		"directory is empty":                                                                                            fresh().MapDirectory("alias", ""),
		"directory contains a NUL byte":                                                                                 fresh().MapDirectory("alias", "\x00"),
		`directory "/no/such/place": stat /no/such/place: no`:                                                           fresh().PreopenDirectory("/no/such/place"),
		"3 are allowed": fresh().MaxDescriptors(3),
	} {
		environment, err := builder.Finalize()
		var isError *Error
		if environment != nil || !errors.As(err, &isError) || !strings.Contains(err.Error(), expected) {
			t.Errorf("%s: %v", expected, err)
		}
	}
	if _, err := fresh().PreopenDirectory("/no/such/place").Finalize(); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	var none *WasiStateBuilder
	if _, err := none.Finalize(); err == nil {
		t.Error("no error for a nil builder")
	}
}

// A program that prints its arguments and variables, tells by its exit code how many arguments there are,
// and opens the first directory.
const wasiEcho = `(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "extra" (func $extra (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $print (param $fd i32) (param $size i32)
    (i32.store (i32.const 16) (i32.const 1024)) (i32.store (i32.const 20) (local.get $size))
    (if (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24)) (then unreachable)))
  (func (export "_start")
    (drop (call $args_sizes (i32.const 0) (i32.const 4)))
    (drop (call $args (i32.const 512) (i32.const 1024)))
    (call $print (i32.const 1) (i32.load (i32.const 4)))
    (drop (call $environ_sizes (i32.const 8) (i32.const 12)))
    (drop (call $environ (i32.const 512) (i32.const 1024)))
    (call $print (i32.const 2) (i32.load (i32.const 12)))
    (call $exit (call $extra (i32.load (i32.const 0))))))`

func TestAWasiGuestSeesWhatItIsGiven(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, wasiEcho)
	for _, code := range []int32{0, 3} {
		environment, err := NewWasiStateBuilder("program").Argument("--foo").Argument("").Environment("ABC", "D=EF").
			MapDirectory("/", t.TempDir()).CaptureStdout().CaptureStderr().Finalize()
		if err != nil {
			t.Fatal(err)
		}
		imports, err := environment.GenerateImportObject(store, module)
		if err != nil {
			t.Fatal(err)
		}
		if !imports.ContainsNamespace("wasi_snapshot_preview1") || imports.ContainsNamespace("wasi_unstable") || imports.ContainsNamespace("env") {
			t.Error("namespaces")
		}
		if _, err := NewInstance(module, imports); err == nil || err.Error() != "Missing import: `env`.`extra`" {
			t.Error(err)
		}
		imports.Register("env", map[string]IntoExtern{"extra": NewFunction(store,
			NewFunctionType(NewValueTypes(I32), NewValueTypes(I32)), func(args []Value) ([]Value, error) {
				return []Value{NewI32(args[0].I32() * code / 3)}, nil
			})})
		instance, err := NewInstance(module, imports)
		if err != nil {
			t.Fatal(err)
		}
		begin, err := instance.Exports.GetWasiStartFunction()
		if err != nil {
			t.Fatal(err)
		}
		result, err := begin()
		var exit *ExitError
		if code == 0 && (result != nil || err != nil) ||
			code == 3 && (!errors.As(err, &exit) || exit.ExitCode() != 3 || err.Error() != "WASI exited with code: 3") {
			t.Error(result, err)
		}
		if out := string(environment.ReadStdout()); out != "program\x00--foo\x00\x00" {
			t.Errorf("%q", out)
		}
		if out := string(environment.ReadStderr()); out != "ABC=D=EF\x00" {
			t.Errorf("%q", out)
		}
		if again := environment.ReadStdout(); again == nil || len(again) != 0 {
			t.Errorf("%q", again)
		}
		instance.Close()
	}
}

func TestWasiImportsAreMadeForGuestsOnly(t *testing.T) {
	store := storeOf(CRANELIFT)
	environment, err := NewWasiStateBuilder("program").Finalize()
	if err != nil {
		t.Fatal(err)
	}
	_, err = environment.GenerateImportObject(store, compile(t, store, `(module)`))
	if err == nil || err.Error() != "could not detect a WASI version on the given module" {
		t.Error(err)
	}
	unknown := compile(t, store, `(module (import "wasi_snapshot_preview1" "fd_dance" (func)))`)
	imports, err := environment.GenerateImportObject(store, unknown)
	if err != nil {
		t.Fatal(err)
	}
	var missing *Error
	if _, err := NewInstance(unknown, imports); !errors.Is(err, ErrLink) || err.Error() != "Missing import: `wasi_snapshot_preview1`.`fd_dance`" ||
		!errors.As(err, &missing) || len(missing.MissingImports()) != 1 {
		t.Error(err)
	}
	var noEnvironment *WasiEnvironment
	for _, err := range []error{
		func() error { _, err := environment.GenerateImportObject(store, nil); return err }(),
		func() error {
			_, err := environment.GenerateImportObject(nil, compile(t, store, wasiProgram))
			return err
		}(),
		func() error { _, err := noEnvironment.GenerateImportObject(store, nil); return err }(),
	} {
		if err == nil || !strings.HasSuffix(err.Error(), "is nil") {
			t.Error(err)
		}
	}
}

func TestTheWasiStartFunctionIsAnExport(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), `(module (func (export "_start")))`, nil)
	begin, err := instance.Exports.GetWasiStartFunction()
	if err != nil {
		t.Fatal(err)
	}
	if result, err := begin(); result != nil || err != nil {
		t.Error(result, err)
	}
	instance.Close()
	if _, err := instance.Exports.GetWasiStartFunction(); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	wrong := start(t, storeOf(CRANELIFT), `(module (memory (export "_start") 1))`, nil)
	if _, err := wrong.Exports.GetWasiStartFunction(); err == nil || err.Error() != "WASI start function was not found" {
		t.Error(err)
	}
}
