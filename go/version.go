package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// Version returns the versions of the linked library and of the Wasmer runtime in it.
func Version() string { return capi.Version() }
