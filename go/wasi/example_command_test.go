package wasi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing/fstest"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/goguest"
	"github.com/bhojpur/wasmer/go/wasi"
)

// compiled builds one of the Go programs in testdata and compiles it.
func compiled(name string, options ...string) *wasmer.Module {
	bytes, err := goguest.Build("./testdata/"+name, options...)
	if err != nil {
		panic(err)
	}
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), bytes)
	if err != nil {
		panic(err)
	}
	return module
}

// A program in Go, compiled by GOOS=wasip1 GOARCH=wasm go build, with a tree of files to read and one in
// memory to write to.
func ExampleCommand() {
	module := compiled("guest")

	cmd := wasi.Command(module, "guest", "read", "/static/greeting")
	cmd.FS("/static", fstest.MapFS{"greeting": {Data: []byte("hello from a map\n")}})
	cmd.Stdout = os.Stdout
	fmt.Println(cmd.Run())

	files := wasi.NewMemFS()
	cmd = wasi.Command(module, "guest", "write", "/out/file", "written by the guest")
	cmd.Mount("/out", files)
	fmt.Println(cmd.Run())
	text, err := files.ReadFile("file")
	fmt.Println(string(text), err)

	err = wasi.Command(module, "guest", "exit", "3").Run()
	var exit *wasi.ExitError
	fmt.Println(errors.As(err, &exit), err)
	// Output:
	// hello from a map
	// <nil>
	// <nil>
	// written by the guest <nil>
	// true exit status 3
}

// A program that sleeps for an hour has a tenth of a second.
func ExampleCommandContext() {
	module := compiled("guest")
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	err := wasi.CommandContext(ctx, module, "guest", "sleep").Run()
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

// A library in Go, compiled by go build -buildmode=c-shared, whose functions are marked //go:wasmexport.
func ExampleCmd_Reactor() {
	cmd := wasi.Command(compiled("reactor", "-buildmode=c-shared"), "reactor")
	cmd.Stdout = os.Stdout
	reactor, err := cmd.Reactor()
	if err != nil {
		panic(err)
	}
	defer reactor.Close()
	add, err := reactor.Exports.GetFunction("add")
	if err != nil {
		panic(err)
	}
	greet, err := reactor.Exports.GetFunction("greet")
	if err != nil {
		panic(err)
	}
	add(40, 2)
	greet()
	// Output: hello from the reactor, total 42
}

// Input and output are any reader and writer.
func ExampleCmd_Output() {
	cmd := wasi.Command(compiled("guest"), "guest", "lines")
	cmd.Stdin = strings.NewReader("one\ntwo\n")
	output, err := cmd.Output()
	fmt.Printf("%s%v\n", output, err)
	// Output:
	// got one
	// got two
	// <nil>
}

// A program that runs in the background, with pipes to its input and from its output.
func ExampleCmd_Start() {
	cmd := wasi.Command(compiled("guest"), "guest", "lines")
	input, err := cmd.StdinPipe()
	if err != nil {
		panic(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		panic(err)
	}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintln(input, "one")
	input.Close()
	text, err := io.ReadAll(output)
	fmt.Printf("%s%v\n", text, err)
	fmt.Println(cmd.Wait(), cmd.ExitCode())
	// Output:
	// got one
	// <nil>
	// <nil> 0
}

// A run that can be repeated: the guest sees a clock of its own, and the same random bytes.
func ExampleClock() {
	module := compiled("guest")
	run := func() string {
		cmd := wasi.Command(module, "guest", "clock")
		cmd.Clock = &wasi.Clock{Start: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Step: time.Millisecond}
		cmd.Seed = []byte("seed")
		output, err := cmd.Output()
		if err != nil {
			panic(err)
		}
		return string(output)
	}
	fmt.Println(run() == run())
	// Output: true
}
