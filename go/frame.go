package wasmer

import (
	"fmt"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Frame is a wasm function on the stack when a call ended by an error.
type Frame struct{ native capi.Frame }

// FunctionIndex is the index of the function in its module, imported functions first.
func (f *Frame) FunctionIndex() uint32 { return f.native.Index }

// FunctionOffset is the offset in bytes of the instruction from the start of the function.
func (f *Frame) FunctionOffset() uint { return uint(f.native.FunctionOffset) }

// ModuleOffset is the offset in bytes of the instruction from the start of the module. Both offsets are 0 where
// the compiler noted no place, as for a guest that is interrupted at the very start of a function.
func (f *Frame) ModuleOffset() uint { return uint(f.native.ModuleOffset) }

// FunctionName is the name of the function, "" if the module does not tell.
func (f *Frame) FunctionName() string { return f.native.Function }

// ModuleName is the name of the module, "" if it has none.
func (f *Frame) ModuleName() string { return f.native.Module }

// Source is a place in the source of a guest, from the debugging information of its module.
type Source struct {
	// Function is the name of the function as its language writes it, "" if it has none.
	Function string
	// File is the path of the file as the guest's compiler was told, "" if it is not known.
	File string
	// Line is the number of the line, from 1 on, and Column that of the byte in it; 0 if it is not known.
	Line, Column uint32
}

// String gives the place as file:line:column, without what is not known, and "" if nothing is.
func (s Source) String() string {
	switch {
	case s.File == "" || s.Line == 0:
		return s.File
	case s.Column == 0:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// Sources lists where in its source the frame is: in the innermost of the functions that the guest's compiler inlined
// there first, 64 at most, and in the frame's own function last. It is empty if the module has no debugging
// information of that place, or if its engine does not have it read (Config.SetDebugInfo).
func (f *Frame) Sources() []Source {
	sources := make([]Source, len(f.native.Sources))
	for number, source := range f.native.Sources {
		sources[number] = Source(source)
	}
	return sources
}
