package main

import (
	"context"
	"crypto/rand"
	"io"
	"io/fs"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/wasi"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// A guestSetup is what a guest gets besides its program.
type guestSetup struct {
	stdin     io.Reader
	stdout    io.Writer
	directory string  // of the host's, or
	tree      fs.FS   // to be read, or
	files     wasi.FS // to be changed, which wazero has no place for
}

// A runtime has one compiled guest and runs it as often as it is told to.
type runtime interface {
	run(guestSetup) error
	close()
}

var runtimes = map[string]func([]byte) (runtime, error){
	"wasmer": newWasmer,
	"wazero": newWazero,
}

type wasmerRuntime struct{ module *wasmer.Module }

func newWasmer(wasm []byte) (runtime, error) {
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), wasm)
	return wasmerRuntime{module}, err
}

func (r wasmerRuntime) run(setup guestSetup) error {
	command := wasi.Command(r.module, "bench")
	command.Stdin, command.Stdout = setup.stdin, setup.stdout
	switch {
	case setup.directory != "":
		command.Dir("/", setup.directory)
	case setup.tree != nil:
		command.FS("/", setup.tree)
	case setup.files != nil:
		command.Mount("/", setup.files)
	}
	return command.Run()
}

func (r wasmerRuntime) close() { r.module.Close() }

type wazeroRuntime struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

func newWazero(wasm []byte) (runtime, error) {
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return nil, err
	}
	module, err := r.CompileModule(ctx, wasm)
	return wazeroRuntime{r, module}, err
}

func (r wazeroRuntime) run(setup guestSetup) error {
	// Without a name any number of instances may live at once. Clocks and randomness are the real ones, as ours.
	config := wazero.NewModuleConfig().WithName("").WithArgs("bench").
		WithSysNanotime().WithSysWalltime().WithRandSource(rand.Reader)
	if setup.stdin != nil {
		config = config.WithStdin(setup.stdin)
	}
	if setup.stdout != nil {
		config = config.WithStdout(setup.stdout)
	}
	switch {
	case setup.directory != "":
		config = config.WithFSConfig(wazero.NewFSConfig().WithDirMount(setup.directory, "/"))
	case setup.tree != nil:
		config = config.WithFSConfig(wazero.NewFSConfig().WithFSMount(setup.tree, "/"))
	}
	ctx := context.Background()
	module, err := r.runtime.InstantiateModule(ctx, r.module, config)
	if err != nil {
		return err
	}
	return module.Close(ctx)
}

func (r wazeroRuntime) close() { r.runtime.Close(context.Background()) }
