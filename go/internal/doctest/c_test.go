package doctest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestC(t *testing.T) {
	t.Parallel()
	root := root(t)
	library := filepath.Join(root, "target", "release")
	for _, block := range read(t, root) {
		if block.language != "c" {
			continue
		}
		t.Run(block.name(), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "block.c")
			if err := os.WriteFile(file, []byte(block.text), 0o600); err != nil {
				t.Fatal(err)
			}
			arguments := []string{"-std=c99", "-Wall", "-Wextra", "-Werror", "-I" + filepath.Join(root, "include"), file}
			guest := len(block.directive) > 0
			if guest || tags == "" {
				// The committed library is for Go and lies elsewhere; a guest is for another compiler.
				if output, err := exec.CommandContext(t.Context(), "cc", append(arguments, "-fsyntax-only")...).CombinedOutput(); err != nil {
					t.Fatalf("%s:%d: %v\n%s", block.document, block.line, err, output)
				}
				t.Log("compiled, not run")
				return
			}
			binary := strings.TrimSuffix(file, ".c")
			arguments = append(arguments, "-o", binary, "-L"+library, "-lwasmer", "-Wl,-rpath,"+library)
			if output, err := exec.CommandContext(t.Context(), "cc", arguments...).CombinedOutput(); err != nil {
				t.Fatalf("%s:%d: %v\n%s", block.document, block.line, err, output)
			}
			output, err := exec.CommandContext(t.Context(), binary).CombinedOutput()
			if err != nil || string(output) != block.output {
				t.Errorf("%s:%d: %v\nprinted:\n%s\nwanted:\n%s", block.document, block.line, err, output, block.output)
			}
		})
	}
}
