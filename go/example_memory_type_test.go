package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleMemoryType() {
	store := wasmer.NewStore(wasmer.NewEngine())
	ty := wasmer.NewMemoryType(must(wasmer.NewLimits(1, 4)))
	memory := wasmer.NewMemory(store, ty)
	fmt.Println(ty, memory.Grow(3), memory.Grow(1), memory.Size())
	// Output: memory 1..4 pages true false 4
}
