// Package wasmer runs WebAssembly in a Go program with the Wasmer 7 runtime.
//
//	engine := wasmer.NewEngine()
//	store := wasmer.NewStore(engine)
//	module, err := wasmer.NewModule(store, wasmBytes)
//	instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
//	sum, err := instance.Exports.GetFunction("sum")
//	result, err := sum(5, 37)
//
// Programs that use WASI run with package wasi, which is shaped like os/exec. Programs written for
// wasmer-go run on this package with another import path, or with one line in go.mod; see
// MIGRATING.md.
//
// # Goroutines
//
//	Engine, Store, Module    any number of goroutines at once
//	Instance and its         any number of goroutines; one call runs at a time, others wait for
//	exports                  their turn or until their contexts end
//	different instances      run in parallel, unless they are linked
//	Config, ImportObject     one goroutine at a time
//	types, Value, errors     immutable; any number of goroutines
//
// A host function may call the instance that called it, to a depth of 256. A host function that waits
// for another goroutine which calls the same instance waits forever, unless the engine is reentrant
// (Config.SetReentrant) or the context of that call ends.
//
// Looking up an export never waits. Nor does access to a memory while a guest runs (Data, Size, Read,
// Write and the like), or Get and Set of a Global that is a number. So another goroutine can stop a
// guest through a flag in its memory. A guest that reads the flag in its loop with an ordinary
// instruction sees the change, because compiled code reads memory each time. Tables, Grow and calls
// take turns.
//
// Concurrent access to memory by Go and a guest behaves as between threads that share a memory. Numbers
// of 4 and 8 bytes at a multiple of their size are read and written atomically by ReadUint32,
// WriteUint64 and the like, in order with the guest's atomic instructions. Of anything else, each byte
// is from one side or the other, and a copy may contain some bytes from before and some from after. The
// race detector does not see the accesses of guests.
//
// A shared memory (NewSharedMemoryType, or one that an instance exports) does not link the instances
// that import it. They run in parallel, see each other's writes, and wait for each other with
// memory.atomic.wait32 and memory.atomic.notify.
//
// # Lifetimes
//
// Everything reachable works: a function keeps its instance alive, and an instance its code. What is no
// longer reachable is freed some time after a collection.
//
// Close frees at once. It may be called at any time, more than once, from any goroutine, and during a
// call. New calls then fail with ErrClosed, and so do running calls of the instance's functions whose
// contexts can end. Other running calls, such as those made by Call, continue. Instances that import
// from each other share their memory and are freed together.
//
// The slice that Memory.Data returns keeps nothing alive. It stays readable for ten seconds after its
// instance is gone, and no longer. Memory.Read and Memory.Write are always safe, also while another
// goroutine closes the instance, which is freed once nobody reads it.
//
// # Host functions
//
// NewFunction makes a host function over Values. NewHostFunction makes one over words, which allocates
// nothing and knows its caller.
//
// The error of a host function comes back from the call of the wasm function, wrapped in a *TrapError.
// A panic continues in the caller of the wasm function. runtime.Goexit, which FailNow of package testing
// calls, ends the goroutine; the instance is then closed, and its native memory is never freed. A host
// function called by the start function of a module can use the exports of its caller.
//
// # Contexts
//
// CallContext, CallRaw and NewInstanceContext end when their context does, whatever the guest is doing:
// an endless loop, deep recursion, a wait for a notification, calls of the host, a start function. A
// call that waits for an instance in use ends as well. Two things run to their end first: a bulk
// instruction (memory.fill of gigabytes takes seconds; the limit on memory bounds it), and a host
// function, which receives the context and should return when it ends.
//
// The error is a *TrapError with the code TrapInterrupted. It matches ctx.Err() and context.Cause(ctx)
// with errors.Is and errors.As, and its Trace tells where the guest was. If a host function returned an
// error, that error comes back instead. The effects of the guest until then remain, and the instance is
// usable, as after a trap.
//
// A call that a host function makes, also of another instance, ends with the calls around it. If its
// own context did not end, its error is TrapInterrupted without a reason. The end of an inner call's
// context ends only that call.
//
// A context that cannot end, such as context.Background(), costs nothing. Any other context costs one
// context.AfterFunc for each call. Compiled code runs as fast with a deadline as without one. No
// goroutine is started, unless the context's type is unknown to package context.
//
// Contexts work this way on Linux. Elsewhere they are checked before a call and after each host
// function, and a guest that loops without calling the host is not stopped; use fuel for that
// (Config.SetFuel).
//
// # Untrusted guests
//
// These limits are on by default, for each group of linked instances: 1 MiB of stack for wasm, 4 GiB of
// memory in at most 1,000 memories, 10 million table elements for each instance, 10,000 instances. A guest
// that exceeds them gets -1 from memory.grow and table.grow, a trap, or an error of NewInstance.
// Config.SetQuota sets other limits for an engine, including those on the size of modules.
// Store.SetQuota sets them for the groups that start in a store, and SetStackSize sets the stack for the
// process.
//
// A context stops a guest that runs for too long. Fuel (Config.SetFuel) stops it after a number of
// instructions. NewModuleContext bounds the time of a compilation.
//
// Exceptions that a guest throws are kept until no call into its group is running. QuotaExceptionBytes
// bounds how much it may throw until then.
//
// # Signals
//
// The library handles SIGSEGV, SIGBUS, SIGILL and SIGFPE from the first instance on, and passes those
// that wasm did not cause to the Go runtime. A program must not call signal.Notify for these four after
// that. On Linux, the first call with a context that can end takes a real-time signal (62 in a Go
// program) to stop guests. Other uses of that signal are ignored. A program must not call signal.Ignore
// for it, nor for all signals by calling signal.Ignore without arguments. All other signals belong to
// the program.
package wasmer

//go:generate go run ./internal/shimgen
