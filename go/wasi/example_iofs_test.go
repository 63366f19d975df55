package wasi_test

import (
	"fmt"
	"io"
	"os"
	"testing/fstest"

	"github.com/bhojpur/wasmer/go/wasi"
)

// Guests can read the tree, and not change it.
func ExampleReadOnly() {
	tree := wasi.ReadOnly(fstest.MapFS{"greeting": {Data: []byte("hello")}})
	file, err := tree.OpenFile("greeting", os.O_RDONLY, 0)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	text := make([]byte, 5)
	if _, err := file.ReadAt(text, 0); err != nil && err != io.EOF {
		panic(err)
	}
	fmt.Printf("%s\n", text)
	fmt.Println(tree.Remove("greeting"))
	// Output:
	// hello
	// remove greeting: wasi: rofs: read-only file system
}
