package wasi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// streams are what a command has open for its guest.
type streams struct {
	files   []*os.File  // of the guest's side, closed when it has ended
	parents []io.Closer // of the other side, closed by Wait
	inlet   *pipe       // that a goroutine fills from Stdin
	outlets []outlet
	session *session
	turn    *sync.Mutex // of the threads that write; nil if there is one only
}

// An outlet is a pipe that a goroutine drains.
type outlet struct {
	*pipe
	to *io.PipeWriter
}

// newTurn is for a stream that threads use.
func (s *streams) newTurn() *sync.Mutex {
	if s.turn == nil {
		return nil
	}
	return new(sync.Mutex)
}

// start starts the goroutines of the pipes.
func (s *streams) start() {
	if s.inlet != nil {
		s.inlet.start()
	}
	for _, outlet := range s.outlets {
		outlet.start()
	}
}

// close closes what the guest has, when it has ended or cannot be started, and gives the error of an output
// of which the guest was not told.
func (s *streams) close(ctx context.Context) (err error) {
	for _, file := range s.files {
		file.Close()
	}
	s.files = nil
	if inlet := s.inlet; inlet != nil {
		s.inlet = nil
		inlet.end()
		// What was not read cannot matter, but a panic does.
		defer inlet.finish()
	}
	outlets := s.outlets
	s.outlets = nil
	for _, outlet := range outlets {
		outlet.end()
	}
	for _, outlet := range outlets {
		outlet.wait(ctx)
		if failed := outlet.finish(); err == nil {
			err = failed
		}
	}
	return err
}

func (s *streams) closeParents() {
	for _, parent := range s.parents {
		parent.Close()
	}
	s.parents = nil
}

// withDescriptor lends a file's descriptor as it is: File.Fd would make it block.
func withDescriptor(file *os.File, use func(fd uintptr)) error {
	connection, err := file.SyscallConn()
	if err != nil {
		return err
	}
	return connection.Control(use)
}

// add sets the streams of a guest.
func (s *streams) add(config capi.WasiConfig, c *Cmd, set func(*capi.Error)) error {
	if c.Threads > 0 {
		s.turn = new(sync.Mutex)
	}
	if err := s.addInput(config, c.Stdin, c.ctx.Done() != nil, set); err != nil {
		return err
	}
	if err := s.addOutput(config, capi.WasiOutput, c.Stdout, set); err != nil {
		return err
	}
	return s.addOutput(config, capi.WasiErrorOutput, c.Stderr, set)
}

func (s *streams) addInput(config capi.WasiConfig, stdin io.Reader, canEnd bool, set func(*capi.Error)) error {
	switch stdin := stdin.(type) {
	case nil:
		return nil
	case *os.File:
		return withDescriptor(stdin, func(fd uintptr) { set(config.SetInputDescriptor(fd)) })
	case *bytes.Buffer, *bytes.Reader, *strings.Reader:
		canEnd = false
	case *io.PipeReader:
		canEnd = true
	}
	if !canEnd {
		set(config.SetReader(reader{stdin, s.newTurn()}, s.session))
		return nil
	}
	inlet, err := newInlet(stdin)
	if err != nil {
		return err
	}
	s.inlet = inlet
	set(config.SetInputPipe(inlet.native))
	return nil
}

func (s *streams) addOutput(config capi.WasiConfig, stream uint32, output io.Writer, set func(*capi.Error)) error {
	switch output := output.(type) {
	case nil:
	case *os.File:
		return withDescriptor(output, func(fd uintptr) { set(config.SetOutputDescriptor(stream, fd)) })
	case *io.PipeWriter:
		for _, known := range s.outlets {
			if known.to == output {
				set(config.SetOutputPipe(stream, known.native))
				return nil
			}
		}
		pipe, err := newOutlet(output)
		if err != nil {
			return err
		}
		s.outlets = append(s.outlets, outlet{pipe, output})
		set(config.SetOutputPipe(stream, pipe.native))
	default:
		set(config.SetWriter(stream, writer{output, s.turn}, s.session))
	}
	return nil
}

// StdinPipe returns a pipe to the standard input of the program. The pipe is closed when the
// program ends; close it before to end the input. StdinPipe fails if Stdin is set or the program
// was started.
func (c *Cmd) StdinPipe() (io.WriteCloser, error) {
	if err := c.canPipe("Stdin", c.Stdin != nil); err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c.Stdin = read
	c.streams.files = append(c.streams.files, read)
	c.streams.parents = append(c.streams.parents, write)
	return write, nil
}

// StdoutPipe returns a pipe from the standard output of the program. Wait closes the pipe, so read
// it to its end before. StdoutPipe fails if Stdout is set or the program was started.
func (c *Cmd) StdoutPipe() (io.ReadCloser, error) { return c.outputPipe("Stdout", &c.Stdout) }

// StderrPipe is StdoutPipe for the standard error.
func (c *Cmd) StderrPipe() (io.ReadCloser, error) { return c.outputPipe("Stderr", &c.Stderr) }

func (c *Cmd) outputPipe(name string, output *io.Writer) (io.ReadCloser, error) {
	if err := c.canPipe(name, *output != nil); err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	*output = write
	c.streams.files = append(c.streams.files, write)
	c.streams.parents = append(c.streams.parents, read)
	return read, nil
}

func (c *Cmd) canPipe(name string, set bool) error {
	if set {
		return errors.New("wasi: " + name + " already set")
	}
	if c.started {
		return errors.New("wasi: " + name + "Pipe after the program was started")
	}
	return nil
}

// A reader is an io.Reader that is read while the guest waits.
type reader struct {
	io.Reader
	turn *sync.Mutex // of the guest's threads; nil if it has one only, which may come back while it reads
}

func (r reader) ReadForGuest(buffer []byte) (int, capi.Answer) {
	if r.turn != nil {
		r.turn.Lock()
		defer r.turn.Unlock()
	}
	count, err := r.Read(buffer)
	// Nothing is no end. As bufio, in case the reader never gives anything else.
	for tries := 1; count == 0 && err == nil && len(buffer) > 0; tries++ {
		if tries == 100 {
			err = io.ErrNoProgress
		} else {
			count, err = r.Read(buffer)
		}
	}
	if count < 0 || count > len(buffer) {
		return 0, capi.Answer{Failure: internals.Fail(errors.New("wasi: Stdin.Read returned an invalid count"))}
	}
	if count > 0 || err == io.EOF {
		return count, capi.Answer{}
	}
	return 0, answerOf(err)
}

// A writer is an io.Writer for a guest.
type writer struct {
	io.Writer
	turn *sync.Mutex // as of a reader; one for both outputs, which may be the same
}

func (w writer) WriteForGuest(bytes []byte) (int, capi.Answer) {
	if w.turn != nil {
		w.turn.Lock()
		defer w.turn.Unlock()
	}
	count, err := w.Write(bytes)
	if count < 0 || count > len(bytes) {
		return 0, capi.Answer{Failure: internals.Fail(errors.New("wasi: Write returned an invalid count"))}
	}
	if err == nil && count < len(bytes) {
		err = io.ErrShortWrite
	}
	return count, answerOf(err)
}

// answerOf is what a guest sees of the error of a stream: those of the system as they are. Any other one ends
// it, so that it is not lost.
func answerOf(err error) capi.Answer {
	switch {
	case err == nil:
		return capi.Answer{}
	case errors.Is(err, io.ErrClosedPipe):
		return capi.Answer{Errno: uint16(ErrnoPipe)}
	}
	if number, known := numberOf(err); known {
		return capi.Answer{Errno: uint16(number)}
	}
	return capi.Answer{Failure: internals.Fail(err)}
}

// numberOf is the number of an error that has one.
func numberOf(err error) (Errno, bool) {
	if number := Errno(0); errors.As(err, &number) {
		return number, true
	}
	if number := syscall.Errno(0); errors.As(err, &number) {
		return errnoOf(number), true
	}
	return 0, false
}
