package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// Version tells the versions of the library that is linked and of the Wasmer runtime in it.
func Version() string { return capi.Version() }
