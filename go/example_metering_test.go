package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Metering ends a guest that runs for too long.
func ExampleConfig_PushMeteringMiddleware() {
	config := wasmer.NewConfig().PushMeteringMiddleware(1000, map[wasmer.Opcode]uint32{wasmer.Br: 1, wasmer.I32Add: 4})
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	instance := quiet(store, `(module (func (export "add") (result i32) (i32.add (i32.const 1) (i32.const 2)))
	  (func (export "endless") (loop $again (br $again))))`, nil)
	must(function(instance, "add")())
	fmt.Println(instance.GetRemainingPoints())
	_, err := function(instance, "endless")()
	fmt.Println(err, instance.MeteringPointsExhausted())
	instance.SetRemainingPoints(4)
	fmt.Println(must(function(instance, "add")()), instance.GetRemainingPoints())
	// Output:
	// 996
	// unreachable: out of fuel true
	// 3 0
}
