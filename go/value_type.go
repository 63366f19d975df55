package wasmer

// ValueKind is the kind of a value.
type ValueKind uint8

// The kinds of values. The numbers are those of the WebAssembly C API.
const (
	I32 ValueKind = 0
	I64 ValueKind = 1
	F32 ValueKind = 2
	F64 ValueKind = 3
	// V128 is the kind of vectors; wasmer-go had none. Go values are of type Vector.
	V128 ValueKind = 4
	// AnyRef is externref, under the name that it had once.
	AnyRef  ValueKind = 128
	FuncRef ValueKind = 129
)

// ExternRef is the kind of references to Go values.
const ExternRef ValueKind = AnyRef

// String is the name of the kind: "anyref" for externref, as in earlier versions of WebAssembly.
func (k ValueKind) String() string {
	switch k {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case AnyRef:
		return "anyref"
	case FuncRef:
		return "funcref"
	}
	panic("Unknown value kind")
}

// IsNumber tells whether values of the kind are numbers.
func (k ValueKind) IsNumber() bool { return k <= F64 }

// IsReference tells whether values of the kind are references.
func (k ValueKind) IsReference() bool { return k == AnyRef || k == FuncRef }

// isWide tells whether a number of the kind has 64 bits.
func (k ValueKind) isWide() bool { return k == I64 || k == F64 }

// words is the number of 64-bit words that a value takes in a raw call.
func (k ValueKind) words() int {
	if k == V128 {
		return 2
	}
	return 1
}

// ValueType is the type of a value.
type ValueType struct{ kind ValueKind }

// NewValueType makes the type of a kind.
func NewValueType(kind ValueKind) *ValueType { return &ValueType{kind} }

// NewValueTypes makes a list of types.
func NewValueTypes(kinds ...ValueKind) []*ValueType {
	types := make([]*ValueType, len(kinds))
	for place, kind := range kinds {
		types[place] = NewValueType(kind)
	}
	return types
}

// Kind is the kind of the type's values.
func (t *ValueType) Kind() ValueKind { return t.kind }

// kinds is a list of parameter or result kinds.
type kinds []ValueKind

// kindsOf gives the kinds of types, and whether none of them is nil.
func kindsOf(types []*ValueType) (list kinds, complete bool) {
	list = make(kinds, len(types))
	for place, ty := range types {
		if ty == nil {
			return nil, false
		}
		list[place] = ty.kind
	}
	return list, true
}

func kindsOfBytes(numbers []byte) kinds {
	list := make(kinds, len(numbers))
	for place, number := range numbers {
		list[place] = ValueKind(number)
	}
	return list
}

func (k kinds) bytes() []byte {
	numbers := make([]byte, len(k))
	for place, kind := range k {
		numbers[place] = byte(kind)
	}
	return numbers
}

func (k kinds) words() int {
	words := 0
	for _, kind := range k {
		words += kind.words()
	}
	return words
}

// String lists the kinds in parentheses, as types do.
func (k kinds) String() string {
	names := make([]string, len(k))
	for place, kind := range k {
		names[place] = kind.String()
	}
	return "(" + listed(names, ", ") + ")"
}
