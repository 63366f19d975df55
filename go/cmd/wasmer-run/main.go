// Wasmer-run runs a WebAssembly program: a WASI command, or one exported function of any module.
//
//	wasmer-run [options] file.wasm [arguments]
//	wasmer-run [options] --invoke name file.wasm [arguments]
//
// Options come before the file; see wasmer-run --help. The exit status is the program's, or 124 after a
// timeout, 125 if the fuel ran out, 126 if the program could not be started, 130 if it was interrupted
// from the keyboard, and 134 if it trapped.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/wasi"
)

// The exit statuses that are not the program's.
const (
	exitTimeout     = 124
	exitFuel        = 125
	exitCannot      = 126
	exitInterrupted = 130
	exitTrap        = 134
)

func main() {
	options, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, errHelp):
		os.Exit(0)
	case err != nil:
		fmt.Fprintf(os.Stderr, "wasmer-run: %v\n", err)
		os.Exit(exitCannot)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := options.run(ctx)
	stop()
	os.Exit(status)
}

// run runs the program and returns the exit status.
func (o *options) run(ctx context.Context) int {
	if o.version {
		fmt.Println(version())
		return 0
	}
	// The timeout includes compiling.
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	module, err := o.load(ctx)
	if err != nil {
		return o.explain(ctx, err)
	}
	defer module.Close()
	cmd := o.command(ctx, module)
	if o.isInvoke {
		err = o.invokeIn(ctx, cmd)
	} else {
		err = cmd.Run()
	}
	return o.explain(ctx, err)
}

func (o *options) command(ctx context.Context, module *wasmer.Module) *wasi.Cmd {
	cmd := wasi.CommandContext(ctx, module, o.name(), o.arguments...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = o.environment
	cmd.MaxDescriptors = o.descriptors
	cmd.Threads = o.threads
	for _, directory := range o.directories {
		if directory.readOnly {
			cmd.ReadOnlyDir(directory.guest, directory.host)
		} else {
			cmd.Dir(directory.guest, directory.host)
		}
	}
	return cmd
}

// explain prints what went wrong and returns the exit status.
func (o *options) explain(ctx context.Context, err error) int {
	var exit interface{ ExitCode() int }
	var trap *wasmer.TrapError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode() & 0xff
	case errors.Is(err, wasmer.ErrOutOfFuel):
		fmt.Fprintf(os.Stderr, "wasmer-run: %s: out of fuel after %d\n", o.file, o.fuel)
		return exitFuel
	case errors.Is(err, context.DeadlineExceeded):
		fmt.Fprintf(os.Stderr, "wasmer-run: %s: timeout after %v\n", o.file, o.timeout)
		return exitTimeout
	case ctx.Err() != nil:
		return exitInterrupted
	}
	fmt.Fprintf(os.Stderr, "wasmer-run: %s: %v\n", o.file, err)
	if !errors.As(err, &trap) {
		return exitCannot
	}
	for number, frame := range trap.Trace() {
		fmt.Fprintf(os.Stderr, "  %d: %s\n", number, describe(frame))
		for _, source := range frame.Sources() {
			fmt.Fprintf(os.Stderr, "       %s at %s\n", orUnknown(source.Function), orUnknown(source.String()))
		}
	}
	if omitted := trap.Omitted(); omitted > 0 {
		fmt.Fprintf(os.Stderr, "  (%d more in the middle)\n", omitted)
	}
	return exitTrap
}

func orUnknown(text string) string {
	if text == "" {
		return "(unknown)"
	}
	return text
}

func describe(frame *wasmer.Frame) string {
	name := frame.FunctionName()
	if name == "" {
		name = fmt.Sprintf("function %d", frame.FunctionIndex())
	}
	if module := frame.ModuleName(); module != "" {
		name = module + "!" + name
	}
	if offset := frame.ModuleOffset(); offset != 0 {
		name = fmt.Sprintf("%s at 0x%x", name, offset)
	}
	return name
}
