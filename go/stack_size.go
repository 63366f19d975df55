package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// SetStackSize sets how many bytes of stack guests may use, in the whole process: 1,048,576 unless it
// is set, 65,536 at least, 67,108,864 at most, rounded up to a multiple of 65,536. It has to come before
// the first instance, host object or call of CompilerKind.Supports; later it is an error, unless the size
// is the one that holds. Each call that is running holds one stack.
func SetStackSize(bytes uint64) error {
	if e := capi.SetStackBytes(bytes); e != nil {
		return wrap(e)
	}
	return nil
}
