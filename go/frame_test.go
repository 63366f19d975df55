package wasmer

import (
	"errors"
	"strings"
	"testing"
)

// A module with DWARF as tests/debug_info.rs makes it: three functions of guest.cc, something inlined in the first.
const withDwarf = `(module
	(import "host" "fail" (func $fail))
	(func $inner (export "inner") nop unreachable)
	(func $outer (export "outer") nop call $inner)
	(func $host (export "host") call $fail)
	(@custom ".debug_abbrev" "\01\11\01\03\08\10\17\11\01\12\06\1b\08\00\00\02.\01\03\08\11\01\12\06\00\00\03\1d\00\03\08\11\01\12\06X\0bY\0b\00\00\04\1d\01\00\00\00")
	(@custom ".debug_info" "r\00\00\00\04\00\00\00\00\00\04\01guest.cc\00\00\00\00\00\00\00\00\00d\00\00\00/source\00\02_ZN5Guest5innerEv\00\02\00\00\00\04\00\00\00\03check\00\03\00\00\00\03\00\00\00\01\0b\00\02outer\00\07\00\00\00\05\00\00\00\00\02host\00\0d\00\00\00\04\00\00\00\00\00")
	(@custom ".debug_line" "O\00\00\00\04\00 \00\00\00\01\01\01\fb\0e\0d\00\01\01\01\01\00\00\00\01\00\00\01\00guest.cc\00\00\00\00\00\00\05\02\02\00\00\00\05\03\03\09\01\00\05\02\07\00\00\00\05\03\03\0a\01\00\05\02\0d\00\00\00\05\03\03\0a\01\02\14\00\01\01"))`

func TestFramesHaveSources(t *testing.T) {
	for _, compiler := range compilers {
		for _, asks := range []bool{false, true} {
			store := NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).SetDebugInfo(asks)))
			fail := NewFunction(store, NewFunctionType(nil, nil), func([]Value) ([]Value, error) { return nil, errors.New("no") })
			instance := start(t, store, withDwarf, map[string]IntoExtern{"fail": fail})
			for name, expected := range map[string]string{
				"outer": "check /source/guest.cc:10:3, Guest::inner() /source/guest.cc:11; outer /source/guest.cc:20:3",
				"host":  "host /source/guest.cc:30:3",
			} {
				var trap *TrapError
				if _, err := get(t, instance, name).Call(); !errors.As(err, &trap) {
					t.Fatal(err)
				}
				var frames []string
				for _, frame := range trap.Trace() {
					var sources []string
					for _, source := range frame.Sources() {
						sources = append(sources, source.Function+" "+source.String())
					}
					frames = append(frames, strings.Join(sources, ", "))
				}
				found := strings.Join(frames, "; ")
				if !asks {
					expected = strings.Repeat("; ", len(frames)-1)
				}
				if found != expected {
					t.Errorf("%s, %s, asked for %t: %q", compiler, name, asks, found)
				}
			}
		}
	}
}

func TestTheTextOfASource(t *testing.T) {
	for expected, source := range map[string]Source{
		"":         {},
		"a.c":      {File: "a.c", Column: 7},
		"a.c:12":   {Function: "f", File: "a.c", Line: 12},
		"a.c:12:7": {File: "a.c", Line: 12, Column: 7},
	} {
		if found := source.String(); found != expected {
			t.Errorf("%#v: %q, want %q", source, found, expected)
		}
	}
}
