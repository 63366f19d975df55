module github.com/bhojpur/wasmer/go/compat/differential

go 1.24

require github.com/wasmerio/wasmer-go v1.0.4

require (
	github.com/bhojpur/wasmer/go v0.1.0 // indirect
	github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu v0.1.0 // indirect
)

// What stands in for it, with what that needs.
replace (
	github.com/bhojpur/wasmer/go => ../..
	github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu => ../../lib/x86_64-unknown-linux-gnu
	github.com/wasmerio/wasmer-go => ../wasmer-go
)
