module github.com/bhojpur/wasmer/go

go 1.24

require github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu v0.1.0

// In this repository the prebuilt library lies beside the package. Users get the tagged version.
replace github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu => ./lib/x86_64-unknown-linux-gnu
