/**
 * @file
 * wasmer.h: what users of Wasmer know from its header beside the standard interface, as libwasmer
 * provides it: text to binary, errors, the choice of a compiler and of proposals, metering.
 *
 * The names, types and numbers are those of the header of Wasmer 7.4.2. This file was written for
 * libwasmer. What the head of wasm.h says of ownership, NULL, errors and threads holds here too.
 * Configurations, features, targets, triples, sets of CPU features, metering and middlewares are
 * for one thread at a time.
 *
 * Older names. Those of Wasmer 2 to 4 that were renamed are here too, and wasmer_wasm.h, by which
 * programs of that time include this file.
 *
 * Short names. Wasmer's header has enumerators without a prefix, such as LLVM, Call and If. All of
 * them are here, and each also with a prefix. A program to which they are in the way defines
 * WASMER_NO_SHORT_NAMES before it includes this file.
 */

#ifndef WASMER_H
#define WASMER_H

#include "wasm.h"

/** The version of Wasmer that this header is for. */
#define WASMER_VERSION "7.4.2"
#define WASMER_VERSION_MAJOR 7
#define WASMER_VERSION_MINOR 4
#define WASMER_VERSION_PATCH 2
#define WASMER_VERSION_PRE ""

/* Wasmer's header says in this way what its library was built with. */
#define WASMER_COMPILER_ENABLED
#define WASMER_MIDDLEWARES_ENABLED
#define WASMER_UNIVERSAL_ENABLED

/** The mark of ownership, see the head of wasm.h. Undefined again at the end of this file. */
#define own

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ---------------------------------------------------------------------------- */

/** The version of Wasmer that the library is made of, as WASMER_VERSION. It lives for ever. */
WASM_API_EXTERN const char *wasmer_version(void);

/** The first number of the version. */
WASM_API_EXTERN uint8_t wasmer_version_major(void);

/** The second number of the version. */
WASM_API_EXTERN uint8_t wasmer_version_minor(void);

/** The third number of the version. */
WASM_API_EXTERN uint8_t wasmer_version_patch(void);

/** What a version that is no release has behind the numbers, else "". It lives for ever. */
WASM_API_EXTERN const char *wasmer_version_pre(void);

/* ---- Errors ----------------------------------------------------------------------------- */

/**
 * The bytes of the message of the last function that failed on this thread without another way to
 * tell, with a NUL at the end; 0 if there is none. A function that works does not take it away.
 */
WASM_API_EXTERN int wasmer_last_error_length(void);

/**
 * Moves that message into `buffer`, which has `length` bytes, and gives its bytes with the NUL: 0
 * if there is none. -1 if `buffer` is NULL or too small; then the message stays.
 */
WASM_API_EXTERN int wasmer_last_error_message(char *buffer, int length);

/* ---- Text ------------------------------------------------------------------------------- */

/** A module in the text format as one in the binary format. Empty if it cannot be read. */
WASM_API_EXTERN void wat2wasm(const wasm_byte_vec_t *wat, own wasm_byte_vec_t *out);

/* ---- Compilers -------------------------------------------------------------------------- */

/** What makes code out of modules. */
typedef enum wasmer_backend_t {
    /** Good code at a good compile time: the default. */
    WASMER_BACKEND_CRANELIFT = 0,
    /** The fastest code, slow to compile. */
    WASMER_BACKEND_LLVM = 1,
    /** Compiles in one pass, and makes slower code. */
    WASMER_BACKEND_SINGLEPASS = 2,
    /** No compiler. This library has some, and deserializes modules without using them. */
    WASMER_BACKEND_HEADLESS = 3,
    /** An engine of its own, which this library does not have. */
    WASMER_BACKEND_V8 = 4,
#ifndef WASMER_NO_SHORT_NAMES
    CRANELIFT = WASMER_BACKEND_CRANELIFT,
    LLVM = WASMER_BACKEND_LLVM,
    SINGLEPASS = WASMER_BACKEND_SINGLEPASS,
    HEADLESS = WASMER_BACKEND_HEADLESS,
    V8 = WASMER_BACKEND_V8,
#endif
} wasmer_backend_t;

/** Whether engines can have the backend. */
WASM_API_EXTERN bool wasmer_is_backend_available(wasmer_backend_t);

/** Whether the library was built without any compiler: it never is. */
WASM_API_EXTERN bool wasmer_is_headless(void);

/** Chooses the backend. If it is not available, there will be no engine. */
WASM_API_EXTERN void wasm_config_set_backend(wasm_config_t *, wasmer_backend_t);

/** Whether every NaN that is computed gets the same bits, on every machine. Off by default. */
WASM_API_EXTERN void wasm_config_sys_canonicalize_nans(wasm_config_t *, bool enable);

/* ---- Names of Wasmer 2 to 4 ------------------------------------------------------------- */

/*
 * Compilers and engines as the headers of Wasmer 2, 3 and 4 named them. Programs that were written
 * for those, nginx's module and the extension for PHP among them, compile and link as they are.
 */

/** A compiler, now called a backend: CRANELIFT, LLVM, SINGLEPASS. */
typedef wasmer_backend_t wasmer_compiler_t;

/** What there was besides the compiler to choose from. */
typedef enum wasmer_engine_t {
    /** Code in memory, the only one that is left. */
    WASMER_ENGINE_UNIVERSAL = 0,
    /** Code in shared objects, given up by Wasmer 3. */
    WASMER_ENGINE_DYLIB = 1,
    /** Code in object files, given up by Wasmer 3. */
    WASMER_ENGINE_STATICLIB = 2,
#ifndef WASMER_NO_SHORT_NAMES
    UNIVERSAL = WASMER_ENGINE_UNIVERSAL,
    DYLIB = WASMER_ENGINE_DYLIB,
    STATICLIB = WASMER_ENGINE_STATICLIB,
#endif
} wasmer_engine_t;

/** As `wasm_config_set_backend`. */
WASM_API_EXTERN void wasm_config_set_compiler(wasm_config_t *, wasmer_compiler_t);

/** As `wasmer_is_backend_available`. */
WASM_API_EXTERN bool wasmer_is_compiler_available(wasmer_compiler_t);

/** Chooses the engine. If it is another than WASMER_ENGINE_UNIVERSAL, there will be none. */
WASM_API_EXTERN void wasm_config_set_engine(wasm_config_t *, wasmer_engine_t);

/** Whether it is WASMER_ENGINE_UNIVERSAL. */
WASM_API_EXTERN bool wasmer_is_engine_available(wasmer_engine_t);

/** As `wasm_config_sys_canonicalize_nans`. */
WASM_API_EXTERN void wasm_config_canonicalize_nans(wasm_config_t *, bool enable);

/* ---- Proposals -------------------------------------------------------------------------- */

/** Which proposals of WebAssembly a module may use. */
typedef struct wasmer_features_t wasmer_features_t;

/** The proposals that are on by default. */
WASM_API_EXTERN own wasmer_features_t *wasmer_features_new(void);

/** Deletes them. NULL is allowed. */
WASM_API_EXTERN void wasmer_features_delete(own wasmer_features_t *);

/** Sets the proposals of a configuration. They are taken over. */
WASM_API_EXTERN void wasm_config_set_features(wasm_config_t *, own wasmer_features_t *);

/*
 * wasmer_features_X: switches a proposal on or off. False if the features are NULL, or if it is to
 * be switched on and the library does not have it: then nothing is changed. It has neither memory64
 * nor module linking, which was given up. Exceptions are on; what a guest throws is kept until no
 * call into the store is running, 256 MiB of it at most.
 */

WASM_API_EXTERN bool wasmer_features_bulk_memory(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_exceptions(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_extended_const(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_memory64(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_module_linking(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_multi_memory(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_multi_value(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_reference_types(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_relaxed_simd(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_simd(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_tail_call(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_threads(wasmer_features_t *, bool enable);
WASM_API_EXTERN bool wasmer_features_wide_arithmetic(wasmer_features_t *, bool enable);

/* ---- Targets ---------------------------------------------------------------------------- */

/** A kind of machine and system, such as aarch64-unknown-linux-gnu. */
typedef struct wasmer_triple_t wasmer_triple_t;

/** A triple by its name. NULL if there is none of that name, or no compiler for it. */
WASM_API_EXTERN own wasmer_triple_t *wasmer_triple_new(const wasm_name_t *);

/** The triple of the machine that the program runs on. */
WASM_API_EXTERN own wasmer_triple_t *wasmer_triple_new_from_host(void);

/** Deletes it. NULL is allowed. */
WASM_API_EXTERN void wasmer_triple_delete(own wasmer_triple_t *);

/** Extensions of a processor that code may use. */
typedef struct wasmer_cpu_features_t wasmer_cpu_features_t;

/** No extensions. */
WASM_API_EXTERN own wasmer_cpu_features_t *wasmer_cpu_features_new(void);

/** Deletes them. NULL is allowed. */
WASM_API_EXTERN void wasmer_cpu_features_delete(own wasmer_cpu_features_t *);

/**
 * Adds an extension: sse2, sse3, ssse3, sse4.1, sse4.2, popcnt, avx, bmi, bmi2, avx2, fma,
 * avx512dq, avx512vl, avx512f, lzcnt, neon. False if the name is none of these.
 */
WASM_API_EXTERN bool wasmer_cpu_features_add(wasmer_cpu_features_t *, const wasm_name_t *);

/** A machine to compile for. */
typedef struct wasmer_target_t wasmer_target_t;

/** A target of both, which are taken over. */
WASM_API_EXTERN own wasmer_target_t *wasmer_target_new(
    own wasmer_triple_t *, own wasmer_cpu_features_t *);

/** Deletes it. NULL is allowed. */
WASM_API_EXTERN void wasmer_target_delete(own wasmer_target_t *);

/**
 * Sets the machine to compile for, which is taken over. A module for another machine than this
 * can be serialized, not instantiated.
 */
WASM_API_EXTERN void wasm_config_set_target(wasm_config_t *, own wasmer_target_t *);

/* ---- Modules ---------------------------------------------------------------------------- */

/** As wasm_module_new(), for any store of the engine. */
WASM_API_EXTERN own wasm_module_t *wasmer_module_new(wasm_engine_t *, const wasm_byte_vec_t *bytes);

/** The name of the module. Empty if it has none. */
WASM_API_EXTERN void wasmer_module_name(const wasm_module_t *, own wasm_name_t *out);

/**
 * Gives the module another name, which is copied, for wasmer_module_name(); frames keep showing the
 * one in the module. False if it is not UTF-8.
 */
WASM_API_EXTERN bool wasmer_module_set_name(wasm_module_t *, const wasm_name_t *);

/* ---- Frames ----------------------------------------------------------------------------- */

/*
 * Wasmer exports these two and declares them nowhere: there they return a struct of their own, also
 * called wasm_name_t, that C cannot free.
 */

/** The name of the function of a frame. Empty if it has none. */
WASM_API_EXTERN void wasm_frame_func_name(const wasm_frame_t *, own wasm_name_t *out);

/** The name of the module of a frame. Empty if it has none. */
WASM_API_EXTERN void wasm_frame_module_name(const wasm_frame_t *, own wasm_name_t *out);

/* ---- Operators -------------------------------------------------------------------------- */

/*
 * The operators of WebAssembly by the names of Wasmer's header, in the order of their numbers, as
 * lists: WASMER_OPERATORS(X) expands to X(name) for each of them.
 */

/* 0 to 209. */
#define WASMER_OPERATORS_CORE(X) \
    X(Unreachable) X(Nop) X(Block) X(Loop) X(If) X(Else) X(Try) X(Catch) X(CatchAll) X(Delegate) \
    X(Throw) X(Rethrow) X(Unwind) X(End) X(Br) X(BrIf) X(BrTable) X(Return) X(Call) \
    X(CallIndirect) X(ReturnCall) X(ReturnCallIndirect) X(Drop) X(Select) X(TypedSelect) \
    X(LocalGet) X(LocalSet) X(LocalTee) X(GlobalGet) X(GlobalSet) X(I32Load) X(I64Load) \
    X(F32Load) X(F64Load) X(I32Load8S) X(I32Load8U) X(I32Load16S) X(I32Load16U) X(I64Load8S) \
    X(I64Load8U) X(I64Load16S) X(I64Load16U) X(I64Load32S) X(I64Load32U) X(I32Store) X(I64Store) \
    X(F32Store) X(F64Store) X(I32Store8) X(I32Store16) X(I64Store8) X(I64Store16) X(I64Store32) \
    X(MemorySize) X(MemoryGrow) X(I32Const) X(I64Const) X(F32Const) X(F64Const) X(RefNull) \
    X(RefIsNull) X(RefFunc) X(I32Eqz) X(I32Eq) X(I32Ne) X(I32LtS) X(I32LtU) X(I32GtS) X(I32GtU) \
    X(I32LeS) X(I32LeU) X(I32GeS) X(I32GeU) X(I64Eqz) X(I64Eq) X(I64Ne) X(I64LtS) X(I64LtU) \
    X(I64GtS) X(I64GtU) X(I64LeS) X(I64LeU) X(I64GeS) X(I64GeU) X(F32Eq) X(F32Ne) X(F32Lt) \
    X(F32Gt) X(F32Le) X(F32Ge) X(F64Eq) X(F64Ne) X(F64Lt) X(F64Gt) X(F64Le) X(F64Ge) X(I32Clz) \
    X(I32Ctz) X(I32Popcnt) X(I32Add) X(I32Sub) X(I32Mul) X(I32DivS) X(I32DivU) X(I32RemS) \
    X(I32RemU) X(I32And) X(I32Or) X(I32Xor) X(I32Shl) X(I32ShrS) X(I32ShrU) X(I32Rotl) X(I32Rotr) \
    X(I64Clz) X(I64Ctz) X(I64Popcnt) X(I64Add) X(I64Sub) X(I64Mul) X(I64DivS) X(I64DivU) \
    X(I64RemS) X(I64RemU) X(I64And) X(I64Or) X(I64Xor) X(I64Shl) X(I64ShrS) X(I64ShrU) X(I64Rotl) \
    X(I64Rotr) X(F32Abs) X(F32Neg) X(F32Ceil) X(F32Floor) X(F32Trunc) X(F32Nearest) X(F32Sqrt) \
    X(F32Add) X(F32Sub) X(F32Mul) X(F32Div) X(F32Min) X(F32Max) X(F32Copysign) X(F64Abs) \
    X(F64Neg) X(F64Ceil) X(F64Floor) X(F64Trunc) X(F64Nearest) X(F64Sqrt) X(F64Add) X(F64Sub) \
    X(F64Mul) X(F64Div) X(F64Min) X(F64Max) X(F64Copysign) X(I32WrapI64) X(I32TruncF32S) \
    X(I32TruncF32U) X(I32TruncF64S) X(I32TruncF64U) X(I64ExtendI32S) X(I64ExtendI32U) \
    X(I64TruncF32S) X(I64TruncF32U) X(I64TruncF64S) X(I64TruncF64U) X(F32ConvertI32S) \
    X(F32ConvertI32U) X(F32ConvertI64S) X(F32ConvertI64U) X(F32DemoteF64) X(F64ConvertI32S) \
    X(F64ConvertI32U) X(F64ConvertI64S) X(F64ConvertI64U) X(F64PromoteF32) X(I32ReinterpretF32) \
    X(I64ReinterpretF64) X(F32ReinterpretI32) X(F64ReinterpretI64) X(I32Extend8S) X(I32Extend16S) \
    X(I64Extend8S) X(I64Extend16S) X(I64Extend32S) X(I32TruncSatF32S) X(I32TruncSatF32U) \
    X(I32TruncSatF64S) X(I32TruncSatF64U) X(I64TruncSatF32S) X(I64TruncSatF32U) \
    X(I64TruncSatF64S) X(I64TruncSatF64U) X(MemoryInit) X(DataDrop) X(MemoryCopy) X(MemoryFill) \
    X(TableInit) X(ElemDrop) X(TableCopy) X(TableFill) X(TableGet) X(TableSet) X(TableGrow) \
    X(TableSize)

/* 210 to 276. */
#define WASMER_OPERATORS_ATOMIC(X) \
    X(MemoryAtomicNotify) X(MemoryAtomicWait32) X(MemoryAtomicWait64) X(AtomicFence) \
    X(I32AtomicLoad) X(I64AtomicLoad) X(I32AtomicLoad8U) X(I32AtomicLoad16U) X(I64AtomicLoad8U) \
    X(I64AtomicLoad16U) X(I64AtomicLoad32U) X(I32AtomicStore) X(I64AtomicStore) \
    X(I32AtomicStore8) X(I32AtomicStore16) X(I64AtomicStore8) X(I64AtomicStore16) \
    X(I64AtomicStore32) X(I32AtomicRmwAdd) X(I64AtomicRmwAdd) X(I32AtomicRmw8AddU) \
    X(I32AtomicRmw16AddU) X(I64AtomicRmw8AddU) X(I64AtomicRmw16AddU) X(I64AtomicRmw32AddU) \
    X(I32AtomicRmwSub) X(I64AtomicRmwSub) X(I32AtomicRmw8SubU) X(I32AtomicRmw16SubU) \
    X(I64AtomicRmw8SubU) X(I64AtomicRmw16SubU) X(I64AtomicRmw32SubU) X(I32AtomicRmwAnd) \
    X(I64AtomicRmwAnd) X(I32AtomicRmw8AndU) X(I32AtomicRmw16AndU) X(I64AtomicRmw8AndU) \
    X(I64AtomicRmw16AndU) X(I64AtomicRmw32AndU) X(I32AtomicRmwOr) X(I64AtomicRmwOr) \
    X(I32AtomicRmw8OrU) X(I32AtomicRmw16OrU) X(I64AtomicRmw8OrU) X(I64AtomicRmw16OrU) \
    X(I64AtomicRmw32OrU) X(I32AtomicRmwXor) X(I64AtomicRmwXor) X(I32AtomicRmw8XorU) \
    X(I32AtomicRmw16XorU) X(I64AtomicRmw8XorU) X(I64AtomicRmw16XorU) X(I64AtomicRmw32XorU) \
    X(I32AtomicRmwXchg) X(I64AtomicRmwXchg) X(I32AtomicRmw8XchgU) X(I32AtomicRmw16XchgU) \
    X(I64AtomicRmw8XchgU) X(I64AtomicRmw16XchgU) X(I64AtomicRmw32XchgU) X(I32AtomicRmwCmpxchg) \
    X(I64AtomicRmwCmpxchg) X(I32AtomicRmw8CmpxchgU) X(I32AtomicRmw16CmpxchgU) \
    X(I64AtomicRmw8CmpxchgU) X(I64AtomicRmw16CmpxchgU) X(I64AtomicRmw32CmpxchgU)

/* 277 to 512. */
#define WASMER_OPERATORS_SIMD(X) \
    X(V128Load) X(V128Store) X(V128Const) X(I8x16Splat) X(I8x16ExtractLaneS) X(I8x16ExtractLaneU) \
    X(I8x16ReplaceLane) X(I16x8Splat) X(I16x8ExtractLaneS) X(I16x8ExtractLaneU) \
    X(I16x8ReplaceLane) X(I32x4Splat) X(I32x4ExtractLane) X(I32x4ReplaceLane) X(I64x2Splat) \
    X(I64x2ExtractLane) X(I64x2ReplaceLane) X(F32x4Splat) X(F32x4ExtractLane) X(F32x4ReplaceLane) \
    X(F64x2Splat) X(F64x2ExtractLane) X(F64x2ReplaceLane) X(I8x16Eq) X(I8x16Ne) X(I8x16LtS) \
    X(I8x16LtU) X(I8x16GtS) X(I8x16GtU) X(I8x16LeS) X(I8x16LeU) X(I8x16GeS) X(I8x16GeU) \
    X(I16x8Eq) X(I16x8Ne) X(I16x8LtS) X(I16x8LtU) X(I16x8GtS) X(I16x8GtU) X(I16x8LeS) X(I16x8LeU) \
    X(I16x8GeS) X(I16x8GeU) X(I32x4Eq) X(I32x4Ne) X(I32x4LtS) X(I32x4LtU) X(I32x4GtS) X(I32x4GtU) \
    X(I32x4LeS) X(I32x4LeU) X(I32x4GeS) X(I32x4GeU) X(I64x2Eq) X(I64x2Ne) X(I64x2LtS) X(I64x2GtS) \
    X(I64x2LeS) X(I64x2GeS) X(F32x4Eq) X(F32x4Ne) X(F32x4Lt) X(F32x4Gt) X(F32x4Le) X(F32x4Ge) \
    X(F64x2Eq) X(F64x2Ne) X(F64x2Lt) X(F64x2Gt) X(F64x2Le) X(F64x2Ge) X(V128Not) X(V128And) \
    X(V128AndNot) X(V128Or) X(V128Xor) X(V128Bitselect) X(V128AnyTrue) X(I8x16Abs) X(I8x16Neg) \
    X(I8x16AllTrue) X(I8x16Bitmask) X(I8x16Shl) X(I8x16ShrS) X(I8x16ShrU) X(I8x16Add) \
    X(I8x16AddSatS) X(I8x16AddSatU) X(I8x16Sub) X(I8x16SubSatS) X(I8x16SubSatU) X(I8x16MinS) \
    X(I8x16MinU) X(I8x16MaxS) X(I8x16MaxU) X(I8x16Popcnt) X(I16x8Abs) X(I16x8Neg) X(I16x8AllTrue) \
    X(I16x8Bitmask) X(I16x8Shl) X(I16x8ShrS) X(I16x8ShrU) X(I16x8Add) X(I16x8AddSatS) \
    X(I16x8AddSatU) X(I16x8Sub) X(I16x8SubSatS) X(I16x8SubSatU) X(I16x8Mul) X(I16x8MinS) \
    X(I16x8MinU) X(I16x8MaxS) X(I16x8MaxU) X(I16x8ExtAddPairwiseI8x16S) \
    X(I16x8ExtAddPairwiseI8x16U) X(I32x4Abs) X(I32x4Neg) X(I32x4AllTrue) X(I32x4Bitmask) \
    X(I32x4Shl) X(I32x4ShrS) X(I32x4ShrU) X(I32x4Add) X(I32x4Sub) X(I32x4Mul) X(I32x4MinS) \
    X(I32x4MinU) X(I32x4MaxS) X(I32x4MaxU) X(I32x4DotI16x8S) X(I32x4ExtAddPairwiseI16x8S) \
    X(I32x4ExtAddPairwiseI16x8U) X(I64x2Abs) X(I64x2Neg) X(I64x2AllTrue) X(I64x2Bitmask) \
    X(I64x2Shl) X(I64x2ShrS) X(I64x2ShrU) X(I64x2Add) X(I64x2Sub) X(I64x2Mul) X(F32x4Ceil) \
    X(F32x4Floor) X(F32x4Trunc) X(F32x4Nearest) X(F64x2Ceil) X(F64x2Floor) X(F64x2Trunc) \
    X(F64x2Nearest) X(F32x4Abs) X(F32x4Neg) X(F32x4Sqrt) X(F32x4Add) X(F32x4Sub) X(F32x4Mul) \
    X(F32x4Div) X(F32x4Min) X(F32x4Max) X(F32x4PMin) X(F32x4PMax) X(F64x2Abs) X(F64x2Neg) \
    X(F64x2Sqrt) X(F64x2Add) X(F64x2Sub) X(F64x2Mul) X(F64x2Div) X(F64x2Min) X(F64x2Max) \
    X(F64x2PMin) X(F64x2PMax) X(I32x4TruncSatF32x4S) X(I32x4TruncSatF32x4U) X(F32x4ConvertI32x4S) \
    X(F32x4ConvertI32x4U) X(I8x16Swizzle) X(I8x16Shuffle) X(V128Load8Splat) X(V128Load16Splat) \
    X(V128Load32Splat) X(V128Load32Zero) X(V128Load64Splat) X(V128Load64Zero) \
    X(I8x16NarrowI16x8S) X(I8x16NarrowI16x8U) X(I16x8NarrowI32x4S) X(I16x8NarrowI32x4U) \
    X(I16x8ExtendLowI8x16S) X(I16x8ExtendHighI8x16S) X(I16x8ExtendLowI8x16U) \
    X(I16x8ExtendHighI8x16U) X(I32x4ExtendLowI16x8S) X(I32x4ExtendHighI16x8S) \
    X(I32x4ExtendLowI16x8U) X(I32x4ExtendHighI16x8U) X(I64x2ExtendLowI32x4S) \
    X(I64x2ExtendHighI32x4S) X(I64x2ExtendLowI32x4U) X(I64x2ExtendHighI32x4U) \
    X(I16x8ExtMulLowI8x16S) X(I16x8ExtMulHighI8x16S) X(I16x8ExtMulLowI8x16U) \
    X(I16x8ExtMulHighI8x16U) X(I32x4ExtMulLowI16x8S) X(I32x4ExtMulHighI16x8S) \
    X(I32x4ExtMulLowI16x8U) X(I32x4ExtMulHighI16x8U) X(I64x2ExtMulLowI32x4S) \
    X(I64x2ExtMulHighI32x4S) X(I64x2ExtMulLowI32x4U) X(I64x2ExtMulHighI32x4U) X(V128Load8x8S) \
    X(V128Load8x8U) X(V128Load16x4S) X(V128Load16x4U) X(V128Load32x2S) X(V128Load32x2U) \
    X(V128Load8Lane) X(V128Load16Lane) X(V128Load32Lane) X(V128Load64Lane) X(V128Store8Lane) \
    X(V128Store16Lane) X(V128Store32Lane) X(V128Store64Lane) X(I8x16RoundingAverageU) \
    X(I16x8RoundingAverageU) X(I16x8Q15MulrSatS) X(F32x4DemoteF64x2Zero) X(F64x2PromoteLowF32x4) \
    X(F64x2ConvertLowI32x4S) X(F64x2ConvertLowI32x4U) X(I32x4TruncSatF64x2SZero) \
    X(I32x4TruncSatF64x2UZero)

/* 513 to 533. */
#define WASMER_OPERATORS_RELAXED_SIMD(X) \
    X(I8x16RelaxedSwizzle) X(I32x4RelaxedTruncSatF32x4S) X(I32x4RelaxedTruncSatF32x4U) \
    X(I32x4RelaxedTruncSatF64x2SZero) X(I32x4RelaxedTruncSatF64x2UZero) X(F32x4Fma) X(F32x4Fms) \
    X(F64x2Fma) X(F64x2Fms) X(I8x16LaneSelect) X(I16x8LaneSelect) X(I32x4LaneSelect) \
    X(I64x2LaneSelect) X(F32x4RelaxedMin) X(F32x4RelaxedMax) X(F64x2RelaxedMin) \
    X(F64x2RelaxedMax) X(I16x8RelaxedQ15mulrS) X(I16x8DotI8x16I7x16S) X(I32x4DotI8x16I7x16AddS) \
    X(F32x4RelaxedDotBf16x8AddF32x4)

#define WASMER_OPERATORS(X) \
    WASMER_OPERATORS_CORE(X) WASMER_OPERATORS_ATOMIC(X) \
    WASMER_OPERATORS_SIMD(X) WASMER_OPERATORS_RELAXED_SIMD(X)

/* For the enumeration below only. */
#define WASMER_OPERATOR_LONG(name) WASMER_OPERATOR_##name,
#define WASMER_OPERATOR_SHORT(name) name = WASMER_OPERATOR_##name,

/**
 * An operator: WASMER_OPERATOR_Unreachable = 0, WASMER_OPERATOR_Nop = 1 and so on, and the same
 * without the prefix.
 */
typedef enum wasmer_parser_operator_t {
    WASMER_OPERATORS(WASMER_OPERATOR_LONG)
#ifndef WASMER_NO_SHORT_NAMES
    WASMER_OPERATORS(WASMER_OPERATOR_SHORT)
#endif
} wasmer_parser_operator_t;

#undef WASMER_OPERATOR_LONG
#undef WASMER_OPERATOR_SHORT

/* ---- Metering --------------------------------------------------------------------------- */

/** Has modules pay for what they execute. */
typedef struct wasmer_metering_t wasmer_metering_t;

/** Something that changes modules while they are compiled. */
typedef struct wasmer_middleware_t wasmer_middleware_t;

/**
 * The cost of an operator, in points. UINT32_MAX is the most.
 */
typedef uint64_t (*wasmer_metering_cost_function_t)(enum wasmer_parser_operator_t wasm_operator);

/**
 * Metering with which an instance starts with `initial_limit` points. The guest traps as
 * unreachable when its points do not suffice. `cost_function` is asked once for each operator,
 * before this returns, and not kept. Operators that have no number cost nothing. NULL if `cost_function` is NULL or a cost is too high.
 */
WASM_API_EXTERN own wasmer_metering_t *wasmer_metering_new(
    uint64_t initial_limit, wasmer_metering_cost_function_t cost_function);

/** Deletes it. NULL is allowed. */
WASM_API_EXTERN void wasmer_metering_delete(own wasmer_metering_t *);

/** The metering, which is taken over, as a middleware. */
WASM_API_EXTERN own wasmer_middleware_t *wasmer_metering_as_middleware(own wasmer_metering_t *);

/** Sets the middleware of a configuration, which is taken over. Only the last one counts. */
WASM_API_EXTERN void wasm_config_push_middleware(wasm_config_t *, own wasmer_middleware_t *);

/** The points left. UINT64_MAX if they did not suffice, or if the module was not metered. */
WASM_API_EXTERN uint64_t wasmer_metering_get_remaining_points(wasm_instance_t *);

/** Whether the points did not suffice. */
WASM_API_EXTERN bool wasmer_metering_points_are_exhausted(wasm_instance_t *);

/** Sets the points left, and forgets that they did not suffice. */
WASM_API_EXTERN void wasmer_metering_set_remaining_points(wasm_instance_t *, uint64_t new_limit);

/* ---- WASI ------------------------------------------------------------------------------- */

/* Wasmer's header says in this way that its library has WASI. */
#define WASMER_WASI_ENABLED

/** What a guest is given: arguments, variables, streams, directories. For one thread at a time. */
typedef struct wasi_config_t wasi_config_t;

/** What a guest has. It belongs to a store. */
typedef struct wasi_env_t wasi_env_t;

/** Versions of WASI, as far as they are told apart here. */
typedef enum wasi_version_t {
    /** The module imports nothing of WASI's. */
    INVALID_VERSION = -1,
    /** Never told of a module. */
    LATEST = 0,
    /** wasi_unstable */
    SNAPSHOT0 = 1,
    /** wasi_snapshot_preview1 */
    SNAPSHOT1 = 2,
    /** WASIX is not in this library; the numbers are Wasmer's. */
    WASIX32V1 = 3,
    WASIX64V1 = 4
} wasi_version_t;

/**
 * Makes a configuration with the name of the program as the first argument. The streams are those of
 * the process until something else is said. NULL on failure.
 */
WASM_API_EXTERN own wasi_config_t *wasi_config_new(const char *program_name);

/** Adds an argument. */
WASM_API_EXTERN void wasi_config_arg(wasi_config_t *, const char *arg);

/** Adds a variable. */
WASM_API_EXTERN void wasi_config_env(wasi_config_t *, const char *key, const char *value);

/** Gives the guest a directory of the host's, by the same name. False if it cannot be opened. */
WASM_API_EXTERN bool wasi_config_preopen_dir(wasi_config_t *, const char *dir);

/** Gives the guest a directory of the host's, by the name `alias`. */
WASM_API_EXTERN bool wasi_config_mapdir(wasi_config_t *, const char *alias, const char *dir);

/** Keeps what the guest writes to standard output, for wasi_env_read_stdout; 64 MiB at most. */
WASM_API_EXTERN void wasi_config_capture_stdout(wasi_config_t *);
WASM_API_EXTERN void wasi_config_inherit_stdout(wasi_config_t *);

/** Keeps what the guest writes to standard error, for wasi_env_read_stderr; 64 MiB at most. */
WASM_API_EXTERN void wasi_config_capture_stderr(wasi_config_t *);
WASM_API_EXTERN void wasi_config_inherit_stderr(wasi_config_t *);
WASM_API_EXTERN void wasi_config_inherit_stdin(wasi_config_t *);

/** Makes what a guest has. The configuration is taken over. NULL on failure. */
WASM_API_EXTERN own wasi_env_t *wasi_env_new(wasm_store_t *, own wasi_config_t *);

/** Deletes it. NULL is allowed. Functions that were made for it go on. */
WASM_API_EXTERN void wasi_env_delete(own wasi_env_t *);

/**
 * The memory that the guest's functions use, for a guest that exports none by the name "memory".
 */
WASM_API_EXTERN void wasi_env_set_memory(wasi_env_t *, const wasm_memory_t *);

/**
 * Moves what was captured to a buffer, `buffer_len` bytes at most, and gives how many. 0 if there is
 * nothing now, -1 on failure and if the output is not captured. Any thread may do so while the guest runs.
 */
WASM_API_EXTERN intptr_t wasi_env_read_stdout(wasi_env_t *, char *buffer, size_t buffer_len);
WASM_API_EXTERN intptr_t wasi_env_read_stderr(wasi_env_t *, char *buffer, size_t buffer_len);

/** The version of WASI that a module imports. */
WASM_API_EXTERN wasi_version_t wasi_get_wasi_version(const wasm_module_t *);

/**
 * Makes the functions of WASI that a module imports: a vector for all of its imports, in its order, in
 * which those that are not WASI's are NULL, for the program to fill in. False on failure.
 */
WASM_API_EXTERN bool wasi_get_imports(
    const wasm_store_t *, wasi_env_t *, const wasm_module_t *, own wasm_extern_vec_t *imports);

/**
 * Initializes an instance: calls what it exports as "_initialize", if it does. False if that fails.
 */
WASM_API_EXTERN bool wasi_env_initialize_instance(
    wasi_env_t *, wasm_store_t *, wasm_instance_t *);

/**
 * What an instance exports as "_start"; NULL if it exports none. A guest that exits, be it with 0, ends
 * its call by a trap. libwasmer_error_exit_code tells the code of it.
 */
WASM_API_EXTERN own wasm_func_t *wasi_get_start_function(wasm_instance_t *);

/** An external with the names by which it is imported. */
typedef struct wasmer_named_extern_t wasmer_named_extern_t;

typedef struct wasmer_named_extern_vec_t {
    size_t size;
    wasmer_named_extern_t **data;
} wasmer_named_extern_vec_t;

WASM_API_EXTERN void wasmer_named_extern_vec_new_empty(own wasmer_named_extern_vec_t *out);
WASM_API_EXTERN void wasmer_named_extern_vec_new_uninitialized(
    own wasmer_named_extern_vec_t *out, size_t);
WASM_API_EXTERN void wasmer_named_extern_vec_new(
    own wasmer_named_extern_vec_t *out, size_t, own wasmer_named_extern_t *const[]);
WASM_API_EXTERN void wasmer_named_extern_vec_copy(
    own wasmer_named_extern_vec_t *out, const wasmer_named_extern_vec_t *);
WASM_API_EXTERN void wasmer_named_extern_vec_delete(own wasmer_named_extern_vec_t *);

/** The names, and the external, which belong to it. */
WASM_API_EXTERN const wasm_name_t *wasmer_named_extern_module(const wasmer_named_extern_t *);
WASM_API_EXTERN const wasm_name_t *wasmer_named_extern_name(const wasmer_named_extern_t *);
WASM_API_EXTERN const wasm_extern_t *wasmer_named_extern_unwrap(const wasmer_named_extern_t *);

/** What a module imports of WASI, with names, and nothing else. False on failure. */
WASM_API_EXTERN bool wasi_get_unordered_imports(
    wasi_env_t *, const wasm_module_t *, own wasmer_named_extern_vec_t *imports);

#ifdef __cplusplus
} /* extern "C" */
#endif

#undef own

#endif /* WASMER_H */
