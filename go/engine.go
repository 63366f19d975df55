package wasmer

import (
	"runtime"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Engine compiles modules by one configuration. Any number of goroutines may use it.
type Engine struct {
	native capi.Engine
	config Config
	err    error
}

// NewEngine returns an engine with the default configuration.
func NewEngine() *Engine { return NewEngineWithConfig(NewConfig()) }

// NewEngineWithConfig returns an engine with a configuration, which stays the caller's. If the
// configuration is invalid, the first use of the engine fails.
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
