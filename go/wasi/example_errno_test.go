package wasi_test

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/bhojpur/wasmer/go/wasi"
)

func ExampleErrno() {
	fmt.Println(wasi.ErrnoNoent)
	fmt.Println(errors.Is(wasi.ErrnoNoent, fs.ErrNotExist))
	// Output:
	// wasi: noent: no such file or directory
	// true
}
