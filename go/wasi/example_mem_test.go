package wasi_test

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/bhojpur/wasmer/go/wasi"
)

// A tree in memory, which guests read and write by Cmd.Mount.
func ExampleMemFS() {
	files := wasi.NewMemFS()
	files.SetLimit(1 << 20)
	if err := files.MkdirAll("data/in", 0o755); err != nil {
		panic(err)
	}
	if err := files.WriteFile("data/in/text", []byte("hello"), 0o644); err != nil {
		panic(err)
	}
	fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		fmt.Println(path, entry.IsDir())
		return err
	})
	err := files.WriteFile("large", make([]byte, 2<<20), 0o644)
	fmt.Println(errors.Is(err, wasi.ErrnoNospc))
	// Output:
	// . true
	// data true
	// data/in true
	// data/in/text false
	// true
}
