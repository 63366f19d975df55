// Wasi_command runs a Go program as a guest: with arguments, a variable, streams, files and a deadline.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"testing/fstest"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/goguest"
	"github.com/bhojpur/wasmer/go/wasi"
)

func main() {
	bytes, err := goguest.Build("github.com/bhojpur/wasmer/go/examples/wasi_command/guest")
	if err != nil {
		log.Fatal(err)
	}
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), bytes)
	if err != nil {
		log.Fatal(err)
	}
	defer module.Close()

	// It sees these two directories and nothing else of the machine.
	texts := fstest.MapFS{"poem.txt": {Data: []byte("so much depends upon a red wheel barrow")}}
	files := wasi.NewMemFS()
	count := func(names ...string) *wasi.Cmd {
		cmd := wasi.Command(module, "count", names...)
		cmd.Env = []string{"REPORT=/out/report"}
		cmd.Stdin = strings.NewReader("two words")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
		cmd.FS("/texts", texts)
		cmd.Mount("/out", files)
		return cmd
	}

	if err := count("/texts/poem.txt").Run(); err != nil {
		log.Fatal(err)
	}
	report, err := files.ReadFile("report")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", report)

	// A file that is not there: the guest says so and exits with 3.
	err = count("/texts/../../etc/passwd").Run()
	var exit *wasi.ExitError
	if errors.As(err, &exit) {
		fmt.Println("exit code", exit.ExitCode())
	}

	// A guest that sleeps for an hour has a tenth of a second.
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	err = wasi.CommandContext(ctx, module, "count").Run()
	fmt.Println("deadline exceeded:", errors.Is(err, context.DeadlineExceeded))
}
