package wasmer

import (
	"runtime"
	"slices"
)

// EngineKind is what wasmer-go called an engine: the form in which it kept code. There is one form
// now, and all kinds select it. Programs that choose a kind compile and run as before.
//
// Deprecated: the kind has no effect. Choose a compiler with Config.UseCompiler.
type EngineKind uint32

const (
	// UNIVERSAL kept code in memory, as all engines do now.
	//
	// Deprecated: the kind has no effect.
	UNIVERSAL EngineKind = 0
	// DYLIB kept code in shared objects. It is the same as UNIVERSAL now.
	//
	// Deprecated: the kind has no effect.
	DYLIB EngineKind = 1
	// JIT is the older name of UNIVERSAL.
	//
	// Deprecated: the kind has no effect.
	JIT EngineKind = UNIVERSAL
	// NATIVE is the older name of DYLIB.
	//
	// Deprecated: the kind has no effect.
	NATIVE EngineKind = DYLIB
)

// String returns "universal" or "dylib". It panics if k is none of the constants.
func (k EngineKind) String() string {
	switch k {
	case UNIVERSAL:
		return "universal"
	case DYLIB:
		return "dylib"
	}
	panic("Unknown engine")
}

// IsEngineAvailable reports whether a Config accepts the kind. It accepts both.
//
// Deprecated: the kind has no effect.
func IsEngineAvailable(engine EngineKind) bool { return engine == UNIVERSAL || engine == DYLIB }

// UseUniversalEngine returns the configuration unchanged.
//
// Deprecated: the kind has no effect.
func (c *Config) UseUniversalEngine() *Config { return c }

// UseDylibEngine returns the configuration unchanged.
//
// Deprecated: the kind has no effect.
func (c *Config) UseDylibEngine() *Config { return c }

// UseJITEngine returns the configuration unchanged.
//
// Deprecated: the kind has no effect.
func (c *Config) UseJITEngine() *Config { return c.UseUniversalEngine() }

// UseNativeEngine returns the configuration unchanged.
//
// Deprecated: the kind has no effect.
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

// Trap is a trap made by the host. Nothing in wasmer-go or here takes one.
//
// Deprecated: a host function ends a call by returning an error. The error of the call is a
// *TrapError.
type Trap struct{ message string }

// NewTrap returns a trap with a message.
//
// Deprecated: return an error from the host function.
func NewTrap(store *Store, message string) *Trap { return &Trap{message} }

// Message returns the message that the trap was made with.
func (t *Trap) Message() string { return t.message }

// Origin returns nil, because no guest was running.
func (t *Trap) Origin() *Frame { return nil }

// Trace returns an empty list, because no guest was running.
func (t *Trap) Trace() *Trace { return &Trace{} }

// Trace is a list of frames.
//
// Deprecated: TrapError.Trace returns a slice.
type Trace struct{ frames []*Frame }

// Frames returns the frames, innermost first.
func (t *Trace) Frames() []*Frame { return slices.Clone(t.frames) }

// Instance does nothing. In wasmer-go it panicked.
//
// Deprecated: use ModuleName and FunctionName.
func (f *Frame) Instance() {}

// Close does nothing.
//
// Deprecated: close the instance.
func (e *Exports) Close() {}

// Close does nothing.
//
// Deprecated: the collector frees types.
func (t *ImportType) Close() {}

// Close does nothing.
//
// Deprecated: the collector frees types.
func (t *ExportType) Close() {}

// ReleaseFn ends the use of its argument.
//
// Deprecated: see Instance.GetFunctionSafe.
type ReleaseFn[T any] func(T)

// GetFunctionSafe returns an exported function as a Go function, and a function to call with the
// instance when it is no longer used. The second function does nothing, because a function keeps
// its instance alive.
//
// Deprecated: use Exports.GetFunction.
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
