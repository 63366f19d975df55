package main

import (
	"fmt"
	"math"

	"github.com/wasmerio/wasmer-go/wasmer"
)

type named int32

// goValues are given to each kind of value.
var goValues = []any{
	int8(-8), uint8(200), int16(-16), uint16(60000), int32(-32), uint32(1 << 31), int64(-64), uint64(1 << 63), -1, uint(1 << 40),
	math.MinInt32, math.MaxInt64, float32(1.5), 2.5, 0.1, 1e300, true, named(4), "text", nil, []int{1}, 'x', uintptr(5), complex(1, 2),
}

// sayValues makes a value of each.
func sayValues(make func(any) wasmer.Value) {
	for place, given := range goValues {
		try(fmt.Sprintf("%d, %T %v", place, given, given), func() any {
			value := make(given)
			return fmt.Sprint(value.Kind(), " ", typed(value.Unwrap()))
		})
	}
}

var values = programs{
	"values-i32": func() { sayValues(wasmer.NewI32) },
	"values-i64": func() { sayValues(wasmer.NewI64) },
	"values-f32": func() { sayValues(wasmer.NewF32) },
	"values-f64": func() { sayValues(wasmer.NewF64) },
	"values-by-kind": func() {
		for _, kind := range []wasmer.ValueKind{wasmer.I32, wasmer.I64, wasmer.F32, wasmer.F64} {
			try(kind.String()+" of 7", func() any { value := wasmer.NewValue(7, kind); return typed(value.Unwrap()) })
		}
	},
	"values-of-references": func() {
		for _, kind := range []wasmer.ValueKind{wasmer.AnyRef, wasmer.FuncRef} {
			for name, given := range map[string]any{"nil": nil, "7": 7, "text": "text"} {
				try(kind.String()+" of "+name, func() any { value := wasmer.NewValue(given, kind); return typed(value.Unwrap()) })
			}
		}
	},
	"values-of-an-unknown-kind": func() {
		try("value", func() any { value := wasmer.NewValue(1, wasmer.ValueKind(77)); return typed(value.Unwrap()) })
	},
	"values-as-another-kind": func() {
		for name, value := range map[string]wasmer.Value{
			"i32": wasmer.NewI32(1), "i64": wasmer.NewI64(2), "f32": wasmer.NewF32(float32(3)), "f64": wasmer.NewF64(4.0),
		} {
			try(name+" as i32", func() any { return value.I32() })
			try(name+" as i64", func() any { return value.I64() })
			try(name+" as f32", func() any { return value.F32() })
			try(name+" as f64", func() any { return value.F64() })
		}
	},
	"values-of-no-number": func() {
		for _, bits := range []uint64{0x7ff8000000000000, 0x7ff0000000000001, 0xfff8000000000001} {
			value := wasmer.NewF64(math.Float64frombits(bits))
			say(fmt.Sprintf("f64 %x", bits), fmt.Sprintf("%x", math.Float64bits(value.F64())))
		}
		for _, bits := range []uint32{0x7fc00000, 0x7f800001, 0xffc00001} {
			value := wasmer.NewF32(math.Float32frombits(bits))
			say(fmt.Sprintf("f32 %x", bits), fmt.Sprintf("%x", math.Float32bits(value.F32())))
		}
		zero := wasmer.NewF64(math.Copysign(0, -1))
		say("minus zero", math.Signbit(zero.F64()))
	},
	"values-zero": func() {
		var value wasmer.Value
		try("kind", func() any { return value.Kind() })
		try("unwrap", func() any { return value.Unwrap() })
		try("i32", func() any { return value.I32() })
	},
	"values-copied": func() {
		first := wasmer.NewI32(5)
		second := first
		say("both", first.I32(), second.I32(), second.Kind())
		list := []wasmer.Value{wasmer.NewI64(1), wasmer.NewF32(float32(2))}
		say("list", list[0].Unwrap(), list[1].Unwrap())
	},
}
