package wasmer

import (
	"fmt"
	"runtime"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// CompilerKind is one of wasmer's compilers.
type CompilerKind uint32

const (
	// CRANELIFT makes good code in good time: the default.
	CRANELIFT CompilerKind = 0
	// LLVM makes the fastest code and takes long. Not in the prebuilt library.
	LLVM CompilerKind = 1
	// SINGLEPASS compiles in one pass, and makes slower code.
	SINGLEPASS CompilerKind = 2
)

// String is the name of the compiler.
func (c CompilerKind) String() string {
	switch c {
	case CRANELIFT:
		return "cranelift"
	case LLVM:
		return "llvm"
	case SINGLEPASS:
		return "singlepass"
	}
	panic("Unknown compiler")
}

// IsCompilerAvailable tells whether the library was built with a compiler.
func IsCompilerAvailable(compiler CompilerKind) bool {
	return capi.CompilerIsAvailable(uint32(compiler))
}

// Supports tells whether the compiler itself supports a WebAssembly proposal, by the names of
// Config.SetFeature. It is tried out: a small program is compiled and run, which takes some
// milliseconds. What Singlepass does not support, Cranelift compiles. ErrUnsupported if the library was
// built without the compiler.
func (c CompilerKind) Supports(feature string) (bool, error) {
	supported, e := capi.CompilerSupports(uint32(c), feature)
	if e != nil {
		return false, wrap(e)
	}
	return supported, nil
}

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

// Engine is a configuration that modules are compiled by. Safe for any number of goroutines.
type Engine struct {
	native capi.Engine
	config Config
	err    error
}

// NewEngine makes an engine of the default configuration.
func NewEngine() *Engine { return NewEngineWithConfig(NewConfig()) }

// NewEngineWithConfig makes an engine. The configuration stays the caller's. What is wrong with it
// is the error of the first use of the engine.
func NewEngineWithConfig(config *Config) *Engine {
	if config == nil {
		config = NewConfig()
	}
	native := capi.NewConfig()
	defer native.Delete()
	engine := &Engine{config: *config, err: config.err}
	fail := func(e *capi.Error) {
		if e != nil && engine.err == nil {
			engine.err = wrap(e)
		}
	}
	fail(native.SetCompiler(uint32(config.compiler)))
	for _, feature := range config.features {
		fail(native.SetFeature(feature.name, feature.on))
	}
	if config.compileThreads < 0 {
		engine.err = newError(capi.StatusInvalidArgument, "compile threads: %d, want 0 or more", config.compileThreads)
		return engine
	}
	fail(native.SetCompileThreads(uint(config.compileThreads)))
	fail(native.SetMemoryReservation(config.reservation))
	if config.debugInfo {
		fail(native.SetDebugInfo(true))
	}
	if config.stack != 0 {
		fail(native.SetStackBytes(config.stack))
	}
	fail(config.target.configure(native))
	fail(config.metering.configure(native))
	for _, setting := range config.quotas {
		fail(native.SetQuota(uint32(setting.quota), setting.most))
	}
	if engine.err != nil {
		return engine
	}
	var e *capi.Error
	engine.native, e = capi.NewEngine(native)
	if fail(e); e == nil {
		runtime.AddCleanup(engine, capi.Engine.Delete, engine.native)
	}
	return engine
}

func (e *Engine) newArena() (capi.Arena, *capi.Error) {
	defer runtime.KeepAlive(e)
	return capi.NewArena(e.native)
}

// Store is where modules, host functions and instances are made: an engine with what belongs to
// it. It holds no lock and no memory of its own; instances made in one Store are independent and
// run in parallel. Safe for any number of goroutines.
type Store struct {
	// Engine is the engine of the store.
	Engine *Engine
	shared sharedArena
	quotas storeQuotas
}

// NewStore makes a store.
func NewStore(engine *Engine) *Store {
	if engine == nil {
		engine = NewEngine()
	}
	return &Store{Engine: engine}
}

// NewLinkedStore makes a store whose instances all live in one arena: any of them can import from
// any other, one call at a time runs in all of them together, and their memory is freed with the
// last one.
func NewLinkedStore(engine *Engine) *Store {
	store := NewStore(engine)
	store.shared.linked = true
	return store
}

// Close gives up what the store holds by itself, which is the arena of a linked store and of
// objects that no instance uses yet, and ends calls in them as Instance.Close does. Instances of an
// ordinary store go on. Harmless if repeated.
func (s *Store) Close() { s.shared.close() }

func (s *Store) check() error {
	if s == nil {
		return newError(capi.StatusNullArgument, "store is nil")
	}
	if s.Engine == nil || s.Engine.native == (capi.Engine{}) && s.Engine.err == nil {
		return newError(capi.StatusNullArgument, "store has no engine: use NewStore and NewEngine")
	}
	return s.Engine.err
}
