// Package lib carries libwasmer.so for Linux on amd64 and tells the linker where it is.
//
// A program looks for the library beside itself first, then in ../lib, then in this module, so that
// it runs where it was built and also where it is moved to together with the library.
package lib

// #cgo LDFLAGS: -L${SRCDIR} -lwasmer
// #cgo LDFLAGS: -Wl,-rpath,$ORIGIN -Wl,-rpath,$ORIGIN/../lib -Wl,-rpath,${SRCDIR}
import "C"
