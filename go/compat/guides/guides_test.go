package guides

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A pair is one thing done with the other library and with this one, by a guest.
type pair struct{ guest, before, after string }

var blocks = regexp.MustCompile("(?s)```go\n// before: (\\S+)\n(.*?)```\n\n```go\n// after: (\\S+)\n(.*?)```")

// What programs may import, by the names under which they use it.
var packages = map[string]string{
	"context": "context", "errors": "errors", "fmt": "fmt", "math": "math", "os": "os", "strings": "strings",
	"wasmer": "github.com/bhojpur/wasmer/go", "wasi": "github.com/bhojpur/wasmer/go/wasi",
	"wasmtime": "github.com/bytecodealliance/wasmtime-go/v37",
	"wazero":   "github.com/tetratelabs/wazero", "api": "github.com/tetratelabs/wazero/api", "sys": "github.com/tetratelabs/wazero/sys",
	"wasi_snapshot_preview1": "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1",
}

func TestWasmtimeGo(t *testing.T) { testGuide(t, "From wasmtime-go") }

func TestWazero(t *testing.T) { testGuide(t, "From wazero") }

// testGuide compiles both blocks of each pair of a guide, runs them, and compares what they print.
func testGuide(t *testing.T, heading string) {
	guide, err := os.ReadFile("../../../MIGRATING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, found := strings.Cut(string(guide), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("MIGRATING.md has no part %q", heading)
	}
	part, _, _ = strings.Cut(part, "\n## ")
	var pairs []pair
	for _, found := range blocks.FindAllStringSubmatch(part, -1) {
		if found[1] != found[3] {
			t.Fatalf("%s before, %s after", found[1], found[3])
		}
		pairs = append(pairs, pair{found[1], found[2], found[4]})
	}
	if marks := strings.Count(part, "\n// before") + strings.Count(part, "\n// after"); len(pairs) < 5 || marks != 2*len(pairs) {
		t.Fatalf("%d pairs of %d blocks", len(pairs), marks)
	}

	var befores, afters []string
	for _, pair := range pairs {
		befores, afters = append(befores, pair.before), append(afters, pair.after)
	}
	const ourParameters, ourArguments = "ctx context.Context, store *wasmer.Store, wasmBytes []byte", "ctx, wasmer.NewStore(wasmer.NewEngine()), wasm"
	before := build(t, "ctx context.Context, wasm []byte", "ctx, wasm", "", befores)
	after := build(t, ourParameters, ourArguments, tags, afters)
	translate := build(t, ourParameters, ourArguments, tags, []string{
		"binary, err := wasmer.Wat2Wasm(string(wasmBytes))\nos.Stdout.Write(binary)\n"})
	for number, pair := range pairs {
		t.Run(pair.guest, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "guest.wasm")
			if err := os.WriteFile(binary, []byte(run(t, translate, 0, filepath.Join("guests", pair.guest))), 0o600); err != nil {
				t.Fatal(err)
			}
			theirs, ours := run(t, before, number, binary), run(t, after, number, binary)
			if theirs == "" || theirs != ours {
				t.Errorf("before:\n%s\nafter:\n%s", theirs, ours)
			}
		})
	}
}

// build makes a program of blocks, which runs the one with the number that it is given, on a file.
func build(t *testing.T, parameters, arguments, tags string, blocks []string) string {
	t.Helper()
	var source strings.Builder
	source.WriteString("func main() {\n\tctx := context.Background()\n" +
		"\twasm, err := os.ReadFile(os.Args[2])\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tswitch os.Args[1] {\n")
	for number := range blocks {
		fmt.Fprintf(&source, "\tcase \"%d\":\n\t\terr = block%d(%s)\n", number, number, arguments)
	}
	source.WriteString("\t}\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n")
	for number, block := range blocks {
		fmt.Fprintf(&source, "\nfunc block%d(%s) (err error) {\n%s\nreturn err\n}\n", number, parameters, block)
	}
	header := "package main\n\n"
	for name, path := range packages {
		if regexp.MustCompile(`\b` + name + `\.`).MatchString(source.String()) {
			header += fmt.Sprintf("import %s %q\n", name, path)
		}
	}
	directory := t.TempDir()
	file := filepath.Join(directory, "main.go")
	if err := os.WriteFile(file, []byte(header+source.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(directory, "blocks")
	command := exec.Command("go", "build", "-tags", tags, "-o", binary, file)
	if !strings.Contains(header, packages["wasmer"]) {
		// The flags that choose our library are not for the others.
		command.Env = append(os.Environ(), "CGO_CFLAGS=", "CGO_LDFLAGS=")
	}
	if printed, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return binary
}

func run(t *testing.T, binary string, number int, file string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, fmt.Sprint(number), file)
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(file), err, printed)
	}
	return string(printed)
}
