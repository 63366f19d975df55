package wasi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Cmd is a program to run once. Set its fields before starting it. One goroutine at a time may use
// it, except for its pipes.
type Cmd struct {
	// Module is the program.
	Module *wasmer.Module

	// Args are the arguments. The first one is the name of the program.
	Args []string

	// Env is the environment. Each entry has the form "key=value". Of several entries with one key
	// the last counts, as in os/exec. Unlike there, a nil Env is an empty environment.
	Env []string

	// Stdin is the program's standard input. Nil means an empty input.
	//
	// The guest itself reads an *os.File. Another reader is read when the guest reads, which waits
	// meanwhile, if it is a *bytes.Buffer, *bytes.Reader or *strings.Reader, or if the command's
	// context cannot end. Otherwise, and for an *io.PipeReader, a goroutine reads it ahead of the
	// guest, so that the guest can be ended. When the guest has ended, that goroutine stays behind
	// until its Read returns; LeftBehind counts these goroutines. An error of the reader ends the
	// program after it has read what came before, as for Stdout.
	//
	// A guest that reads does nothing else meanwhile. If it must (goroutines of a guest in Go,
	// poll_oneoff), use an *os.File, or a context that can end: then the guest may make the
	// descriptor nonblocking (syscall.SetNonblock in a guest in Go, before os.NewFile) and be
	// notified when input arrives.
	Stdin io.Reader

	// Stdout and Stderr receive what the program writes. Nil discards it. The guest itself writes
	// to an *os.File. For any other writer, Write is called while the guest waits, by one goroutine
	// at a time if both are the same. A guest whose deadline has passed ends after Write has
	// returned. An error of Write other than an Errno, a syscall.Errno or io.ErrClosedPipe ends the
	// program with that error.
	//
	// A goroutine writes to an *io.PipeWriter, at most 256 KiB behind the guest. The command ends
	// when the pipe has been read to its end, but once its context has ended it does not wait for a
	// reader that does not read.
	Stdout, Stderr io.Writer

	// Imports are what the program imports besides WASI, or instead of functions of WASI. Nil means
	// none.
	Imports *wasmer.ImportObject

	// Sockets are listening or connected sockets. The guest gets them as the descriptors that
	// follow those of its directories, which begin at 3.
	//
	// A listening socket that is nonblocking on the host, as those of package net are, is
	// nonblocking for the guest: a guest in Go waits in Accept as elsewhere, and a guest written
	// for a blocking socket gets ErrnoAgain, unless syscall.SetNonblock made the socket blocking
	// before. Connected sockets block until the guest makes them nonblocking; a guest in Go calls
	// syscall.SetNonblock before net.FileConn, or all of its goroutines wait.
	Sockets []*os.File

	// MaxDescriptors is how many descriptors the guest may have open, including those that it
	// starts with. 0 means 256; the maximum is 65,536. More fails with ErrnoMfile. The last 32
	// descriptors of the process are reserved for the host: guests get ErrnoNfile.
	MaxDescriptors int

	// MaxHostBytes is how much memory the library may hold for what the guest is doing: 32 KiB for
	// each directory that it is listing, or in a tree (FS, Mount) all names and 64 bytes for each.
	// 0 means 64 MiB. More fails with ErrnoNomem. The tree limits what the guest writes to it
	// (MemFS.SetLimit).
	MaxHostBytes int64

	// Threads is how many threads the program may have at a time besides its first, with the
	// proposal wasi-threads (Rust programs for wasm32-wasip1-threads, C programs with -pthread for
	// wasm32-wasi-threads). 0 means none; the maximum is 4096. Starting another thread fails in the
	// guest (errno AGAIN).
	//
	// The program imports WASI, wasi.thread-spawn and one shared memory, which the package makes,
	// and nothing else. With Imports, or a module compiled with fuel, starting it fails. All
	// threads have the same descriptors. They wait for each other only in Stdin, Stdout and Stderr
	// that are not an *os.File: one thread at a time calls those, and they must not call the guest.
	// Several threads may call a tree (FS, Mount) at once. The first thread that exits or traps
	// ends the program, and so does its context. Run and Wait return when no thread is left.
	Threads int

	// MaxOutput is how many bytes Output and CombinedOutput keep. 0 means 64 MiB. More fails with
	// ErrnoNospc in the guest, and is an error if the guest ignores that.
	MaxOutput int64

	// Clock, if not nil, is the time that the guest sees, for reproducible runs.
	Clock *Clock

	// Seed, if not nil, determines the guest's random bytes.
	Seed []byte

	// Instance is the started program, with its exports and fuel. It is closed when the program has
	// ended.
	Instance *wasmer.Instance

	ctx      context.Context
	mounts   []mount
	streams  streams
	started  bool
	finished bool
	ended    chan struct{}
	code     int
	err      error
	panicked any
}

// A Clock starts at Start and advances by Step each time the guest reads it. The monotonic clock
// starts at 0 and advances with it. A guest that waits continues at once, and the clock advances
// accordingly.
type Clock struct {
	Start time.Time
	Step  time.Duration
}

// ExitError is the error of a program that exited with a code other than 0.
type ExitError struct {
	// Code is the exit code.
	Code uint32
	// Stderr is what the program wrote to its standard error, if Output was called and Cmd.Stderr
	// was nil. Of a long text it has the beginning and the end.
	Stderr []byte
}

// ExitCode returns the exit code.
func (e *ExitError) ExitCode() int { return int(e.Code) }

// Error returns "exit status " and the code.
func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// Command returns a Cmd that runs a program with a name, as the program sees it, and arguments.
func Command(module *wasmer.Module, name string, args ...string) *Cmd {
	return CommandContext(context.Background(), module, name, args...)
}

// CommandContext is Command with a context, whose end ends the program, whatever it is doing:
// computing, sleeping, or waiting for input. The error then matches ctx.Err(). CommandContext
// panics if ctx is nil.
func CommandContext(ctx context.Context, module *wasmer.Module, name string, args ...string) *Cmd {
	if ctx == nil {
		panic("wasi: nil context")
	}
	return &Cmd{ctx: ctx, Module: module, Args: append([]string{name}, args...)}
}

// String returns the command line for people to read.
func (c *Cmd) String() string { return strings.Join(c.Args, " ") }

// Run starts the program and waits for its end. It returns nil if the program returned or exited
// with code 0, an *ExitError if it exited with another code, a *wasmer.TrapError if it trapped or
// its context ended, and another error if it could not be started.
func (c *Cmd) Run() error {
	if err := c.prepare(); err != nil {
		return err
	}
	c.run()
	return c.finish()
}

// Start starts the program without waiting for its end. Call Wait afterwards.
func (c *Cmd) Start() error {
	if err := c.prepare(); err != nil {
		return err
	}
	c.ended = make(chan struct{})
	go func() {
		defer close(c.ended)
		returned := false
		defer func() {
			if returned {
				return
			}
			if c.panicked = recover(); c.panicked == nil {
				c.err = errors.New("wasi: a host function called runtime.Goexit")
			}
		}()
		c.run()
		returned = true
	}()
	return nil
}

// Wait waits for the end of a started program and returns an error as Run does. A panic of a host
// function continues in Wait. Wait closes the pipes of StdoutPipe and StderrPipe, so read them
// before.
func (c *Cmd) Wait() error {
	if c.ended == nil {
		return errors.New("wasi: not started")
	}
	if c.finished {
		return errors.New("wasi: Wait was already called")
	}
	<-c.ended
	return c.finish()
}

// ExitCode returns the exit code of a program that has exited, and -1 for any other.
func (c *Cmd) ExitCode() int {
	if !c.finished {
		return -1
	}
	return c.code
}

// Output runs the program and returns its standard output.
func (c *Cmd) Output() ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("wasi: Stdout already set")
	}
	output := c.newOutput()
	c.Stdout = output
	var ends *endsBuffer
	if c.Stderr == nil {
		ends = new(endsBuffer)
		c.Stderr = ends
	}
	err := output.end(c.Run())
	if exit := (*ExitError)(nil); ends != nil && errors.As(err, &exit) {
		exit.Stderr = ends.Bytes()
	}
	return output.Bytes(), err
}

// CombinedOutput runs the program and returns its standard output and standard error.
func (c *Cmd) CombinedOutput() ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("wasi: Stdout already set")
	}
	if c.Stderr != nil {
		return nil, errors.New("wasi: Stderr already set")
	}
	output := c.newOutput()
	c.Stdout, c.Stderr = output, output
	err := output.end(c.Run())
	return output.Bytes(), err
}

// prepare makes the instance.
func (c *Cmd) prepare() (err error) {
	if c.started {
		return errors.New("wasi: already started")
	}
	c.started = true
	c.code = -1
	c.streams.session = new(session)
	defer func() {
		if err != nil {
			c.streams.close(c.ctx)
		}
	}()
	if c.Module == nil {
		return errors.New("wasi: no module")
	}
	if c.ctx == nil {
		c.ctx = context.Background()
	}
	native, err := c.configure()
	if err != nil {
		return err
	}
	imports, release := internals.WithWasi(c.Imports, native)
	defer release()
	c.streams.start()
	if c.Instance, err = wasmer.NewInstanceContext(c.ctx, c.Module, imports); err != nil {
		return err
	}
	c.streams.session.instance.Store(c.Instance)
	return nil
}

// configure makes what the guest can see.
func (c *Cmd) configure() (wasi capi.Wasi, err error) {
	config := capi.NewWasiConfig()
	defer config.Delete()
	set := func(e *capi.Error) {
		if e != nil && err == nil {
			err = internals.Wrap(e)
		}
	}
	variables, err := variablesOf(c.Env)
	if err != nil {
		return wasi, err
	}
	for _, argument := range c.Args {
		set(config.AddArgument(argument))
	}
	for _, variable := range variables {
		set(config.AddVariable(variable.name, variable.value))
	}
	if c.MaxDescriptors < 0 || c.MaxHostBytes < 0 || c.MaxOutput < 0 {
		return wasi, fmt.Errorf("wasi: a limit is negative: MaxDescriptors %d, MaxHostBytes %d, MaxOutput %d", c.MaxDescriptors, c.MaxHostBytes, c.MaxOutput)
	}
	if c.MaxDescriptors != 0 {
		set(config.SetLimit(capi.WasiLimitDescriptors, uint64(c.MaxDescriptors)))
	}
	if c.MaxHostBytes != 0 {
		set(config.SetLimit(capi.WasiLimitHostBytes, uint64(c.MaxHostBytes)))
	}
	if c.Threads < 0 {
		return wasi, fmt.Errorf("wasi: Threads is negative: %d", c.Threads)
	}
	if c.Threads > 0 {
		if c.Imports != nil {
			return wasi, errors.New("wasi: Threads and Imports cannot be combined: imports belong to one instance")
		}
		set(config.SetLimit(capi.WasiLimitThreads, uint64(c.Threads)))
	}
	for _, mount := range c.mounts {
		set(mount.add(config, c.streams.session))
	}
	for _, socket := range c.Sockets {
		if err := withDescriptor(socket, func(fd uintptr) { set(config.AddSocket(fd)) }); err != nil {
			return wasi, err
		}
	}
	if clock := c.Clock; clock != nil {
		if clock.Start.Before(time.Unix(0, 0)) || clock.Step < 0 {
			return wasi, fmt.Errorf("wasi: clock that starts at %v with steps of %v: want a start in 1970 or later and no negative steps", clock.Start, clock.Step)
		}
		set(config.SetClocks(uint64(clock.Start.UnixNano()), uint64(clock.Step)))
	}
	if c.Seed != nil {
		set(config.SetSeed(c.Seed))
	}
	if streamErr := c.streams.add(config, c, set); streamErr != nil && err == nil {
		err = streamErr
	}
	if err != nil {
		return wasi, err
	}
	wasi, e := capi.NewWasi(config)
	set(e)
	return wasi, err
}

// run runs the guest to its end.
func (c *Cmd) run() {
	defer func() {
		if err := c.streams.close(c.ctx); c.err == nil {
			c.err = err
		}
	}()
	defer c.Instance.Close()
	var code uint32
	if code, c.err = internals.Start(c.ctx, c.Instance); c.err == nil {
		c.code = int(code)
		if code != 0 {
			c.err = &ExitError{Code: code}
		}
	}
}

func (c *Cmd) finish() error {
	c.finished = true
	c.streams.closeParents()
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
}
