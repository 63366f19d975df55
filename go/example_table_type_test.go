package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleTableType() {
	ty := wasmer.NewTableType(wasmer.NewValueType(wasmer.ExternRef), must(wasmer.NewLimits(2, 8)))
	table := wasmer.NewTable(wasmer.NewStore(wasmer.NewEngine()), ty, "empty")
	fmt.Println(ty)
	fmt.Println(must(table.Grow(1, "new")), table.Size(), must(table.Get(0)), must(table.Get(2)))
	// Output:
	// table anyref 2..8 elements
	// 2 3 empty new
}
