package wasmer

import "testing"

func TestEachEngineOfWasmerGoRuns(t *testing.T) {
	if !IsEngineAvailable(UNIVERSAL) || !IsEngineAvailable(DYLIB) || IsEngineAvailable(2) {
		t.Error("engines")
	}
	engines := map[string]*Engine{
		"universal": NewUniversalEngine(), "dylib": NewDylibEngine(), "jit": NewJITEngine(), "native": NewNativeEngine(),
	}
	for _, compiler := range compilers {
		for name, use := range map[string]func(*Config) *Config{
			"use universal": (*Config).UseUniversalEngine, "use dylib": (*Config).UseDylibEngine,
			"use jit": (*Config).UseJITEngine, "use native": (*Config).UseNativeEngine,
		} {
			config := NewConfig().UseCompiler(compiler)
			if use(config) != config {
				t.Errorf("%s is not for chaining", name)
			}
			engines[name+" "+compiler.String()] = NewEngineWithConfig(config)
		}
	}
	for name, engine := range engines {
		sum := get(t, start(t, NewStore(engine), sumGuest, nil), "sum")
		if result, err := sum.Call(37, 5); err != nil || result != int32(42) {
			t.Errorf("%s: %v %v", name, result, err)
		}
	}
}
