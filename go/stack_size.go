package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// SetStackSize sets how many bytes of stack guests may use in the whole process: 65,536 to
// 67,108,864, rounded up to a multiple of 65,536. The default is 1,048,576. Call it before the
// first instance, host object or call of CompilerKind.Supports. It fails later, unless the size is
// the one in effect. Each running call holds one stack.
func SetStackSize(bytes uint64) error {
	if e := capi.SetStackBytes(bytes); e != nil {
		return wrap(e)
	}
	return nil
}
