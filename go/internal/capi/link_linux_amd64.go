//go:build cgo && !custom_wasmer_runtime

package capi

// The prebuilt library for this platform.
import _ "github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu"
