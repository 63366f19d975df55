package wasi

import (
	"sync"
	"testing"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/goguest"
)

// The guests are Go programs, which are built when they are needed first.
type program struct {
	name    string
	options []string
	once    sync.Once
	module  *wasmer.Module
	err     error
}

var (
	guestProgram   = program{name: "guest"}
	reactorProgram = program{name: "reactor", options: []string{"-buildmode=c-shared"}}
)

func (p *program) load(t testing.TB) *wasmer.Module {
	t.Helper()
	p.once.Do(func() {
		bytes, err := goguest.Build("./testdata/"+p.name, p.options...)
		if err != nil {
			p.err = err
			return
		}
		p.module, p.err = wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), bytes)
	})
	if p.err != nil {
		t.Fatal(p.err)
	}
	return p.module
}

// command is the test's program with a work to do.
func command(t testing.TB, work string, arguments ...string) *Cmd {
	t.Helper()
	return Command(guestProgram.load(t), "guest", append([]string{work}, arguments...)...)
}

// text is a module written as text.
func text(t testing.TB, source string) *wasmer.Module {
	t.Helper()
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return module
}
