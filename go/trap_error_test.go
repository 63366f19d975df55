package wasmer

import (
	"errors"
	"testing"
)

func TestAStackOverflowHasFrames(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), `(module (func $deep (export "f") (param i32) (result i32)
			(i32.add (i32.const 1) (call $deep (local.get 0)))))`, nil)
		_, err := get(t, instance, "f").Call(1)
		var trap *TrapError
		if !errors.As(err, &trap) || trap.Code() != TrapStackOverflow {
			t.Fatal(err)
		}
		if origin := trap.Origin(); origin == nil || origin.FunctionName() != "deep" || len(trap.Trace()) != 128 || trap.Omitted() < 1000 {
			t.Error(compiler, len(trap.Trace()), trap.Omitted())
		}
	}
}
