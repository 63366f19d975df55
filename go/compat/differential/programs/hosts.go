package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// callsHost imports env.host of a type and exports its call under the same type.
func callsHost(parameters, results string) string {
	gets := ""
	for place := range strings.Fields(parameters) {
		gets += fmt.Sprintf("(local.get %d)", place)
	}
	return fmt.Sprintf(`(module (import "env" "host" (func $host (param %s) (result %s)))
  (func (export "call") (param %s) (result %s) (call $host %s)))`, parameters, results, parameters, results, gets)
}

type hostFunction = func([]wasmer.Value) ([]wasmer.Value, error)

var kindsByName = map[string]wasmer.ValueKind{"i32": wasmer.I32, "i64": wasmer.I64, "f32": wasmer.F32, "f64": wasmer.F64}

func typesOf(names string) (list []*wasmer.ValueType) {
	for _, name := range strings.Fields(names) {
		list = append(list, wasmer.NewValueType(kindsByName[name]))
	}
	return list
}

// hosting makes an instance that calls a Go function of a type.
func hosting(parameters, results string, host hostFunction) *wasmer.Instance {
	store := newStore()
	function := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf(parameters), typesOf(results)), host)
	return must(startWith(store, callsHost(parameters, results), map[string]wasmer.IntoExtern{"host": function}))
}

// failing has a host function fail.
func failing(label string, err error) {
	instance := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) { return nil, err })
	call(label, instance, "call")
}

type ownError struct{ number int }

func (e *ownError) Error() string { return fmt.Sprint("own error ", e.number) }

var hosts = programs{
	"host-values": func() {
		instance := hosting("i32 i64 f32 f64", "f64 f32 i64 i32", func(given []wasmer.Value) ([]wasmer.Value, error) {
			for place, value := range given {
				say(fmt.Sprint("given ", place), value.Kind(), typed(value.Unwrap()))
			}
			return []wasmer.Value{given[3], given[2], given[1], given[0]}, nil
		})
		call("call", instance, "call", -1, -2, float32(1.5), 2.5)
	},
	"host-new-values": func() {
		instance := hosting("", "i32 i64 f32 f64", func([]wasmer.Value) ([]wasmer.Value, error) {
			return []wasmer.Value{wasmer.NewI32(1), wasmer.NewI64(2), wasmer.NewF32(float32(3)), wasmer.NewF64(4.0)}, nil
		})
		call("call", instance, "call")
	},
	"host-called-directly": func() {
		store := newStore()
		function := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")), func(given []wasmer.Value) ([]wasmer.Value, error) {
			return []wasmer.Value{wasmer.NewI32(given[0].I32() + 1)}, nil
		})
		say("type", kinds(function.Type().Params()), kinds(function.Type().Results()), function.ParameterArity(), function.ResultArity())
		result, err := function.Call(41)
		sayResult("call", result, err)
		result, err = function.Call("text")
		sayResult("wrong", result, err)
		result, err = function.Call()
		sayResult("none", result, err)
	},
	"host-with-an-environment": func() {
		store := newStore()
		type environment struct{ calls int }
		state := &environment{}
		function := wasmer.NewFunctionWithEnvironment(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")), state,
			func(env interface{}, given []wasmer.Value) ([]wasmer.Value, error) {
				env.(*environment).calls++
				return []wasmer.Value{wasmer.NewI32(given[0].I32() * 2)}, nil
			})
		instance := must(startWith(store, callsHost("i32", "i32"), map[string]wasmer.IntoExtern{"host": function}))
		call("first", instance, "call", 21)
		call("second", instance, "call", 4)
		say("calls", state.calls)
	},
	"host-with-a-nil-environment": func() {
		store := newStore()
		function := wasmer.NewFunctionWithEnvironment(store, wasmer.NewFunctionType(nil, nil), nil,
			func(env interface{}, given []wasmer.Value) ([]wasmer.Value, error) {
				say("environment", env == nil, len(given))
				return nil, nil
			})
		call("call", must(startWith(store, callsHost("", ""), map[string]wasmer.IntoExtern{"host": function})), "call")
	},
	"host-environment-fails": func() {
		store := newStore()
		function := wasmer.NewFunctionWithEnvironment(store, wasmer.NewFunctionType(nil, nil), 7,
			func(env interface{}, given []wasmer.Value) ([]wasmer.Value, error) {
				return nil, fmt.Errorf("failed by %v", env)
			})
		call("call", must(startWith(store, callsHost("", ""), map[string]wasmer.IntoExtern{"host": function})), "call")
	},
	"host-error":               func() { failing("call", errors.New("of the host")) },
	"host-error-empty":         func() { failing("call", errors.New("")) },
	"host-error-of-lines":      func() { failing("call", errors.New("first\nsecond\n")) },
	"host-error-with-a-nul":    func() { failing("call", errors.New("before\x00after")) },
	"host-error-not-utf8":      func() { failing("call", errors.New("\xff\xfe")) },
	"host-error-in-many-bytes": func() { failing("call", errors.New(strings.Repeat("é", 5000))) },
	"host-error-kept": func() {
		instance := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) {
			return nil, fmt.Errorf("wrapped: %w", &ownError{7})
		})
		_, err := must(instance.Exports.GetFunction("call"))()
		sayError("error", err)
		var trap *wasmer.TrapError
		say("is a trap", errors.As(err, &trap))
		say("is the host's", errors.As(err, new(*ownError)))
	},
	"host-error-of-the-package": func() {
		store := newStore()
		failing("an error", must2(wasmer.NewLimits(2, 1)))
		inner := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) { return nil, errors.New("inner") })
		function := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil), func([]wasmer.Value) ([]wasmer.Value, error) {
			_, err := must(inner.Exports.GetFunction("call"))()
			return nil, err
		})
		call("a trap of another instance", must(startWith(store, callsHost("", ""), map[string]wasmer.IntoExtern{"host": function})), "call")
	},
	"host-works-after-an-error": func() {
		calls := 0
		instance := hosting("", "i32", func([]wasmer.Value) ([]wasmer.Value, error) {
			if calls++; calls == 1 {
				return nil, io.ErrUnexpectedEOF
			}
			return []wasmer.Value{wasmer.NewI32(calls)}, nil
		})
		call("first", instance, "call")
		call("second", instance, "call")
	},
	"host-error-called-directly": func() {
		function := wasmer.NewFunction(newStore(), wasmer.NewFunctionType(nil, nil), func([]wasmer.Value) ([]wasmer.Value, error) {
			return nil, errors.New("of the host")
		})
		result, err := function.Call()
		sayResult("call", result, err)
	},
	"host-panics": func() {
		instance := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) { panic("of the host") })
		try("call", func() any {
			result, err := must(instance.Exports.GetFunction("call"))()
			return fmt.Sprint(result, err)
		})
		say("after it", true)
	},
	"host-panics-unrecovered": func() {
		instance := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) { panic("of the host") })
		must(instance.Exports.GetFunction("call"))()
	},
	"host-recovers": func() {
		instance := hosting("", "", func([]wasmer.Value) (_ []wasmer.Value, err error) {
			defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
			panic("of the host")
		})
		call("call", instance, "call")
	},
	"host-results-missing": func() {
		instance := hosting("", "i32", func([]wasmer.Value) ([]wasmer.Value, error) { return nil, nil })
		call("call", instance, "call")
	},
	"host-results-fewer": func() {
		instance := hosting("", "i32 i32", func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(1)}, nil })
		call("call", instance, "call")
	},
	"host-results-too-many": func() {
		instance := hosting("", "i32", func([]wasmer.Value) ([]wasmer.Value, error) {
			return []wasmer.Value{wasmer.NewI32(1), wasmer.NewI32(2)}, nil
		})
		call("call", instance, "call")
	},
	"host-results-where-none-are": func() {
		instance := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(1)}, nil })
		call("call", instance, "call")
	},
	"host-results-of-another-kind": func() {
		instance := hosting("", "i32", func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI64(1)}, nil })
		call("call", instance, "call")
	},
	"host-results-of-zero-values": func() {
		instance := hosting("", "i32", func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{{}}, nil })
		try("call", func() any {
			result, err := must(instance.Exports.GetFunction("call"))()
			return fmt.Sprint(result, err)
		})
	},
	"host-nil-function": func() {
		store := newStore()
		function := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil), nil)
		instance, err := startWith(store, callsHost("", ""), map[string]wasmer.IntoExtern{"host": function})
		sayError("instance", err)
		if err == nil {
			try("call", func() any {
				result, err := must(instance.Exports.GetFunction("call"))()
				return fmt.Sprint(result, err)
			})
		}
	},
	"host-calls-back": func() {
		var instance *wasmer.Instance
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")), func(given []wasmer.Value) ([]wasmer.Value, error) {
			result, err := must(instance.Exports.GetFunction("down"))(given[0].I32())
			if err != nil {
				return nil, err
			}
			return []wasmer.Value{wasmer.NewI32(result)}, nil
		})
		instance = must(startWith(store, `(module (import "env" "host" (func $host (param i32) (result i32)))
  (func (export "down") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $host (i32.sub (local.get 0) (i32.const 1))))))))`,
			map[string]wasmer.IntoExtern{"host": host}))
		call("down 40", instance, "down", 40)
	},
	"host-calls-back-and-it-traps": func() {
		var instance *wasmer.Instance
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil), func([]wasmer.Value) ([]wasmer.Value, error) {
			_, err := must(instance.Exports.GetFunction("trap"))()
			sayError("inner", err)
			return nil, err
		})
		instance = must(startWith(store, `(module (import "env" "host" (func $host)) (func (export "trap") (unreachable)) (func (export "call") (call $host)))`,
			map[string]wasmer.IntoExtern{"host": host}))
		call("outer", instance, "call")
	},
	"host-calls-back-from-a-goroutine": func() {
		store := newStore()
		var inner wasmer.NativeFunction
		ask := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, typesOf("i32")), func([]wasmer.Value) ([]wasmer.Value, error) {
			answer := make(chan int32)
			go func() { answer <- must(inner()).(int32) }()
			return []wasmer.Value{wasmer.NewI32(<-answer)}, nil
		})
		instance := must(startWith(store, `(module (import "env" "ask" (func $ask (result i32)))
  (func (export "inner") (result i32) (i32.const 42)) (func (export "outer") (result i32) (call $ask)))`,
			map[string]wasmer.IntoExtern{"ask": ask}))
		inner = must(instance.Exports.GetFunction("inner"))
		within(10*time.Second, func() { call("outer", instance, "outer") })
	},
	"host-used-by-two-instances": func() {
		store := newStore()
		calls := 0
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, typesOf("i32")), func([]wasmer.Value) ([]wasmer.Value, error) {
			calls++
			return []wasmer.Value{wasmer.NewI32(calls)}, nil
		})
		env := map[string]wasmer.IntoExtern{"host": host}
		first, second := must(startWith(store, callsHost("", "i32"), env)), must(startWith(store, callsHost("", "i32"), env))
		call("first", first, "call")
		call("second", second, "call")
		call("first again", first, "call")
	},
	"host-called-by-the-start-function": func() {
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil), func([]wasmer.Value) ([]wasmer.Value, error) {
			say("host", "called")
			return nil, nil
		})
		_, err := startWith(store, `(module (import "env" "host" (func $host)) (start $host))`, map[string]wasmer.IntoExtern{"host": host})
		sayError("instance", err)
	},
	"host-fails-in-the-start-function": func() {
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil), func([]wasmer.Value) ([]wasmer.Value, error) {
			return nil, errors.New("of the host")
		})
		instance, err := startWith(store, `(module (import "env" "host" (func $host)) (func $start (call $host)) (start $start))`, map[string]wasmer.IntoExtern{"host": host})
		sayError("instance", err)
		say("nil", instance == nil)
	},
	"host-reads-and-writes-memory": func() {
		var instance *wasmer.Instance
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32 i32"), typesOf("i32")), func(given []wasmer.Value) ([]wasmer.Value, error) {
			data := must(instance.Exports.GetMemory("memory")).Data()
			text := string(data[given[0].I32() : given[0].I32()+given[1].I32()])
			return []wasmer.Value{wasmer.NewI32(copy(data[100:], strings.ToUpper(text)))}, nil
		})
		instance = must(startWith(store, `(module (import "env" "host" (func $host (param i32 i32) (result i32))) (memory (export "memory") 1)
  (data (i32.const 8) "lower") (func (export "call") (result i32 i32) (call $host (i32.const 8) (i32.const 5)) (i32.load8_u (i32.const 104))))`,
			map[string]wasmer.IntoExtern{"host": host}))
		call("call", instance, "call")
		say("memory", string(must(instance.Exports.GetMemory("memory")).Data()[100:105]))
	},
}

// within gives a function some time, so that what waits for ever can be told.
func within(limit time.Duration, f func()) {
	done := make(chan struct{})
	go func() { f(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
		say("it", "did not end")
	}
}

func must2[T any](_ T, err error) error { return err }
