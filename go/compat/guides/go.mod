module github.com/bhojpur/wasmer/go/compat/guides

go 1.25.0

require (
	github.com/bhojpur/wasmer/go v0.1.0
	github.com/bytecodealliance/wasmtime-go/v37 v37.0.0
	github.com/tetratelabs/wazero v1.12.0
)

require (
	github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu v0.1.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)

replace (
	github.com/bhojpur/wasmer/go => ../..
	github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu => ../../lib/x86_64-unknown-linux-gnu
)
