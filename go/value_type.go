package wasmer

// ValueKind is the kind of a value.
type ValueKind uint8

// The kinds of values. The numbers are those of the WebAssembly C API.
const (
	I32 ValueKind = 0
	I64 ValueKind = 1
	F32 ValueKind = 2
	F64 ValueKind = 3
	// V128 is the kind of vectors, whose Go values are of type Vector. wasmer-go has no such kind.
	V128 ValueKind = 4
	// AnyRef is externref under its former name.
	AnyRef  ValueKind = 128
	FuncRef ValueKind = 129
)

// ExternRef is the kind of references to Go values.
const ExternRef ValueKind = AnyRef

// String returns the name of the kind. The name of externref is "anyref", as in earlier versions of
// WebAssembly. String panics if k is none of the constants.
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

// IsNumber reports whether values of the kind are numbers.
func (k ValueKind) IsNumber() bool { return k <= F64 }

// IsReference reports whether values of the kind are references.
func (k ValueKind) IsReference() bool { return k == AnyRef || k == FuncRef }

// isWide reports whether a number of the kind has 64 bits.
func (k ValueKind) isWide() bool { return k == I64 || k == F64 }

// words returns how many 64-bit words a value takes in a raw call.
func (k ValueKind) words() int {
	if k == V128 {
		return 2
	}
	return 1
}

// ValueType is the type of a value.
type ValueType struct{ kind ValueKind }

// NewValueType returns the type of a kind.
func NewValueType(kind ValueKind) *ValueType { return &ValueType{kind} }

// NewValueTypes returns the types of kinds.
func NewValueTypes(kinds ...ValueKind) []*ValueType {
	types := make([]*ValueType, len(kinds))
	for place, kind := range kinds {
		types[place] = NewValueType(kind)
	}
	return types
}

// Kind returns the kind of the type's values.
func (t *ValueType) Kind() ValueKind { return t.kind }

// kinds is a list of parameter or result kinds.
type kinds []ValueKind

// kindsOf returns the kinds of types, and whether none of the types is nil.
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

// String returns the kinds in parentheses, as in the text of types.
func (k kinds) String() string {
	names := make([]string, len(k))
	for place, kind := range k {
		names[place] = kind.String()
	}
	return "(" + listed(names, ", ") + ")"
}
