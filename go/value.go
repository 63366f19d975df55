package wasmer

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Vector is a vector of 128 bits in the byte order of memory, which is little-endian.
type Vector [16]byte

// Value is a WebAssembly value with its kind.
type Value struct {
	kind  ValueKind
	value any
}

// NewValue returns a value of a kind. An i32 or i64 is made from an integer of any type, by its low
// bits, or from a bool, and an f64 from a float32 or float64. An f32 is made from a float32, or
// from a float64 if nothing is lost. NewValue panics if the Go value does not fit the kind.
func NewValue(value any, kind ValueKind) Value {
	converted, ok := convert(kind, value)
	if !ok && !kind.IsNumber() && !kind.IsReference() && kind != V128 {
		panic(fmt.Sprintf("Cannot create a Wasm value of the unknown kind %d", uint8(kind)))
	}
	if !ok {
		panic(fmt.Sprintf("Cannot create a Wasm `%s` value from `%T`", kind, value))
	}
	return Value{kind, converted}
}

// NewI32 returns an i32. It panics if value is neither an integer nor a bool.
func NewI32(value any) Value { return NewValue(value, I32) }

// NewI64 returns an i64. It panics if value is neither an integer nor a bool.
func NewI64(value any) Value { return NewValue(value, I64) }

// NewF32 returns an f32. It panics if value is not a floating-point number, or is a float64 that an
// f32 cannot represent.
func NewF32(value any) Value { return NewValue(value, F32) }

// NewF64 returns an f64. It panics if value is not a floating-point number.
func NewF64(value any) Value { return NewValue(value, F64) }

// NewV128 returns a v128.
func NewV128(value Vector) Value { return Value{V128, value} }

// NewExternRef returns a reference to a Go value. Nil is the null reference.
func NewExternRef(value any) Value { return Value{ExternRef, value} }

// NewFuncRef returns a reference to a function. Nil is the null reference.
func NewFuncRef(function *Function) Value { return Value{FuncRef, nilFunction(function)} }

// Kind returns the kind of the value.
func (v Value) Kind() ValueKind { return v.kind }

// Unwrap returns the Go value: an int32, int64, float32, float64, Vector, *Function or referenced
// value, and nil for a null reference.
func (v Value) Unwrap() any { return v.value }

// I32 returns the value as an int32. It panics if the value is not an i32.
func (v Value) I32() int32 { return unwrapTo[int32](v) }

// I64 returns the value as an int64. It panics if the value is not an i64.
func (v Value) I64() int64 { return unwrapTo[int64](v) }

// F32 returns the value as a float32. It panics if the value is not an f32.
func (v Value) F32() float32 { return unwrapTo[float32](v) }

// F64 returns the value as a float64. It panics if the value is not an f64.
func (v Value) F64() float64 { return unwrapTo[float64](v) }

// V128 returns the value as a Vector. It panics if the value is not a v128.
func (v Value) V128() Vector { return unwrapTo[Vector](v) }

func unwrapTo[T any](v Value) T {
	value, ok := v.value.(T)
	if !ok {
		panic(fmt.Sprintf("Cannot convert value to `%T`", value))
	}
	return value
}

func nilFunction(function *Function) any {
	if function == nil {
		return nil
	}
	return function
}

// convert converts a Go value to the Go type of a kind. An integer of any width and sign is
// truncated to its low bits, a bool is 0 or 1, and a float64 becomes an f32 only if nothing is
// lost.
func convert(kind ValueKind, value any) (any, bool) {
	switch kind {
	case I32:
		if bits, ok := integer(value); ok {
			return int32(bits), true
		}
	case I64:
		if bits, ok := integer(value); ok {
			return int64(bits), true
		}
	case F32:
		if number, ok := float32Of(value); ok {
			return number, true
		}
		if number, ok := float(value); ok {
			if narrow := float32(number); float64(narrow) == number || number != number {
				return narrow, true
			}
		}
	case F64:
		if number, ok := float(value); ok {
			return number, true
		}
	case V128:
		vector, ok := value.(Vector)
		if !ok {
			vector, ok = value.([16]byte)
		}
		return vector, ok
	case FuncRef:
		if value == nil {
			return nil, true
		}
		function, ok := value.(*Function)
		return nilFunction(function), ok
	case ExternRef:
		return value, true
	}
	return nil, false
}

func integer(value any) (uint64, bool) {
	switch number := value.(type) {
	case int32:
		return uint64(number), true
	case int:
		return uint64(number), true
	case int64:
		return uint64(number), true
	case uint32:
		return uint64(number), true
	case uint64:
		return number, true
	}
	switch number := reflect.ValueOf(value); {
	case !number.IsValid():
		return 0, false
	case number.CanInt():
		return uint64(number.Int()), true
	case number.CanUint():
		return number.Uint(), true
	case number.Kind() == reflect.Bool:
		if number.Bool() {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// float32Of returns a value whose underlying type is float32, bit by bit. A conversion through
// float64 would quiet a signalling NaN.
func float32Of(value any) (float32, bool) {
	if number, ok := value.(float32); ok {
		return number, true
	}
	number := reflect.ValueOf(value)
	if !number.IsValid() || number.Kind() != reflect.Float32 {
		return 0, false
	}
	return number.Convert(reflect.TypeFor[float32]()).Interface().(float32), true
}

func float(value any) (float64, bool) {
	switch number := value.(type) {
	case float64:
		return number, true
	case float32:
		return float64(number), true
	}
	if number := reflect.ValueOf(value); number.IsValid() && number.CanFloat() {
		return number.Float(), true
	}
	return 0, false
}

// encode writes a value of the right Go type to its words. References belong to the arena, and
// may have to wait for it.
func (a *arena) encode(ctx context.Context, kind ValueKind, value any, words []uint64, taken *taken) error {
	switch kind {
	case I32:
		number, ok := value.(int32)
		if !ok {
			return unmadeValue(kind, value)
		}
		words[0] = uint64(uint32(number))
	case I64:
		number, ok := value.(int64)
		if !ok {
			return unmadeValue(kind, value)
		}
		words[0] = uint64(number)
	case F32:
		number, ok := value.(float32)
		if !ok {
			return unmadeValue(kind, value)
		}
		words[0] = uint64(math.Float32bits(number))
	case F64:
		number, ok := value.(float64)
		if !ok {
			return unmadeValue(kind, value)
		}
		words[0] = math.Float64bits(number)
	case V128:
		vector, ok := value.(Vector)
		if !ok {
			return unmadeValue(kind, value)
		}
		words[0] = binary.LittleEndian.Uint64(vector[:8])
		words[1] = binary.LittleEndian.Uint64(vector[8:])
	case FuncRef:
		words[0] = 0
		if value != nil {
			function, ok := value.(*Function)
			if !ok {
				return unmadeValue(kind, value)
			}
			handle, err := function.handleIn(ctx, a, taken)
			if err != nil {
				return err
			}
			words[0] = handle
		}
	case ExternRef:
		handle, err := a.externHandle(ctx, value)
		if err != nil {
			return err
		}
		if taken != nil && handle != 0 {
			taken.handles = append(taken.handles, handle)
		}
		words[0] = handle
	default:
		return newError(capi.StatusType, "unknown value kind %d", uint8(kind))
	}
	return nil
}

// unmadeValue returns the error for a Value that no function made. The zero Value is an i32 without
// a number.
func unmadeValue(kind ValueKind, value any) error {
	if value == nil {
		return newError(capi.StatusType, "a zero Value, which is not of kind `%s`: use NewI32 or another New function", kind)
	}
	return newError(capi.StatusType, "Cannot create a Wasm `%s` value from `%T`", kind, value)
}

// decode reads a value from its words. For a reference it may have to wait for the arena.
func (a *arena) decode(ctx context.Context, kind ValueKind, words []uint64) (any, error) {
	switch kind {
	case I32:
		return int32(words[0]), nil
	case I64:
		return int64(words[0]), nil
	case F32:
		return math.Float32frombits(uint32(words[0])), nil
	case F64:
		return math.Float64frombits(words[0]), nil
	case V128:
		var vector Vector
		binary.LittleEndian.PutUint64(vector[:8], words[0])
		binary.LittleEndian.PutUint64(vector[8:], words[1])
		return vector, nil
	case FuncRef:
		if words[0] == 0 {
			return nil, nil
		}
		return a.functionOf(ctx, words[0])
	default:
		return a.externValue(ctx, words[0])
	}
}
