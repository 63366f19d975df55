package wasi

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	wasmer "github.com/bhojpur/wasmer/go"
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
	directory      string
)

func TestMain(m *testing.M) {
	var err error
	if directory, err = os.MkdirTemp("", "wasi"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(directory)
	os.Exit(status)
}

func (p *program) load(t testing.TB) *wasmer.Module {
	t.Helper()
	p.once.Do(func() {
		file := filepath.Join(directory, p.name+".wasm")
		arguments := append([]string{"build", "-o", file}, p.options...)
		build := exec.Command("go", append(arguments, "./testdata/"+p.name)...)
		build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=")
		if output, err := build.CombinedOutput(); err != nil {
			p.err = fmt.Errorf("%v: %s", err, output)
			return
		}
		bytes, err := os.ReadFile(file)
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
