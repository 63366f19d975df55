// The name is wasmer-go's: a module can only be replaced by one of its own name.
module github.com/wasmerio/wasmer-go

go 1.24

require github.com/bhojpur/wasmer/go v0.1.0

require github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu v0.1.0 // indirect

// In this repository the package lies above. Where this module replaces wasmer-go, these do not count.
replace (
	github.com/bhojpur/wasmer/go => ../..
	github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu => ../../lib/x86_64-unknown-linux-gnu
)
