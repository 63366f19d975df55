package wasmer

import "fmt"

// Config holds the settings of an Engine. Its methods change it and return it, for chaining. A
// Config may be used for any number of engines, by one goroutine at a time.
type Config struct {
	compiler       CompilerKind
	compileThreads int
	features       []featureSwitch
	target         *Target
	metering       *metering
	quotas         []quotaSetting
	reentrant      bool
	reservation    uint64
	stack          uint64
	debugInfo      bool
	err            error
}

type featureSwitch struct {
	name string
	on   bool
}

// NewConfig returns the default configuration: Cranelift, for this machine, with Wasmer's default
// proposals.
func NewConfig() *Config { return &Config{} }

// UseCompiler selects the compiler. It panics if the library was built without that compiler; see
// IsCompilerAvailable.
func (c *Config) UseCompiler(compiler CompilerKind) *Config {
	if !IsCompilerAvailable(compiler) {
		name := map[CompilerKind]string{CRANELIFT: "Cranelift", LLVM: "LLVM", SINGLEPASS: "Singlepass"}[compiler]
		panic(fmt.Sprintf("This `wasmer-go` version doesn't include the %s compiler; use `IsCompilerAvailable(%s)` to avoid this panic",
			name, map[CompilerKind]string{CRANELIFT: "CRANELIFT", LLVM: "LLVM", SINGLEPASS: "SINGLEPASS"}[compiler]))
	}
	c.compiler = compiler
	return c
}

// UseCraneliftCompiler selects Cranelift.
func (c *Config) UseCraneliftCompiler() *Config { return c.UseCompiler(CRANELIFT) }

// UseLLVMCompiler selects LLVM. It panics with the prebuilt library.
func (c *Config) UseLLVMCompiler() *Config { return c.UseCompiler(LLVM) }

// UseSinglepassCompiler selects Singlepass. Cranelift compiles the modules that Singlepass cannot.
func (c *Config) UseSinglepassCompiler() *Config { return c.UseCompiler(SINGLEPASS) }

// SetFeature switches a WebAssembly proposal on or off: "threads", "reference-types", "simd",
// "bulk-memory", "multi-value", "tail-call", "multi-memory", "exception-handling", "relaxed-simd",
// "extended-const" or "wide-arithmetic".
//
// An unknown name makes NewModule fail. A module that needs a proposal which is off, or which has
// no name here, fails with ErrUnsupported; the error's text names the proposal.
func (c *Config) SetFeature(name string, on bool) *Config {
	c.features = append(c.features, featureSwitch{name, on})
	return c
}

// SetCompileThreads sets how many threads compile one module. The default, 0, uses as many as the
// machine runs at once. Small modules are always compiled by one thread. A negative number makes
// NewModule fail.
func (c *Config) SetCompileThreads(threads int) *Config {
	c.compileThreads = threads
	return c
}

// SetReentrant sets whether other goroutines may call an instance while one of its host functions
// runs. A host function can then start a goroutine that calls the instance, and wait for it. The
// default is false, but true under the import path of wasmer-go, which excludes nobody.
//
// A call that enters takes the place of the host function in the order of calls: after the host
// function returns, the guest continues when the calls that entered have ended. Any goroutine may
// enter, not only those that the host function started, so guests must tolerate calls while they
// wait for the host. A context that ends the outer call also ends the calls that entered, unless
// they have contexts of their own.
func (c *Config) SetReentrant(on bool) *Config {
	c.reentrant = on
	return c
}

// SetMemoryReservation sets how many bytes of address space each memory reserves, from 65,536 to
// 4,294,967,296, rounded up to a multiple of 65,536. The default, 0, reserves 8 GiB, and compiled
// code needs no bounds checks. Any other number makes NewModule fail. The setting is for processes
// with limited address space (ulimit -v) and for thousands of memories; see QuotaMemories.
//
// With a reservation, modules compare each address with the memory's size, which is slower. Each
// memory reserves that many bytes and 65,536 more: fewer if its maximum is lower, more if its
// minimum is higher. It cannot grow beyond the reservation. Cranelift compiles modules with a
// memory that may have no page, whatever the compiler.
//
// A serialized module keeps the reservation that it was compiled for. NewInstance fails if a memory
// made with a reservation is imported by a module compiled without one.
func (c *Config) SetMemoryReservation(bytes uint64) *Config {
	c.reservation = bytes
	return c
}

// SetStackSize sets how many bytes of stack the guests of an engine may use, from 65,536 to the
// size for the process, rounded up to a multiple of 65,536. The function SetStackSize sets the size
// for the process, which is 1,048,576 by default and fixed from the first engine with a stack size
// on. The default, 0, uses the size for the process. Any other number makes NewModule fail.
//
// A thread that alternates between guests of engines with different sizes pays two system calls for
// each change.
func (c *Config) SetStackSize(bytes uint64) *Config {
	c.stack = bytes
	return c
}

// SetDebugInfo sets whether errors report the source positions of the functions on the stack, for
// modules with DWARF in their custom sections; see Frame.Sources. The default is false.
//
// Calls cost nothing extra. The first error of a module reads its sections and keeps about ten
// times their size in memory until the module is closed. The sections are the guest's, so the time
// for an error is bounded by eight steps for each byte of them, and sections of more than 256 MiB
// are not read. A serialized module contains its sections; the engine that loads it decides whether
// to read them.
func (c *Config) SetDebugInfo(on bool) *Config {
	c.debugInfo = on
	return c
}
