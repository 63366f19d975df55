// The name is that of the replaced module: a module can only be replaced by one of its own name.
module github.com/bhojpur/service

go 1.24

require github.com/bhojpur/wasmer/go v0.1.0

require github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu v0.1.0 // indirect

// In this repository the package is two directories up. These lines have no effect where this module
// replaces another.
replace (
	github.com/bhojpur/wasmer/go => ../..
	github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu => ../../lib/x86_64-unknown-linux-gnu
)
