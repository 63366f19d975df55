module github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu

go 1.24
