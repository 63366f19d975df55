package wasmer

import (
	"runtime"
	"slices"
)

// EngineKind is what wasmer-go called an engine: the way code was kept. There is one way now, to
// which all of the names lead; programs that choose a kind compile and run as before.
//
// Deprecated: choosing changes nothing. Choose a compiler by Config.UseCompiler.
type EngineKind uint32

const (
	// UNIVERSAL kept code in memory, which is how it is kept.
	//
	// Deprecated: choosing changes nothing.
	UNIVERSAL EngineKind = 0
	// DYLIB kept code in shared objects; here it is UNIVERSAL by another name.
	//
	// Deprecated: choosing changes nothing.
	DYLIB EngineKind = 1
	// JIT is the older name of UNIVERSAL.
	//
	// Deprecated: choosing changes nothing.
	JIT EngineKind = UNIVERSAL
	// NATIVE is the older name of DYLIB.
	//
	// Deprecated: choosing changes nothing.
	NATIVE EngineKind = DYLIB
)

// String is "universal" or "dylib".
func (k EngineKind) String() string {
	switch k {
	case UNIVERSAL:
		return "universal"
	case DYLIB:
		return "dylib"
	}
	panic("Unknown engine")
}

// IsEngineAvailable tells whether a Config takes the kind: it takes both.
//
// Deprecated: choosing changes nothing.
func IsEngineAvailable(engine EngineKind) bool { return engine == UNIVERSAL || engine == DYLIB }

// UseUniversalEngine returns the configuration as it is.
//
// Deprecated: choosing changes nothing.
func (c *Config) UseUniversalEngine() *Config { return c }

// UseDylibEngine returns the configuration as it is.
//
// Deprecated: choosing changes nothing.
func (c *Config) UseDylibEngine() *Config { return c }

// UseJITEngine returns the configuration as it is.
//
// Deprecated: choosing changes nothing.
func (c *Config) UseJITEngine() *Config { return c.UseUniversalEngine() }

// UseNativeEngine returns the configuration as it is.
//
// Deprecated: choosing changes nothing.
func (c *Config) UseNativeEngine() *Config { return c.UseDylibEngine() }

// NewUniversalEngine is NewEngine.
//
// Deprecated: use NewEngine.
func NewUniversalEngine() *Engine { return NewEngineWithConfig(NewConfig().UseUniversalEngine()) }

// NewDylibEngine is NewEngine.
//
// Deprecated: use NewEngine.
func NewDylibEngine() *Engine { return NewEngineWithConfig(NewConfig().UseDylibEngine()) }

// NewJITEngine is NewEngine.
//
// Deprecated: use NewEngine.
func NewJITEngine() *Engine { return NewUniversalEngine() }

// NewNativeEngine is NewEngine.
//
// Deprecated: use NewEngine.
func NewNativeEngine() *Engine { return NewDylibEngine() }

// Trap is a trap made by hand, which wasmer-go had and used for nothing. A host function ends a call
// by returning any error; what a call then returns is a *TrapError.
type Trap struct{ message string }

// NewTrap makes a trap.
func NewTrap(store *Store, message string) *Trap { return &Trap{message} }

// Message is the message that the trap was made with.
func (t *Trap) Message() string { return t.message }

// Origin is nil: no wasm was running.
func (t *Trap) Origin() *Frame { return nil }

// Trace is empty: no wasm was running.
func (t *Trap) Trace() *Trace { return &Trace{} }

// Trace is a list of frames. TrapError.Trace gives a slice instead.
type Trace struct{ frames []*Frame }

// Frames lists the frames, innermost first.
func (t *Trace) Frames() []*Frame { return slices.Clone(t.frames) }

// Instance does nothing; in wasmer-go it panicked. ModuleName and FunctionName tell where it was.
//
// Deprecated: it gives nothing.
func (f *Frame) Instance() {}

// Close does nothing; closing the instance does.
func (e *Exports) Close() {}

// Close does nothing; the type is collected.
func (t *ImportType) Close() {}

// Close does nothing; the type is collected.
func (t *ExportType) Close() {}

// ReleaseFn ends the use of what it is given.
type ReleaseFn[T any] func(T)

// GetFunctionSafe gives an exported function as a Go function, and a function to be called with the
// instance when it is not used any more. A function keeps its instance alive by itself here, so that
// GetFunction does as well, and the second one does nothing.
func (i *Instance) GetFunctionSafe(name string) (NativeFunction, ReleaseFn[*Instance], error) {
	if i == nil {
		return nil, nil, unmade()
	}
	function, err := i.Exports.GetFunction(name)
	if err != nil {
		return nil, nil, err
	}
	return function, func(instance *Instance) { runtime.KeepAlive(instance) }, nil
}
