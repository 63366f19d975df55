package wasmer_test

import (
	"fmt"
	"log"
	"runtime"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Two instances that share a memory run in parallel. One waits until the host notifies it.
func ExampleMemory_Notify() {
	store := wasmer.NewStore(wasmer.NewEngine())
	memory := wasmer.NewMemory(store, wasmer.NewSharedMemoryType(must(wasmer.NewLimits(1, 1))))
	instance := quiet(store, `(module (import "env" "memory" (memory 1 1 shared))
	  (func (export "wait") (result i32)
	    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
	    (i32.atomic.load (i32.const 0))))`, map[string]wasmer.IntoExtern{"memory": memory})
	result := make(chan any)
	go func() { result <- must(function(instance, "wait")()) }()
	if err := memory.WriteUint32(0, 42); err != nil {
		log.Fatal(err)
	}
	for {
		select {
		case found := <-result:
			fmt.Println(found)
			return
		default:
			// The guest may not wait yet.
			must(memory.Notify(0, 1))
			runtime.Gosched()
		}
	}
	// Output: 42
}
