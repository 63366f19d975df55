package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Modules that import the same tag catch each other's exceptions.
func ExampleTag() {
	config := wasmer.NewConfig().SetFeature("exception-handling", true)
	store := wasmer.NewLinkedStore(wasmer.NewEngineWithConfig(config))
	problem := wasmer.NewTag(store, wasmer.NewTagType(wasmer.NewValueTypes(wasmer.I32)))
	thrower := quiet(store, `(module (import "env" "problem" (tag $problem (param i32)))
	  (func (export "fail") (throw $problem (i32.const 42))))`, map[string]wasmer.IntoExtern{"problem": problem})
	fail := must(thrower.Exports.GetRawFunction("fail"))
	catcher := quiet(store, `(module (import "env" "problem" (tag $problem (param i32)))
	  (import "env" "fail" (func $fail))
	  (func (export "try") (result i32)
	    (block $caught (result i32)
	      (try_table (catch $problem $caught) (call $fail))
	      (i32.const 0))))`, map[string]wasmer.IntoExtern{"problem": problem, "fail": fail})
	fmt.Println(problem.Type(), must(function(catcher, "try")()))
	// Output: tag(i32) 42
}
