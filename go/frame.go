package wasmer

import (
	"fmt"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Frame is a wasm function that was on the stack when a call ended with an error.
type Frame struct{ native capi.Frame }

// FunctionIndex returns the index of the function in its module. Imported functions come first.
func (f *Frame) FunctionIndex() uint32 { return f.native.Index }

// FunctionOffset returns the offset of the instruction in bytes from the start of the function.
func (f *Frame) FunctionOffset() uint { return uint(f.native.FunctionOffset) }

// ModuleOffset returns the offset of the instruction in bytes from the start of the module. Both
// offsets are 0 if the compiler recorded no position, as for a guest interrupted at the very start
// of a function.
func (f *Frame) ModuleOffset() uint { return uint(f.native.ModuleOffset) }

// FunctionName returns the name of the function, or "" if the module does not contain it.
func (f *Frame) FunctionName() string { return f.native.Function }

// ModuleName returns the name of the module, or "" if it has none.
func (f *Frame) ModuleName() string { return f.native.Module }

// Source is a position in the source of a guest, from the debugging information of its module.
type Source struct {
	// Function is the name of the function as its language writes it, "" if it has none.
	Function string
	// File is the path of the file as the guest's compiler was told, "" if it is not known.
	File string
	// Line is the number of the line, from 1 on, and Column that of the byte in it; 0 if it is not known.
	Line, Column uint32
}

// String returns the position as file:line:column, without the parts that are not known. It returns
// "" if nothing is known.
func (s Source) String() string {
	switch {
	case s.File == "" || s.Line == 0:
		return s.File
	case s.Column == 0:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// Sources returns the positions of the frame in its source: first those in functions that the
// guest's compiler inlined there, innermost first and at most 64, then the one in the frame's own
// function. It returns an empty list if the module has no debugging information for the frame, or
// if its engine does not read it; see Config.SetDebugInfo.
func (f *Frame) Sources() []Source {
	sources := make([]Source, len(f.native.Sources))
	for number, source := range f.native.Sources {
		sources[number] = Source(source)
	}
	return sources
}
