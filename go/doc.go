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
// for another goroutine which calls the same instance waits for ever, unless the engine is reentrant
// (Config.SetReentrant) or the context of that call ends.
//
// Getting an export waits for nobody; nor does looking at a memory: Data, Size, Read, Write and the like
// work while a guest runs, and so do Get and Set of a Global that is a number. So another
// goroutine can end a guest by a flag in its memory. What both touch at the same time is as between threads
// that share a memory: numbers of 4 and 8 bytes at a multiple of their size, by ReadUint32, WriteUint64 and
// the like, are read and written as a whole and in order with the guest's atomic instructions; of anything
// else, each byte is of one of the two, and a copy may hold some bytes from before and some from after. A guest
// that reads a flag by an ordinary instruction in its loop sees it: compiled code reads memory each time. The
// race detector sees nothing of what guests do. Tables, Grow and calls take turns.
//
// Instances that import one shared memory (NewSharedMemoryType, or one that another instance exports) are not linked by
// it: they run in parallel, see what the others write, and wait for each other by memory.atomic.wait32 and notify.
//
// # Lifetimes
//
// Whatever is reachable works: a function keeps its instance alive, an instance its code. What is
// not reachable any more is freed some time after a collection. Close frees at once; it may be
// called at any time, twice, from any goroutine, and during a call: new calls get ErrClosed, and so do
// running calls of the instance's functions if their context can end. Those whose context cannot,
// such as all that are made by Call, go on to their end. Instances that import from each other share
// their memory and are freed together.
//
// The slice of Memory.Data does not keep anything alive; it stays readable for ten seconds after its
// instance is gone, and no longer. Memory.Read and Memory.Write are always safe, also while another
// goroutine closes the instance: it is freed when nobody looks at it any more.
//
// # Host functions
//
// NewFunction takes Values; NewHostFunction takes words, allocates nothing and knows its caller. An
// error comes back from the call of the wasm function as a *TrapError that wraps it. A panic goes
// on in the caller of the wasm function. runtime.Goexit (testing's FailNow calls it) ends the
// goroutine; the instance is then closed and its native memory is never freed. A host function that the
// start function of a module calls finds the exports of its caller, as any other does.
//
// # Contexts
//
// CallContext, CallRaw and NewInstanceContext end when their context does, whatever the guest is
// doing: an endless loop, deep recursion, a wait for a notification, calls of the host, a start
// function. Two things come to their end first: one bulk instruction (memory.fill of gigabytes takes
// seconds; the limit on memory bounds it), and a host function, which gets the context and should
// return when that ends. Waiting for an instance that is in use ends as well. The error is a *TrapError
// whose Code is TrapInterrupted; errors.Is and errors.As find ctx.Err() and context.Cause(ctx) in
// it, and Trace tells where the guest was. An error that a host function returns comes back
// instead, if one does. What the guest brought to its end before it was stopped stands. An
// interrupted instance is as after a trap: usable, with whatever the guest had done until then.
//
// A call that a host function makes, of other instances too, ends with the calls around it. If it
// was not its own context that ended, its error is TrapInterrupted without a reason. The end of an
// inner call's context ends that call only.
//
// A context that cannot end, such as context.Background(), costs nothing. Any other costs what
// context.AfterFunc does, for each call; compiled code runs as fast with a deadline as without. No
// goroutine is started, unless the context is of a type that the package context does not know.
//
// This works on Linux. Elsewhere a context is looked at before a call and after each host function,
// and a guest that loops without calling the host is not stopped: metering does that
// (Config.SetFuel).
//
// # Untrusted guests
//
// On by default, for each group of linked instances: 1 MiB of stack for wasm, 4 GiB of memory in
// 1,000 memories at most, 10 million table elements for each instance, 10,000 instances. A guest that
// asks for more gets -1 from memory.grow and table.grow, a trap, or an error of NewInstance.
// Config.SetQuota sets other limits for an engine, modules' sizes among them, Store.SetQuota for the
// groups that begin in a store, and SetStackSize sets the stack for the process. Config.SetFuel bounds the
// instructions that an instance may run, NewModuleContext the time that a compilation takes.
//
// Exceptions that a guest throws are kept until no call into its group is running. What may be thrown
// until then is bounded by QuotaExceptionBytes.
//
// A guest that runs for too long is stopped by a context, or after a number of instructions by fuel
// (Config.SetFuel).
//
// # Signals
//
// The library takes SIGSEGV, SIGBUS, SIGILL and SIGFPE when the first instance is made, and passes
// on to the Go runtime what is not wasm's. A program must not call signal.Notify for these four
// after that. On Linux, the first call with a context that can end takes one real-time signal (62 in a
// Go program) for stopping guests. What else comes by that number is
// ignored. A program must not call signal.Ignore for it, nor for all signals
// by calling it without arguments. All other signals are the program's.
//
// A program that was written for wasmer-go runs on this package by a change of its import path, or by
// one line of its go.mod: see MIGRATING.md.
package wasmer

//go:generate go run ./internal/shimgen
