package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// One engine and one store serve a whole program, all goroutines and any number of modules.
func ExampleEngine() {
	engine := wasmer.NewEngine()
	store := wasmer.NewStore(engine)
	fmt.Println(store.Engine == engine)
	fmt.Println(must(function(quiet(store, doubling, nil), "double")(21)))
	// Output:
	// true
	// 42
}
