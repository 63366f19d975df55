// Reactor is a library of functions for the host, with a state of its own.
package main

import "fmt"

var total int32

//go:wasmexport add
func add(a, b int32) int32 { total += a + b; return total }

//go:wasmexport greet
func greet() { fmt.Println("hello from the reactor, total", total) }

func main() {}
