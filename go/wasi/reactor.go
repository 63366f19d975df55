package wasi

import (
	"context"

	wasmer "github.com/bhojpur/wasmer/go"
)

// A Reactor is a program that does not run by itself: the host calls its exported functions.
type Reactor struct {
	// Instance is the program. Its functions run one at a time.
	*wasmer.Instance
	streams streams
}

// Close closes the reactor and its instance. It does not wait for a reader of an io.Pipe that does
// not read. Close may be called more than once.
func (r *Reactor) Close() {
	r.Instance.Close()
	ended, end := context.WithCancel(context.Background())
	end()
	r.streams.close(ended)
	r.streams.closeParents()
}

// Reactor instantiates the program as a reactor, instead of running it, and calls its export
// `_initialize` under the context of the command. A function of the reactor that exits fails with a
// *wasmer.ExitError, also for code 0. Reactor fails if the module exports `_start`: such a module
// is a command, whose functions cannot be called before that.
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
