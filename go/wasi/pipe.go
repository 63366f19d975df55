package wasi

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A pipe lies between a guest and a goroutine that reads or writes for it: a goroutine that waits inside of a
// call from C gives its thread away and gets it back, which takes longer than to copy 64 KiB.
type pipe struct {
	native capi.WasiPipe
	move   func(piece []byte) capi.Answer
	ready  chan struct{} // has a word when native can be used again
	done   chan struct{} // closed when the goroutine has ended
	moved  atomic.Uint64 // pieces that went through
	users  atomic.Int32  // of native: the goroutine and the command

	mu       sync.Mutex
	failure  *capi.Failure // what the goroutine ended with
	finished bool          // nobody looks at failure any more
}

const pieceSize = 64 << 10

var pieces = sync.Pool{New: func() any { return new([pieceSize]byte) }}

// behind counts the goroutines of pipes.
var behind atomic.Int64

// LeftBehind returns the number of goroutines that read a Cmd.Stdin or write to an *io.PipeWriter,
// for guests that run or have ended. Those of ended guests wait for a Read or Write to return.
func LeftBehind() int { return int(behind.Load()) }

func newPipe() (*pipe, error) {
	p := &pipe{ready: make(chan struct{}, 1), done: make(chan struct{})}
	native, e := capi.NewWasiPipe(p.ready)
	if e != nil {
		return nil, internals.Wrap(e)
	}
	p.native = native
	p.users.Store(1)
	return p, nil
}

// start starts the goroutine.
func (p *pipe) start() {
	p.users.Add(1)
	behind.Add(1)
	go p.run()
}

// release gives up one use of the native pipe.
func (p *pipe) release() {
	if p.users.Add(-1) == 0 {
		p.native.Delete()
	}
}

// run is the goroutine. What move gives is the end of the pipe.
func (p *pipe) run() {
	piece := pieces.Get().(*[pieceSize]byte)
	var answer capi.Answer
	returned := false
	defer func() {
		if !returned {
			if value := recover(); value != nil {
				answer = capi.Answer{Failure: internals.Panicked(value)}
			} else {
				answer = capi.Answer{Failure: internals.Fail(errors.New("wasi: a Read or Write called runtime.Goexit"))}
			}
		}
		p.native.End(answer)
		behind.Add(-1)
		p.mu.Lock()
		p.failure = answer.Failure
		finished := p.finished
		p.mu.Unlock()
		close(p.done)
		p.release()
		if finished {
			// There is nobody left to tell of an error; a panic goes on as that of any goroutine.
			internals.Withdraw(p.failure)
		}
	}()
	answer = p.move(piece[:])
	pieces.Put(piece)
	returned = true
}

// newInlet returns a pipe that is filled from a reader.
func newInlet(from io.Reader) (*pipe, error) {
	p, err := newPipe()
	if err != nil {
		return nil, err
	}
	p.move = func(piece []byte) capi.Answer {
		for {
			count, answer := reader{Reader: from}.ReadForGuest(piece)
			if count == 0 {
				return answer
			}
			for rest := piece[:count]; len(rest) > 0; {
				count, e := p.native.Write(rest)
				if e != nil {
					// The guest has ended.
					return capi.Answer{}
				}
				if rest = rest[count:]; len(rest) > 0 {
					<-p.ready
				}
			}
		}
	}
	return p, nil
}

// newOutlet returns a pipe that is emptied into a writer.
func newOutlet(to io.Writer) (*pipe, error) {
	p, err := newPipe()
	if err != nil {
		return nil, err
	}
	p.move = func(piece []byte) capi.Answer {
		for {
			count, ended, e := p.native.Read(piece)
			switch {
			case count > 0:
				_, answer := writer{Writer: to}.WriteForGuest(piece[:count])
				if answer != (capi.Answer{}) {
					return answer
				}
				p.moved.Add(1)
			case ended || e != nil:
				return capi.Answer{}
			default:
				<-p.ready
			}
		}
	}
	return p, nil
}

// end ends the pipe, because the guest has ended.
func (p *pipe) end() { p.native.End(capi.Answer{}) }

// patience is how long the other end of an io.Pipe may take nothing, once a context has ended.
const patience = 2 * time.Millisecond

// wait waits until all that the guest wrote has been taken; if ctx has ended, only as long as that goes on.
func (p *pipe) wait(ctx context.Context) {
	if p.users.Load() == 1 {
		// It was never started, or has ended.
		return
	}
	select {
	case <-p.done:
		return
	case <-ctx.Done():
	}
	for before := p.moved.Load(); ; {
		select {
		case <-p.done:
			return
		case <-time.After(patience):
		}
		now := p.moved.Load()
		if now == before {
			return
		}
		before = now
	}
}

// finish gives the error of the goroutine, if the guest was not told of it. A panic goes on here.
func (p *pipe) finish() error {
	p.mu.Lock()
	p.finished = true
	failure := p.failure
	p.mu.Unlock()
	p.release()
	return internals.Withdraw(failure)
}
