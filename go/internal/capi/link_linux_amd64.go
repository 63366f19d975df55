//go:build cgo && !custom_wasmer_runtime

package capi

/*
#include <features.h>
#if !defined(__GLIBC__)
#error wasmer: the prebuilt library needs glibc, and this C compiler is for another C library, such as the musl of Alpine. Build libwasmer there and use the tag custom_wasmer_runtime, as the README says.
#endif
*/
import "C"

// The prebuilt library for this platform.
import _ "github.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu"
