module github.com/bhojpur/wasmer/go/compat/differential

go 1.24

require github.com/wasmerio/wasmer-go v1.0.4
