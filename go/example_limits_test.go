package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleLimits() {
	limits := must(wasmer.NewLimits(1, 16))
	fmt.Println(limits, limits.Minimum(), limits.Maximum())
	fmt.Println(must(wasmer.NewLimits(1, wasmer.LimitMaxUnbound())))
	_, err := wasmer.NewLimits(2, 1)
	fmt.Println(err)
	// Output:
	// 1..16 1 16
	// 1..
	// The minimum limit is greater than the maximum one
}
