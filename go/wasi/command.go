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

// Cmd is a program that is being prepared or run, once. Its fields are set before it is started. To be used
// by one goroutine at a time, but for the pipes.
type Cmd struct {
	// Module is the program.
	Module *wasmer.Module

	// Args are the arguments, with the name of the program as the first one.
	Args []string

	// Env is the environment, each of the form "key=value". Of several by one key the last counts, as in os/exec.
	// Unlike there, none stands for none.
	Env []string

	// Stdin is the program's standard input; nil for an empty one.
	//
	// An *os.File is read by the guest itself. Any other reader is read when the guest reads, while that waits,
	// if it is a *bytes.Buffer, *bytes.Reader or *strings.Reader, or if the command has no context that could
	// end meanwhile. If it has one, and for an *io.PipeReader, a goroutine reads it, and further than the guest has
	// read, so that the guest can be ended. When the guest has ended that goroutine is left behind until its
	// Read returns; LeftBehind counts them. An error of it ends the program, when it has read what came
	// before, as for Stdout.
	//
	// While a guest reads it does nothing else, so where the guest does other things meanwhile (goroutines of a guest
	// in Go, poll_oneoff), give it an *os.File, or a context that can end: then it may set the descriptor to not wait
	// (syscall.SetNonblock in a guest in Go, before os.NewFile), and be told when there is something to read.
	Stdin io.Reader

	// Stdout and Stderr take what the program writes; nil for nowhere. An *os.File is written to by the guest
	// itself. The Write of any other writer is called while the guest waits, on one goroutine at a time if both
	// are the same; a guest whose deadline has passed ends after it has returned. An error of it other than
	// an Errno, a syscall.Errno or io.ErrClosedPipe ends the program with that error. An *io.PipeWriter is written
	// to by a goroutine, up to 256 KiB behind the guest; the command ends when all was read from the pipe, but
	// once its context has ended it does not wait for a reader that does not read.
	Stdout, Stderr io.Writer

	// Imports is what the program imports besides WASI, or in the place of functions of WASI; nil for nothing.
	Imports *wasmer.ImportObject

	// Sockets are sockets that listen or are connected. The guest gets them as the descriptors that follow
	// those of its directories, which begin at 3. One that listens and does not block here, as those of package net,
	// is shown so to the guest: a guest in Go waits in Accept as elsewhere, and one that is written for a socket
	// that blocks gets ErrnoAgain unless syscall.SetNonblock made it block before. Those that are connected block,
	// until the guest says otherwise; in Go by syscall.SetNonblock before net.FileConn, else all of its goroutines wait.
	Sockets []*os.File

	// MaxDescriptors is how many descriptors the guest may have open, with those that it is given; 0 for 256, 65,536
	// at most. What would be more fails with ErrnoMfile. The last 32 that the process may have open are left to the
	// host in any case: guests get ErrnoNfile.
	MaxDescriptors int

	// MaxHostBytes is how much memory the library holds for what the guest is doing: of each directory that it is
	// listing 32 KiB, or in a tree (FS, Mount) all names and 64 bytes for each; 0 for 64 MiB. What would be more fails
	// with ErrnoNomem. What the guest writes to a tree is bounded by the tree (MemFS.SetLimit).
	MaxHostBytes int64

	// Threads is how many threads the program may have at a time besides its first, by the proposal wasi-threads (programs
	// of Rust for wasm32-wasip1-threads, of C with -pthread for wasm32-wasi-threads); 0 for none, 4096 at most. One
	// more is refused (errno AGAIN). The program imports WASI, wasi.thread-spawn and one shared memory, which is made
	// for it, and nothing else: with Imports, or a module that is compiled with fuel, such a program is an error. All
	// threads have the same descriptors; none waits while another one does, but for Stdin, Stdout and Stderr that are
	// no *os.File: those are called by one thread at a time, which must not call the guest. A tree (FS, Mount) is called by several at
	// a time. The first thread that exits or traps ends the program, and so does its context; Run and Wait return
	// when no thread is left.
	Threads int

	// MaxOutput is how many bytes Output and CombinedOutput keep; 0 for 64 MiB. What would be more fails with
	// ErrnoNospc in the guest, and is an error if the guest takes no notice.
	MaxOutput int64

	// Clock, if it is not nil, is the time that the guest sees, for runs that can be repeated.
	Clock *Clock

	// Seed, if it is not nil, is what the guest's random bytes are made from.
	Seed []byte

	// Instance is the program when it was started: its exports, its fuel. It is closed when the program
	// has ended.
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

// A Clock begins at Start, and Step passes with each look at it. The monotonic clock begins at 0 and goes
// with it. A guest that waits gets what it waits for at once, and the clock says so.
type Clock struct {
	Start time.Time
	Step  time.Duration
}

// ExitError is the error of a program that ended by itself with another code than 0.
type ExitError struct {
	// Code is the exit code.
	Code uint32
	// Stderr is what the program wrote as errors, if Output was called and Cmd.Stderr was nil; of what is long
	// the beginning and the end.
	Stderr []byte
}

// ExitCode is the exit code.
func (e *ExitError) ExitCode() int { return int(e.Code) }

// Error tells the code.
func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// Command prepares a program by the name that it is to see as its own, and its arguments.
func Command(module *wasmer.Module, name string, args ...string) *Cmd {
	return CommandContext(context.Background(), module, name, args...)
}

// CommandContext is Command with a context, whose end ends the program, whatever it is doing: computing,
// sleeping, or waiting for its input. The error is then ctx.Err() by errors.Is.
func CommandContext(ctx context.Context, module *wasmer.Module, name string, args ...string) *Cmd {
	if ctx == nil {
		panic("wasi: nil context")
	}
	return &Cmd{ctx: ctx, Module: module, Args: append([]string{name}, args...)}
}

// String is the command line, for people to read.
func (c *Cmd) String() string { return strings.Join(c.Args, " ") }

// Run starts the program and waits for its end. The error is nil if it returned or exited with 0, an
// *ExitError if it exited with another code, a *wasmer.TrapError if it trapped or its context ended, and
// something else if it could not be started.
func (c *Cmd) Run() error {
	if err := c.prepare(); err != nil {
		return err
	}
	c.run()
	return c.finish()
}

// Start starts the program and does not wait for its end. Wait must be called after it.
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

// Wait waits for the end of a program that was started. What it gives is as for Run. A panic of a host
// function goes on here. It closes the pipes of StdoutPipe and StderrPipe, so what is in them is to be
// read before.
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

// ExitCode is the exit code of a program that has ended by itself, -1 of any other one.
func (c *Cmd) ExitCode() int {
	if !c.finished {
		return -1
	}
	return c.code
}

// Output runs the program and gives what it wrote to its standard output.
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

// CombinedOutput runs the program and gives what it wrote to its standard output and standard error.
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

// configure makes what the guest has.
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
			return wasi, errors.New("wasi: a program that may start threads can have no Imports: they belong to one instance")
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
			return wasi, fmt.Errorf("wasi: a clock from %v on in steps of %v: it starts in 1970 or later and goes on", clock.Start, clock.Step)
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
