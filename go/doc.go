// Package wasmer runs WebAssembly inside a Go program, by the Wasmer 7 runtime.
//
//	engine := wasmer.NewEngine()
//	store := wasmer.NewStore(engine)
//	module, err := wasmer.NewModule(store, wasmBytes)
//	instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
//	sum, err := instance.Exports.GetFunction("sum")
//	result, err := sum(5, 37)
//
// # Goroutines
//
//	Engine, Store, Module       any number of goroutines at once
//	Instance and what belongs   any number may use it; one call at a time runs, others wait for
//	to it                       their turn, or leave when their context ends
//	different instances         run in parallel, unless they are linked to each other
//	Config, ImportObject        one goroutine at a time
//	types, Value, errors        do not change; any number
//
// A host function may call back into the instance that called it, to a depth of 256. One that waits
// for another goroutine which calls the same instance waits for ever.
//
// # Lifetimes
//
// Whatever is reachable works: a function keeps its instance alive, an instance its code. What is
// not reachable any more is freed some time after a collection. Close frees at once; it may be
// called at any time, twice, from any goroutine, and during a call: the call goes on, new ones get
// ErrClosed. Instances that import from each other share their memory and are freed together.
//
// The slice of Memory.Data does not keep anything alive; it stays readable for ten seconds after its
// instance is gone, and no longer. Memory.Read and Memory.Write are always safe.
//
// # Host functions
//
// NewFunction takes Values; NewHostFunction takes words, allocates nothing and knows its caller. An
// error comes back from the call of the wasm function as a *TrapError that wraps it. A panic goes
// on in the caller of the wasm function. runtime.Goexit (testing's FailNow calls it) ends the
// goroutine; the instance is then closed and its native memory is never freed.
//
// # Untrusted guests
//
// On by default, for each group of linked instances: 1 MiB of stack for wasm, 4 GiB of memory in
// 100 memories at most, 10 million table elements for each instance, 10,000 instances. A guest that
// asks for more gets -1 from memory.grow and table.grow, a trap, or an error of NewInstance.
// Exceptions that a guest throws stay in memory until its instances are freed, so the
// exception-handling proposal is off unless Config.SetFeature switches it on.
//
// A context is looked at before a call and after each host function. Code that loops without
// calling the host is not stopped by it yet; metering (Config.PushMeteringMiddleware) stops it after
// a number of instructions.
//
// # Signals
//
// The library takes SIGSEGV, SIGBUS, SIGILL and SIGFPE when the first instance is made, and passes
// on to the Go runtime what is not wasm's. A program must not call signal.Notify for these four
// after that. All other signals are the program's.
//
// A program that was written for wasmer-go runs on this package by a change of its import path, or by
// one line of its go.mod: see MIGRATING.md.
package wasmer

//go:generate go run ./internal/shimgen
