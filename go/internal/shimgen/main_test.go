package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheShimHasAllThatThePackageExports(t *testing.T) {
	expected, err := generate("../..")
	if err != nil {
		t.Fatal(err)
	}
	found, err := os.ReadFile("../../" + output)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(found, expected) {
		t.Errorf("%s is not what the package exports: run `go generate` in the directory of the package", output)
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
