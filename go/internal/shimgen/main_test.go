package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheShimHasAllThatThePackageExports(t *testing.T) {
	for _, module := range modules {
		t.Run(module.importPath, func(t *testing.T) { checkShim(t, module) })
	}
}

func checkShim(t *testing.T, module module) {
	expected, err := generate("../..", module)
	if err != nil {
		t.Fatal(err)
	}
	found, err := os.ReadFile("../../" + module.file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(found, expected) {
		t.Errorf("%s is not what the package exports: run `go generate` in the directory of the package", module.file)
	}
	for _, part := range []string{
		"type ReleaseFn[T any] = wasmer.ReleaseFn[T]\n",
		"type NativeFunction = wasmer.NativeFunction\n",
		"\tErrClosed = wasmer.ErrClosed\n",
		"\tI32x4TruncSatF64x2UZero = wasmer.I32x4TruncSatF64x2UZero\n",
		"func NewValueTypes(kinds ...ValueKind) []*ValueType { return wasmer.NewValueTypes(kinds...) }\n",
	} {
		if !bytes.Contains(expected, []byte(part)) {
			t.Errorf("the shim lacks %s", part)
		}
	}
}
