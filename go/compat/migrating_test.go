package compat

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheCodeOfTheMigrationGuideCompiles(t *testing.T) {
	guide, err := os.ReadFile("../../MIGRATING.md")
	if err != nil {
		t.Skip("not in the repository")
	}
	blocks := regexp.MustCompile("(?s)```go\n// after(?:: \\S+)?\n(.*?)```").FindAllSubmatch(guide, -1)
	if len(blocks) < 5 {
		t.Fatalf("%d blocks", len(blocks))
	}
	var source strings.Builder
	source.WriteString("package main\n\nimport (\n\t\"context\"\n\t\"errors\"\n\t\"fmt\"\n\t\"math\"\n\t\"os\"\n\n" +
		"\twasmer \"github.com/bhojpur/wasmer/go\"\n\t\"github.com/bhojpur/wasmer/go/wasi\"\n)\n\nfunc main() {}\n\n")
	for number, block := range blocks {
		fmt.Fprintf(&source, "func block%d(ctx context.Context, store *wasmer.Store, wasmBytes []byte) (err error) {\n%s\nreturn err\n}\n\n", number, block[1])
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(source.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if printed, err := exec.Command("go", "build", "-tags="+tags, "-o", os.DevNull, file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}
