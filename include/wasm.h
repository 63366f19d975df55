/**
 * @file
 * wasm.h: the standard C interface to WebAssembly, as libwasmer provides it.
 *
 * The interface is that of WebAssembly/wasm-c-api of 2025-01, with the tag types of 2026-03: the
 * same names, types, macros and numbers, so that a program written for it compiles and links
 * unchanged. This file was written for libwasmer; where the standard leaves something open, the
 * text here says what this library does. The names that other users of Wasmer know beside the
 * standard are in wasmer.h, the interface that goes further is in libwasmer.h. All three may be
 * included together, in any order.
 *
 * Module, instance, function, memory, table, global, trap and the like mean what they mean in the
 * WebAssembly core specification 2.0. What follows holds for every function below.
 *
 * Ownership. The word `own` expands to nothing and marks who has to free:
 *   - `own T *` as a result: the caller got it and frees it by the `_delete` function of its type;
 *   - `own T *` as a parameter: the function takes it over, also if it fails; the caller must not
 *     use it any more. Of an `own` vector that is passed in, the contents are taken over; the
 *     struct stays the caller's and is empty then;
 *   - `own T *out`: the struct belongs to the caller, what the function writes into it does too
 *     and is freed by `_delete`. What the struct held before is not looked at, and not freed;
 *   - without `own`: borrowed. The function keeps no pointer that it was given, and what a result
 *     points to lives as long as the object that was asked.
 * An owned vector owns its elements.
 *
 * Objects. Whatever is not a plain struct is counted. A `_copy` is one more owner of the same
 * object, a `_delete` one owner less. An object keeps what it needs: a store goes with the last
 * object that is in it, so everything may be deleted in any order. What is in a store stays there
 * until the store goes, as one thing may refer to the other, but for these, which go with their
 * last owner: a host function that was never used, a foreign object that never got into wasm, and
 * an instance whose exports were never asked for and whose module has no imports, memories, tables,
 * globals and tags. A store holds LIBWASMER_LIMIT_INSTANCES instances (libwasmer.h: 10,000) at
 * most: a program that makes instances for ever uses more than one.
 *
 * NULL. `_delete(NULL)` does nothing. Any other function that is given NULL where it needs an
 * object does nothing and gives NULL, 0, false or an empty vector, unless its text says more.
 *
 * Errors. A function that gives a pointer gives NULL if it fails, one that gives bool gives false,
 * one that fills a vector leaves it empty. A failed call or instantiation gives a trap with a
 * message; for everything else the message is at wasmer_last_error_message() of wasmer.h, for the
 * thread that called. A panic inside of the library is caught, and is such an error too.
 *
 * Threads. Anything may be deleted on any thread. Configurations and vectors are for one thread at
 * a time. Engines, types, modules, traps and frames may be used by any number of threads at once.
 * What lives in a store may be used by one thread at a time, no matter which, and this is checked:
 * a thread that comes while another is in the store gets a trap, NULL or false at once. It does
 * not wait. Nobody may use an object while or after the last owner deletes it.
 *
 * Values. A value of type v128 cannot be passed through this interface. Its type is shown with the
 * kind number 4, see `LIBWASMER_VALUE_V128` in libwasmer.h.
 */

#ifndef WASM_H
#define WASM_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * What stands before every function of the library. With Microsoft's compiler a program that links
 * the static library defines LIBWASM_STATIC first. A program may also define WASM_API_EXTERN.
 */
#ifndef WASM_API_EXTERN
#if defined(_WIN32) && !defined(__MINGW32__) && !defined(LIBWASM_STATIC)
#define WASM_API_EXTERN __declspec(dllimport)
#else
#define WASM_API_EXTERN
#endif
#endif

/**
 * The mark of ownership, see the head of this file. Undefined again at its end.
 */
#define own

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Numbers ---------------------------------------------------------------------------- */

/** A byte of a memory, a module or a name. */
typedef char byte_t;

/** A value of the type f32. */
typedef float float32_t;

/** A value of the type f64. */
typedef double float64_t;

/* What the layouts below rest on. Array types, as C99 has no static_assert. */
typedef char libwasmer_assert_float32_t[sizeof(float32_t) == 4 ? 1 : -1];
typedef char libwasmer_assert_float64_t[sizeof(float64_t) == 8 ? 1 : -1];
typedef char libwasmer_assert_pointer_t[sizeof(void *) == 4 || sizeof(void *) == 8 ? 1 : -1];

/* ---- Macros that declare families of functions ------------------------------------------ */

/* The bodies do without `own`, so that they can be used where it is no longer defined. */

/**
 * An object that is only handled by pointer, and the function that gives it back.
 *
 *   void wasm_X_delete(own wasm_X_t *)
 *     Gives back one owner's share of the object. NULL is allowed. On any thread.
 */
#define WASM_DECLARE_OWN(name) \
    typedef struct wasm_##name##_t wasm_##name##_t; \
    WASM_API_EXTERN void wasm_##name##_delete(wasm_##name##_t *);

/**
 * A vector: a plain struct of a size and a pointer to as many elements. The elements are structs
 * if `ptr_or_none` is empty, and owned pointers if it is `*`; these may be NULL. A vector of size 0
 * may have `data` NULL; any other must not. The data of a vector that is given to `_delete`, or to
 * a parameter that is `own`, must come from these functions or from malloc.
 *
 *   void wasm_X_vec_new_empty(own wasm_X_vec_t *out)
 *     An empty vector: size 0, data NULL.
 *   void wasm_X_vec_new_uninitialized(own wasm_X_vec_t *out, size_t size)
 *     A vector of `size` elements to be filled in. Here their bytes are zero.
 *   void wasm_X_vec_new(own wasm_X_vec_t *out, size_t size, own wasm_X_t [*] const elements[])
 *     A vector of `size` elements, moved from the array: the vector owns them now. The array
 *     itself is copied and stays the caller's. If it fails, the elements do too.
 *   void wasm_X_vec_copy(own wasm_X_vec_t *out, const wasm_X_vec_t *)
 *     A copy, with a copy of each element.
 *   void wasm_X_vec_delete(own wasm_X_vec_t *)
 *     Deletes the elements and frees the data. The struct is empty then. NULL is allowed.
 *
 * A size that the system has no memory for gives an empty vector.
 */
#define WASM_DECLARE_VEC(name, ptr_or_none) \
    typedef struct wasm_##name##_vec_t { \
        size_t size; \
        wasm_##name##_t ptr_or_none *data; \
    } wasm_##name##_vec_t; \
    WASM_API_EXTERN void wasm_##name##_vec_new_empty(wasm_##name##_vec_t *out); \
    WASM_API_EXTERN void wasm_##name##_vec_new_uninitialized(wasm_##name##_vec_t *out, size_t); \
    WASM_API_EXTERN void wasm_##name##_vec_new( \
        wasm_##name##_vec_t *out, size_t, wasm_##name##_t ptr_or_none const[]); \
    WASM_API_EXTERN void wasm_##name##_vec_copy( \
        wasm_##name##_vec_t *out, const wasm_##name##_vec_t *); \
    WASM_API_EXTERN void wasm_##name##_vec_delete(wasm_##name##_vec_t *);

/**
 * A type: an object that never changes, and vectors of it.
 *
 *   own wasm_X_t *wasm_X_copy(const wasm_X_t *)
 *     Another owner of the type, also of one that is borrowed. NULL gives NULL.
 */
#define WASM_DECLARE_TYPE(name) \
    WASM_DECLARE_OWN(name) \
    WASM_DECLARE_VEC(name, *) \
    WASM_API_EXTERN wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *);

/**
 * An object with an identity, to which the host can attach a pointer.
 *
 *   own wasm_X_t *wasm_X_copy(const wasm_X_t *)
 *     Another owner of the same object. NULL gives NULL.
 *   bool wasm_X_same(const wasm_X_t *, const wasm_X_t *)
 *     Whether both are the same object, however each was come by. NULL is the same as nothing.
 *   void *wasm_X_get_host_info(const wasm_X_t *)
 *     The pointer attached last, NULL if there is none.
 *   void wasm_X_set_host_info(wasm_X_t *, void *info)
 *     Attaches a pointer that the library never follows.
 *   void wasm_X_set_host_info_with_finalizer(wasm_X_t *, void *info, void (*finalizer)(void *))
 *     The same, and `finalizer` is called with `info` when the object is gone or when other info
 *     replaces it: once, on the thread that did that. `finalizer` may be NULL.
 *
 * Info belongs to the object, not to a pointer to it: it is found again through any other way to
 * the object. It goes at once when it is replaced; of a trap, a module or a foreign object with
 * the last owner (of a foreign object that went into wasm, with the store); of an instance with
 * the last owner, if nothing else leads to it; of anything else with its store.
 */
#define WASM_DECLARE_REF_BASE(name) \
    WASM_DECLARE_OWN(name) \
    WASM_API_EXTERN wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *); \
    WASM_API_EXTERN bool wasm_##name##_same(const wasm_##name##_t *, const wasm_##name##_t *); \
    WASM_API_EXTERN void *wasm_##name##_get_host_info(const wasm_##name##_t *); \
    WASM_API_EXTERN void wasm_##name##_set_host_info(wasm_##name##_t *, void *); \
    WASM_API_EXTERN void wasm_##name##_set_host_info_with_finalizer( \
        wasm_##name##_t *, void *, void (*)(void *));

/**
 * Such an object that can stand for a reference, that is, for a value.
 *
 *   wasm_ref_t *wasm_X_as_ref(wasm_X_t *)
 *   const wasm_ref_t *wasm_X_as_ref_const(const wasm_X_t *)
 *     The object seen as a reference: borrowed, it lives as long as the pointer passed in.
 *   wasm_X_t *wasm_ref_as_X(wasm_ref_t *)
 *   const wasm_X_t *wasm_ref_as_X_const(const wasm_ref_t *)
 *     Back again, borrowed in the same way. NULL if the reference is to something else.
 */
#define WASM_DECLARE_REF(name) \
    WASM_DECLARE_REF_BASE(name) \
    WASM_API_EXTERN wasm_ref_t *wasm_##name##_as_ref(wasm_##name##_t *); \
    WASM_API_EXTERN wasm_##name##_t *wasm_ref_as_##name(wasm_ref_t *); \
    WASM_API_EXTERN const wasm_ref_t *wasm_##name##_as_ref_const(const wasm_##name##_t *); \
    WASM_API_EXTERN const wasm_##name##_t *wasm_ref_as_##name##_const(const wasm_ref_t *);

/**
 * Such an object that can be taken to other stores and threads.
 *
 *   own wasm_shared_X_t *wasm_X_share(const wasm_X_t *)
 *     A form of the object that belongs to no store.
 *   own wasm_X_t *wasm_X_obtain(wasm_store_t *, const wasm_shared_X_t *)
 *     The object for a store, of any thread. NULL if the store cannot have it.
 */
#define WASM_DECLARE_SHARABLE_REF(name) \
    WASM_DECLARE_REF(name) \
    WASM_DECLARE_OWN(shared_##name) \
    WASM_API_EXTERN wasm_shared_##name##_t *wasm_##name##_share(const wasm_##name##_t *); \
    WASM_API_EXTERN wasm_##name##_t *wasm_##name##_obtain( \
        wasm_store_t *, const wasm_shared_##name##_t *);

/** Initializes a vector that has no elements. */
#define WASM_EMPTY_VEC {0, NULL}

/** Initializes a vector that borrows an array. It must not be deleted. */
#define WASM_ARRAY_VEC(array) {sizeof(array) / sizeof(*(array)), array}

/* ---- Bytes and names -------------------------------------------------------------------- */

typedef byte_t wasm_byte_t;

/** Bytes: a module, serialized or not, or text. */
WASM_DECLARE_VEC(byte, )

/** Text in UTF-8. It may contain a NUL and need not end in one. */
typedef wasm_byte_vec_t wasm_name_t;

/* The functions of names are those of bytes. */
#define wasm_name wasm_byte_vec
#define wasm_name_new wasm_byte_vec_new
#define wasm_name_new_empty wasm_byte_vec_new_empty
#define wasm_name_new_uninitialized wasm_byte_vec_new_uninitialized
#define wasm_name_copy wasm_byte_vec_copy
#define wasm_name_delete wasm_byte_vec_delete

/** The spelling of the standard. */
#define wasm_name_new_new_uninitialized wasm_byte_vec_new_uninitialized

/** A name from a C string, without its NUL. The string is copied; it must not be NULL. */
static inline void wasm_name_new_from_string(own wasm_name_t *out, const char *s)
{
    wasm_byte_vec_new(out, strlen(s), s);
}

/** A name from a C string, with its NUL counted, as a message needs. The string is copied. */
static inline void wasm_name_new_from_string_nt(own wasm_name_t *out, const char *s)
{
    wasm_byte_vec_new(out, strlen(s) + 1, s);
}

/* ---- Configuration, engine, store ------------------------------------------------------- */

/** What an engine is to be like. wasmer.h has the functions that set something. */
WASM_DECLARE_OWN(config)

/** A configuration with the defaults. */
WASM_API_EXTERN own wasm_config_t *wasm_config_new(void);

/** A compiler. One for the process is enough. */
WASM_DECLARE_OWN(engine)

/** An engine with the defaults. NULL if there is no compiler for this machine. */
WASM_API_EXTERN own wasm_engine_t *wasm_engine_new(void);

/** An engine as configured. NULL if the library cannot do what the configuration asks for. */
WASM_API_EXTERN own wasm_engine_t *wasm_engine_new_with_config(own wasm_config_t *);

/** The place where instances and all that they have live. Nothing goes from one to another. */
WASM_DECLARE_OWN(store)

/** An empty store. The engine is kept as long as it is needed. */
WASM_API_EXTERN own wasm_store_t *wasm_store_new(wasm_engine_t *);

/* ---- Types of values -------------------------------------------------------------------- */

/** Whether a global can be set. */
typedef uint8_t wasm_mutability_t;

enum wasm_mutability_enum {
    WASM_CONST = 0,
    WASM_VAR = 1
};

/** The least size of a memory or a table, and the most it may grow to. */
typedef struct wasm_limits_t {
    uint32_t min;
    uint32_t max;
} wasm_limits_t;

/** The `max` that means: no limit given. */
static const uint32_t wasm_limits_max_default = 0xffffffffu;

/** What kind a value is of. There may be others than those below, see the head of this file. */
typedef uint8_t wasm_valkind_t;

enum wasm_valkind_enum {
    WASM_I32 = 0,
    WASM_I64 = 1,
    WASM_F32 = 2,
    WASM_F64 = 3,
    /* Below 128 are numbers, from here on references. */
    WASM_EXTERNREF = 128,
    WASM_FUNCREF = 129
};

/** The type of a value. */
WASM_DECLARE_TYPE(valtype)

/** The type of a kind. NULL if there is no such kind. */
WASM_API_EXTERN own wasm_valtype_t *wasm_valtype_new(wasm_valkind_t);

/** The kind of a type. */
WASM_API_EXTERN wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t *);

/** Whether values of the kind are numbers. */
static inline bool wasm_valkind_is_num(wasm_valkind_t kind)
{
    return kind < WASM_EXTERNREF;
}

/** Whether values of the kind are references. */
static inline bool wasm_valkind_is_ref(wasm_valkind_t kind)
{
    return !wasm_valkind_is_num(kind);
}

/** Whether values of the type are numbers. */
static inline bool wasm_valtype_is_num(const wasm_valtype_t *type)
{
    return wasm_valkind_is_num(wasm_valtype_kind(type));
}

/** Whether values of the type are references. */
static inline bool wasm_valtype_is_ref(const wasm_valtype_t *type)
{
    return wasm_valkind_is_ref(wasm_valtype_kind(type));
}

/* One function for each type of the standard; they give what wasm_valtype_new() gives. */

static inline own wasm_valtype_t *wasm_valtype_new_i32(void)
{
    return wasm_valtype_new(WASM_I32);
}

static inline own wasm_valtype_t *wasm_valtype_new_i64(void)
{
    return wasm_valtype_new(WASM_I64);
}

static inline own wasm_valtype_t *wasm_valtype_new_f32(void)
{
    return wasm_valtype_new(WASM_F32);
}

static inline own wasm_valtype_t *wasm_valtype_new_f64(void)
{
    return wasm_valtype_new(WASM_F64);
}

static inline own wasm_valtype_t *wasm_valtype_new_externref(void)
{
    return wasm_valtype_new(WASM_EXTERNREF);
}

static inline own wasm_valtype_t *wasm_valtype_new_funcref(void)
{
    return wasm_valtype_new(WASM_FUNCREF);
}

/* ---- Types of functions ----------------------------------------------------------------- */

/** The parameters and results of a function. */
WASM_DECLARE_TYPE(functype)

/**
 * A type of functions. The contents of both vectors are taken over; NULL for one gives NULL, and
 * so does a vector with an element that is NULL.
 */
WASM_API_EXTERN own wasm_functype_t *wasm_functype_new(
    own wasm_valtype_vec_t *params, own wasm_valtype_vec_t *results);

/** The parameters: borrowed from the type. */
WASM_API_EXTERN const wasm_valtype_vec_t *wasm_functype_params(const wasm_functype_t *);

/** The results: borrowed from the type. */
WASM_API_EXTERN const wasm_valtype_vec_t *wasm_functype_results(const wasm_functype_t *);

/** Serves the functions below and is no part of the standard. */
static inline own wasm_functype_t *libwasmer_wasm_functype_of(
    size_t param_count, own wasm_valtype_t *const params[],
    size_t result_count, own wasm_valtype_t *const results[])
{
    wasm_valtype_vec_t ps = WASM_EMPTY_VEC;
    wasm_valtype_vec_t rs = WASM_EMPTY_VEC;
    if (param_count > 0)
        wasm_valtype_vec_new(&ps, param_count, params);
    if (result_count > 0)
        wasm_valtype_vec_new(&rs, result_count, results);
    return wasm_functype_new(&ps, &rs);
}

/*
 * wasm_functype_new_P_R: a type of functions with P parameters and R results, up to three and two.
 * The types passed in are taken over.
 */

static inline own wasm_functype_t *wasm_functype_new_0_0(void)
{
    return libwasmer_wasm_functype_of(0, NULL, 0, NULL);
}

static inline own wasm_functype_t *wasm_functype_new_1_0(own wasm_valtype_t *p)
{
    return libwasmer_wasm_functype_of(1, &p, 0, NULL);
}

static inline own wasm_functype_t *wasm_functype_new_2_0(
    own wasm_valtype_t *p1, own wasm_valtype_t *p2)
{
    wasm_valtype_t *params[] = {p1, p2};
    return libwasmer_wasm_functype_of(2, params, 0, NULL);
}

static inline own wasm_functype_t *wasm_functype_new_3_0(
    own wasm_valtype_t *p1, own wasm_valtype_t *p2, own wasm_valtype_t *p3)
{
    wasm_valtype_t *params[] = {p1, p2, p3};
    return libwasmer_wasm_functype_of(3, params, 0, NULL);
}

static inline own wasm_functype_t *wasm_functype_new_0_1(own wasm_valtype_t *r)
{
    return libwasmer_wasm_functype_of(0, NULL, 1, &r);
}

static inline own wasm_functype_t *wasm_functype_new_1_1(
    own wasm_valtype_t *p, own wasm_valtype_t *r)
{
    return libwasmer_wasm_functype_of(1, &p, 1, &r);
}

static inline own wasm_functype_t *wasm_functype_new_2_1(
    own wasm_valtype_t *p1, own wasm_valtype_t *p2, own wasm_valtype_t *r)
{
    wasm_valtype_t *params[] = {p1, p2};
    return libwasmer_wasm_functype_of(2, params, 1, &r);
}

static inline own wasm_functype_t *wasm_functype_new_3_1(
    own wasm_valtype_t *p1, own wasm_valtype_t *p2, own wasm_valtype_t *p3, own wasm_valtype_t *r)
{
    wasm_valtype_t *params[] = {p1, p2, p3};
    return libwasmer_wasm_functype_of(3, params, 1, &r);
}

static inline own wasm_functype_t *wasm_functype_new_0_2(
    own wasm_valtype_t *r1, own wasm_valtype_t *r2)
{
    wasm_valtype_t *results[] = {r1, r2};
    return libwasmer_wasm_functype_of(0, NULL, 2, results);
}

static inline own wasm_functype_t *wasm_functype_new_1_2(
    own wasm_valtype_t *p, own wasm_valtype_t *r1, own wasm_valtype_t *r2)
{
    wasm_valtype_t *results[] = {r1, r2};
    return libwasmer_wasm_functype_of(1, &p, 2, results);
}

static inline own wasm_functype_t *wasm_functype_new_2_2(
    own wasm_valtype_t *p1, own wasm_valtype_t *p2,
    own wasm_valtype_t *r1, own wasm_valtype_t *r2)
{
    wasm_valtype_t *params[] = {p1, p2};
    wasm_valtype_t *results[] = {r1, r2};
    return libwasmer_wasm_functype_of(2, params, 2, results);
}

static inline own wasm_functype_t *wasm_functype_new_3_2(
    own wasm_valtype_t *p1, own wasm_valtype_t *p2, own wasm_valtype_t *p3,
    own wasm_valtype_t *r1, own wasm_valtype_t *r2)
{
    wasm_valtype_t *params[] = {p1, p2, p3};
    wasm_valtype_t *results[] = {r1, r2};
    return libwasmer_wasm_functype_of(3, params, 2, results);
}

/* ---- Types of globals, tables, memories and tags ---------------------------------------- */

/** What a global holds, and whether it can be set. */
WASM_DECLARE_TYPE(globaltype)

/** A type of globals. The type of the content is taken over. NULL for an unknown mutability. */
WASM_API_EXTERN own wasm_globaltype_t *wasm_globaltype_new(
    own wasm_valtype_t *, wasm_mutability_t);

/** The type of the content: borrowed from the type. */
WASM_API_EXTERN const wasm_valtype_t *wasm_globaltype_content(const wasm_globaltype_t *);

/** Whether such a global can be set. */
WASM_API_EXTERN wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t *);

/** What a table holds, and its limits in elements. */
WASM_DECLARE_TYPE(tabletype)

/**
 * A type of tables. The type of the elements is taken over, the limits are copied. NULL if the
 * elements are no references (WASM_FUNCREF, WASM_EXTERNREF), or if the maximum is less than the
 * minimum.
 */
WASM_API_EXTERN own wasm_tabletype_t *wasm_tabletype_new(
    own wasm_valtype_t *, const wasm_limits_t *);

/** The type of the elements: borrowed from the type. */
WASM_API_EXTERN const wasm_valtype_t *wasm_tabletype_element(const wasm_tabletype_t *);

/** The limits: borrowed from the type. */
WASM_API_EXTERN const wasm_limits_t *wasm_tabletype_limits(const wasm_tabletype_t *);

/** The limits of a memory in pages. */
WASM_DECLARE_TYPE(memorytype)

/** A type of memories. The limits are copied. */
WASM_API_EXTERN own wasm_memorytype_t *wasm_memorytype_new(const wasm_limits_t *);

/** The limits: borrowed from the type. */
WASM_API_EXTERN const wasm_limits_t *wasm_memorytype_limits(const wasm_memorytype_t *);

/** What an exception carries: the parameters of a type of functions. */
WASM_DECLARE_TYPE(tagtype)

/** A type of tags. The type of functions is taken over. */
WASM_API_EXTERN own wasm_tagtype_t *wasm_tagtype_new(own wasm_functype_t *);

/** The type of functions: borrowed from the type. */
WASM_API_EXTERN const wasm_functype_t *wasm_tagtype_functype(const wasm_tagtype_t *);

/* ---- Types of what is imported and exported --------------------------------------------- */

/** What kind of thing is imported or exported. */
typedef uint8_t wasm_externkind_t;

enum wasm_externkind_enum {
    WASM_EXTERN_FUNC = 0,
    WASM_EXTERN_GLOBAL = 1,
    WASM_EXTERN_TABLE = 2,
    WASM_EXTERN_MEMORY = 3,
    WASM_EXTERN_TAG = 4
};

/** A type of functions, globals, tables, memories or tags. */
WASM_DECLARE_TYPE(externtype)

/** Which of these it is. */
WASM_API_EXTERN wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t *);

/*
 * wasm_X_as_externtype, wasm_externtype_as_X: the same type seen as the other. Borrowed: it lives
 * as long as the pointer passed in. NULL if the type is of another kind.
 */

WASM_API_EXTERN wasm_externtype_t *wasm_functype_as_externtype(wasm_functype_t *);
WASM_API_EXTERN wasm_externtype_t *wasm_globaltype_as_externtype(wasm_globaltype_t *);
WASM_API_EXTERN wasm_externtype_t *wasm_tabletype_as_externtype(wasm_tabletype_t *);
WASM_API_EXTERN wasm_externtype_t *wasm_memorytype_as_externtype(wasm_memorytype_t *);
WASM_API_EXTERN wasm_externtype_t *wasm_tagtype_as_externtype(wasm_tagtype_t *);

WASM_API_EXTERN const wasm_externtype_t *wasm_functype_as_externtype_const(
    const wasm_functype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_globaltype_as_externtype_const(
    const wasm_globaltype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_tabletype_as_externtype_const(
    const wasm_tabletype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_memorytype_as_externtype_const(
    const wasm_memorytype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_tagtype_as_externtype_const(
    const wasm_tagtype_t *);

WASM_API_EXTERN wasm_functype_t *wasm_externtype_as_functype(wasm_externtype_t *);
WASM_API_EXTERN wasm_globaltype_t *wasm_externtype_as_globaltype(wasm_externtype_t *);
WASM_API_EXTERN wasm_tabletype_t *wasm_externtype_as_tabletype(wasm_externtype_t *);
WASM_API_EXTERN wasm_memorytype_t *wasm_externtype_as_memorytype(wasm_externtype_t *);
WASM_API_EXTERN wasm_tagtype_t *wasm_externtype_as_tagtype(wasm_externtype_t *);

WASM_API_EXTERN const wasm_functype_t *wasm_externtype_as_functype_const(
    const wasm_externtype_t *);
WASM_API_EXTERN const wasm_globaltype_t *wasm_externtype_as_globaltype_const(
    const wasm_externtype_t *);
WASM_API_EXTERN const wasm_tabletype_t *wasm_externtype_as_tabletype_const(
    const wasm_externtype_t *);
WASM_API_EXTERN const wasm_memorytype_t *wasm_externtype_as_memorytype_const(
    const wasm_externtype_t *);
WASM_API_EXTERN const wasm_tagtype_t *wasm_externtype_as_tagtype_const(
    const wasm_externtype_t *);

/** What a module wants: two names and a type. */
WASM_DECLARE_TYPE(importtype)

/** An import. The contents of the names and the type are taken over. */
WASM_API_EXTERN own wasm_importtype_t *wasm_importtype_new(
    own wasm_name_t *module, own wasm_name_t *name, own wasm_externtype_t *);

/** The name of the module that it is wanted from: borrowed from the import. */
WASM_API_EXTERN const wasm_name_t *wasm_importtype_module(const wasm_importtype_t *);

/** The name that it has there: borrowed from the import. */
WASM_API_EXTERN const wasm_name_t *wasm_importtype_name(const wasm_importtype_t *);

/** The type that is wanted: borrowed from the import. */
WASM_API_EXTERN const wasm_externtype_t *wasm_importtype_type(const wasm_importtype_t *);

/** What a module offers: a name and a type. */
WASM_DECLARE_TYPE(exporttype)

/** An export. The contents of the name and the type are taken over. */
WASM_API_EXTERN own wasm_exporttype_t *wasm_exporttype_new(
    own wasm_name_t *, own wasm_externtype_t *);

/** The name: borrowed from the export. */
WASM_API_EXTERN const wasm_name_t *wasm_exporttype_name(const wasm_exporttype_t *);

/** The type: borrowed from the export. */
WASM_API_EXTERN const wasm_externtype_t *wasm_exporttype_type(const wasm_exporttype_t *);

/* ---- Values ----------------------------------------------------------------------------- */

struct wasm_ref_t;

/**
 * A value. `kind` tells which member of `of` counts; it is `ref` for both kinds of references. The
 * null reference is NULL. A value that is `own` owns its reference.
 */
typedef struct wasm_val_t {
    wasm_valkind_t kind;
    union {
        int32_t i32;
        int64_t i64;
        float32_t f32;
        float64_t f64;
        struct wasm_ref_t *ref;
    } of;
} wasm_val_t;

/** Deletes the reference, if it is one. The value is WASM_INIT_VAL then. */
WASM_API_EXTERN void wasm_val_delete(own wasm_val_t *);

/** A copy, with a copy of the reference if it is one. */
WASM_API_EXTERN void wasm_val_copy(own wasm_val_t *out, const wasm_val_t *);

/** Values: the arguments and the results of a call. */
WASM_DECLARE_VEC(val, )

/* Initializers of a value: designated, so in C++ from C++20 on. */
#define WASM_I32_VAL(i) {.kind = WASM_I32, .of = {.i32 = (i)}}
#define WASM_I64_VAL(i) {.kind = WASM_I64, .of = {.i64 = (i)}}
#define WASM_F32_VAL(z) {.kind = WASM_F32, .of = {.f32 = (z)}}
#define WASM_F64_VAL(z) {.kind = WASM_F64, .of = {.f64 = (z)}}
#define WASM_REF_VAL(r) {.kind = WASM_EXTERNREF, .of = {.ref = (r)}}

/** A value that can be deleted although nothing was written to it: the null reference. */
#define WASM_INIT_VAL {.kind = WASM_EXTERNREF, .of = {.ref = NULL}}

/** A value that holds a pointer of the host as an integer of its size. */
static inline void wasm_val_init_ptr(own wasm_val_t *out, void *pointer)
{
#if UINTPTR_MAX == UINT32_MAX
    out->kind = WASM_I32;
    out->of.i32 = (int32_t)(intptr_t)pointer;
#else
    out->kind = WASM_I64;
    out->of.i64 = (int64_t)(intptr_t)pointer;
#endif
}

/** The pointer that wasm_val_init_ptr() put into a value. */
static inline void *wasm_val_ptr(const wasm_val_t *value)
{
#if UINTPTR_MAX == UINT32_MAX
    return (void *)(intptr_t)value->of.i32;
#else
    return (void *)(intptr_t)value->of.i64;
#endif
}

/* ---- References ------------------------------------------------------------------------- */

/**
 * A reference to an object. Whatever it is to, it may be passed to wasm as an externref and comes
 * back as the same object. As a funcref it must be to a function.
 */
WASM_DECLARE_REF_BASE(ref)

/** An object of the host: its host info is all that it has. */
WASM_DECLARE_REF(foreign)

/** A new object of the host. */
WASM_API_EXTERN own wasm_foreign_t *wasm_foreign_new(wasm_store_t *);

/* ---- Traps ------------------------------------------------------------------------------ */

/** One of the calls that a trap went through. */
WASM_DECLARE_OWN(frame)
WASM_DECLARE_VEC(frame, *)

/** Another owner of the frame. */
WASM_API_EXTERN own wasm_frame_t *wasm_frame_copy(const wasm_frame_t *);

/** NULL: the runtime does not record the instance of a frame. */
WASM_API_EXTERN struct wasm_instance_t *wasm_frame_instance(const wasm_frame_t *);

/** The index of the function in its module. */
WASM_API_EXTERN uint32_t wasm_frame_func_index(const wasm_frame_t *);

/** Where in the function the call is: bytes from the start of its code in the module. */
WASM_API_EXTERN size_t wasm_frame_func_offset(const wasm_frame_t *);

/** Where in the module the call is: bytes from the start of the module. Both are 0 where no place is known. */
WASM_API_EXTERN size_t wasm_frame_module_offset(const wasm_frame_t *);

/** Text that ends in a NUL, which is counted in the size. */
typedef wasm_name_t wasm_message_t;

/** The failure of a call: of wasm, of a host function or of the library. */
WASM_DECLARE_REF(trap)

/**
 * A trap with a message, for a host function to return. The NUL at the end may be missing, and
 * what is not UTF-8 is replaced. NULL only if the store is.
 */
WASM_API_EXTERN own wasm_trap_t *wasm_trap_new(wasm_store_t *store, const wasm_message_t *);

/** The message, with its NUL. */
WASM_API_EXTERN void wasm_trap_message(const wasm_trap_t *, own wasm_message_t *out);

/** The innermost frame. NULL if the trap has none. */
WASM_API_EXTERN own wasm_frame_t *wasm_trap_origin(const wasm_trap_t *);

/** All frames, the innermost first. */
WASM_API_EXTERN void wasm_trap_trace(const wasm_trap_t *, own wasm_frame_vec_t *out);

/* ---- Modules ---------------------------------------------------------------------------- */

/** Compiled code. */
WASM_DECLARE_SHARABLE_REF(module)

/** Compiles a module in the binary format. NULL if it is not valid. Text: wat2wasm(). */
WASM_API_EXTERN own wasm_module_t *wasm_module_new(
    wasm_store_t *, const wasm_byte_vec_t *binary);

/** Whether the bytes are a valid module in the binary format. */
WASM_API_EXTERN bool wasm_module_validate(wasm_store_t *, const wasm_byte_vec_t *binary);

/** What the module wants, in its order. */
WASM_API_EXTERN void wasm_module_imports(const wasm_module_t *, own wasm_importtype_vec_t *out);

/** What the module offers, in its order. */
WASM_API_EXTERN void wasm_module_exports(const wasm_module_t *, own wasm_exporttype_vec_t *out);

/** The compiled code as bytes, for this library, version and kind of machine. */
WASM_API_EXTERN void wasm_module_serialize(const wasm_module_t *, own wasm_byte_vec_t *out);

/**
 * A module from such bytes, without compiling. NULL if they come from another library or version,
 * or are damaged. They must come from a source that is trusted: damage is found, malice is not.
 */
WASM_API_EXTERN own wasm_module_t *wasm_module_deserialize(
    wasm_store_t *, const wasm_byte_vec_t *);

/* ---- Functions -------------------------------------------------------------------------- */

/** A function, of wasm or of the host. */
WASM_DECLARE_REF(func)

/**
 * A function of the host. It is called with as many arguments as its type has parameters, and
 * with as many results to write as its type has. The arguments are borrowed; the results that it
 * writes are taken over. It returns NULL, or a trap that is taken over, and then the results do
 * not count. It runs on the thread that called wasm, and may use the store. It must return: an
 * exception of C++ or a longjmp must not leave it.
 */
typedef own wasm_trap_t *(*wasm_func_callback_t)(
    const wasm_val_vec_t *args, own wasm_val_vec_t *results);

/** The same, with the pointer that was given with it. */
typedef own wasm_trap_t *(*wasm_func_callback_with_env_t)(
    void *env, const wasm_val_vec_t *args, own wasm_val_vec_t *results);

/** A function of the host. The type is copied. NULL if it has a v128 in it. */
WASM_API_EXTERN own wasm_func_t *wasm_func_new(
    wasm_store_t *, const wasm_functype_t *, wasm_func_callback_t);

/**
 * The same with an environment. `env` and `finalizer` may be NULL. `finalizer` is called with `env`
 * once, when the function can no longer be called; also if there is no function, because this
 * failed.
 */
WASM_API_EXTERN own wasm_func_t *wasm_func_new_with_env(
    wasm_store_t *, const wasm_functype_t *, wasm_func_callback_with_env_t,
    void *env, void (*finalizer)(void *));

/** The type of the function. */
WASM_API_EXTERN own wasm_functype_t *wasm_func_type(const wasm_func_t *);

/** How many arguments the function takes. */
WASM_API_EXTERN size_t wasm_func_param_arity(const wasm_func_t *);

/** How many results the function gives. */
WASM_API_EXTERN size_t wasm_func_result_arity(const wasm_func_t *);

/**
 * Calls the function. NULL if it worked, else the trap. There must be as many arguments as the
 * function takes, of the right kinds; if not, or if the function is NULL or has a v128 or an exnref
 * in its type, there is a trap that says so. NULL stands for an empty vector. The results are
 * written over what is there, and the caller owns them; they are written only if the call worked.
 * Results for which there is no room are dropped, and room for more stays as it was.
 */
WASM_API_EXTERN own wasm_trap_t *wasm_func_call(
    const wasm_func_t *, const wasm_val_vec_t *args, own wasm_val_vec_t *results);

/* ---- Globals ---------------------------------------------------------------------------- */

/** A global variable or constant. */
WASM_DECLARE_REF(global)

/**
 * A global with its first value, which is copied. It can be set if the type says so; its kind is
 * that of the value, also where the type says another: `wasm_global_type` tells. NULL if the value
 * is of no kind, or a reference that does not fit.
 */
WASM_API_EXTERN own wasm_global_t *wasm_global_new(
    wasm_store_t *, const wasm_globaltype_t *, const wasm_val_t *);

/** The type of the global. */
WASM_API_EXTERN own wasm_globaltype_t *wasm_global_type(const wasm_global_t *);

/** The value. If it cannot be had (v128, or another thread is in the store): WASM_INIT_VAL. */
WASM_API_EXTERN void wasm_global_get(const wasm_global_t *, own wasm_val_t *out);

/** Sets the value, which is copied. One of another type, or a constant: nothing is set. */
WASM_API_EXTERN void wasm_global_set(wasm_global_t *, const wasm_val_t *);

/* ---- Tables ----------------------------------------------------------------------------- */

/** A table of references. */
WASM_DECLARE_REF(table)

/** A number of elements. */
typedef uint32_t wasm_table_size_t;

/** A table whose elements all are `init`, which is copied. NULL is the null reference. */
WASM_API_EXTERN own wasm_table_t *wasm_table_new(
    wasm_store_t *, const wasm_tabletype_t *, wasm_ref_t *init);

/** The type of the table. */
WASM_API_EXTERN own wasm_tabletype_t *wasm_table_type(const wasm_table_t *);

/** An element. NULL if it is the null reference, or if there is no such element. */
WASM_API_EXTERN own wasm_ref_t *wasm_table_get(const wasm_table_t *, wasm_table_size_t index);

/** Sets an element. The reference is copied. False if there is no such element or it is no fit. */
WASM_API_EXTERN bool wasm_table_set(wasm_table_t *, wasm_table_size_t index, wasm_ref_t *);

/** The number of elements. */
WASM_API_EXTERN wasm_table_size_t wasm_table_size(const wasm_table_t *);

/** Adds elements that all are `init`, which is copied. False if that exceeds a limit. */
WASM_API_EXTERN bool wasm_table_grow(wasm_table_t *, wasm_table_size_t delta, wasm_ref_t *init);

/* ---- Memories --------------------------------------------------------------------------- */

/** A linear memory. */
WASM_DECLARE_REF(memory)

/** A number of pages. */
typedef uint32_t wasm_memory_pages_t;

/** Bytes in a page. */
static const size_t MEMORY_PAGE_SIZE = 0x10000;

/** A memory full of zeros. NULL if a limit is exceeded or the system refuses. */
WASM_API_EXTERN own wasm_memory_t *wasm_memory_new(wasm_store_t *, const wasm_memorytype_t *);

/** The type of the memory. */
WASM_API_EXTERN own wasm_memorytype_t *wasm_memory_type(const wasm_memory_t *);

/**
 * The bytes: borrowed from the memory, until it grows or its store goes. wasm can grow it whenever
 * it runs. NULL may be the address of a memory of size 0.
 */
WASM_API_EXTERN byte_t *wasm_memory_data(wasm_memory_t *);

/** The number of bytes. */
WASM_API_EXTERN size_t wasm_memory_data_size(const wasm_memory_t *);

/** The number of pages. */
WASM_API_EXTERN wasm_memory_pages_t wasm_memory_size(const wasm_memory_t *);

/** Adds pages full of zeros. False if a limit is exceeded or the system refuses. */
WASM_API_EXTERN bool wasm_memory_grow(wasm_memory_t *, wasm_memory_pages_t delta);

/* ---- Imports and exports ---------------------------------------------------------------- */

/** A function, global, table, memory or tag. */
WASM_DECLARE_REF(extern)
WASM_DECLARE_VEC(extern, *)

/** Which of these it is. */
WASM_API_EXTERN wasm_externkind_t wasm_extern_kind(const wasm_extern_t *);

/** The type of it. */
WASM_API_EXTERN own wasm_externtype_t *wasm_extern_type(const wasm_extern_t *);

/*
 * wasm_X_as_extern, wasm_extern_as_X: the same object seen as the other. Borrowed: it lives as
 * long as the pointer passed in. NULL if the object is of another kind.
 */

WASM_API_EXTERN wasm_extern_t *wasm_func_as_extern(wasm_func_t *);
WASM_API_EXTERN wasm_extern_t *wasm_global_as_extern(wasm_global_t *);
WASM_API_EXTERN wasm_extern_t *wasm_table_as_extern(wasm_table_t *);
WASM_API_EXTERN wasm_extern_t *wasm_memory_as_extern(wasm_memory_t *);

WASM_API_EXTERN const wasm_extern_t *wasm_func_as_extern_const(const wasm_func_t *);
WASM_API_EXTERN const wasm_extern_t *wasm_global_as_extern_const(const wasm_global_t *);
WASM_API_EXTERN const wasm_extern_t *wasm_table_as_extern_const(const wasm_table_t *);
WASM_API_EXTERN const wasm_extern_t *wasm_memory_as_extern_const(const wasm_memory_t *);

WASM_API_EXTERN wasm_func_t *wasm_extern_as_func(wasm_extern_t *);
WASM_API_EXTERN wasm_global_t *wasm_extern_as_global(wasm_extern_t *);
WASM_API_EXTERN wasm_table_t *wasm_extern_as_table(wasm_extern_t *);
WASM_API_EXTERN wasm_memory_t *wasm_extern_as_memory(wasm_extern_t *);

WASM_API_EXTERN const wasm_func_t *wasm_extern_as_func_const(const wasm_extern_t *);
WASM_API_EXTERN const wasm_global_t *wasm_extern_as_global_const(const wasm_extern_t *);
WASM_API_EXTERN const wasm_table_t *wasm_extern_as_table_const(const wasm_extern_t *);
WASM_API_EXTERN const wasm_memory_t *wasm_extern_as_memory_const(const wasm_extern_t *);

/* ---- Instances -------------------------------------------------------------------------- */

/** A module with what it wants. */
WASM_DECLARE_REF(instance)

/**
 * An instance. `imports` has one element for each import of the module, in the order of
 * wasm_module_imports(); it stays the caller's, and NULL stands for an empty vector. The start
 * function of the module runs. If something fails, also if an import is missing or does not fit,
 * it is NULL and `*trap` is a trap that says why; if not, `*trap` is NULL. `trap` may be NULL.
 */
WASM_API_EXTERN own wasm_instance_t *wasm_instance_new(
    wasm_store_t *, const wasm_module_t *, const wasm_extern_vec_t *imports,
    own wasm_trap_t **trap);

/** What the instance offers, in the order of wasm_module_exports(). */
WASM_API_EXTERN void wasm_instance_exports(const wasm_instance_t *, own wasm_extern_vec_t *out);

#ifdef __cplusplus
} /* extern "C" */
#endif

#undef own

#endif /* WASM_H */
