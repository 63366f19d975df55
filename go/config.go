package wasmer

import "fmt"

// Config is what an Engine is made from. The methods change it and return it, for chaining. It may
// be used for any number of engines, by one goroutine at a time.
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

// NewConfig makes a configuration: Cranelift, for this machine, with wasmer's default proposals.
func NewConfig() *Config { return &Config{} }

// UseCompiler chooses the compiler. It panics if the library was built without it, which
// IsCompilerAvailable tells.
func (c *Config) UseCompiler(compiler CompilerKind) *Config {
	if !IsCompilerAvailable(compiler) {
		name := map[CompilerKind]string{CRANELIFT: "Cranelift", LLVM: "LLVM", SINGLEPASS: "Singlepass"}[compiler]
		panic(fmt.Sprintf("This `wasmer-go` version doesn't include the %s compiler; use `IsCompilerAvailable(%s)` to avoid this panic",
			name, map[CompilerKind]string{CRANELIFT: "CRANELIFT", LLVM: "LLVM", SINGLEPASS: "SINGLEPASS"}[compiler]))
	}
	c.compiler = compiler
	return c
}

// UseCraneliftCompiler chooses Cranelift.
func (c *Config) UseCraneliftCompiler() *Config { return c.UseCompiler(CRANELIFT) }

// UseLLVMCompiler chooses LLVM; it panics with the prebuilt library.
func (c *Config) UseLLVMCompiler() *Config { return c.UseCompiler(LLVM) }

// UseSinglepassCompiler chooses Singlepass. What it cannot compile, Cranelift does.
func (c *Config) UseSinglepassCompiler() *Config { return c.UseCompiler(SINGLEPASS) }

// SetFeature switches a WebAssembly proposal by its name: "threads", "reference-types", "simd",
// "bulk-memory", "multi-value", "tail-call", "multi-memory", "exception-handling", "relaxed-simd",
// "extended-const" or "wide-arithmetic". A wrong name is an error of NewModule. A module that needs a proposal
// that is off, or one that there is no name for here, is ErrUnsupported, and the error's text names it.
func (c *Config) SetFeature(name string, on bool) *Config {
	c.features = append(c.features, featureSwitch{name, on})
	return c
}

// SetCompileThreads sets how many threads compile one module; 0, as if it were not set, is for as many as
// the machine runs at once. Small modules are compiled by one thread anyway. A negative number is an error
// of NewModule.
func (c *Config) SetCompileThreads(threads int) *Config {
	c.compileThreads = threads
	return c
}

// SetReentrant sets whether other goroutines may call an instance while one of its host functions runs, as
// the host function itself may, so that a host function can start a goroutine that calls the instance and
// wait for it. Off at first; on with the import path of wasmer-go, which has no exclusion at all. Such a call
// takes the place of the host function in the order of calls: when the host function returns, the guest
// goes on after the calls that came in have ended. Any goroutine may come in, not only those that the
// host function started, so guests must bear calls while they wait for the host. A context that ends the
// outer call ends those that came in, if they have none of their own.
func (c *Config) SetReentrant(on bool) *Config {
	c.reentrant = on
	return c
}

// SetMemoryReservation sets how many bytes of addresses each memory reserves, from 65,536 to 4,294,967,296,
// rounded up to 65,536; 0, as if it were not set, is for 8 GiB and code without checks. With less, modules
// compare each address with the memory's size, which is slower, and each memory reserves that many bytes and
// 65,536 more: fewer where its maximum is lower, more where its minimum is higher. It cannot grow beyond
// that. It is for processes whose addresses are limited (ulimit -v), and for thousands of memories
// (QuotaMemories). A module that was serialized keeps what it was compiled for. A memory that was made with a
// reservation cannot be imported by a module that was compiled without: that is an error of NewInstance.
// Modules with a memory that may have no page are compiled by Cranelift, whatever the compiler. Another number is an
// error of NewModule.
func (c *Config) SetMemoryReservation(bytes uint64) *Config {
	c.reservation = bytes
	return c
}

// SetStackSize sets how many bytes of stack the guests of an engine may use, from 65,536 to what the process has
// (the function SetStackSize; 1,048,576 if nothing was set), rounded up to 65,536; 0, as if it were not set, is for
// as many as the process has. From the first engine with a number on, the number for the process stays. A
// thread that calls guests of engines with different numbers in turns pays two system calls for each turn.
// Another number is an error of NewModule.
func (c *Config) SetStackSize(bytes uint64) *Config {
	c.stack = bytes
	return c
}

// SetDebugInfo sets whether errors tell where in their source the functions on the stack were (Frame.Sources), for
// modules that have DWARF in their custom sections. Off at first. Calls cost nothing for it. The first error of a
// module reads its sections and keeps some ten times their size in memory until the module is closed; the bytes
// are the guest's, so the time for an error is bounded by eight steps for each byte of them, and sections of more
// than 256 MiB are not read. A module that was serialized has its sections with it, and the engine that loads it
// decides.
func (c *Config) SetDebugInfo(on bool) *Config {
	c.debugInfo = on
	return c
}
