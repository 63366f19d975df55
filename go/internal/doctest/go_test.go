package doctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func itoa(number int) string { return strconv.Itoa(number) }

// What fragments may use, by the names of the packages.
var packages = []string{"bytes", "context", "errors", "fmt", "io", "log", "os", "strings", "time",
	"github.com/bhojpur/wasmer/go/wasi"}

const module = "github.com/bhojpur/wasmer/go"

// goBlocks are the blocks in Go that run here and not as guests.
func goBlocks(blocks []*block) (found []*block) {
	for _, block := range blocks {
		if block.language == "go" && len(block.directive) == 0 {
			found = append(found, block)
		}
	}
	return found
}

// TestGo makes one program of all blocks, each a package, so that the library is linked once, and runs it once for
// each whole program. It compiles the modules in the text format too.
func TestGo(t *testing.T) {
	t.Parallel()
	root := root(t)
	blocks := read(t, root)
	binary := build(t, root, goBlocks(blocks))
	for _, block := range goBlocks(blocks) {
		if !whole(block) {
			if block.hasOutput {
				t.Errorf("%s:%d: a fragment is compiled and not run, so nothing compares its output", block.document, block.line)
			}
			continue
		}
		t.Run(block.name(), func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), binary, block.name())
			command.Dir = t.TempDir()
			output, err := command.CombinedOutput()
			if err != nil || string(output) != block.output {
				t.Errorf("%s:%d: %v\nprinted:\n%s\nwanted:\n%s", block.document, block.line, err, output, block.output)
			}
		})
	}
	for _, block := range blocks {
		if block.language != "wat" {
			continue
		}
		t.Run(block.name(), func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), binary, "wat")
			command.Stdin = strings.NewReader(block.text)
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %v\n%s", block.document, block.line, err, output)
			}
		})
	}
}

func whole(block *block) bool {
	return regexp.MustCompile(`(?m)^package main$`).MatchString(block.text)
}

func build(t *testing.T, root string, blocks []*block) string {
	t.Helper()
	directory := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const library = module + "/lib/x86_64-unknown-linux-gnu"
	write("go.mod", fmt.Sprintf("module doctest\n\ngo 1.24\n\nrequire %s v0.1.0\n\nrequire %s v0.1.0\n\nreplace %s => %s\n\nreplace %s => %s\n",
		module, library, module, filepath.Join(root, "go"), library, filepath.Join(root, "go", "lib", "x86_64-unknown-linux-gnu")))
	imports, cases := "", ""
	for _, block := range blocks {
		name := "block_" + strings.ReplaceAll(block.name(), "-", "_")
		imports += fmt.Sprintf("\t%s \"doctest/%s\"\n", name, name)
		cases += fmt.Sprintf("\tcase %q:\n\t\t%s.Main()\n", block.name(), name)
		// Errors of the compiler name the lines of the document.
		text := fmt.Sprintf("//line %s:%d\n%s", block.document, block.line+1, block.text)
		if whole(block) {
			text = regexp.MustCompile(`(?m)^package main$`).ReplaceAllString(text, "package "+name)
			text = regexp.MustCompile(`(?m)^func main\(\)`).ReplaceAllString(text, "func Main()")
		} else {
			header := "package " + name + "\n\nimport (\n\tctxpkg \"context\"\n\n\twasmer \"" + module + "\"\n"
			for _, path := range packages {
				if regexp.MustCompile(`\b` + filepath.Base(path) + `\.`).MatchString(block.text) {
					header += fmt.Sprintf("\t%q\n", path)
				}
			}
			text = header + ")\n\nfunc Main() {}\n\n" +
				"func fragment(ctx ctxpkg.Context, store *wasmer.Store, module *wasmer.Module, wasmBytes []byte) (err error) {\n" +
				text + "return err\n}\n"
		}
		write(filepath.Join(name, "block.go"), text)
	}
	write("main.go", "package main\n\nimport (\n\t\"io\"\n\t\"os\"\n\n\twasmer \""+module+"\"\n"+imports+")\n\n"+`func main() {
	switch os.Args[1] {
	case "wat":
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			panic(err)
		}
		if _, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), text); err != nil {
			panic(err)
		}
`+cases+"\t}\n}\n")
	binary := filepath.Join(directory, "blocks")
	goBuild(t, directory, "-mod=mod", "-o", binary, ".")
	return binary
}

func goBuild(t *testing.T, directory string, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"build", "-tags=" + tags}, arguments...)...)
	command.Dir = directory
	command.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
}
