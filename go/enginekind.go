package wasmer

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
	JIT = UNIVERSAL
	// NATIVE is the older name of DYLIB.
	//
	// Deprecated: choosing changes nothing.
	NATIVE = DYLIB
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
