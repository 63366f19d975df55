package wasi

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

func TestAProgramSeesWhatItIsGiven(t *testing.T) {
	cmd := command(t, "args", "-x", "", "ü")
	if output, err := cmd.Output(); err != nil || string(output) != "guest|args|-x||ü\n" {
		t.Errorf("%q %v", output, err)
	}
	if cmd.ExitCode() != 0 || cmd.String() != "guest args -x  ü" {
		t.Error(cmd.ExitCode(), cmd)
	}
	cmd = command(t, "env")
	cmd.Env = []string{"A=b=c", "EMPTY="}
	if output, err := cmd.Output(); err != nil || string(output) != "A=b=c|EMPTY=\n" {
		t.Errorf("%q %v", output, err)
	}
	// Nothing of the process's own.
	t.Setenv("WASI_TEST_SECRET", "secret")
	if output, err := command(t, "env").Output(); err != nil || string(output) != "\n" {
		t.Errorf("%q %v", output, err)
	}
}

func TestExitCodes(t *testing.T) {
	for _, code := range []string{"0", "1", "7", "255", "256"} {
		cmd := command(t, "exit", code)
		err := cmd.Run()
		if code == "0" {
			if err != nil || cmd.ExitCode() != 0 {
				t.Error(err, cmd.ExitCode())
			}
			continue
		}
		var exit *ExitError
		if !errors.As(err, &exit) || err.Error() != "exit status "+code || cmd.ExitCode() != exit.ExitCode() {
			t.Errorf("%s: %v %d", code, err, cmd.ExitCode())
		}
	}
}

func TestOutputs(t *testing.T) {
	output, err := command(t, "both").Output()
	if err != nil || string(output) != "to stdout\n" {
		t.Errorf("%q %v", output, err)
	}
	output, err = command(t, "both").CombinedOutput()
	if err != nil || string(output) != "to stdout\nto stderr\n" {
		t.Errorf("%q %v", output, err)
	}
	_, err = command(t, "read", "/nothing").Output()
	var exit *ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(exit.Stderr), "/nothing") {
		t.Errorf("%v %q", err, exit.Stderr)
	}
	cmd := command(t, "both")
	cmd.Stdout = io.Discard
	if _, err := cmd.Output(); err == nil || err.Error() != "wasi: Stdout already set" {
		t.Error(err)
	}
	ends := new(endsBuffer)
	for range 1000 {
		io.WriteString(ends, strings.Repeat("x", 999)+"\n")
	}
	if kept := string(ends.Bytes()); len(kept) > 2*endsSize+100 || !strings.Contains(kept, "omitting 934464 bytes") {
		t.Error(len(kept), kept[endsSize-10:endsSize+60])
	}
}

func TestAProgramThatTrapsOrPanics(t *testing.T) {
	_, err := command(t, "panic").Output()
	var exit *ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(exit.Stderr), "panic: as asked") {
		t.Errorf("%v", err)
	}
	trapping := Command(text(t, `(module (func $f (export "_start") unreachable))`), "trapping")
	err = trapping.Run()
	var trap *wasmer.TrapError
	if !errors.As(err, &trap) || trap.Code() != wasmer.TrapUnreachable || trap.Origin().FunctionName() != "f" || trapping.ExitCode() != -1 {
		t.Error(err, trapping.ExitCode())
	}
}

func TestCommandsThatCannotBeStarted(t *testing.T) {
	for expected, cmd := range map[string]*Cmd{
		"no module":                     {},
		"no export is named \"_start\"": Command(text(t, `(module)`), "none"),
		"is not of the form key=value":  {Module: text(t, `(module)`), Env: []string{"key"}},
		"contains a NUL":                Command(text(t, `(module)`), "a\x00b"),
		"directory /no/such/place":      func() *Cmd { c := command(t, "args"); c.Dir("/", "/no/such/place"); return c }(),
		"Missing import: `env`.`f`":     Command(text(t, `(module (import "env" "f" (func)))`), "none"),
		"want a start in 1970 or later": {Module: text(t, `(module)`), Clock: &Clock{Step: -1}},
	} {
		if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%s: %v", expected, err)
		}
	}
	cmd := command(t, "args")
	if err := cmd.Wait(); err == nil || err.Error() != "wasi: not started" {
		t.Error(err)
	}
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	if err := cmd.Run(); err == nil || err.Error() != "wasi: already started" {
		t.Error(err)
	}
}

func TestStartAndWait(t *testing.T) {
	cmd := command(t, "lines")
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 100)
	for _, line := range []string{"one", "two"} {
		io.WriteString(input, line+"\n")
		if n, err := output.Read(answer); err != nil || string(answer[:n]) != "got "+line+"\n" {
			t.Errorf("%q %v", answer[:n], err)
		}
	}
	input.Close()
	if rest, err := io.ReadAll(output); err != nil || len(rest) != 0 {
		t.Errorf("%q %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("no error of a second Wait")
	}
	if _, err := cmd.StdinPipe(); err == nil {
		t.Error("no error of a pipe to a program that has ended")
	}
}

func TestImportsBesidesWasi(t *testing.T) {
	module := text(t, `(module (import "env" "f" (func $f (result i32)))
	  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
	  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
	  (func (export "_start") (call $exit (i32.add (call $f) (call $yield)))))`)
	store := wasmer.NewStore(wasmer.NewEngine())
	give := func(value int32) map[string]wasmer.IntoExtern {
		function := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, wasmer.NewValueTypes(wasmer.I32)),
			func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(value)}, nil })
		return map[string]wasmer.IntoExtern{"f": function, "sched_yield": function}
	}
	cmd := Command(module, "program")
	cmd.Imports = wasmer.NewImportObject()
	cmd.Imports.Register("env", give(40))
	if err := cmd.Run(); cmd.ExitCode() != 40 {
		t.Error(err)
	}
	// In the place of a function of WASI.
	cmd = Command(module, "program")
	cmd.Imports = wasmer.NewImportObject()
	cmd.Imports.Register("env", give(40))
	cmd.Imports.Register("wasi_snapshot_preview1", give(2))
	if err := cmd.Run(); cmd.ExitCode() != 42 {
		t.Error(err)
	}
}

func TestRunsThatCanBeRepeated(t *testing.T) {
	run := func(work string) string {
		cmd := command(t, work)
		cmd.Clock = &Clock{Start: time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC), Step: time.Microsecond}
		cmd.Seed = []byte("seed")
		output, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(output)
	}
	// It sleeps for an hour, which takes no time.
	if first := run("clock"); first != run("clock") || first != "2020-02-03T04:05:06Z true\n" {
		t.Error(first)
	}
	if first := run("random"); first != run("random") || len(first) != 33 {
		t.Error(first)
	}
}

func TestReactor(t *testing.T) {
	output, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	cmd := Command(reactorProgram.load(t), "reactor")
	cmd.Stdout = output
	reactor, err := cmd.Reactor()
	if err != nil {
		t.Fatal(err)
	}
	add, err := reactor.Exports.GetFunction("add")
	if err != nil {
		t.Fatal(err)
	}
	for _, expected := range []int32{3, 6} {
		if total, err := add(1, 2); err != nil || total != expected {
			t.Error(total, err)
		}
	}
	greet, err := reactor.Exports.GetFunction("greet")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := greet(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(output.Name()); err != nil || string(text) != "hello from the reactor, total 6\n" {
		t.Errorf("%q %v", text, err)
	}
	reactor.Close()
	reactor.Close()
	if _, err := add(1, 2); !errors.Is(err, wasmer.ErrClosed) {
		t.Error(err)
	}
	exits := Command(text(t, `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
	  (func (export "_initialize") (call $exit (i32.const 0))))`), "exits")
	var exit *wasmer.ExitError
	if _, err := exits.Reactor(); !errors.As(err, &exit) || exit.ExitCode() != 0 {
		t.Error(err)
	}
}
