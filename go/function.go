package wasmer

import (
	"context"
	"runtime"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// NativeFunction is a wasm function in the form of a Go function. It returns nil for no result, the
// bare value for one, and a []interface{} for more.
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

// IntoExtern returns the function as an Extern, or nil if f is nil.
func (f *Function) IntoExtern() *Extern {
	if f == nil {
		return nil
	}
	return &Extern{function: f, ty: f.ty.IntoExternType()}
}

// Type returns the type of the function.
func (f *Function) Type() *FunctionType { return f.ty }

// ParameterArity returns the number of parameters.
func (f *Function) ParameterArity() uint {
	if f.ty == nil {
		return 0
	}
	return uint(len(f.ty.params))
}

// ResultArity returns the number of results.
func (f *Function) ResultArity() uint {
	if f.ty == nil {
		return 0
	}
	return uint(len(f.ty.results))
}

// Native returns the function as a Go function. Each call returns the same one.
func (f *Function) Native() NativeFunction {
	f.lazily.Do(func() {
		f.native = func(parameters ...interface{}) (interface{}, error) { return f.Call(parameters...) }
	})
	return f.native
}

// Call calls the function with Go values; NewValue says which values each kind takes. It returns
// nil for no result, an int32, int64, float32, float64, Vector, *Function or referenced value for
// one, and a []interface{} for more. The error of a trap is a *TrapError, any other error an
// *Error.
func (f *Function) Call(parameters ...interface{}) (interface{}, error) {
	return f.CallContext(background, parameters...)
}

// CallContext is Call with a context, which host functions receive. When the context ends, the call
// ends as well, whatever the guest is doing, with a *TrapError that matches ctx.Err(). See Contexts
// in the description of the package.
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

// CallRaw calls the function over words: one for each value, two for a v128 with the low word
// first. The arguments are in slots, and the results replace them. slots must hold at least
// Type().Words() words. Narrow values are in the low bits, and narrow results are zero-extended.
// References are numbers that have a meaning only within the instance; EncodeValue and DecodeValue
// translate them.
//
// If ctx can end, its end ends the call as in CallContext. CallRaw enters C once. It allocates
// nothing, except for what context.AfterFunc allocates if ctx can end.
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

// EncodeValue writes a value to the words of a raw call of this function. It fails if there are too
// few words.
func (f *Function) EncodeValue(value Value, words []uint64) error {
	a, _, err := f.use(background)
	if err != nil {
		return err
	}
	return a.encodeValue(value, words, nil)
}

// DecodeValue reads a value of a kind from the words of a raw call of this function. It fails if
// there are too few words.
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

// handleIn returns the function's handle in an arena. A host function can be in any number of
// arenas.
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
