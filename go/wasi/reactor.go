package wasi

import (
	"context"

	wasmer "github.com/bhojpur/wasmer/go"
)

// A Reactor is a program that does not run by itself: its exported functions are called.
type Reactor struct {
	// Instance is the program. Its functions run one at a time.
	*wasmer.Instance
	streams streams
}

// Close ends the reactor, its instance with it. Harmless if repeated. It does not wait for a reader of an io.Pipe
// that does not read.
func (r *Reactor) Close() {
	r.Instance.Close()
	ended, end := context.WithCancel(context.Background())
	end()
	r.streams.close(ended)
	r.streams.closeParents()
}

// Reactor makes a reactor of what was prepared, in place of running it, and initializes it: what it exports
// as `_initialize` is called, under the context of the command. Functions of it that exit give a
// *wasmer.ExitError, also with code 0. A module that exports `_start` is a command, and its functions may not be
// made to be called before that.
func (c *Cmd) Reactor() (*Reactor, error) {
	if err := c.prepare(); err != nil {
		return nil, err
	}
	reactor := &Reactor{c.Instance, c.streams}
	if err := internals.Initialize(c.ctx, c.Instance); err != nil {
		reactor.Close()
		return nil, err
	}
	return reactor, nil
}
