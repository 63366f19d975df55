/**
 * @file
 * libwasmer: WebAssembly in a C program, over the Wasmer runtime.
 *
 * Made by scripts/header from src/extension and cbindgen.toml. Do not edit.
 *
 * Module, instance, function, memory, table, global, trap and the like mean what they mean in the
 * WebAssembly core specification 2.0. What follows holds for every function below.
 *
 * ABI. A program compares libwasmer_abi_version() with LIBWASMER_ABI_VERSION before it calls
 * anything else, and stops if they differ.
 *
 * Ownership. What a function makes and writes to a `libwasmer_*_t **` belongs to the caller, who
 * frees it by the `_delete` function of its type, once. The order does not matter: what an object
 * needs of another it keeps. Handles are numbers and need no delete: what they name is freed with
 * its arena. A view, and any other pointer inside of what a function wrote or returned, is
 * borrowed: it lives as long as the object that was asked, and nobody frees it. Pointers that are
 * passed in are not kept after the call, but for the `env` of host functions and of other callbacks.
 *
 * NULL. Every pointer is checked. Where the text of a function does not allow NULL, it gives
 * LIBWASMER_STATUS_NULL_ARGUMENT; a function that gives no status gives 0, false or an empty view
 * instead, or what its text says. A pointer with a length may be NULL if the length is 0.
 * `_delete(NULL)` does nothing. A pointer that is not aligned for its type gives
 * LIBWASMER_STATUS_INVALID_ARGUMENT.
 *
 * Results and errors. Out-parameters are written only on success. `error` may be NULL. If it is
 * not, it is set to NULL on success, and on failure to an error object, whose status is the one
 * returned and which the caller deletes. What it held before is not looked at. No error is kept
 * anywhere else: there is no thread-local and no global state to ask.
 *
 * Statuses. The last line of a function's text names the statuses of its own, without LIBWASMER_STATUS_.
 * Any function may give NULL_ARGUMENT, INVALID_ARGUMENT and PANIC besides. "Those of a call" are TRAP,
 * HOST or what the host function gave, INTERRUPTED, OUT_OF_FUEL, EXIT, DEPTH, LIMIT, OUT_OF_MEMORY and
 * UNSUPPORTED; "those of compiling" INVALID_MODULE, UNSUPPORTED, LINK (two types that cannot be told apart),
 * LIMIT, OUT_OF_MEMORY and RESOURCE (the system gave no thread). LIMIT is a quota, a maximum or a number that this
 * library has no more of, OUT_OF_MEMORY what the system refused.
 *
 * Threads. Engines, modules, errors and byte buffers may be used by any number of threads at once.
 * A configuration may be used by one thread at a time. So may an arena, and there it is checked: a
 * second thread gets LIBWASMER_STATUS_BUSY and does not wait. Nobody may use an object while or
 * after it is deleted.
 *
 * Defects. A panic inside of the library is caught and becomes LIBWASMER_STATUS_PANIC; the process
 * goes on.
 *
 * Limits. The LIBWASMER_LIMIT_ numbers are those that hold by default in the library that this
 * header came with. What would exceed one fails: LIBWASMER_STATUS_LIMIT or
 * LIBWASMER_STATUS_DEPTH for the host, -1 from memory.grow and table.grow or a trap for the guest.
 *
 * Signals. The first arena of a process installs handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE.
 * Those that do not come from WebAssembly are passed on to the handlers that were there before.
 */


#ifndef LIBWASMER_H
#define LIBWASMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What stands before every function of the library. With Microsoft's compiler a program that links
 * the static library defines LIBWASM_STATIC first. A program may also define LIBWASMER_API.
 */
#ifndef LIBWASMER_API
#if defined(_WIN32) && !defined(__MINGW32__) && !defined(LIBWASM_STATIC)
#define LIBWASMER_API __declspec(dllimport)
#else
#define LIBWASMER_API
#endif
#endif

/* Objects of wasm.h, which need not be included. */
struct wasm_engine_t;
struct wasm_module_t;
struct wasm_ref_t;
struct wasm_store_t;
struct wasm_trap_t;


/**
 * Number of the functions and layouts in this header. A program compiled for another number must
 * not call the library.
 */
#define LIBWASMER_ABI_VERSION 1

/**
 * Bytes of stack that a guest may use.
 */
#define LIBWASMER_LIMIT_STACK_BYTES (1024 * 1024)

/**
 * Pages (65,536 bytes each) that all memories of an arena may have together: 4 GiB.
 */
#define LIBWASMER_LIMIT_MEMORY_PAGES 65536

/**
 * Memories in an arena. Each takes 8 GiB of address space, whatever its size, or what the engine says.
 */
#define LIBWASMER_LIMIT_MEMORIES 1000

/**
 * Instances in an arena.
 */
#define LIBWASMER_LIMIT_INSTANCES 10000

/**
 * Elements that all tables of one instance may have together, declared or grown; and the most
 * elements of a table that the host makes.
 */
#define LIBWASMER_LIMIT_TABLE_ELEMENTS 10000000

/**
 * Frames kept with an error: the innermost and the outermost halves of them.
 */
#define LIBWASMER_LIMIT_FRAMES 128

/**
 * Operators that have a number, and so a cost. Those of later proposals have none.
 */
#define LIBWASMER_OPERATOR_COUNT 534

/**
 * Calls of wasm that may be nested on one thread (host calls wasm calls host calls wasm ...).
 */
#define LIBWASMER_LIMIT_DEPTH 256

/**
 * Bytes of the host thread's own stack that must be left when wasm is entered, because host
 * functions run there.
 */
#define LIBWASMER_LIMIT_HOST_STACK_BYTES (64 * 1024)

/**
 * Descriptors that are open at a time, those of the configuration included, unless another limit is set; more
 * give `MFILE`.
 */
#define LIBWASMER_LIMIT_WASI_DESCRIPTORS 256

/**
 * The most that this limit can be set to.
 */
#define LIBWASMER_LIMIT_WASI_DESCRIPTORS_MAX 65536

/**
 * Bytes that the host holds for a guest, unless another limit is set; more give `NOMEM`.
 */
#define LIBWASMER_LIMIT_WASI_HOST_BYTES 67108864

/**
 * Buffers of one read or write; more give `INVAL`.
 */
#define LIBWASMER_LIMIT_WASI_BUFFERS 1024

/**
 * Bytes that one read or write moves through a callback, a capture or a socket that may block. The
 * guest is told that less was moved, as it may be at any time.
 */
#define LIBWASMER_LIMIT_WASI_TRANSFER_BYTES 1048576

/**
 * Bytes of a path or of a symbolic link; more give `NAMETOOLONG`.
 */
#define LIBWASMER_LIMIT_WASI_PATH_BYTES 4096

/**
 * Bytes of a path from the root of a tree that callbacks make up, which grows with each directory that is opened;
 * more give `NAMETOOLONG`.
 */
#define LIBWASMER_LIMIT_WASI_TREE_PATH_BYTES 16384

/**
 * Symbolic links that one path leads through; more give `LOOP`.
 */
#define LIBWASMER_LIMIT_WASI_LINKS 40

/**
 * Directories in one path; more give `NAMETOOLONG`.
 */
#define LIBWASMER_LIMIT_WASI_PATH_DIRECTORIES 256

/**
 * Subscriptions of one `poll_oneoff`; more give `INVAL`.
 */
#define LIBWASMER_LIMIT_WASI_SUBSCRIPTIONS 4096

/**
 * Entries of one directory of callbacks that are listed; more give `OVERFLOW`.
 */
#define LIBWASMER_LIMIT_WASI_ENTRIES 1048576

/**
 * Bytes of names of one directory of callbacks that are listed; more give `OVERFLOW`.
 */
#define LIBWASMER_LIMIT_WASI_ENTRY_BYTES 67108864

/**
 * Arguments, and variables, that a configuration takes, and bytes of all of them.
 */
#define LIBWASMER_LIMIT_WASI_STRINGS 1048576

#define LIBWASMER_LIMIT_WASI_STRING_BYTES 67108864

/**
 * Bytes that a pipe holds unless another capacity is set, and at most.
 */
#define LIBWASMER_LIMIT_WASI_PIPE_BYTES 262144

#define LIBWASMER_LIMIT_WASI_PIPE_BYTES_MAX 67108864

/**
 * Bytes of a captured stream that are kept unless another limit is set; more give `NOSPC`.
 */
#define LIBWASMER_LIMIT_WASI_CAPTURE_BYTES 67108864

/**
 * The outcome of a function of this library. Numbers are part of the ABI: they are never reused
 * and new ones are only added. `LIBWASMER_STATUS_OK` is 0.
 */
enum libwasmer_status_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * It worked.
   */
  LIBWASMER_STATUS_OK = 0,
  /**
   * A pointer that must not be NULL is NULL.
   */
  LIBWASMER_STATUS_NULL_ARGUMENT = 1,
  /**
   * An argument has a value that the function does not accept.
   */
  LIBWASMER_STATUS_INVALID_ARGUMENT = 2,
  /**
   * Text is not UTF-8.
   */
  LIBWASMER_STATUS_INVALID_UTF8 = 3,
  /**
   * A defect of this library or of a compiler was caught. Please report the message.
   */
  LIBWASMER_STATUS_PANIC = 4,
  /**
   * The bytes are no valid WebAssembly module or WebAssembly text.
   */
  LIBWASMER_STATUS_INVALID_MODULE = 10,
  /**
   * The module, the engine or the platform lacks something that is asked for.
   */
  LIBWASMER_STATUS_UNSUPPORTED = 11,
  /**
   * The bytes are no module serialized by this library and version, or they are damaged.
   */
  LIBWASMER_STATUS_DESERIALIZE = 12,
  /**
   * A module could not be serialized.
   */
  LIBWASMER_STATUS_SERIALIZE = 13,
  /**
   * An import is missing or does not fit, or the modules must not be linked.
   */
  LIBWASMER_STATUS_LINK = 20,
  /**
   * The guest trapped. The error carries a trap code and frames.
   */
  LIBWASMER_STATUS_TRAP = 30,
  /**
   * A host function failed. The error carries what the host function gave, and frames.
   */
  LIBWASMER_STATUS_HOST = 31,
  /**
   * The call was ended by its interrupt.
   */
  LIBWASMER_STATUS_INTERRUPTED = 32,
  /**
   * The guest used up its points (fuel): it trapped as unreachable, with the frames of that.
   */
  LIBWASMER_STATUS_OUT_OF_FUEL = 33,
  /**
   * The guest ended itself (`proc_exit` of WASI), be it with code 0. The error carries the code, and no
   * trap.
   */
  LIBWASMER_STATUS_EXIT = 34,
  /**
   * The object was closed.
   */
  LIBWASMER_STATUS_CLOSED = 40,
  /**
   * Another thread is using the arena.
   */
  LIBWASMER_STATUS_BUSY = 41,
  /**
   * Calls from host to wasm to host are nested too deeply.
   */
  LIBWASMER_STATUS_DEPTH = 42,
  /**
   * A value has the wrong kind.
   */
  LIBWASMER_STATUS_TYPE = 50,
  /**
   * An index or address is outside of a memory or table.
   */
  LIBWASMER_STATUS_OUT_OF_BOUNDS = 51,
  /**
   * A global that is not mutable cannot be set.
   */
  LIBWASMER_STATUS_IMMUTABLE = 52,
  /**
   * A limit of the engine or of the object would be exceeded.
   */
  LIBWASMER_STATUS_LIMIT = 53,
  /**
   * The handle belongs to another arena, to another kind of object, or to nothing.
   */
  LIBWASMER_STATUS_HANDLE = 54,
  /**
   * There is nothing by that name or number.
   */
  LIBWASMER_STATUS_NOT_FOUND = 55,
  /**
   * The system refused memory.
   */
  LIBWASMER_STATUS_OUT_OF_MEMORY = 60,
  /**
   * The system refused a thread or a descriptor.
   */
  LIBWASMER_STATUS_RESOURCE = 61,
  /**
   * A file could not be read or written. The message has its path and what the system said.
   */
  LIBWASMER_STATUS_FILE = 70,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_status_t libwasmer_status_t;
#else
typedef uint32_t libwasmer_status_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The compilers of wasmer. The numbers are those of `wasmer_compiler_t` and of wasmer-go.
 */
enum libwasmer_compiler_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Good code at a good compile time: the default.
   */
  LIBWASMER_COMPILER_CRANELIFT = 0,
  /**
   * The fastest code, slow to compile. In libraries built with the feature `llvm`.
   */
  LIBWASMER_COMPILER_LLVM = 1,
  /**
   * Compiles in one pass, and makes slower code.
   */
  LIBWASMER_COMPILER_SINGLEPASS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_compiler_t libwasmer_compiler_t;
#else
typedef uint32_t libwasmer_compiler_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What can be imported or exported. The numbers are those of `wasm_externkind_t`.
 */
enum libwasmer_externkind_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  LIBWASMER_EXTERN_FUNC = 0,
  LIBWASMER_EXTERN_GLOBAL = 1,
  LIBWASMER_EXTERN_TABLE = 2,
  LIBWASMER_EXTERN_MEMORY = 3,
  LIBWASMER_EXTERN_TAG = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_externkind_t libwasmer_externkind_t;
#else
typedef uint8_t libwasmer_externkind_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What kind of object was freed.
 */
enum libwasmer_noun_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  LIBWASMER_NOUN_FUNC = 0,
  LIBWASMER_NOUN_GLOBAL = 1,
  LIBWASMER_NOUN_TABLE = 2,
  LIBWASMER_NOUN_MEMORY = 3,
  LIBWASMER_NOUN_TAG = 4,
  LIBWASMER_NOUN_INSTANCE = 5,
  LIBWASMER_NOUN_EXTERNREF = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_noun_t libwasmer_noun_t;
#else
typedef uint32_t libwasmer_noun_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A snapshot of the specification. Numbers are part of the ABI of this library.
 */
enum libwasmer_wasiversion_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The module imports nothing of WASI's.
   */
  LIBWASMER_WASIVERSION_NONE = 0,
  /**
   * `wasi_unstable`, the snapshot before preview 1.
   */
  LIBWASMER_WASIVERSION_UNSTABLE = 1,
  /**
   * `wasi_snapshot_preview1`.
   */
  LIBWASMER_WASIVERSION_PREVIEW1 = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_wasiversion_t libwasmer_wasiversion_t;
#else
typedef uint32_t libwasmer_wasiversion_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a guest trapped. Numbers are part of the ABI; below 100 they are wasmer's own.
 */
enum libwasmer_trap_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  LIBWASMER_TRAP_STACK_OVERFLOW = 0,
  LIBWASMER_TRAP_MEMORY_OUT_OF_BOUNDS = 1,
  LIBWASMER_TRAP_HEAP_MISALIGNED = 2,
  LIBWASMER_TRAP_TABLE_OUT_OF_BOUNDS = 3,
  LIBWASMER_TRAP_INDIRECT_CALL_TO_NULL = 4,
  LIBWASMER_TRAP_BAD_SIGNATURE = 5,
  LIBWASMER_TRAP_INTEGER_OVERFLOW = 6,
  LIBWASMER_TRAP_INTEGER_DIVISION_BY_ZERO = 7,
  LIBWASMER_TRAP_BAD_CONVERSION_TO_INTEGER = 8,
  LIBWASMER_TRAP_UNREACHABLE = 9,
  LIBWASMER_TRAP_UNALIGNED_ATOMIC = 10,
  LIBWASMER_TRAP_UNCAUGHT_EXCEPTION = 11,
  LIBWASMER_TRAP_UNINITIALIZED_EXNREF = 12,
  LIBWASMER_TRAP_INTERRUPTED = 14,
  /**
   * `memory.atomic.wait32` or `memory.atomic.wait64` on a memory that is not shared.
   */
  LIBWASMER_TRAP_EXPECTED_SHARED_MEMORY = 100,
  /**
   * Any other code of wasmer's, which no supported guest can cause.
   */
  LIBWASMER_TRAP_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_trap_t libwasmer_trap_t;
#else
typedef int32_t libwasmer_trap_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What there may be at most. Numbers are part of the ABI.
 */
enum libwasmer_quota_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Pages of 65,536 bytes that all memories of an arena have together.
   */
  LIBWASMER_QUOTA_MEMORY_PAGES = 0,
  /**
   * Memories in an arena. Each takes 8 GiB of address space, whatever its size, or what the engine says.
   */
  LIBWASMER_QUOTA_MEMORIES = 1,
  /**
   * Elements that all tables of one instance have together, declared or grown; and elements of a
   * table that the host makes. An element takes 8 bytes; 40 in tables of equal limits that are not
   * exported, as far as those of an instance have 131,072 together.
   */
  LIBWASMER_QUOTA_TABLE_ELEMENTS = 2,
  /**
   * Instances in an arena.
   */
  LIBWASMER_QUOTA_INSTANCES = 3,
  /**
   * Bytes of a module in the binary format, before it is compiled. Of engines only.
   */
  LIBWASMER_QUOTA_MODULE_BYTES = 4,
  /**
   * Functions of a module, imported ones too. Of engines only.
   */
  LIBWASMER_QUOTA_FUNCTIONS = 5,
  /**
   * What one function may cost to compile beyond what its size explains, in units of a simple
   * instruction (one to five microseconds of Cranelift's time). The size explains 4 units a byte. It is
   * estimated from the code before a compiler sees it. Of engines only.
   */
  LIBWASMER_QUOTA_FUNCTION_COST = 6,
  /**
   * The same for a module: its functions and what else is compiled for it. Of engines only.
   */
  LIBWASMER_QUOTA_MODULE_COST = 7,
  /**
   * Bytes of the exceptions that guests throw, about. They are kept until no call into the arena is
   * running, or as long as the arena if one of its modules has a global or table of type `exnref`. An
   * exception takes some hundred bytes, and some 50 for each function that is being called.
   */
  LIBWASMER_QUOTA_EXCEPTION_BYTES = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_quota_t libwasmer_quota_t;
#else
typedef uint32_t libwasmer_quota_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The kind of a value. The numbers are those of `wasm_valkind_t` in the standard C API, where it
 * has them; `v128` has none there and is 4 here.
 */
enum libwasmer_valuekind_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  LIBWASMER_VALUE_I32 = 0,
  LIBWASMER_VALUE_I64 = 1,
  LIBWASMER_VALUE_F32 = 2,
  LIBWASMER_VALUE_F64 = 3,
  LIBWASMER_VALUE_V128 = 4,
  LIBWASMER_VALUE_EXTERNREF = 128,
  LIBWASMER_VALUE_FUNCREF = 129,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_valuekind_t libwasmer_valuekind_t;
#else
typedef uint8_t libwasmer_valuekind_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Error numbers of WASI, as callbacks give them and guests see them. Names and numbers are those of
 * the specification; its `2big` is spelled `TOOBIG`.
 */
enum libwasmer_errno_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  LIBWASMER_ERRNO_SUCCESS = 0,
  LIBWASMER_ERRNO_TOOBIG = 1,
  LIBWASMER_ERRNO_ACCES = 2,
  LIBWASMER_ERRNO_ADDRINUSE = 3,
  LIBWASMER_ERRNO_ADDRNOTAVAIL = 4,
  LIBWASMER_ERRNO_AFNOSUPPORT = 5,
  LIBWASMER_ERRNO_AGAIN = 6,
  LIBWASMER_ERRNO_ALREADY = 7,
  LIBWASMER_ERRNO_BADF = 8,
  LIBWASMER_ERRNO_BADMSG = 9,
  LIBWASMER_ERRNO_BUSY = 10,
  LIBWASMER_ERRNO_CANCELED = 11,
  LIBWASMER_ERRNO_CHILD = 12,
  LIBWASMER_ERRNO_CONNABORTED = 13,
  LIBWASMER_ERRNO_CONNREFUSED = 14,
  LIBWASMER_ERRNO_CONNRESET = 15,
  LIBWASMER_ERRNO_DEADLK = 16,
  LIBWASMER_ERRNO_DESTADDRREQ = 17,
  LIBWASMER_ERRNO_DOM = 18,
  LIBWASMER_ERRNO_DQUOT = 19,
  LIBWASMER_ERRNO_EXIST = 20,
  LIBWASMER_ERRNO_FAULT = 21,
  LIBWASMER_ERRNO_FBIG = 22,
  LIBWASMER_ERRNO_HOSTUNREACH = 23,
  LIBWASMER_ERRNO_IDRM = 24,
  LIBWASMER_ERRNO_ILSEQ = 25,
  LIBWASMER_ERRNO_INPROGRESS = 26,
  LIBWASMER_ERRNO_INTR = 27,
  LIBWASMER_ERRNO_INVAL = 28,
  LIBWASMER_ERRNO_IO = 29,
  LIBWASMER_ERRNO_ISCONN = 30,
  LIBWASMER_ERRNO_ISDIR = 31,
  LIBWASMER_ERRNO_LOOP = 32,
  LIBWASMER_ERRNO_MFILE = 33,
  LIBWASMER_ERRNO_MLINK = 34,
  LIBWASMER_ERRNO_MSGSIZE = 35,
  LIBWASMER_ERRNO_MULTIHOP = 36,
  LIBWASMER_ERRNO_NAMETOOLONG = 37,
  LIBWASMER_ERRNO_NETDOWN = 38,
  LIBWASMER_ERRNO_NETRESET = 39,
  LIBWASMER_ERRNO_NETUNREACH = 40,
  LIBWASMER_ERRNO_NFILE = 41,
  LIBWASMER_ERRNO_NOBUFS = 42,
  LIBWASMER_ERRNO_NODEV = 43,
  LIBWASMER_ERRNO_NOENT = 44,
  LIBWASMER_ERRNO_NOEXEC = 45,
  LIBWASMER_ERRNO_NOLCK = 46,
  LIBWASMER_ERRNO_NOLINK = 47,
  LIBWASMER_ERRNO_NOMEM = 48,
  LIBWASMER_ERRNO_NOMSG = 49,
  LIBWASMER_ERRNO_NOPROTOOPT = 50,
  LIBWASMER_ERRNO_NOSPC = 51,
  LIBWASMER_ERRNO_NOSYS = 52,
  LIBWASMER_ERRNO_NOTCONN = 53,
  LIBWASMER_ERRNO_NOTDIR = 54,
  LIBWASMER_ERRNO_NOTEMPTY = 55,
  LIBWASMER_ERRNO_NOTRECOVERABLE = 56,
  LIBWASMER_ERRNO_NOTSOCK = 57,
  LIBWASMER_ERRNO_NOTSUP = 58,
  LIBWASMER_ERRNO_NOTTY = 59,
  LIBWASMER_ERRNO_NXIO = 60,
  LIBWASMER_ERRNO_OVERFLOW = 61,
  LIBWASMER_ERRNO_OWNERDEAD = 62,
  LIBWASMER_ERRNO_PERM = 63,
  LIBWASMER_ERRNO_PIPE = 64,
  LIBWASMER_ERRNO_PROTO = 65,
  LIBWASMER_ERRNO_PROTONOSUPPORT = 66,
  LIBWASMER_ERRNO_PROTOTYPE = 67,
  LIBWASMER_ERRNO_RANGE = 68,
  LIBWASMER_ERRNO_ROFS = 69,
  LIBWASMER_ERRNO_SPIPE = 70,
  LIBWASMER_ERRNO_SRCH = 71,
  LIBWASMER_ERRNO_STALE = 72,
  LIBWASMER_ERRNO_TIMEDOUT = 73,
  LIBWASMER_ERRNO_TXTBSY = 74,
  LIBWASMER_ERRNO_XDEV = 75,
  LIBWASMER_ERRNO_NOTCAPABLE = 76,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_errno_t libwasmer_errno_t;
#else
typedef uint16_t libwasmer_errno_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kinds of files. Numbers are those of the specification.
 */
enum libwasmer_filetype_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  LIBWASMER_FILETYPE_UNKNOWN = 0,
  LIBWASMER_FILETYPE_BLOCK_DEVICE = 1,
  LIBWASMER_FILETYPE_CHARACTER_DEVICE = 2,
  LIBWASMER_FILETYPE_DIRECTORY = 3,
  LIBWASMER_FILETYPE_REGULAR_FILE = 4,
  LIBWASMER_FILETYPE_SOCKET_DGRAM = 5,
  LIBWASMER_FILETYPE_SOCKET_STREAM = 6,
  LIBWASMER_FILETYPE_SYMBOLIC_LINK = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_filetype_t libwasmer_filetype_t;
#else
typedef uint8_t libwasmer_filetype_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a guest of WASI may have at most. Numbers are part of the ABI.
 */
enum libwasmer_wasilimit_t
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Descriptors that are open at a time, those that it is given included; more give errno `MFILE`. 256
   * unless another number is set.
   */
  LIBWASMER_WASILIMIT_DESCRIPTORS = 0,
  /**
   * Bytes that the library holds for what the guest is doing, which are listings of directories: of one of
   * the host's a part of 32 KiB, of one of callbacks all of it, with 64 bytes for each entry. More give errno
   * `NOMEM`. 64 MiB unless another number is set.
   */
  LIBWASMER_WASILIMIT_HOST_BYTES = 1,
  /**
   * Threads that a command may have at a time, besides the one that runs it, by the proposal wasi-threads. 0 unless
   * another number is set: then there is no `wasi.thread-spawn`. More give the guest -6 (errno `AGAIN`).
   */
  LIBWASMER_WASILIMIT_THREADS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum libwasmer_wasilimit_t libwasmer_wasilimit_t;
#else
typedef uint32_t libwasmer_wasilimit_t;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Instances that are linked to each other, and all that they use: freed together. One thread at a
 * time may be inside; another one gets LIBWASMER_STATUS_BUSY, at once. A host function may enter
 * again on the thread that called it, and on others after `libwasmer_arena_set_lending`. Between calls
 * an arena may change threads.
 */
typedef struct libwasmer_arena_t libwasmer_arena_t;

/**
 * A buffer of bytes, owned by the caller.
 */
typedef struct libwasmer_bytes_t libwasmer_bytes_t;

/**
 * What an engine is made from. To be used by one thread at a time.
 */
typedef struct libwasmer_config_t libwasmer_config_t;

/**
 * A configuration that modules are compiled by. Safe to use from any thread. Modules and arenas
 * keep what they need of it, so it may be freed before them.
 */
typedef struct libwasmer_engine_t libwasmer_engine_t;

/**
 * What went wrong: a status, a message, and for traps a code and the wasm frames. Made by the
 * functions that fail, and owned by the caller. Safe to read from any thread.
 */
typedef struct libwasmer_error_t libwasmer_error_t;

/**
 * Something that any thread may fire to end the calls that are made under it. Safe to use from any
 * thread, but for its deletion. One may be set for any number of arenas.
 */
typedef struct libwasmer_interrupt_t libwasmer_interrupt_t;

/**
 * Names of modules and in them, and what they stand for: objects of an arena, and host functions for
 * any arena. Safe to use from any thread. It keeps no arena open: an object of one that was freed, or of
 * another one than is asked for, is an error where it is used.
 */
typedef struct libwasmer_linker_t libwasmer_linker_t;

/**
 * Compiled code. Safe to use from any thread. Arenas keep the code of their instances, so a module
 * may be freed before them.
 */
typedef struct libwasmer_module_t libwasmer_module_t;

/**
 * A shared memory, which any number of arenas may have: their instances run at the same time and see what the others
 * write. Safe to use from any thread, but for its deletion. The memory lives until this is deleted and no arena has it.
 */
typedef struct libwasmer_shared_memory_t libwasmer_shared_memory_t;

/**
 * What guests of WASI are given: arguments, variables, streams, directories, sockets, clocks and
 * random bytes. Whatever is not set: no arguments, no variables, standard input at its end, outputs that
 * swallow everything, no directories, no sockets, the machine's clocks and random bytes.
 *
 * It may be used for any number of guests. Each has streams, positions and descriptors of its own; a
 * descriptor of the program's and the `env` of callbacks are shared by them, and live as long as the
 * configuration or any guest needs them. To be used by one thread at a time.
 */
typedef struct libwasmer_wasi_config_t libwasmer_wasi_config_t;

/**
 * Where `list` puts the entries of a directory. Lives until that returns.
 */
typedef struct libwasmer_wasi_entries_t libwasmer_wasi_entries_t;

/**
 * A pipe between the program and guests: bytes that one side puts in and the other takes out, in memory.
 * Set as standard input it is filled by the program, set as an output by guests, and may be both outputs.
 * An output of one guest that is the input of another, which runs on another thread, connects the two: the
 * program then ends it when the first one has ended. The program never waits for it, but is told when it can go
 * on; a guest waits, and is ended by an interrupt then, and `poll_oneoff` knows when it need not wait.
 * Safe to use from any thread, but for its deletion.
 */
typedef struct libwasmer_wasi_pipe_t libwasmer_wasi_pipe_t;

/**
 * What one guest has: descriptors, clocks, captured output. It is used by the functions made for it, in
 * one arena: that of a command, or of instances that share their descriptors. What the functions need of
 * it they keep. Its output may be read by any thread, also while the guest runs.
 */
typedef struct libwasmer_wasi_t libwasmer_wasi_t;

/**
 * Bytes that belong to another object and live as long as it. Text is UTF-8; no NUL ends it.
 */
typedef struct {
  const char *data;
  /**
   * In bytes.
   */
  size_t size;
} libwasmer_view_t;

/**
 * A wasm frame of an error, innermost first. The views live as long as the error.
 */
typedef struct {
  /**
   * Name of the module, empty if it has none.
   */
  libwasmer_view_t module_name;
  /**
   * Name of the function, empty if the module does not tell.
   */
  libwasmer_view_t function_name;
  /**
   * Index of the function in its module, imported functions first.
   */
  uint32_t function_index;
  /**
   * Offset in bytes of the instruction from the start of the function.
   */
  uint32_t function_offset;
  /**
   * Offset in bytes of the instruction from the start of the module. Both offsets are 0 where the
   * compiler noted no place, as for a guest that is interrupted at the very start of a function.
   */
  uint32_t module_offset;
} libwasmer_frame_t;

/**
 * A place in the source of a guest. The views live as long as the error.
 */
typedef struct {
  /**
   * Name of the function as its language writes it, 1,024 bytes at most; empty if it has none.
   */
  libwasmer_view_t function_name;
  /**
   * Path of the file as the guest's compiler was told, 1,024 bytes at most; empty if it is not known.
   */
  libwasmer_view_t file;
  /**
   * Number of the line, from 1 on; 0 if it is not known.
   */
  uint32_t line;
  /**
   * Number of the byte in the line, from 1 on; 0 if it is not known.
   */
  uint32_t column;
} libwasmer_source_t;

/**
 * The type of an import, an export or an object. Which members have a meaning depends on `kind`;
 * the others are 0. The kinds of values (`libwasmer_valuekind_t`, one byte each) that `params` and
 * `results` point to live as long as the module or arena that was asked.
 */
typedef struct {
  libwasmer_externkind_t kind;
  /**
   * Of a global its kind of value, of a table that of its elements.
   */
  uint8_t value;
  /**
   * Of a global.
   */
  bool is_mutable;
  /**
   * Of a memory.
   */
  bool is_shared;
  /**
   * Of a table or memory: whether `maximum` is set.
   */
  bool has_maximum;
  /**
   * Of a table in elements, of a memory in pages of 65,536 bytes.
   */
  uint32_t minimum;
  uint32_t maximum;
  /**
   * Of a function; of a tag the payload, which has no results.
   */
  const uint8_t *params;
  size_t param_count;
  const uint8_t *results;
  size_t result_count;
} libwasmer_externtype_t;

/**
 * An import or export of a module. The views live as long as the module.
 */
typedef struct {
  /**
   * The module that an import is to come from; empty for an export.
   */
  libwasmer_view_t module;
  libwasmer_view_t name;
  libwasmer_externtype_t ty;
} libwasmer_item_t;

/**
 * Names an object in an arena: a function, memory, global, table, instance or externref. Needs no
 * delete: the object stays until the arena goes, or until the handle is released (see
 * `libwasmer_release`). It is also the form in which references cross: 0 is the null reference, and
 * names nothing. A handle of another arena, or of something that was freed, is found out and is an
 * error; it never names another object.
 */
typedef uint64_t libwasmer_handle_t;

/**
 * An object that was freed before its arena.
 */
typedef struct {
  /**
   * What named it.
   */
  libwasmer_handle_t handle;
  /**
   * What an externref carried, or the `env` of a host function; else 0.
   */
  uint64_t word;
  libwasmer_noun_t noun;
} libwasmer_freed_t;

/**
 * What a host function learns of the call. Valid until it returns.
 */
typedef struct {
  const libwasmer_arena_t *arena;
  /**
   * The instance that imports the function, or 0 if no instance does.
   */
  libwasmer_handle_t instance;
  /**
   * The word given to the call that is running.
   */
  uint64_t call_data;
} libwasmer_caller_t;

/**
 * A value in a call. The kind is that of the parameter or result at its place; narrow kinds use
 * the first bytes, and what is behind them has no meaning. Arrays of slots are used in place if
 * they are aligned to 16 bytes, and copied if not.
 */
typedef union {
  int32_t i32;
  int64_t i64;
  float f32;
  double f64;
  /**
   * In the order of memory (little-endian).
   */
  uint8_t v128[16];
  /**
   * A funcref or externref.
   */
  libwasmer_handle_t handle;
} libwasmer_slot_t;

/**
 * A host function. Arguments are in `slots`, results go there; `count` is the larger of the
 * numbers of parameters and results. NULL for success, or an error from `libwasmer_error_new`,
 * which is taken over and ends the call of the wasm function. Runs on the thread and on the stack
 * that the wasm function was called on; must return (no `longjmp`).
 */
typedef libwasmer_error_t *(*libwasmer_callback_t)(void *env,
                                                   const libwasmer_caller_t *caller,
                                                   libwasmer_slot_t *slots,
                                                   size_t count);

/**
 * Called once, when a host function is freed (with its arena, or after `libwasmer_release`), on the
 * thread that frees it. May be NULL.
 */
typedef void (*libwasmer_finalizer_t)(void *env);

/**
 * As `libwasmer_callback_t`, but a value is a word of 64 bits, two for a v128 (low word first).
 * Narrow arguments are extended by zeros; of narrow results the low bits count.
 */
typedef libwasmer_error_t *(*libwasmer_word_callback_t)(void *env,
                                                        const libwasmer_caller_t *caller,
                                                        uint64_t *words,
                                                        size_t count);

/**
 * Where a memory is, for `libwasmer_memory_view`. The bytes stay where they are; `size` is in bytes,
 * grows when the memory does, and is to be read as an atomic word.
 */
typedef struct {
  uint8_t *data;
  size_t size;
} libwasmer_memory_view_t;

/**
 * Gives bytes to a guest that reads: up to `size` bytes go to `buffer`, and their number to `count`; 0
 * is the end. Gives 0, or an errno (`libwasmer_errno_t`) for the guest to see. It may instead
 * set `error` to one from `libwasmer_error_new`, which is taken over and ends the guest's call. Called on
 * the thread that runs the guest. An interrupt does not end it: whoever waits in it must return by
 * himself, and then the call ends.
 */
typedef uint16_t (*libwasmer_wasi_read_t)(void *env,
                                          uint8_t *buffer,
                                          size_t size,
                                          size_t *count,
                                          libwasmer_error_t **error);

/**
 * Takes bytes that a guest writes: how many of them were taken goes to `count`. Otherwise as
 * `libwasmer_wasi_read_t`.
 */
typedef uint16_t (*libwasmer_wasi_write_t)(void *env,
                                           const uint8_t *bytes,
                                           size_t size,
                                           size_t *count,
                                           libwasmer_error_t **error);

/**
 * Tells the program that a pipe which made it wait can be used again. Called once for each time that it
 * had to wait, by a thread that runs a guest or that ends the pipe, maybe before the function that
 * said so has returned. It must return soon, and must not call a guest.
 */
typedef void (*libwasmer_wasi_ready_t)(void *env);

/**
 * What is known of a file. Times are nanoseconds since 1970.
 */
typedef struct {
  uint64_t device;
  /**
   * Different for each file of a device; programs compare it.
   */
  uint64_t inode;
  /**
   * Number of hard links.
   */
  uint64_t links;
  /**
   * In bytes.
   */
  uint64_t size;
  uint64_t accessed;
  uint64_t modified;
  uint64_t changed;
  /**
   * A `libwasmer_filetype_t`.
   */
  uint8_t file_type;
} libwasmer_wasi_stat_t;

/**
 * A callback of `libwasmer_wasi_files_t` for one path.
 */
typedef uint16_t (*libwasmer_wasi_path_callback_t)(void *env,
                                                   const char *path,
                                                   size_t path_size,
                                                   libwasmer_error_t **error);

/**
 * A callback of `libwasmer_wasi_files_t` for two paths.
 */
typedef uint16_t (*libwasmer_wasi_paths_callback_t)(void *env,
                                                    const char *from,
                                                    size_t from_size,
                                                    const char *to,
                                                    size_t to_size,
                                                    libwasmer_error_t **error);

/**
 * The callbacks behind a directory. Each gets the `env` that was given with them, and gives 0 or an errno
 * (`libwasmer_errno_t`) for the guest to see; it may instead set `error` to one from
 * `libwasmer_error_new`, which is taken over and ends the guest's call. They are called on the thread that
 * runs the guest, and an interrupt does not end them.
 *
 * Paths are UTF-8 with a length, without NUL at their end. They are relative to the directory, whose own
 * path is empty, and hold no `.`, no `..`, no empty name and no symbolic link but at their end: all that is
 * resolved before, and leads nowhere else. `file` is the number that `open` gave.
 *
 * A callback that is NULL is not supported: the guest gets errno `ROFS` where it would change something,
 * else `NOTSUP`, or what is said here. `stat` must not be NULL.
 */
typedef struct {
  /**
   * Opens a file. `flags` are the specification's `oflags`: 1 to make it if it is not there, 4 for it
   * to be new, 8 to cut it to no bytes. `access` is 1 to read, 2 to write, 3 for both. `fd_flags` are
   * the specification's `fdflags`; that writes append is done by the library. Directories are not opened.
   */
  uint16_t (*open)(void *env,
                   const char *path,
                   size_t path_size,
                   uint16_t flags,
                   uint32_t access,
                   uint16_t fd_flags,
                   uint64_t *file,
                   libwasmer_error_t **error);
  /**
   * Closes a file, once. It may be called on any thread. May be NULL.
   */
  void (*close)(void *env, uint64_t file);
  /**
   * Reads up to `size` bytes from `offset` on. 0 bytes mean the end.
   */
  uint16_t (*read)(void *env,
                   uint64_t file,
                   uint8_t *buffer,
                   size_t size,
                   uint64_t offset,
                   size_t *count,
                   libwasmer_error_t **error);
  /**
   * Writes bytes from `offset` on, and says how many.
   */
  uint16_t (*write)(void *env,
                    uint64_t file,
                    const uint8_t *bytes,
                    size_t size,
                    uint64_t offset,
                    size_t *count,
                    libwasmer_error_t **error);
  /**
   * What is known of an open file. NULL: `stat` is asked, by the path that the file was opened by.
   */
  uint16_t (*file_stat)(void *env,
                        uint64_t file,
                        libwasmer_wasi_stat_t *stat,
                        libwasmer_error_t **error);
  /**
   * Cuts or extends a file.
   */
  uint16_t (*file_set_size)(void *env, uint64_t file, uint64_t size, libwasmer_error_t **error);
  /**
   * Sets times of a file; `flags` as in `set_times`. NULL: `set_times` is asked, by the path that the
   * file was opened by.
   */
  uint16_t (*file_set_times)(void *env,
                             uint64_t file,
                             uint64_t accessed,
                             uint64_t modified,
                             uint16_t flags,
                             libwasmer_error_t **error);
  /**
   * Has what was written stay. NULL: nothing is done.
   */
  uint16_t (*file_sync)(void *env, uint64_t file, bool data_only, libwasmer_error_t **error);
  /**
   * What is known of what is at a path, be it a symbolic link. Errno `NOENT` if there is nothing.
   */
  uint16_t (*stat)(void *env,
                   const char *path,
                   size_t path_size,
                   libwasmer_wasi_stat_t *stat,
                   libwasmer_error_t **error);
  /**
   * Sets times. `flags` are the specification's `fstflags`: 1 for `accessed` as given, 2 for now, 4 for
   * `modified` as given, 8 for now.
   */
  uint16_t (*set_times)(void *env,
                        const char *path,
                        size_t path_size,
                        uint64_t accessed,
                        uint64_t modified,
                        uint16_t flags,
                        libwasmer_error_t **error);
  /**
   * Lists a directory, by `libwasmer_wasi_entries_add`.
   */
  uint16_t (*list)(void *env,
                   const char *path,
                   size_t path_size,
                   libwasmer_wasi_entries_t *entries,
                   libwasmer_error_t **error);
  libwasmer_wasi_path_callback_t make_directory;
  libwasmer_wasi_path_callback_t remove_directory;
  /**
   * Removes what is no directory.
   */
  libwasmer_wasi_path_callback_t unlink;
  libwasmer_wasi_paths_callback_t rename;
  /**
   * Makes a hard link: the second path for what is at the first.
   */
  libwasmer_wasi_paths_callback_t link;
  /**
   * Makes a symbolic link: the first path is what it says, of any form but absolute, the second where
   * it is.
   */
  libwasmer_wasi_paths_callback_t symlink;
  /**
   * What a symbolic link says. `count` gets its length also if that is more than `size`. NULL: there are
   * no symbolic links.
   */
  uint16_t (*read_link)(void *env,
                        const char *path,
                        size_t path_size,
                        char *buffer,
                        size_t size,
                        size_t *count,
                        libwasmer_error_t **error);
} libwasmer_wasi_files_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The `LIBWASMER_ABI_VERSION` that the library was built with. To be compared with the one of the
 * header before anything else is called.
 */
LIBWASMER_API uint32_t libwasmer_abi_version(void);

/**
 * Versions of the library and of wasmer, as text that ends with NUL and lives for ever.
 */
LIBWASMER_API const char *libwasmer_version(void);

/**
 * Hash of the sources that the library was built from, in hexadecimal, as text that ends with NUL
 * and lives for ever. `scripts/source-hash` computes the same number.
 */
LIBWASMER_API const char *libwasmer_source_hash(void);

/**
 * Arenas, engines, modules, configurations, errors and byte buffers that were made and not freed.
 * For tests that look for leaks.
 */
LIBWASMER_API size_t libwasmer_live_objects(void);

/**
 * What is in a buffer. The view lives as long as the buffer; it is empty for NULL.
 */
LIBWASMER_API libwasmer_view_t libwasmer_bytes_view(const libwasmer_bytes_t *bytes);

/**
 * Frees a buffer. NULL is allowed.
 */
LIBWASMER_API void libwasmer_bytes_delete(libwasmer_bytes_t *bytes);

/**
 * Translates WebAssembly text to binary. Binary is passed through.
 *
 * Statuses: INVALID_MODULE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wat2wasm(const uint8_t *text,
                                      size_t text_size,
                                      libwasmer_bytes_t **wasm,
                                      libwasmer_error_t **error);

/**
 * Makes an error for a host function to return. `status` is taken as it is if it is a known one
 * and not OK, else LIBWASMER_STATUS_HOST stands for it; with LIBWASMER_STATUS_EXIT, the low 32 bits of
 * `payload` are the exit code. `payload` comes back from
 * `libwasmer_error_payload` in the caller of the wasm function. Text that is not UTF-8 is
 * repaired. Never NULL.
 */
LIBWASMER_API
libwasmer_error_t *libwasmer_error_new(uint32_t status,
                                       const char *message,
                                       size_t message_size,
                                       uint64_t payload);

/**
 * Frees an error. NULL is allowed.
 */
LIBWASMER_API void libwasmer_error_delete(libwasmer_error_t *error);

/**
 * The status of an error; LIBWASMER_STATUS_OK for NULL.
 */
LIBWASMER_API libwasmer_status_t libwasmer_error_status(const libwasmer_error_t *error);

/**
 * The message of an error, in UTF-8, without NUL at its end. It lives as long as the error.
 */
LIBWASMER_API libwasmer_view_t libwasmer_error_message(const libwasmer_error_t *error);

/**
 * The trap code of an error (`libwasmer_trap_t`), or -1 if the guest did not trap.
 */
LIBWASMER_API int32_t libwasmer_error_trap(const libwasmer_error_t *error);

/**
 * The word that a host function gave with its error; 0 if there is none.
 */
LIBWASMER_API uint64_t libwasmer_error_payload(const libwasmer_error_t *error);

/**
 * Writes the code that the guest exited with (`proc_exit` of WASI). False, and nothing is written, if the
 * error is another one than LIBWASMER_STATUS_EXIT.
 */
LIBWASMER_API
bool libwasmer_error_exit_code(const libwasmer_error_t *error,
                               uint32_t *code);

/**
 * Number of frames kept with an error: LIBWASMER_LIMIT_FRAMES at most, the innermost and the
 * outermost.
 */
LIBWASMER_API size_t libwasmer_error_frame_count(const libwasmer_error_t *error);

/**
 * Number of frames that were left out of the middle.
 */
LIBWASMER_API size_t libwasmer_error_frames_omitted(const libwasmer_error_t *error);

/**
 * Writes a frame of an error. False, and nothing is written, if there is none with that number.
 */
LIBWASMER_API
bool libwasmer_error_frame(const libwasmer_error_t *error,
                           size_t number,
                           libwasmer_frame_t *frame);

/**
 * Number of sources of a frame of an error: one for the frame's function, and one for each function that the
 * guest's compiler inlined there, 64 at most. 0 if there is no frame with that number, if the module has no
 * debugging information of that place, or if its engine does not have it read
 * (`libwasmer_config_set_debug_info`).
 */
LIBWASMER_API
size_t libwasmer_error_frame_source_count(const libwasmer_error_t *error,
                                          size_t frame_number);

/**
 * Writes a source of a frame of an error: that of the innermost inlined function is the first, that of the frame's
 * own function the last. False, and nothing is written, if there is none with that number.
 */
LIBWASMER_API
bool libwasmer_error_frame_source(const libwasmer_error_t *error,
                                  size_t frame_number,
                                  size_t number,
                                  libwasmer_source_t *source);

/**
 * What a trap code (`libwasmer_trap_t`) means, in English, as text that ends with NUL and lives for
 * ever. "no trap" for -1 and other numbers that are none.
 */
LIBWASMER_API const char *libwasmer_trap_message(int32_t trap);

/**
 * Makes a configuration: Cranelift, for this machine, with wasmer's default set of proposals.
 * NULL only if memory is out.
 */
LIBWASMER_API libwasmer_config_t *libwasmer_config_new(void);

/**
 * Frees a configuration. NULL is allowed. Engines made from it are not touched.
 */
LIBWASMER_API void libwasmer_config_delete(libwasmer_config_t *config);

/**
 * True if the library was built with a compiler (a `libwasmer_compiler_t`).
 */
LIBWASMER_API bool libwasmer_compiler_is_available(uint32_t compiler);

/**
 * Whether a compiler (a `libwasmer_compiler_t`) supports a proposal, by the names of
 * `libwasmer_config_set_feature`. It is tried out: a small program is compiled and run, which takes
 * some milliseconds, and after which the size of stacks is what it is. What Singlepass does not support is
 * compiled by Cranelift.
 *
 * Statuses: INVALID_UTF8.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_compiler_supports(uint32_t compiler,
                                               const char *name,
                                               size_t name_size,
                                               bool *supported,
                                               libwasmer_error_t **error);

/**
 * Chooses the compiler (a `libwasmer_compiler_t`). One that the library was built without is
 * LIBWASMER_STATUS_UNSUPPORTED.
 *
 * Statuses: UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_compiler(libwasmer_config_t *config,
                                                 uint32_t compiler,
                                                 libwasmer_error_t **error);

/**
 * Switches a WebAssembly proposal on or off: "threads", "reference-types", "simd", "bulk-memory",
 * "multi-value", "tail-call", "multi-memory", "exception-handling", "relaxed-simd",
 * "extended-const", "wide-arithmetic". Exceptions that a guest throws are kept until no call into the arena is
 * running, as far as LIBWASMER_QUOTA_EXCEPTION_BYTES allows.
 *
 * Statuses: INVALID_UTF8, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_feature(libwasmer_config_t *config,
                                                const char *name,
                                                size_t name_size,
                                                bool on,
                                                libwasmer_error_t **error);

/**
 * Sets the machine to compile for: a target triple, and CPU features separated by commas (sse2,
 * sse3, ssse3, sse4.1, sse4.2, popcnt, avx, bmi, bmi2, avx2, fma, avx512dq, avx512vl, avx512f,
 * lzcnt, neon). A module for another machine can be serialized, not instantiated.
 *
 * Statuses: INVALID_UTF8, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_target(libwasmer_config_t *config,
                                               const char *triple,
                                               size_t triple_size,
                                               const char *cpu_features,
                                               size_t cpu_features_size,
                                               libwasmer_error_t **error);

/**
 * Sets how many threads compile one module; 0 for as many as the machine runs at once.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_compile_threads(libwasmer_config_t *config,
                                                        size_t threads,
                                                        libwasmer_error_t **error);

/**
 * Has modules pay for what they execute: an instance starts with `limit` points, an operator costs
 * what `costs` holds at its number (`wasmer_parser_operator_t` in wasmer's C API; 534 at most, what
 * is not there costs nothing), and the guest traps as unreachable when its points do not suffice,
 * with LIBWASMER_STATUS_OUT_OF_FUEL and the message "unreachable: out of fuel".
 * Costs are paid at the end of code that runs as a whole, on every compiler the same.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_metering(libwasmer_config_t *config,
                                                 uint64_t limit,
                                                 const uint32_t *costs,
                                                 size_t cost_count,
                                                 libwasmer_error_t **error);

/**
 * Gives modules fuel: as `libwasmer_config_set_metering`, but an operator that `costs` says nothing
 * of costs 1, so `costs` is NULL with `cost_count` 0 for one point an operator. Bulk instructions
 * cost the same whatever their length.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_fuel(libwasmer_config_t *config,
                                             uint64_t limit,
                                             const uint32_t *costs,
                                             size_t cost_count,
                                             libwasmer_error_t **error);

/**
 * Sets how many bytes of stack guests may use at most in this process, from 65,536 to 67,108,864, rounded up
 * to 65,536; LIBWASMER_LIMIT_STACK_BYTES if nothing is set. It is one number for the process, to be
 * set before the first arena (or store) and the first `libwasmer_config_set_stack_bytes`; later
 * LIBWASMER_STATUS_INVALID_ARGUMENT, unless it is the number that holds.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_set_stack_bytes(uint64_t stack_bytes,
                                             libwasmer_error_t **error);

/**
 * Sets how many bytes of stack the guests of an engine may use, from 65,536 to what the process has
 * (`libwasmer_set_stack_bytes`), rounded up to 65,536; as many as the process has if nothing is set. From then
 * on the number for the process stays. A thread that calls guests of engines with different numbers in
 * turns pays two system calls for each turn.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_stack_bytes(libwasmer_config_t *config,
                                                    uint64_t stack_bytes,
                                                    libwasmer_error_t **error);

/**
 * Has errors tell where in their source the functions on the stack were (`libwasmer_error_frame_source`), for
 * modules that have DWARF in their custom sections; off if nothing is set. Calls cost nothing for it. The first
 * error of a module reads its sections and keeps some ten times their size in memory until the module is
 * deleted; the bytes are the guest's, so the time for an error is bounded by eight steps for each byte of them, and
 * sections of more than 256 MiB are not read. What is damaged is left out. A module that was serialized has its
 * sections with it, and the engine that loads it decides.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_debug_info(libwasmer_config_t *config,
                                                   bool on,
                                                   libwasmer_error_t **error);

/**
 * Sets how many bytes of addresses each memory reserves, from 65,536 to 4,294,967,296, rounded up to
 * 65,536; 0 for the default, which is 8 GiB and code without checks. With less, modules that the engine
 * compiles compare each address with the memory's size, which is slower, and each memory in the engine's
 * arenas reserves that many bytes and 65,536 more: fewer where its maximum is lower, more where its
 * minimum is higher. It cannot grow beyond that (LIBWASMER_STATUS_LIMIT, -1 for the guest). It is for
 * processes whose addresses are limited (RLIMIT_AS), and for thousands of memories
 * (LIBWASMER_QUOTA_MEMORIES).
 *
 * A module that was serialized keeps what it was compiled for. A memory that was made with a reservation
 * cannot be imported by a module that was compiled without (LIBWASMER_STATUS_LINK). Modules with a memory
 * that may have no page are compiled by Cranelift, whatever the compiler.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_memory_reservation(libwasmer_config_t *config,
                                                           uint64_t reservation,
                                                           libwasmer_error_t **error);

/**
 * Sets what there may be at most (`quota` is a `libwasmer_quota_t`) in the modules and arenas of an
 * engine. What would be more is LIBWASMER_STATUS_LIMIT; a guest that grows a memory or table beyond
 * it gets -1.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_config_set_quota(libwasmer_config_t *config,
                                              uint32_t quota,
                                              uint64_t most,
                                              libwasmer_error_t **error);

/**
 * Makes an engine. `config` may be NULL for the default; it is copied and stays the caller's.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_engine_new(const libwasmer_config_t *config,
                                        libwasmer_engine_t **engine,
                                        libwasmer_error_t **error);

/**
 * Frees an engine. NULL is allowed.
 */
LIBWASMER_API void libwasmer_engine_delete(libwasmer_engine_t *engine);

/**
 * The compiler that an engine asks first; Cranelift for NULL.
 */
LIBWASMER_API libwasmer_compiler_t libwasmer_engine_compiler(const libwasmer_engine_t *engine);

/**
 * Compiles WebAssembly, binary or text. What Singlepass does not support is compiled by Cranelift.
 *
 * Statuses: those of compiling.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_new(const libwasmer_engine_t *engine,
                                        const uint8_t *bytes,
                                        size_t size,
                                        libwasmer_module_t **module,
                                        libwasmer_error_t **error);

/**
 * As `libwasmer_module_new`, ended with LIBWASMER_STATUS_INTERRUPTED when the interrupt is fired. It
 * returns within milliseconds, whatever the bytes are. What goes on then ends by itself, with the
 * functions that are being compiled; `libwasmer_abandoned_compilations` counts it until it has. The
 * bytes are copied, so they need not outlive the call.
 *
 * Statuses: INTERRUPTED, and those of compiling.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_new_under(const libwasmer_engine_t *engine,
                                              const uint8_t *bytes,
                                              size_t size,
                                              const libwasmer_interrupt_t *interrupt,
                                              libwasmer_module_t **module,
                                              libwasmer_error_t **error);

/**
 * The number of compilations that were interrupted and have not ended yet. With 64 of them
 * `libwasmer_module_new_under` gives LIBWASMER_STATUS_LIMIT. How long they may take is bounded by the
 * quotas LIBWASMER_QUOTA_FUNCTION_COST and LIBWASMER_QUOTA_MODULE_COST.
 */
LIBWASMER_API
size_t libwasmer_abandoned_compilations(void);

/**
 * Checks WebAssembly, binary or text, without compiling it. LIBWASMER_STATUS_OK if it is valid.
 *
 * Statuses: INVALID_MODULE, LINK, LIMIT, UNSUPPORTED, DEPTH.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_validate(const libwasmer_engine_t *engine,
                                             const uint8_t *bytes,
                                             size_t size,
                                             libwasmer_error_t **error);

/**
 * Gives the bytes from which `libwasmer_module_deserialize` makes the module again, in a library
 * of the same version, without compiling.
 *
 * Statuses: SERIALIZE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_serialize(const libwasmer_module_t *module,
                                              libwasmer_bytes_t **bytes,
                                              libwasmer_error_t **error);

/**
 * Loads what `libwasmer_module_serialize` gave. Damage is found by a digest and is an error; who
 * can forge the bytes can run any code, so load only what you wrote. Metering is part of the code: an engine
 * with metering refuses a module that was compiled without (LIBWASMER_STATUS_DESERIALIZE), and one
 * that was compiled with it pays as it was compiled to, whatever the engine says.
 *
 * Statuses: DESERIALIZE, UNSUPPORTED, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_deserialize(const libwasmer_engine_t *engine,
                                                const uint8_t *bytes,
                                                size_t size,
                                                libwasmer_module_t **module,
                                                libwasmer_error_t **error);

/**
 * Frees a module. NULL is allowed.
 */
LIBWASMER_API void libwasmer_module_delete(libwasmer_module_t *module);

/**
 * The compiler whose code a module is; Cranelift for NULL.
 */
LIBWASMER_API libwasmer_compiler_t libwasmer_module_compiler(const libwasmer_module_t *module);

/**
 * The name in a module's name section, empty if there is none. It lives as long as the module.
 */
LIBWASMER_API libwasmer_view_t libwasmer_module_name(const libwasmer_module_t *module);

/**
 * Number of imports; 0 for NULL.
 */
LIBWASMER_API size_t libwasmer_module_import_count(const libwasmer_module_t *module);

/**
 * Number of exports; 0 for NULL.
 */
LIBWASMER_API size_t libwasmer_module_export_count(const libwasmer_module_t *module);

/**
 * Describes the import with a number, counted from 0 in the order of the module.
 *
 * Statuses: NOT_FOUND.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_import(const libwasmer_module_t *module,
                                           size_t number,
                                           libwasmer_item_t *import,
                                           libwasmer_error_t **error);

/**
 * Describes the export with a number, counted from 0 in the order of the module.
 *
 * Statuses: NOT_FOUND.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_export(const libwasmer_module_t *module,
                                           size_t number,
                                           libwasmer_item_t *export_,
                                           libwasmer_error_t **error);

/**
 * The contents of the custom section of a name, the last one if there are several.
 * LIBWASMER_STATUS_NOT_FOUND if there is none. The view lives as long as the module.
 *
 * Statuses: INVALID_UTF8, NOT_FOUND.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_custom_section(const libwasmer_module_t *module,
                                                   const char *name,
                                                   size_t name_size,
                                                   libwasmer_view_t *contents,
                                                   libwasmer_error_t **error);

/**
 * Compiles a file of WebAssembly, binary or text, as `libwasmer_module_new` does. Errors name the
 * file: LIBWASMER_STATUS_NOT_FOUND if there is none, LIBWASMER_STATUS_FILE if it cannot be read.
 *
 * Statuses: NOT_FOUND, FILE, OUT_OF_MEMORY, and those of compiling.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_new_from_file(const libwasmer_engine_t *engine,
                                                  const char *path,
                                                  size_t path_size,
                                                  libwasmer_module_t **module,
                                                  libwasmer_error_t **error);

/**
 * As `libwasmer_module_new_from_file`, ended as `libwasmer_module_new_under` is.
 *
 * Statuses: NOT_FOUND, FILE, OUT_OF_MEMORY, INTERRUPTED, and those of compiling.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_new_from_file_under(const libwasmer_engine_t *engine,
                                                        const char *path,
                                                        size_t path_size,
                                                        const libwasmer_interrupt_t *interrupt,
                                                        libwasmer_module_t **module,
                                                        libwasmer_error_t **error);

/**
 * Writes a module to a file, as `libwasmer_module_serialize` gives it. What was there before is replaced
 * as a whole or, if this fails, left as it is: the file is written under another name in the same
 * directory and renamed. LIBWASMER_STATUS_FILE or LIBWASMER_STATUS_NOT_FOUND if it cannot be written.
 *
 * Statuses: SERIALIZE, NOT_FOUND, FILE, OUT_OF_MEMORY.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_serialize_to_file(const libwasmer_module_t *module,
                                                      const char *path,
                                                      size_t path_size,
                                                      libwasmer_error_t **error);

/**
 * Loads a file that `libwasmer_module_serialize_to_file` wrote, as `libwasmer_module_deserialize` does.
 * Errors name the file: LIBWASMER_STATUS_NOT_FOUND if there is none, LIBWASMER_STATUS_FILE if it cannot be read.
 *
 * Statuses: NOT_FOUND, FILE, OUT_OF_MEMORY, DESERIALIZE, UNSUPPORTED, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_deserialize_file(const libwasmer_engine_t *engine,
                                                     const char *path,
                                                     size_t path_size,
                                                     libwasmer_module_t **module,
                                                     libwasmer_error_t **error);

/**
 * Makes an empty arena.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_new(const libwasmer_engine_t *engine,
                                       libwasmer_arena_t **arena,
                                       libwasmer_error_t **error);

/**
 * Closes an arena: what is in it is freed, at once or, if a call is running, when that has
 * returned. Until then the call goes on; new ones get LIBWASMER_STATUS_CLOSED. Never waits. May be
 * repeated, from any thread, also from a host function. NULL is allowed.
 */
LIBWASMER_API void libwasmer_arena_close(const libwasmer_arena_t *arena);

/**
 * Closes an arena and frees the object itself, which must not be used again by the caller. NULL is
 * allowed.
 */
LIBWASMER_API void libwasmer_arena_delete(libwasmer_arena_t *arena);

/**
 * Sets whether other threads may enter while a host function runs that is made by `libwasmer_func_new`
 * or `libwasmer_func_new_words`, and is called from now on; off at first. Such a thread takes the
 * place of the one inside, as if the host function called back: what it does ends before the host
 * function's return is seen by the guest, which waits for it. So a host function may start a thread
 * that calls the guest, and wait for it. A thread that comes while wasm runs gets
 * LIBWASMER_STATUS_BUSY as ever.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_set_lending(const libwasmer_arena_t *arena,
                                               bool on,
                                               libwasmer_error_t **error);

/**
 * Gives an arena up because the frames of its innermost call on this thread were dropped without
 * returning (a `longjmp` out of a host function, or what amounts to one). The arena is closed; its
 * memory is never freed. To be called on that thread, once for each such call, and while
 * the interrupt that the call was made under, if there is one, still lives.
 */
LIBWASMER_API void libwasmer_arena_abandon(const libwasmer_arena_t *arena);

/**
 * Sets what there may be at most in an arena (`quota` is a `libwasmer_quota_t`), in place of what its
 * engine says. What is there already stays. The quotas of modules are for engines only.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_set_quota(const libwasmer_arena_t *arena,
                                             uint32_t quota,
                                             uint64_t most,
                                             libwasmer_error_t **error);

/**
 * What there may be at most in an arena (`quota` is a `libwasmer_quota_t`).
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_quota(const libwasmer_arena_t *arena,
                                         uint32_t quota,
                                         uint64_t *most,
                                         libwasmer_error_t **error);

/**
 * Describes the object that a handle names. What the description points to lives as long as the
 * arena is open.
 *
 * Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_extern_type(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t handle,
                                         libwasmer_externtype_t *ty,
                                         libwasmer_error_t **error);

/**
 * Gives up handles that are not used any more. Each function that writes a handle, and each handle in
 * the slots or words of a call, gives it once; an object is held as long as it was given more often
 * than released. 0 may be among them any number of times, and `handles` may be NULL if `count` is 0.
 *
 * What then neither a held object reaches nor a running call is freed, at once where that is cheap, else
 * with later releases. An object reaches what one expects: an instance its imports and what is in its
 * tables and globals; an exported or referenced function, memory, table or global the instance that it
 * is of; an imported host function the instance that imports it. So long its handle may still be used;
 * then it is LIBWASMER_STATUS_HANDLE. While a call into the arena is running nothing is freed: `waiting`
 * (`waiting` may be NULL) tells whether it would have been, and to call again after it is of use.
 *
 * All handles are looked at, and the first error is given: LIBWASMER_STATUS_HANDLE for one that was not
 * held. LIBWASMER_STATUS_BUSY, and nothing is released, if another thread is inside the arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_release(const libwasmer_arena_t *arena,
                                     const libwasmer_handle_t *handles,
                                     size_t count,
                                     bool *waiting,
                                     libwasmer_error_t **error);

/**
 * Holds an object that the caller has a handle of once more: it is to be released once more. For one
 * who keeps a handle that somebody else releases.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_hold(const libwasmer_arena_t *arena,
                                  libwasmer_handle_t handle,
                                  libwasmer_error_t **error);

/**
 * Frees now what `libwasmer_release` would free later. `done` (`done` may be NULL) tells whether it did:
 * not while a call into the arena is running. In a closed arena it is told whether that is over, and all
 * is freed.
 *
 * Statuses: BUSY.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_collect(const libwasmer_arena_t *arena,
                                           bool *done,
                                           libwasmer_error_t **error);

/**
 * Tells what was freed since this was called last: writes up to `capacity` objects to `freed` and how
 * many to `count` (`freed` may be NULL if `capacity` is 0); the others are told next time. Nothing is
 * noted before the first call. (The arena of a store of wasm.h tells the store, not the caller.)
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_freed(const libwasmer_arena_t *arena,
                                         libwasmer_freed_t *freed,
                                         size_t capacity,
                                         size_t *count,
                                         libwasmer_error_t **error);

/**
 * Makes an externref that carries `data`, whatever it means to the caller.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_externref_new(const libwasmer_arena_t *arena,
                                           uint64_t data,
                                           libwasmer_handle_t *reference,
                                           libwasmer_error_t **error);

/**
 * What an externref carries.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_externref_data(const libwasmer_arena_t *arena,
                                            libwasmer_handle_t reference,
                                            uint64_t *data,
                                            libwasmer_error_t **error);

/**
 * Makes an instance of a module in an arena and runs its start function. `imports` holds a handle
 * for each import, in the order of the module; all that are missing or do not fit are named in one
 * error. `call_data` is handed to host functions that the start function calls.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_new(const libwasmer_arena_t *arena,
                                          const libwasmer_module_t *module,
                                          const libwasmer_handle_t *imports,
                                          size_t import_count,
                                          uint64_t call_data,
                                          libwasmer_handle_t *instance,
                                          libwasmer_error_t **error);

/**
 * As `libwasmer_instance_new`, with the start function called under an interrupt, whatever is set
 * for the arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_new_under(const libwasmer_arena_t *arena,
                                                const libwasmer_module_t *module,
                                                const libwasmer_handle_t *imports,
                                                size_t import_count,
                                                uint64_t call_data,
                                                const libwasmer_interrupt_t *interrupt,
                                                libwasmer_handle_t *instance,
                                                libwasmer_error_t **error);

/**
 * The export with a number, counted from 0 in the order of the module.
 *
 * Statuses: BUSY, CLOSED, HANDLE, NOT_FOUND, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_export_at(const libwasmer_arena_t *arena,
                                                libwasmer_handle_t instance,
                                                size_t number,
                                                libwasmer_handle_t *export_,
                                                libwasmer_error_t **error);

/**
 * The export with a name, and its kind. `kind_out` may be NULL. LIBWASMER_STATUS_NOT_FOUND if
 * there is none.
 *
 * Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, NOT_FOUND, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_export(const libwasmer_arena_t *arena,
                                             libwasmer_handle_t instance,
                                             const char *name,
                                             size_t name_size,
                                             libwasmer_externkind_t *kind_out,
                                             libwasmer_handle_t *export_,
                                             libwasmer_error_t **error);

/**
 * The points that an instance of a metered module has left, and whether it trapped because they did
 * not suffice. LIBWASMER_STATUS_UNSUPPORTED if its module was compiled without metering.
 *
 * Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_points(const libwasmer_arena_t *arena,
                                             libwasmer_handle_t instance,
                                             uint64_t *remaining,
                                             bool *exhausted,
                                             libwasmer_error_t **error);

/**
 * Adds to the points that an instance has left, and forgets that they did not suffice.
 *
 * Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_add_points(const libwasmer_arena_t *arena,
                                                 libwasmer_handle_t instance,
                                                 uint64_t more,
                                                 libwasmer_error_t **error);

/**
 * Sets the points that an instance has left, and forgets that they did not suffice.
 *
 * Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_instance_set_points(const libwasmer_arena_t *arena,
                                                 libwasmer_handle_t instance,
                                                 uint64_t remaining,
                                                 libwasmer_error_t **error);

/**
 * Makes a linker without names. NULL only if memory is out.
 */
LIBWASMER_API libwasmer_linker_t *libwasmer_linker_new(void);

/**
 * Frees a linker. NULL is allowed. Instances that were made with it are not touched; they keep the host
 * functions that they import.
 */
LIBWASMER_API
void libwasmer_linker_delete(libwasmer_linker_t *linker);

/**
 * Whether a name may be defined again, in place of what it stood for. It may not at first.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_allow_shadowing(const libwasmer_linker_t *linker,
                                                    bool on,
                                                    libwasmer_error_t **error);

/**
 * Defines a name as an object of an arena: a function, memory, global, table or tag.
 * LIBWASMER_STATUS_INVALID_ARGUMENT if the name is defined already, LIBWASMER_STATUS_HANDLE for 0.
 *
 * Statuses: INVALID_UTF8, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_define(const libwasmer_linker_t *linker,
                                           const char *module_name,
                                           size_t module_name_size,
                                           const char *name,
                                           size_t name_size,
                                           libwasmer_handle_t handle,
                                           libwasmer_error_t **error);

/**
 * Defines a name as a host function, which is made as by `libwasmer_func_new` in each arena whose
 * instances import it. The finalizer gets `env` once, when the linker and all these arenas are gone, or the
 * name is defined anew; also if this fails. LIBWASMER_STATUS_INVALID_ARGUMENT if the name is defined
 * already.
 *
 * Statuses: INVALID_UTF8.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_define_func(const libwasmer_linker_t *linker,
                                                const char *module_name,
                                                size_t module_name_size,
                                                const char *name,
                                                size_t name_size,
                                                const uint8_t *params,
                                                size_t param_count,
                                                const uint8_t *results,
                                                size_t result_count,
                                                libwasmer_callback_t callback,
                                                void *env,
                                                libwasmer_finalizer_t finalizer,
                                                libwasmer_error_t **error);

/**
 * Defines all exports of an instance under the name of a module. LIBWASMER_STATUS_INVALID_ARGUMENT if
 * one of these names is defined already; then none is.
 *
 * Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_define_instance(const libwasmer_linker_t *linker,
                                                    const libwasmer_arena_t *arena,
                                                    const char *module_name,
                                                    size_t module_name_size,
                                                    libwasmer_handle_t instance,
                                                    libwasmer_error_t **error);

/**
 * What a name stands for in an arena. LIBWASMER_STATUS_NOT_FOUND if it is not defined,
 * LIBWASMER_STATUS_HANDLE if it is an object of another arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, NOT_FOUND.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_get(const libwasmer_linker_t *linker,
                                        const libwasmer_arena_t *arena,
                                        const char *module_name,
                                        size_t module_name_size,
                                        const char *name,
                                        size_t name_size,
                                        libwasmer_handle_t *handle,
                                        libwasmer_error_t **error);

/**
 * Makes an instance, as `libwasmer_instance_new` does, with what the linker knows its imports by.
 * LIBWASMER_STATUS_LINK names all that are not defined, or do not fit, in one error.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_instantiate(const libwasmer_linker_t *linker,
                                                const libwasmer_arena_t *arena,
                                                const libwasmer_module_t *module,
                                                uint64_t call_data,
                                                libwasmer_handle_t *instance,
                                                libwasmer_error_t **error);

/**
 * As `libwasmer_linker_instantiate`, with the start function called under an interrupt, whatever is set
 * for the arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_linker_instantiate_under(const libwasmer_linker_t *linker,
                                                      const libwasmer_arena_t *arena,
                                                      const libwasmer_module_t *module,
                                                      uint64_t call_data,
                                                      const libwasmer_interrupt_t *interrupt,
                                                      libwasmer_handle_t *instance,
                                                      libwasmer_error_t **error);

/**
 * Makes a host function in an arena. `params` and `results` are kinds of values, one byte each
 * (`libwasmer_valuekind_t`). `env` is handed to the callback, which must be usable on every thread
 * that enters the arena; the finalizer gets it in the end, also if this fails.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_func_new(const libwasmer_arena_t *arena,
                                      const uint8_t *params,
                                      size_t param_count,
                                      const uint8_t *results,
                                      size_t result_count,
                                      libwasmer_callback_t callback,
                                      void *env,
                                      libwasmer_finalizer_t finalizer,
                                      libwasmer_handle_t *func,
                                      libwasmer_error_t **error);

/**
 * As `libwasmer_func_new`, for a callback that takes words.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_func_new_words(const libwasmer_arena_t *arena,
                                            const uint8_t *params,
                                            size_t param_count,
                                            const uint8_t *results,
                                            size_t result_count,
                                            libwasmer_word_callback_t callback,
                                            void *env,
                                            libwasmer_finalizer_t finalizer,
                                            libwasmer_handle_t *func,
                                            libwasmer_error_t **error);

/**
 * Calls a function. Arguments are in `slots`, results go there; `count` is at least the larger of
 * the numbers of parameters and results (`slots` may be NULL if `count` is 0). After an error the
 * slots hold anything. Allocates nothing.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_func_call(const libwasmer_arena_t *arena,
                                       libwasmer_handle_t func,
                                       libwasmer_slot_t *slots,
                                       size_t count,
                                       libwasmer_error_t **error);

/**
 * Calls a function whose values are words of 64 bits: one for each, two for a v128, low word first.
 * `count` is at least what the parameters or the results take, whichever is more (`words` may be
 * NULL if `count` is 0). Narrow results are extended by zeros. `call_data` is handed to host
 * functions that are called meanwhile.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_func_call_words(const libwasmer_arena_t *arena,
                                             libwasmer_handle_t func,
                                             uint64_t *words,
                                             size_t count,
                                             uint64_t call_data,
                                             libwasmer_error_t **error);

/**
 * As `libwasmer_func_call_words`, made under an interrupt, whatever is set for the arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_func_call_words_under(const libwasmer_arena_t *arena,
                                                   libwasmer_handle_t func,
                                                   uint64_t *words,
                                                   size_t count,
                                                   uint64_t call_data,
                                                   const libwasmer_interrupt_t *interrupt,
                                                   libwasmer_error_t **error);

/**
 * Makes a memory of zeros, with sizes in pages. `maximum` counts if `has_maximum`; a shared memory
 * needs one.
 *
 * Statuses: BUSY, CLOSED, LIMIT, OUT_OF_MEMORY.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_new(const libwasmer_arena_t *arena,
                                        uint32_t minimum,
                                        bool has_maximum,
                                        uint32_t maximum,
                                        bool is_shared,
                                        libwasmer_handle_t *memory,
                                        libwasmer_error_t **error);

/**
 * The size in pages.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_size(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t memory,
                                         uint32_t *pages,
                                         libwasmer_error_t **error);

/**
 * Grows by a number of pages, and gives the size before. LIBWASMER_STATUS_LIMIT if the memory's
 * maximum or a limit does not allow it. `before` may be NULL.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_grow(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t memory,
                                         uint32_t delta,
                                         uint32_t *before,
                                         libwasmer_error_t **error);

/**
 * Start and length in bytes. The start may move when the memory grows, and both mean nothing after
 * the arena is closed: `libwasmer_memory_read` and `libwasmer_memory_write` are always safe.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_data(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t memory,
                                         uint8_t **data,
                                         size_t *size,
                                         libwasmer_error_t **error);

/**
 * Lets threads look at and change a memory without entering its arena, also while a guest runs. `view`
 * is of use until the memory is released or its arena closed: who does that sees to it that no thread uses
 * the view any more.
 * What is read while the guest writes there, or the other way round, is as it is between threads with a
 * shared memory: each byte is of one of the two, words that are written as a whole by both are not torn, and
 * nothing is said of the order.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_view(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t memory,
                                         const libwasmer_memory_view_t **view,
                                         libwasmer_error_t **error);

/**
 * Copies `size` bytes at an address of the memory to `bytes`. LIBWASMER_STATUS_OUT_OF_BOUNDS, and
 * nothing is copied, if not all of them are in the memory.
 *
 * Statuses: BUSY, CLOSED, HANDLE, OUT_OF_BOUNDS.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_read(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t memory,
                                         uint64_t address,
                                         uint8_t *bytes,
                                         size_t size,
                                         libwasmer_error_t **error);

/**
 * Copies `size` bytes to an address of the memory. LIBWASMER_STATUS_OUT_OF_BOUNDS, and nothing is
 * copied, if they do not fit.
 *
 * Statuses: BUSY, CLOSED, HANDLE, OUT_OF_BOUNDS.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_write(const libwasmer_arena_t *arena,
                                          libwasmer_handle_t memory,
                                          uint64_t address,
                                          const uint8_t *bytes,
                                          size_t size,
                                          libwasmer_error_t **error);

/**
 * Makes a shared memory of zeros, with sizes in pages. Addresses are reserved as the engine's memories do it, and the
 * host may grow it to the engine's quota of pages at most.
 *
 * Statuses: LIMIT, OUT_OF_MEMORY.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_new(const libwasmer_engine_t *engine,
                                               uint32_t minimum,
                                               uint32_t maximum,
                                               libwasmer_shared_memory_t **memory,
                                               libwasmer_error_t **error);

/**
 * Gives a shared memory up. It stays where arenas have it. NULL is allowed.
 */
LIBWASMER_API void libwasmer_shared_memory_delete(libwasmer_shared_memory_t *memory);

/**
 * Takes a shared memory out of an arena, be it made there or declared by a module, so that other arenas may have it
 * too. The caller deletes what it is given. LIBWASMER_STATUS_TYPE if the memory is not shared.
 *
 * Statuses: BUSY, CLOSED, HANDLE, TYPE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_memory_share(const libwasmer_arena_t *arena,
                                          libwasmer_handle_t handle,
                                          libwasmer_shared_memory_t **memory,
                                          libwasmer_error_t **error);

/**
 * Gives an arena a shared memory, for its instances to import. Its pages count among those of each arena that has
 * it, and it grows if all of them have room. Where the arena has it already, the handle is the same.
 *
 * Statuses: BUSY, CLOSED, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_add_shared_memory(const libwasmer_arena_t *arena,
                                                     const libwasmer_shared_memory_t *memory,
                                                     libwasmer_handle_t *handle,
                                                     libwasmer_error_t **error);

/**
 * The size in pages.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_size(const libwasmer_shared_memory_t *memory,
                                                uint32_t *pages,
                                                libwasmer_error_t **error);

/**
 * Grows by a number of pages, for all who have it, and gives the size before. LIBWASMER_STATUS_LIMIT if its maximum, the
 * quota of its engine or that of an arena does not allow it. `before` may be NULL.
 *
 * Statuses: LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_grow(const libwasmer_shared_memory_t *memory,
                                                uint32_t delta,
                                                uint32_t *before,
                                                libwasmer_error_t **error);

/**
 * Where the memory is, until it is deleted: as `libwasmer_memory_view`.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_view(const libwasmer_shared_memory_t *memory,
                                                const libwasmer_memory_view_t **view,
                                                libwasmer_error_t **error);

/**
 * Copies `size` bytes at an address of the memory to `bytes`, whatever guests do meanwhile.
 * LIBWASMER_STATUS_OUT_OF_BOUNDS, and nothing is copied, if not all of them are in the memory.
 *
 * Statuses: OUT_OF_BOUNDS.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_read(const libwasmer_shared_memory_t *memory,
                                                uint64_t address,
                                                uint8_t *bytes,
                                                size_t size,
                                                libwasmer_error_t **error);

/**
 * Copies `size` bytes to an address of the memory, whatever guests do meanwhile. LIBWASMER_STATUS_OUT_OF_BOUNDS,
 * and nothing is copied, if they do not fit.
 *
 * Statuses: OUT_OF_BOUNDS.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_write(const libwasmer_shared_memory_t *memory,
                                                 uint64_t address,
                                                 const uint8_t *bytes,
                                                 size_t size,
                                                 libwasmer_error_t **error);

/**
 * Notifies so many of the guests that wait (`memory.atomic.wait32` and `wait64`) on the word at an address, a multiple of 4,
 * those first that came first, and gives how many there were. `notified` may be NULL. What the guests are to find is to
 * be written before, as an atomic word.
 *
 * Statuses: OUT_OF_BOUNDS.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_shared_memory_notify(const libwasmer_shared_memory_t *memory,
                                                  uint64_t address,
                                                  uint32_t count,
                                                  uint32_t *notified,
                                                  libwasmer_error_t **error);

/**
 * Makes a global with a kind of value (`libwasmer_valuekind_t`) and a value of two words.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_global_new(const libwasmer_arena_t *arena,
                                        uint8_t kind,
                                        bool is_mutable,
                                        const uint64_t *words,
                                        libwasmer_handle_t *global,
                                        libwasmer_error_t **error);

/**
 * Writes the value to two words. Narrow values are extended by zeros.
 *
 * Statuses: BUSY, CLOSED, HANDLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_global_get(const libwasmer_arena_t *arena,
                                        libwasmer_handle_t global,
                                        uint64_t *words,
                                        libwasmer_error_t **error);

/**
 * Sets the value from two words. LIBWASMER_STATUS_IMMUTABLE if the global cannot be set.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, IMMUTABLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_global_set(const libwasmer_arena_t *arena,
                                        libwasmer_handle_t global,
                                        const uint64_t *words,
                                        libwasmer_error_t **error);

/**
 * Lets threads read a global of a number without entering its arena, and set it if it is mutable, also
 * while a guest runs: `place` is where its value is, an i32 or f32 in the first four bytes. Read and
 * write it as an atomic word. It is of use as a view of a memory is.
 *
 * Statuses: BUSY, CLOSED, HANDLE, TYPE, IMMUTABLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_global_view(const libwasmer_arena_t *arena,
                                         libwasmer_handle_t global,
                                         uint64_t **place,
                                         libwasmer_error_t **error);

/**
 * Makes a table of funcref or externref (`libwasmer_valuekind_t`) whose elements are all `init`.
 * `maximum` counts if `has_maximum`.
 *
 * Statuses: BUSY, CLOSED, HANDLE, TYPE, LINK, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_table_new(const libwasmer_arena_t *arena,
                                       uint8_t element,
                                       uint32_t minimum,
                                       bool has_maximum,
                                       uint32_t maximum,
                                       libwasmer_handle_t init,
                                       libwasmer_handle_t *table,
                                       libwasmer_error_t **error);

/**
 * The size.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_table_size(const libwasmer_arena_t *arena,
                                        libwasmer_handle_t table,
                                        uint32_t *size,
                                        libwasmer_error_t **error);

/**
 * The reference at an index.
 *
 * Statuses: BUSY, CLOSED, HANDLE, OUT_OF_BOUNDS, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_table_get(const libwasmer_arena_t *arena,
                                       libwasmer_handle_t table,
                                       uint32_t index,
                                       libwasmer_handle_t *reference,
                                       libwasmer_error_t **error);

/**
 * Sets the reference at an index.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, OUT_OF_BOUNDS, IMMUTABLE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_table_set(const libwasmer_arena_t *arena,
                                       libwasmer_handle_t table,
                                       uint32_t index,
                                       libwasmer_handle_t reference,
                                       libwasmer_error_t **error);

/**
 * Grows by a number of elements that are all `init`, and gives the size before.
 * LIBWASMER_STATUS_LIMIT if the table's maximum or a limit does not allow it. `before` may be NULL.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, IMMUTABLE, LIMIT, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_table_grow(const libwasmer_arena_t *arena,
                                        libwasmer_handle_t table,
                                        uint32_t delta,
                                        libwasmer_handle_t init,
                                        uint32_t *before,
                                        libwasmer_error_t **error);

/**
 * Makes a tag for modules to import, of exceptions that carry values of `param_count` kinds
 * (`libwasmer_valuekind_t`; `params` may be NULL if `param_count` is 0). Two tags are never the same one, whatever
 * they carry: modules that are to catch each other's exceptions import the same tag, made here or exported by
 * one of them. The memory of a tag, some hundred bytes, is freed with the arena.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_tag_new(const libwasmer_arena_t *arena,
                                     const uint8_t *params,
                                     size_t param_count,
                                     libwasmer_handle_t *tag,
                                     libwasmer_error_t **error);

/**
 * Makes an interrupt. The first one of a process installs a handler for a real-time signal (see
 * `libwasmer_interrupt_signal`), which threads that run guests must not block.
 * LIBWASMER_STATUS_UNSUPPORTED where the system has no way to end compiled code yet,
 * LIBWASMER_STATUS_RESOURCE if it gives no thread for it.
 *
 * Statuses: UNSUPPORTED, RESOURCE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_interrupt_new(libwasmer_interrupt_t **interrupt,
                                           libwasmer_error_t **error);

/**
 * Frees an interrupt. Arenas that it is set for keep what they need of it. NULL is allowed.
 */
LIBWASMER_API void libwasmer_interrupt_delete(libwasmer_interrupt_t *interrupt);

/**
 * Ends the calls that run under an interrupt, with LIBWASMER_STATUS_INTERRUPTED, and all that is
 * nested in them; later ones do not begin until it is reset. Returns at once. A call ends when the
 * guest runs its own code, waits for an atomic notification, or returns from a host function or
 * from a library call: one bulk instruction (`memory.fill` of gigabytes) ends first.
 *
 * LIBWASMER_STATUS_RESOURCE in the child of a fork, if the system gives no thread for it; then the calls
 * were asked once, and no later ones begin.
 *
 * Statuses: RESOURCE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_interrupt_fire(const libwasmer_interrupt_t *interrupt,
                                            libwasmer_error_t **error);

/**
 * Fires an interrupt after a time, in place of an earlier one that has not come; 0 fires at once. The
 * child of a fork has the times that were set before, and they come there too.
 *
 * LIBWASMER_STATUS_RESOURCE in the child of a fork, if the system gives no thread for it; then no time
 * is set.
 *
 * Statuses: RESOURCE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_interrupt_fire_after(const libwasmer_interrupt_t *interrupt,
                                                  uint64_t nanoseconds,
                                                  libwasmer_error_t **error);

/**
 * Lets calls begin again, and forgets the time at which an interrupt was to fire.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_interrupt_reset(const libwasmer_interrupt_t *interrupt,
                                             libwasmer_error_t **error);

/**
 * The signal by which the library ends calls; 0 before there was an interrupt, and where none is
 * used. The library takes one that nobody has a handler for, and if there is none the last but two;
 * what a program or another process sends by that number is ignored. Where the system queues no more
 * signals (RLIMIT_SIGPENDING) it takes SIGSTKFLT as well, and hands on what others send by that.
 */
LIBWASMER_API
int32_t libwasmer_interrupt_signal(void);

/**
 * Sets the interrupt that calls into an arena, instantiations too, are made under from now on, also
 * through wasm.h; `interrupt` may be NULL: for none. A call that is running stays under what it
 * began with. The arena keeps what it needs of it. After an interrupt the arena is as after a trap:
 * usable, with whatever the guest had done until then.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_arena_set_interrupt(const libwasmer_arena_t *arena,
                                                 const libwasmer_interrupt_t *interrupt,
                                                 libwasmer_error_t **error);

/**
 * Names the stack that this thread is on, if the program made it (a coroutine's): `size` bytes from
 * `lowest` up, its usable part. Until another is named, what is entered on that stack is refused with
 * LIBWASMER_STATUS_DEPTH while less than LIBWASMER_LIMIT_HOST_STACK_BYTES are left, as on a thread's own stack. `lowest` may be NULL
 * with a size of 0, which takes the name back. A stack that is not named may be used too; then it is up to you that
 * there is as much room whenever wasm is entered, by host functions as well.
 * LIBWASMER_STATUS_INVALID_ARGUMENT if the thread is on another stack, LIBWASMER_STATUS_UNSUPPORTED on the alternate
 * signal stack, on which wasm cannot be entered.
 *
 * Statuses: UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_thread_set_stack(const void *lowest,
                                              size_t size,
                                              libwasmer_error_t **error);

/**
 * Makes a configuration. NULL only if memory is out.
 */
LIBWASMER_API libwasmer_wasi_config_t *libwasmer_wasi_config_new(void);

/**
 * Frees a configuration. NULL is allowed. Guests that were made from it are not touched.
 */
LIBWASMER_API void libwasmer_wasi_config_delete(libwasmer_wasi_config_t *config);

/**
 * Adds an argument, as bytes without NUL. By custom the first one is the name of the program.
 *
 * Statuses: LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_add_argument(libwasmer_wasi_config_t *config,
                                                      const uint8_t *argument,
                                                      size_t argument_size,
                                                      libwasmer_error_t **error);

/**
 * Adds a variable of the environment, as bytes without NUL. The name has no '=' in it. Of two by one name guests
 * take the first, as a rule.
 *
 * Statuses: LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_add_variable(libwasmer_wasi_config_t *config,
                                                      const uint8_t *name,
                                                      size_t name_size,
                                                      const uint8_t *value,
                                                      size_t value_size,
                                                      libwasmer_error_t **error);

/**
 * Gives guests a directory of the host's, by the name `guest` (UTF-8, usually absolute: "/data"). It is
 * opened now: LIBWASMER_STATUS_NOT_FOUND or LIBWASMER_STATUS_INVALID_ARGUMENT if that fails. Guests
 * cannot get out of it, not by `..`, by absolute paths or by symbolic links, whatever is renamed
 * meanwhile. In a directory that is `read_only` every change is refused with errno `ROFS`. Links and
 * renames between two directories that were added give `XDEV`. Directories get the descriptors from 3 on,
 * in the order in which they are added.
 *
 * Statuses: INVALID_UTF8, NOT_FOUND, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_add_directory(libwasmer_wasi_config_t *config,
                                                       const char *host,
                                                       size_t host_size,
                                                       const char *guest,
                                                       size_t guest_size,
                                                       bool read_only,
                                                       libwasmer_error_t **error);

/**
 * Gives guests a socket that listens or is connected, by its file descriptor. With `own` the descriptor
 * belongs to the library from here on, unless this fails; without, it must stay open until the
 * configuration and all guests made from it are gone. Sockets get the descriptors after those of the
 * directories. One that listens and is O_NONBLOCK is shown so to guests (`fdflags`), whose `sock_accept` does not wait
 * then; of one that is connected only the guest says so.
 *
 * Statuses: INVALID_UTF8, LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_add_socket(libwasmer_wasi_config_t *config,
                                                    int32_t fd,
                                                    bool own,
                                                    libwasmer_error_t **error);

/**
 * Sets what one guest may have at most. `what` is a `libwasmer_wasilimit_t`, which says what is counted and what
 * holds if nothing is set; 65,536 descriptors, 4,294,967,295 bytes and 4,096 threads
 * are the most that can be set. If a guest is
 * given more descriptors than it may have, `libwasmer_wasi_new` fails with LIBWASMER_STATUS_LIMIT.
 *
 * While a guest's call goes through a path, it takes one descriptor more for each directory on the way; a listing of
 * a directory that the guest was given takes another. The last 32 descriptors that the process may have open are
 * left to the host, whatever the limit and however many guests there are: guests get errno `NFILE`.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_limit(libwasmer_wasi_config_t *config,
                                                   uint32_t what,
                                                   uint64_t most,
                                                   libwasmer_error_t **error);

/**
 * Gives guests a directory by the name "/" as descriptor 3; those that are added get the descriptors from 4 on. It
 * holds the directories of the host's that guests may change, by their names: "/data" and "data" are `data` in it.
 * Nothing in it can be changed (errno `ROFS`), what is in those directories can. If one is added by the name "/", that
 * is descriptor 3 as well.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_add_top(libwasmer_wasi_config_t *config,
                                                 libwasmer_error_t **error);

/**
 * Fixes the clocks: realtime starts at `realtime` nanoseconds since 1970, monotonic at 0, and each
 * reading of one lets `step` nanoseconds pass on both. A guest that waits for time gets it at once, and
 * the clocks say so. The clocks of processor time are the machine's.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_clocks(libwasmer_wasi_config_t *config,
                                                    uint64_t realtime,
                                                    uint64_t step,
                                                    libwasmer_error_t **error);

/**
 * Fixes the random bytes: each guest gets the same ones for the same seed, whatever its length. They are
 * as good as the seed is secret.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_seed(libwasmer_wasi_config_t *config,
                                                  const uint8_t *seed,
                                                  size_t seed_size,
                                                  libwasmer_error_t **error);

/**
 * Standard input is at its end from the start. This is so unless something else is set.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_input_null(libwasmer_wasi_config_t *config,
                                                        libwasmer_error_t **error);

/**
 * Standard input is that of the process.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_input_inherit(libwasmer_wasi_config_t *config,
                                                           libwasmer_error_t **error);

/**
 * Standard input is a file descriptor of the process. With `own` it belongs to the library from here on,
 * unless this fails; without, it must stay open until the configuration and all guests made from it are
 * gone. A guest that waits for it is ended by an interrupt.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_input_descriptor(libwasmer_wasi_config_t *config,
                                                              int32_t fd,
                                                              bool own,
                                                              libwasmer_error_t **error);

/**
 * Standard input is these bytes, which are copied. Each guest begins at the first one.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_input_bytes(libwasmer_wasi_config_t *config,
                                                         const uint8_t *bytes,
                                                         size_t bytes_size,
                                                         libwasmer_error_t **error);

/**
 * Standard input comes from a callback. `env` is handed to it, and to the finalizer when nothing needs it
 * any more, also if this fails; both must be usable on any thread.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_input_callback(libwasmer_wasi_config_t *config,
                                                            libwasmer_wasi_read_t callback,
                                                            void *env,
                                                            libwasmer_finalizer_t finalizer,
                                                            libwasmer_error_t **error);

/**
 * Standard output (`stream` is 1) or standard error (2) swallows what is written. This is so unless
 * something else is set.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_output_null(libwasmer_wasi_config_t *config,
                                                         uint32_t stream,
                                                         libwasmer_error_t **error);

/**
 * Standard output (`stream` is 1) or standard error (2) is that of the process.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_output_inherit(libwasmer_wasi_config_t *config,
                                                            uint32_t stream,
                                                            libwasmer_error_t **error);

/**
 * Standard output (`stream` is 1) or standard error (2) is a file descriptor of the process. `own` is as
 * in `libwasmer_wasi_config_set_input_descriptor`. A guest that waits until it can write is ended by an
 * interrupt; one that writes to a pipe which nobody reads gets errno `PIPE`, and the process no
 * signal.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_output_descriptor(libwasmer_wasi_config_t *config,
                                                               uint32_t stream,
                                                               int32_t fd,
                                                               bool own,
                                                               libwasmer_error_t **error);

/**
 * Standard output (`stream` is 1) or standard error (2) is kept, `most` bytes at most at a time, for
 * `libwasmer_wasi_output` and `libwasmer_wasi_read_output`; 0 stands for
 * LIBWASMER_LIMIT_WASI_CAPTURE_BYTES. Beyond that a guest that writes gets errno `NOSPC`. The two outputs
 * are kept apart.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_output_capture(libwasmer_wasi_config_t *config,
                                                            uint32_t stream,
                                                            uint64_t most,
                                                            libwasmer_error_t **error);

/**
 * Standard output (`stream` is 1) or standard error (2) goes to a callback. `env` and the finalizer are as
 * in `libwasmer_wasi_config_set_input_callback`.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_output_callback(libwasmer_wasi_config_t *config,
                                                             uint32_t stream,
                                                             libwasmer_wasi_write_t callback,
                                                             void *env,
                                                             libwasmer_finalizer_t finalizer,
                                                             libwasmer_error_t **error);

/**
 * Makes a pipe that holds so many bytes at most: up to LIBWASMER_LIMIT_WASI_PIPE_BYTES_MAX, and 0 stands
 * for LIBWASMER_LIMIT_WASI_PIPE_BYTES. Memory is taken as it is needed. `ready` may be NULL. `env` is
 * handed to it, and to the finalizer when the pipe is deleted and no guest has it any more, also
 * if this fails; both must be usable on any thread.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_pipe_new(uint64_t capacity,
                                           libwasmer_wasi_ready_t ready,
                                           void *env,
                                           libwasmer_finalizer_t finalizer,
                                           libwasmer_wasi_pipe_t **pipe,
                                           libwasmer_error_t **error);

/**
 * Frees the program's side of a pipe, which ends it as `libwasmer_wasi_pipe_end` without reason or failure
 * does. NULL is allowed.
 */
LIBWASMER_API
void libwasmer_wasi_pipe_delete(libwasmer_wasi_pipe_t *pipe);

/**
 * Puts bytes in for guests to read, as many as there is room for, and tells how many those were. If that
 * is less than `size`, `ready` is called when there is room again: half of the capacity, so that each
 * time is worth it. LIBWASMER_STATUS_CLOSED after the end.
 *
 * Statuses: CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_pipe_write(const libwasmer_wasi_pipe_t *pipe,
                                             const uint8_t *bytes,
                                             size_t size,
                                             size_t *count,
                                             libwasmer_error_t **error);

/**
 * Takes out what guests wrote, up to `size` bytes, and tells how many those were. `ended` says whether the
 * pipe was ended and nothing is left in it. If nothing is there and it was not ended, `ready` is called
 * when something is or when it is ended.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_pipe_read(const libwasmer_wasi_pipe_t *pipe,
                                            uint8_t *buffer,
                                            size_t size,
                                            size_t *count,
                                            bool *ended,
                                            libwasmer_error_t **error);

/**
 * Ends a pipe: nothing more comes in. Guests read what was in it, and then the end, or the errno `reason`
 * (`libwasmer_errno_t`) if that is not 0; those that write get `PIPE`, or `reason`. `failure` may be NULL. If it
 * is not, it is one from `libwasmer_error_new`, which is taken over also if this fails: the call of the
 * first guest that comes to the end fails with it, and later ones get errno `IO`. Ending a pipe again
 * changes nothing.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_pipe_end(const libwasmer_wasi_pipe_t *pipe,
                                           uint16_t reason,
                                           libwasmer_error_t *failure,
                                           libwasmer_error_t **error);

/**
 * Standard input comes from a pipe. Guests of one configuration share what is in it.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_input_pipe(libwasmer_wasi_config_t *config,
                                                        const libwasmer_wasi_pipe_t *pipe,
                                                        libwasmer_error_t **error);

/**
 * Standard output (`stream` is 1) or standard error (2) goes into a pipe. A guest that finds it full waits.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_set_output_pipe(libwasmer_wasi_config_t *config,
                                                         uint32_t stream,
                                                         const libwasmer_wasi_pipe_t *pipe,
                                                         libwasmer_error_t **error);

/**
 * Adds an entry of a directory, in `list` of a `libwasmer_wasi_files_t`. `file_type` is a
 * `libwasmer_filetype_t`. The order is what the guest sees; `.` and `..` are not to be added. False if
 * there are too many, or if the name is empty or contains a slash or NUL: then the guest gets an errno,
 * whatever `list` returns.
 */
LIBWASMER_API
bool libwasmer_wasi_entries_add(libwasmer_wasi_entries_t *entries,
                                const char *name,
                                size_t name_size,
                                uint8_t file_type,
                                uint64_t inode);

/**
 * Gives guests a directory that callbacks make up, by the name `guest` (UTF-8). The callbacks are
 * copied. `env` is handed to them, and to the finalizer when nothing needs it any more, also if this
 * fails; both must be usable on any thread. `read_only` and the rest are as in
 * `libwasmer_wasi_config_add_directory`.
 *
 * Statuses: LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_config_add_files(libwasmer_wasi_config_t *config,
                                                   const libwasmer_wasi_files_t *callbacks,
                                                   void *env,
                                                   libwasmer_finalizer_t finalizer,
                                                   const char *guest,
                                                   size_t guest_size,
                                                   bool read_only,
                                                   libwasmer_error_t **error);

/**
 * Makes what a guest has. The configuration is not needed any more after that.
 *
 * Statuses: LIMIT.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_new(const libwasmer_wasi_config_t *config,
                                      libwasmer_wasi_t **wasi,
                                      libwasmer_error_t **error);

/**
 * Frees it. NULL is allowed. Functions that were made for it go on; its output cannot be read any more.
 */
LIBWASMER_API
void libwasmer_wasi_delete(libwasmer_wasi_t *wasi);

/**
 * The newest version of WASI of which a module imports something: LIBWASMER_WASIVERSION_NONE if it
 * imports nothing of the kind, and for NULL.
 */
LIBWASMER_API
libwasmer_wasiversion_t libwasmer_module_wasi_version(const libwasmer_module_t *module);

/**
 * Makes the functions of WASI that a module imports, in an arena. `imports` has room for `import_count`
 * handles, which is the number of all imports of the module, in its order, as `libwasmer_instance_new`
 * takes them. Only those of WASI are written (from `wasi_snapshot_preview1` and `wasi_unstable`, also
 * mixed); the others are left as they are, for the caller to fill in, before or after. To put a function
 * of one's own in the place of one of WASI's, write its handle over that.
 *
 * The guest's memory is the one that the instance exports by the name "memory", or a shared one that it imports. A
 * function that needs it and finds none ends the guest's call.
 *
 * If threads are allowed (LIBWASMER_WASILIMIT_THREADS) and the module imports `wasi.thread-spawn`, that and the shared memory
 * that it imports are made and written too: one such module in an arena. It is LIBWASMER_STATUS_UNSUPPORTED if it imports
 * anything else besides WASI, or is metered, and LIBWASMER_STATUS_LINK if it does not export `wasi_thread_start`.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LIMIT, LINK, OUT_OF_MEMORY, RESOURCE, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_imports(const libwasmer_arena_t *arena,
                                          const libwasmer_wasi_t *wasi,
                                          const libwasmer_module_t *module,
                                          libwasmer_handle_t *imports,
                                          size_t import_count,
                                          libwasmer_error_t **error);

/**
 * Makes one function of WASI in an arena, by its name in a version (a `libwasmer_wasiversion_t`).
 * LIBWASMER_STATUS_NOT_FOUND if there is none by that name.
 *
 * Statuses: BUSY, CLOSED, HANDLE, INVALID_UTF8, NOT_FOUND, UNSUPPORTED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_func(const libwasmer_arena_t *arena,
                                       const libwasmer_wasi_t *wasi,
                                       uint32_t version,
                                       const char *name,
                                       size_t name_size,
                                       libwasmer_handle_t *func,
                                       libwasmer_error_t **error);

/**
 * Has the functions made for `wasi` use this memory of the arena, whichever instance calls them; 0 for the
 * one that the instance exports, as at first. For guests that import their memory and export none.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_set_memory(const libwasmer_arena_t *arena,
                                             const libwasmer_wasi_t *wasi,
                                             libwasmer_handle_t memory,
                                             libwasmer_error_t **error);

/**
 * Takes out all that a guest has written to standard output (`stream` is 1) or standard error (2) and
 * that was not taken yet, which makes room for more. LIBWASMER_STATUS_NOT_FOUND if that is not captured.
 * Any thread may do so, also while the guest runs.
 *
 * Statuses: NOT_FOUND.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_output(const libwasmer_wasi_t *wasi,
                                         uint32_t stream,
                                         libwasmer_bytes_t **output,
                                         libwasmer_error_t **error);

/**
 * As `libwasmer_wasi_output`, but takes out `size` bytes at most, to `buffer`; `count` says how many. 0
 * means that there is nothing now.
 *
 * Statuses: NOT_FOUND.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_read_output(const libwasmer_wasi_t *wasi,
                                              uint32_t stream,
                                              uint8_t *buffer,
                                              size_t size,
                                              size_t *count,
                                              libwasmer_error_t **error);

/**
 * Runs a command: calls what an instance exports as `_start`, which is done once for an instance. If it
 * returns or exits, this is LIBWASMER_STATUS_OK, and `code` gets the exit code (0 if it returned);
 * anything else is an error. The first of its threads that exits or traps ends it likewise; all of them have ended when
 * this returns. LIBWASMER_STATUS_NOT_FOUND if there is no `_start`. `call_data` is handed to
 * host functions that are called meanwhile.
 *
 * Statuses: BUSY, CLOSED, HANDLE, NOT_FOUND, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_start(const libwasmer_arena_t *arena,
                                        libwasmer_handle_t instance,
                                        uint64_t call_data,
                                        uint32_t *code,
                                        libwasmer_error_t **error);

/**
 * As `libwasmer_wasi_start`, under an interrupt, whatever is set for the arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE, NOT_FOUND, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_start_under(const libwasmer_arena_t *arena,
                                              libwasmer_handle_t instance,
                                              uint64_t call_data,
                                              const libwasmer_interrupt_t *interrupt,
                                              uint32_t *code,
                                              libwasmer_error_t **error);

/**
 * Initializes a reactor: calls what an instance exports as `_initialize`, if it does, which is to be done
 * once and before anything else of it is called. A reactor that exits is LIBWASMER_STATUS_EXIT.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_initialize(const libwasmer_arena_t *arena,
                                             libwasmer_handle_t instance,
                                             uint64_t call_data,
                                             libwasmer_error_t **error);

/**
 * As `libwasmer_wasi_initialize`, under an interrupt, whatever is set for the arena.
 *
 * Statuses: BUSY, CLOSED, HANDLE, LINK, and those of a call.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_wasi_initialize_under(const libwasmer_arena_t *arena,
                                                   libwasmer_handle_t instance,
                                                   uint64_t call_data,
                                                   const libwasmer_interrupt_t *interrupt,
                                                   libwasmer_error_t **error);

/**
 * Gives the engine of wasm.h as one of this header: the same engine, with an owner of its own.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_engine_from_wasm(const struct wasm_engine_t *wasm,
                                              libwasmer_engine_t **engine,
                                              libwasmer_error_t **error);

/**
 * Gives an engine as one of wasm.h, which `wasm_engine_delete` frees.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_engine_to_wasm(const libwasmer_engine_t *engine,
                                            struct wasm_engine_t **wasm,
                                            libwasmer_error_t **error);

/**
 * Gives the module of wasm.h as one of this header: the same code, with an owner of its own.
 *
 * Statuses: TYPE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_from_wasm(const struct wasm_module_t *wasm,
                                              libwasmer_module_t **module,
                                              libwasmer_error_t **error);

/**
 * Gives a module as one of wasm.h, which `wasm_module_delete` frees.
 *
 * Statuses: no others.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_module_to_wasm(const libwasmer_module_t *module,
                                            struct wasm_module_t **wasm,
                                            libwasmer_error_t **error);

/**
 * The arena that a store of wasm.h is. It belongs to the store and lives as long as that and what
 * was made in it; it must not be deleted. NULL for NULL.
 */
LIBWASMER_API const libwasmer_arena_t *libwasmer_store_arena(const struct wasm_store_t *store);

/**
 * Makes an arena a store of wasm.h, which `wasm_store_delete` frees. On success the store owns the
 * arena: the caller may go on using it, and must not delete it.
 *
 * Statuses: BUSY, CLOSED.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_store_from_arena(libwasmer_arena_t *arena,
                                              struct wasm_store_t **store,
                                              libwasmer_error_t **error);

/**
 * The handle of an object of wasm.h in the arena of `store`: of a function, global, table, memory,
 * instance or tag, and of anything else as an externref. `store` may be NULL for what lives in a
 * store. The caller holds the object by the handle: see `libwasmer_release`.
 *
 * Statuses: BUSY, CLOSED, HANDLE, TYPE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_ref_handle(const struct wasm_ref_t *reference,
                                        const struct wasm_store_t *store,
                                        libwasmer_handle_t *handle,
                                        libwasmer_error_t **error);

/**
 * The object of wasm.h that a handle in the arena of a store names, as a `wasm_ref_t`, which
 * `wasm_ref_as_func` and the like make more special; NULL for handle 0. The caller deletes it.
 *
 * Statuses: BUSY, CLOSED, HANDLE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_ref_from_handle(const struct wasm_store_t *store,
                                             libwasmer_handle_t handle,
                                             struct wasm_ref_t **reference,
                                             libwasmer_error_t **error);

/**
 * Gives what a trap of wasm.h says as an error. A host function that returns the error ends the
 * call with that very trap.
 *
 * Statuses: TYPE.
 */
LIBWASMER_API
libwasmer_status_t libwasmer_error_from_trap(const struct wasm_trap_t *trap,
                                             libwasmer_error_t **failure,
                                             libwasmer_error_t **error);

/**
 * Makes a trap of wasm.h of an error, which is taken over. NULL for NULL.
 */
LIBWASMER_API struct wasm_trap_t *libwasmer_error_to_trap(libwasmer_error_t *failure);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LIBWASMER_H */
