package wasmer

// Opcode is an instruction of WebAssembly, for the costs of PushMeteringMiddleware. The numbers are
// wasmer's. The constants are untyped, but for the first.
type Opcode uint32

// Unreachable is the first.
const Unreachable Opcode = 0

// Control, variables.
const (
	Nop = iota + 1
	Block
	Loop
	If
	Else
	Try
	Catch
	CatchAll
	Delegate
	Throw
	Rethrow
	Unwind
	End
	Br
	BrIf
	BrTable
	Return
	Call
	CallIndirect
	ReturnCall
	ReturnCallIndirect
	Drop
	Select
	TypedSelect
	LocalGet
	LocalSet
	LocalTee
	GlobalGet
	GlobalSet
)

// Memory, constants, references.
const (
	I32Load = iota + 30
	I64Load
	F32Load
	F64Load
	I32Load8S
	I32Load8U
	I32Load16S
	I32Load16U
	I64Load8S
	I64Load8U
	I64Load16S
	I64Load16U
	I64Load32S
	I64Load32U
	I32Store
	I64Store
	F32Store
	F64Store
	I32Store8
	I32Store16
	I64Store8
	I64Store16
	I64Store32
	MemorySize
	MemoryGrow
	I32Const
	I64Const
	F32Const
	F64Const
	RefNull
	RefIsNull
	RefFunc
)

// Comparisons.
const (
	I32Eqz = iota + 62
	I32Eq
	I32Ne
	I32LtS
	I32LtU
	I32GtS
	I32GtU
	I32LeS
	I32LeU
	I32GeS
	I32GeU
	I64Eqz
	I64Eq
	I64Ne
	I64LtS
	I64LtU
	I64GtS
	I64GtU
	I64LeS
	I64LeU
	I64GeS
	I64GeU
	F32Eq
	F32Ne
	F32Lt
	F32Gt
	F32Le
	F32Ge
	F64Eq
	F64Ne
	F64Lt
	F64Gt
	F64Le
	F64Ge
)

// Integer arithmetic.
const (
	I32Clz = iota + 96
	I32Ctz
	I32Popcnt
	I32Add
	I32Sub
	I32Mul
	I32DivS
	I32DivU
	I32RemS
	I32RemU
	I32And
	I32Or
	I32Xor
	I32Shl
	I32ShrS
	I32ShrU
	I32Rotl
	I32Rotr
	I64Clz
	I64Ctz
	I64Popcnt
	I64Add
	I64Sub
	I64Mul
	I64DivS
	I64DivU
	I64RemS
	I64RemU
	I64And
	I64Or
	I64Xor
	I64Shl
	I64ShrS
	I64ShrU
	I64Rotl
	I64Rotr
)

// Floating-point arithmetic.
const (
	F32Abs = iota + 132
	F32Neg
	F32Ceil
	F32Floor
	F32Trunc
	F32Nearest
	F32Sqrt
	F32Add
	F32Sub
	F32Mul
	F32Div
	F32Min
	F32Max
	F32Copysign
	F64Abs
	F64Neg
	F64Ceil
	F64Floor
	F64Trunc
	F64Nearest
	F64Sqrt
	F64Add
	F64Sub
	F64Mul
	F64Div
	F64Min
	F64Max
	F64Copysign
)

// Conversions.
const (
	I32WrapI64 = iota + 160
	I32TruncF32S
	I32TruncF32U
	I32TruncF64S
	I32TruncF64U
	I64ExtendI32S
	I64ExtendI32U
	I64TruncF32S
	I64TruncF32U
	I64TruncF64S
	I64TruncF64U
	F32ConvertI32S
	F32ConvertI32U
	F32ConvertI64S
	F32ConvertI64U
	F32DemoteF64
	F64ConvertI32S
	F64ConvertI32U
	F64ConvertI64S
	F64ConvertI64U
	F64PromoteF32
	I32ReinterpretF32
	I64ReinterpretF64
	F32ReinterpretI32
	F64ReinterpretI64
	I32Extend8S
	I32Extend16S
	I64Extend8S
	I64Extend16S
	I64Extend32S
	I32TruncSatF32S
	I32TruncSatF32U
	I32TruncSatF64S
	I32TruncSatF64U
	I64TruncSatF32S
	I64TruncSatF32U
	I64TruncSatF64S
	I64TruncSatF64U
)

// Bulk memory and tables.
const (
	MemoryInit = iota + 198
	DataDrop
	MemoryCopy
	MemoryFill
	TableInit
	ElemDrop
	TableCopy
	TableFill
	TableGet
	TableSet
	TableGrow
	// OpTableSize is table.size; TableSize is a type.
	OpTableSize
)

// Atomics.
const (
	MemoryAtomicNotify = iota + 210
	MemoryAtomicWait32
	MemoryAtomicWait64
	AtomicFence
	I32AtomicLoad
	I64AtomicLoad
	I32AtomicLoad8U
	I32AtomicLoad16U
	I64AtomicLoad8U
	I64AtomicLoad16U
	I64AtomicLoad32U
	I32AtomicStore
	I64AtomicStore
	I32AtomicStore8
	I32AtomicStore16
	I64AtomicStore8
	I64AtomicStore16
	I64AtomicStore32
)

// Atomic read-modify-write.
const (
	I32AtomicRmwAdd = iota + 228
	I64AtomicRmwAdd
	I32AtomicRmw8AddU
	I32AtomicRmw16AddU
	I64AtomicRmw8AddU
	I64AtomicRmw16AddU
	I64AtomicRmw32AddU
	I32AtomicRmwSub
	I64AtomicRmwSub
	I32AtomicRmw8SubU
	I32AtomicRmw16SubU
	I64AtomicRmw8SubU
	I64AtomicRmw16SubU
	I64AtomicRmw32SubU
	I32AtomicRmwAnd
	I64AtomicRmwAnd
	I32AtomicRmw8AndU
	I32AtomicRmw16AndU
	I64AtomicRmw8AndU
	I64AtomicRmw16AndU
	I64AtomicRmw32AndU
	I32AtomicRmwOr
	I64AtomicRmwOr
	I32AtomicRmw8OrU
	I32AtomicRmw16OrU
	I64AtomicRmw8OrU
	I64AtomicRmw16OrU
	I64AtomicRmw32OrU
	I32AtomicRmwXor
	I64AtomicRmwXor
	I32AtomicRmw8XorU
	I32AtomicRmw16XorU
	I64AtomicRmw8XorU
	I64AtomicRmw16XorU
	I64AtomicRmw32XorU
	I32AtomicRmwXchg
	I64AtomicRmwXchg
	I32AtomicRmw8XchgU
	I32AtomicRmw16XchgU
	I64AtomicRmw8XchgU
	I64AtomicRmw16XchgU
	I64AtomicRmw32XchgU
	I32AtomicRmwCmpxchg
	I64AtomicRmwCmpxchg
	I32AtomicRmw8CmpxchgU
	I32AtomicRmw16CmpxchgU
	I64AtomicRmw8CmpxchgU
	I64AtomicRmw16CmpxchgU
	I64AtomicRmw32CmpxchgU
)
