package wasmer

import (
	"context"
	"runtime"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// NativeFunction is a function to be called like a Go function: no result is nil, one is the bare
// value, more are a []interface{}.
type NativeFunction = func(...interface{}) (interface{}, error)

// Function is a WebAssembly function: an export of an instance, a reference, or a host function. It
// keeps the instance that it belongs to alive.
type Function struct {
	ty    *FunctionType
	host  *hostFunction // nil for a wasm function
	bound *bound

	words  sync.Pool // of *[]uint64, for calls with Go values
	lazily sync.Once
	native NativeFunction
}

// IntoExtern makes it an extern; nil of nil.
func (f *Function) IntoExtern() *Extern {
	if f == nil {
		return nil
	}
	return &Extern{function: f, ty: f.ty.IntoExternType()}
}

// Type is the type of the function.
func (f *Function) Type() *FunctionType { return f.ty }

// ParameterArity is the number of parameters.
func (f *Function) ParameterArity() uint {
	if f.ty == nil {
		return 0
	}
	return uint(len(f.ty.params))
}

// ResultArity is the number of results.
func (f *Function) ResultArity() uint {
	if f.ty == nil {
		return 0
	}
	return uint(len(f.ty.results))
}

// Native gives the function as a Go function; the same one each time.
func (f *Function) Native() NativeFunction {
	f.lazily.Do(func() {
		f.native = func(parameters ...interface{}) (interface{}, error) { return f.Call(parameters...) }
	})
	return f.native
}

// Call calls the function with Go values: see NewValue for what is taken for which kind. No result
// is nil, one is an int32, int64, float32, float64, Vector, *Function or any referenced value, more
// are a []interface{}. A trap is a *TrapError, anything else an *Error.
func (f *Function) Call(parameters ...interface{}) (interface{}, error) {
	return f.CallContext(background, parameters...)
}

// CallContext is Call with a context, which host functions get. When it ends, so does the call,
// whatever the guest is doing, with a *TrapError in which errors.Is finds ctx.Err(). See Contexts in
// the description of the package.
func (f *Function) CallContext(ctx context.Context, args ...any) (any, error) {
	a, handle, err := f.use(ctx)
	if err != nil {
		return nil, err
	}
	if given, wanted := len(args), len(f.ty.params); given != wanted {
		return nil, arityError(given, wanted)
	}
	pooled, _ := f.words.Get().(*[]uint64)
	if pooled == nil {
		words := make([]uint64, f.ty.words)
		pooled = &words
	}
	defer f.words.Put(pooled)
	words := *pooled
	place := 0
	var taken taken
	defer taken.drop(a)
	for number, kind := range f.ty.params {
		value, ok := convert(kind, args[number])
		if !ok {
			return nil, newError(capi.StatusType,
				"Argument %d of the function must of of type `%s`, cannot cast value to this type.", number+1, kind)
		}
		if err := a.encode(ctx, kind, value, words[place:], &taken); err != nil {
			return nil, err
		}
		place += kind.words()
	}
	if err := a.call(ctx, f.bound.instance, handle, words); err != nil {
		return nil, err
	}
	return a.results(ctx, f.ty.results, words)
}

// CallRaw calls the function with one word for each value, two for a v128 (low word first):
// arguments in, results out over them, in place. `slots` holds Type().Words() words at least. Narrow
// values are in the low bits, narrow results are extended by zeros. C is entered once, and nothing
// is allocated but what context.AfterFunc takes if ctx can end, which ends the call as it does in
// CallContext. References are numbers that mean something within the instance only; EncodeValue and
// DecodeValue translate them.
func (f *Function) CallRaw(ctx context.Context, slots []uint64) error {
	a, handle, err := f.use(ctx)
	if err != nil {
		return err
	}
	if err := a.call(ctx, f.bound.instance, handle, slots); err != nil {
		return err
	}
	runtime.KeepAlive(f)
	return nil
}

// EncodeValue writes a value to the words of a raw call of this function.
func (f *Function) EncodeValue(value Value, words []uint64) error {
	a, _, err := f.use(background)
	if err != nil {
		return err
	}
	return a.encodeValue(value, words, nil)
}

// DecodeValue reads a value of a kind from the words of a raw call of this function.
func (f *Function) DecodeValue(kind ValueKind, words []uint64) (Value, error) {
	a, _, err := f.use(background)
	if err != nil {
		return Value{}, err
	}
	return a.decodeValue(kind, words)
}

func (a *arena) encodeValue(value Value, words []uint64, taken *taken) error {
	if len(words) < value.kind.words() {
		return newError(capi.StatusInvalidArgument, "a %s takes %d words, %d given",
			value.kind, value.kind.words(), len(words))
	}
	return a.encode(background, value.kind, value.value, words, taken)
}

func (a *arena) decodeValue(kind ValueKind, words []uint64) (Value, error) {
	if len(words) < kind.words() {
		return Value{}, newError(capi.StatusInvalidArgument, "a %s takes %d words, %d given",
			kind, kind.words(), len(words))
	}
	if kind.IsReference() && words[0] != 0 {
		// The words may be decoded again.
		if err := a.do(background, func() *capi.Error { return a.native.Hold(words[0]) }); err != nil {
			return Value{}, err
		}
	}
	value, err := a.decode(background, kind, words)
	return Value{kind, value}, err
}

func (a *arena) results(ctx context.Context, kinds kinds, words []uint64) (any, error) {
	switch len(kinds) {
	case 0:
		return nil, nil
	case 1:
		return a.decode(ctx, kinds[0], words)
	}
	results := make([]interface{}, len(kinds))
	for number, kind := range kinds {
		value, err := a.decode(ctx, kind, words)
		if err != nil {
			return nil, err
		}
		results[number] = value
		words = words[kind.words():]
	}
	return results, nil
}

func arityError(given, wanted int) error {
	if given < wanted {
		return newError(capi.StatusInvalidArgument,
			"Missing %d argument(s) when calling the function; Expected %d argument(s), received %d",
			wanted-given, wanted, given)
	}
	return newError(capi.StatusInvalidArgument,
		"Given %d extra argument(s) when calling the function; Expected %d argument(s), received %d",
		given-wanted, wanted, given)
}

func (f *Function) use(ctx context.Context) (*arena, capi.Handle, error) {
	if f == nil {
		return nil, 0, newError(capi.StatusNullArgument, "function is nil")
	}
	b := f.bound
	if b != nil && b.instance != nil && !b.late {
		// The fast path: an export, which is where it is.
		if b.instance.closed.Load() {
			return nil, 0, closedError("instance")
		}
		return b.arena, b.handle, nil
	}
	return b.use(ctx)
}

// handleIn gives the function's handle in an arena. A host function can be in any number of them.
func (f *Function) handleIn(ctx context.Context, a *arena, taken *taken) (capi.Handle, error) {
	if f.host == nil || f.bound.where() == a {
		if taken != nil {
			taken.kept = append(taken.kept, f)
		}
		return f.bound.handleIn(ctx, a, "a function")
	}
	handle, err := a.bindHost(ctx, f.host, nil)
	if err == nil && taken != nil {
		taken.handles = append(taken.handles, handle)
	}
	return handle, err
}
