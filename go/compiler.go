package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// CompilerKind is one of Wasmer's compilers.
type CompilerKind uint32

const (
	// CRANELIFT compiles quickly to fast code. It is the default.
	CRANELIFT CompilerKind = 0
	// LLVM makes the fastest code and takes the longest. The prebuilt library does not contain it.
	LLVM CompilerKind = 1
	// SINGLEPASS compiles in one pass and makes slower code.
	SINGLEPASS CompilerKind = 2
)

// String returns the name of the compiler. It panics if c is none of the constants.
func (c CompilerKind) String() string {
	switch c {
	case CRANELIFT:
		return "cranelift"
	case LLVM:
		return "llvm"
	case SINGLEPASS:
		return "singlepass"
	}
	panic("Unknown compiler")
}

// IsCompilerAvailable reports whether the library was built with a compiler.
func IsCompilerAvailable(compiler CompilerKind) bool {
	return capi.CompilerIsAvailable(uint32(compiler))
}

// Supports reports whether the compiler itself supports a WebAssembly proposal, named as in
// Config.SetFeature. Cranelift compiles what Singlepass does not support. The error is
// ErrUnsupported if the library was built without the compiler. Supports compiles and runs a small
// program, which takes some milliseconds.
func (c CompilerKind) Supports(feature string) (bool, error) {
	supported, e := capi.CompilerSupports(uint32(c), feature)
	if e != nil {
		return false, wrap(e)
	}
	return supported, nil
}
