//go:build guides

// Package guides tests the guides of MIGRATING.md. What the programs in them import is named here, so that go.mod
// keeps it; the libraries cannot be in one program.
package guides

import (
	_ "github.com/bhojpur/wasmer/go"
	_ "github.com/bhojpur/wasmer/go/wasi"
	_ "github.com/bytecodealliance/wasmtime-go/v37"
	_ "github.com/tetratelabs/wazero"
	_ "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)
