// Package goguest builds the Go programs that examples and tests run as guests.
package goguest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build compiles a Go package to WebAssembly, as `GOOS=wasip1 GOARCH=wasm go build` does. Options are those of
// `go build`: -buildmode=c-shared makes a reactor.
func Build(path string, options ...string) ([]byte, error) {
	directory, err := os.MkdirTemp("", "guest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	file := filepath.Join(directory, "guest.wasm")
	build := exec.Command("go", append(append([]string{"build", "-o", file}, options...), path)...)
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build %s: %w\n%s", path, err, output)
	}
	return os.ReadFile(file)
}
