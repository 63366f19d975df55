package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// CompilerKind is one of wasmer's compilers.
type CompilerKind uint32

const (
	// CRANELIFT makes good code in good time: the default.
	CRANELIFT CompilerKind = 0
	// LLVM makes the fastest code and takes long. Not in the prebuilt library.
	LLVM CompilerKind = 1
	// SINGLEPASS compiles in one pass, and makes slower code.
	SINGLEPASS CompilerKind = 2
)

// String is the name of the compiler.
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

// IsCompilerAvailable tells whether the library was built with a compiler.
func IsCompilerAvailable(compiler CompilerKind) bool {
	return capi.CompilerIsAvailable(uint32(compiler))
}

// Supports tells whether the compiler itself supports a WebAssembly proposal, by the names of
// Config.SetFeature. It is tried out: a small program is compiled and run, which takes some
// milliseconds. What Singlepass does not support, Cranelift compiles. ErrUnsupported if the library was
// built without the compiler.
func (c CompilerKind) Supports(feature string) (bool, error) {
	supported, e := capi.CompilerSupports(uint32(c), feature)
	if e != nil {
		return false, wrap(e)
	}
	return supported, nil
}
