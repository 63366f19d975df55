/* The numbers and layouts of libwasmer.h, which are part of its ABI. scripts/test-c checks that no
   enumerator and no structure of the header is missing here. A change here needs a new ABI number,
   unless it only adds an enumerator. */

#include <stdalign.h>

#include "check.h"

_Static_assert(LIBWASMER_ABI_VERSION == 1, "a new ABI number means new layouts below");
_Static_assert(sizeof(void *) == 8 && sizeof(size_t) == 8, "layouts below are for 64 bits");

#define NUMBER(name, number) _Static_assert((name) == (number), #name)
#define SIZE(type, size, alignment) \
    _Static_assert(sizeof(type) == (size) && alignof(type) == (alignment), #type)
#define AT(type, member, offset) \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member)

NUMBER(LIBWASMER_STATUS_OK, 0);
NUMBER(LIBWASMER_STATUS_NULL_ARGUMENT, 1);
NUMBER(LIBWASMER_STATUS_INVALID_ARGUMENT, 2);
NUMBER(LIBWASMER_STATUS_INVALID_UTF8, 3);
NUMBER(LIBWASMER_STATUS_PANIC, 4);
NUMBER(LIBWASMER_STATUS_INVALID_MODULE, 10);
NUMBER(LIBWASMER_STATUS_UNSUPPORTED, 11);
NUMBER(LIBWASMER_STATUS_DESERIALIZE, 12);
NUMBER(LIBWASMER_STATUS_SERIALIZE, 13);
NUMBER(LIBWASMER_STATUS_LINK, 20);
NUMBER(LIBWASMER_STATUS_TRAP, 30);
NUMBER(LIBWASMER_STATUS_HOST, 31);
NUMBER(LIBWASMER_STATUS_INTERRUPTED, 32);
NUMBER(LIBWASMER_STATUS_OUT_OF_FUEL, 33);
NUMBER(LIBWASMER_STATUS_EXIT, 34);
NUMBER(LIBWASMER_STATUS_CLOSED, 40);
NUMBER(LIBWASMER_STATUS_BUSY, 41);
NUMBER(LIBWASMER_STATUS_DEPTH, 42);
NUMBER(LIBWASMER_STATUS_TYPE, 50);
NUMBER(LIBWASMER_STATUS_OUT_OF_BOUNDS, 51);
NUMBER(LIBWASMER_STATUS_IMMUTABLE, 52);
NUMBER(LIBWASMER_STATUS_LIMIT, 53);
NUMBER(LIBWASMER_STATUS_HANDLE, 54);
NUMBER(LIBWASMER_STATUS_NOT_FOUND, 55);
NUMBER(LIBWASMER_STATUS_OUT_OF_MEMORY, 60);
NUMBER(LIBWASMER_STATUS_RESOURCE, 61);
NUMBER(LIBWASMER_STATUS_FILE, 70);

NUMBER(LIBWASMER_NOUN_FUNC, 0);
NUMBER(LIBWASMER_NOUN_GLOBAL, 1);
NUMBER(LIBWASMER_NOUN_TABLE, 2);
NUMBER(LIBWASMER_NOUN_MEMORY, 3);
NUMBER(LIBWASMER_NOUN_TAG, 4);
NUMBER(LIBWASMER_NOUN_INSTANCE, 5);
NUMBER(LIBWASMER_NOUN_EXTERNREF, 6);

NUMBER(LIBWASMER_QUOTA_MEMORY_PAGES, 0);
NUMBER(LIBWASMER_QUOTA_MEMORIES, 1);
NUMBER(LIBWASMER_QUOTA_TABLE_ELEMENTS, 2);
NUMBER(LIBWASMER_QUOTA_INSTANCES, 3);
NUMBER(LIBWASMER_QUOTA_MODULE_BYTES, 4);
NUMBER(LIBWASMER_QUOTA_FUNCTIONS, 5);
NUMBER(LIBWASMER_QUOTA_FUNCTION_COST, 6);
NUMBER(LIBWASMER_QUOTA_MODULE_COST, 7);
NUMBER(LIBWASMER_QUOTA_EXCEPTION_BYTES, 8);

NUMBER(LIBWASMER_TRAP_STACK_OVERFLOW, 0);
NUMBER(LIBWASMER_TRAP_MEMORY_OUT_OF_BOUNDS, 1);
NUMBER(LIBWASMER_TRAP_HEAP_MISALIGNED, 2);
NUMBER(LIBWASMER_TRAP_TABLE_OUT_OF_BOUNDS, 3);
NUMBER(LIBWASMER_TRAP_INDIRECT_CALL_TO_NULL, 4);
NUMBER(LIBWASMER_TRAP_BAD_SIGNATURE, 5);
NUMBER(LIBWASMER_TRAP_INTEGER_OVERFLOW, 6);
NUMBER(LIBWASMER_TRAP_INTEGER_DIVISION_BY_ZERO, 7);
NUMBER(LIBWASMER_TRAP_BAD_CONVERSION_TO_INTEGER, 8);
NUMBER(LIBWASMER_TRAP_UNREACHABLE, 9);
NUMBER(LIBWASMER_TRAP_UNALIGNED_ATOMIC, 10);
NUMBER(LIBWASMER_TRAP_UNCAUGHT_EXCEPTION, 11);
NUMBER(LIBWASMER_TRAP_UNINITIALIZED_EXNREF, 12);
NUMBER(LIBWASMER_TRAP_EXPECTED_SHARED_MEMORY, 100);
NUMBER(LIBWASMER_TRAP_INTERRUPTED, 14);
NUMBER(LIBWASMER_TRAP_OTHER, 255);

NUMBER(LIBWASMER_COMPILER_CRANELIFT, 0);
NUMBER(LIBWASMER_COMPILER_LLVM, 1);
NUMBER(LIBWASMER_COMPILER_SINGLEPASS, 2);

NUMBER(LIBWASMER_EXTERN_FUNC, 0);
NUMBER(LIBWASMER_EXTERN_GLOBAL, 1);
NUMBER(LIBWASMER_EXTERN_TABLE, 2);
NUMBER(LIBWASMER_EXTERN_MEMORY, 3);
NUMBER(LIBWASMER_EXTERN_TAG, 4);

NUMBER(LIBWASMER_VALUE_I32, 0);
NUMBER(LIBWASMER_VALUE_I64, 1);
NUMBER(LIBWASMER_VALUE_F32, 2);
NUMBER(LIBWASMER_VALUE_F64, 3);
NUMBER(LIBWASMER_VALUE_V128, 4);
NUMBER(LIBWASMER_VALUE_EXTERNREF, 128);
NUMBER(LIBWASMER_VALUE_FUNCREF, 129);

SIZE(libwasmer_status_t, 4, 4);
SIZE(libwasmer_trap_t, 4, 4);
SIZE(libwasmer_compiler_t, 4, 4);
SIZE(libwasmer_quota_t, 4, 4);
SIZE(libwasmer_wasilimit_t, 4, 4);
SIZE(libwasmer_noun_t, 4, 4);
SIZE(libwasmer_externkind_t, 1, 1);
SIZE(libwasmer_valuekind_t, 1, 1);
SIZE(libwasmer_handle_t, 8, 8);
SIZE(libwasmer_callback_t, 8, 8);
SIZE(libwasmer_word_callback_t, 8, 8);
SIZE(libwasmer_finalizer_t, 8, 8);
_Static_assert((libwasmer_status_t)-1 > 0, "libwasmer_status_t is unsigned");
_Static_assert((libwasmer_trap_t)-1 < 0, "libwasmer_trap_t is signed: -1 stands for no trap");

SIZE(libwasmer_memory_view_t, 16, 8);
AT(libwasmer_memory_view_t, data, 0);
AT(libwasmer_memory_view_t, size, 8);
SIZE(libwasmer_view_t, 16, 8);
AT(libwasmer_view_t, data, 0);
AT(libwasmer_view_t, size, 8);

NUMBER(LIBWASMER_WASIVERSION_NONE, 0);
NUMBER(LIBWASMER_WASIVERSION_UNSTABLE, 1);
NUMBER(LIBWASMER_WASIVERSION_PREVIEW1, 2);

NUMBER(LIBWASMER_WASILIMIT_DESCRIPTORS, 0);
NUMBER(LIBWASMER_WASILIMIT_HOST_BYTES, 1);
NUMBER(LIBWASMER_WASILIMIT_THREADS, 2);
NUMBER(LIBWASMER_ERRNO_SUCCESS, 0);
NUMBER(LIBWASMER_ERRNO_TOOBIG, 1);
NUMBER(LIBWASMER_ERRNO_ACCES, 2);
NUMBER(LIBWASMER_ERRNO_ADDRINUSE, 3);
NUMBER(LIBWASMER_ERRNO_ADDRNOTAVAIL, 4);
NUMBER(LIBWASMER_ERRNO_AFNOSUPPORT, 5);
NUMBER(LIBWASMER_ERRNO_AGAIN, 6);
NUMBER(LIBWASMER_ERRNO_ALREADY, 7);
NUMBER(LIBWASMER_ERRNO_BADF, 8);
NUMBER(LIBWASMER_ERRNO_BADMSG, 9);
NUMBER(LIBWASMER_ERRNO_BUSY, 10);
NUMBER(LIBWASMER_ERRNO_CANCELED, 11);
NUMBER(LIBWASMER_ERRNO_CHILD, 12);
NUMBER(LIBWASMER_ERRNO_CONNABORTED, 13);
NUMBER(LIBWASMER_ERRNO_CONNREFUSED, 14);
NUMBER(LIBWASMER_ERRNO_CONNRESET, 15);
NUMBER(LIBWASMER_ERRNO_DEADLK, 16);
NUMBER(LIBWASMER_ERRNO_DESTADDRREQ, 17);
NUMBER(LIBWASMER_ERRNO_DOM, 18);
NUMBER(LIBWASMER_ERRNO_DQUOT, 19);
NUMBER(LIBWASMER_ERRNO_EXIST, 20);
NUMBER(LIBWASMER_ERRNO_FAULT, 21);
NUMBER(LIBWASMER_ERRNO_FBIG, 22);
NUMBER(LIBWASMER_ERRNO_HOSTUNREACH, 23);
NUMBER(LIBWASMER_ERRNO_IDRM, 24);
NUMBER(LIBWASMER_ERRNO_ILSEQ, 25);
NUMBER(LIBWASMER_ERRNO_INPROGRESS, 26);
NUMBER(LIBWASMER_ERRNO_INTR, 27);
NUMBER(LIBWASMER_ERRNO_INVAL, 28);
NUMBER(LIBWASMER_ERRNO_IO, 29);
NUMBER(LIBWASMER_ERRNO_ISCONN, 30);
NUMBER(LIBWASMER_ERRNO_ISDIR, 31);
NUMBER(LIBWASMER_ERRNO_LOOP, 32);
NUMBER(LIBWASMER_ERRNO_MFILE, 33);
NUMBER(LIBWASMER_ERRNO_MLINK, 34);
NUMBER(LIBWASMER_ERRNO_MSGSIZE, 35);
NUMBER(LIBWASMER_ERRNO_MULTIHOP, 36);
NUMBER(LIBWASMER_ERRNO_NAMETOOLONG, 37);
NUMBER(LIBWASMER_ERRNO_NETDOWN, 38);
NUMBER(LIBWASMER_ERRNO_NETRESET, 39);
NUMBER(LIBWASMER_ERRNO_NETUNREACH, 40);
NUMBER(LIBWASMER_ERRNO_NFILE, 41);
NUMBER(LIBWASMER_ERRNO_NOBUFS, 42);
NUMBER(LIBWASMER_ERRNO_NODEV, 43);
NUMBER(LIBWASMER_ERRNO_NOENT, 44);
NUMBER(LIBWASMER_ERRNO_NOEXEC, 45);
NUMBER(LIBWASMER_ERRNO_NOLCK, 46);
NUMBER(LIBWASMER_ERRNO_NOLINK, 47);
NUMBER(LIBWASMER_ERRNO_NOMEM, 48);
NUMBER(LIBWASMER_ERRNO_NOMSG, 49);
NUMBER(LIBWASMER_ERRNO_NOPROTOOPT, 50);
NUMBER(LIBWASMER_ERRNO_NOSPC, 51);
NUMBER(LIBWASMER_ERRNO_NOSYS, 52);
NUMBER(LIBWASMER_ERRNO_NOTCONN, 53);
NUMBER(LIBWASMER_ERRNO_NOTDIR, 54);
NUMBER(LIBWASMER_ERRNO_NOTEMPTY, 55);
NUMBER(LIBWASMER_ERRNO_NOTRECOVERABLE, 56);
NUMBER(LIBWASMER_ERRNO_NOTSOCK, 57);
NUMBER(LIBWASMER_ERRNO_NOTSUP, 58);
NUMBER(LIBWASMER_ERRNO_NOTTY, 59);
NUMBER(LIBWASMER_ERRNO_NXIO, 60);
NUMBER(LIBWASMER_ERRNO_OVERFLOW, 61);
NUMBER(LIBWASMER_ERRNO_OWNERDEAD, 62);
NUMBER(LIBWASMER_ERRNO_PERM, 63);
NUMBER(LIBWASMER_ERRNO_PIPE, 64);
NUMBER(LIBWASMER_ERRNO_PROTO, 65);
NUMBER(LIBWASMER_ERRNO_PROTONOSUPPORT, 66);
NUMBER(LIBWASMER_ERRNO_PROTOTYPE, 67);
NUMBER(LIBWASMER_ERRNO_RANGE, 68);
NUMBER(LIBWASMER_ERRNO_ROFS, 69);
NUMBER(LIBWASMER_ERRNO_SPIPE, 70);
NUMBER(LIBWASMER_ERRNO_SRCH, 71);
NUMBER(LIBWASMER_ERRNO_STALE, 72);
NUMBER(LIBWASMER_ERRNO_TIMEDOUT, 73);
NUMBER(LIBWASMER_ERRNO_TXTBSY, 74);
NUMBER(LIBWASMER_ERRNO_XDEV, 75);
NUMBER(LIBWASMER_ERRNO_NOTCAPABLE, 76);
NUMBER(LIBWASMER_FILETYPE_UNKNOWN, 0);
NUMBER(LIBWASMER_FILETYPE_BLOCK_DEVICE, 1);
NUMBER(LIBWASMER_FILETYPE_CHARACTER_DEVICE, 2);
NUMBER(LIBWASMER_FILETYPE_DIRECTORY, 3);
NUMBER(LIBWASMER_FILETYPE_REGULAR_FILE, 4);
NUMBER(LIBWASMER_FILETYPE_SOCKET_DGRAM, 5);
NUMBER(LIBWASMER_FILETYPE_SOCKET_STREAM, 6);
NUMBER(LIBWASMER_FILETYPE_SYMBOLIC_LINK, 7);

SIZE(libwasmer_wasi_stat_t, 64, 8);
AT(libwasmer_wasi_stat_t, device, 0);
AT(libwasmer_wasi_stat_t, inode, 8);
AT(libwasmer_wasi_stat_t, links, 16);
AT(libwasmer_wasi_stat_t, size, 24);
AT(libwasmer_wasi_stat_t, accessed, 32);
AT(libwasmer_wasi_stat_t, modified, 40);
AT(libwasmer_wasi_stat_t, changed, 48);
AT(libwasmer_wasi_stat_t, file_type, 56);

SIZE(libwasmer_wasi_files_t, 18 * sizeof(void (*)(void)), sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, open, 0 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, close, 1 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, read, 2 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, write, 3 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, file_stat, 4 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, file_set_size, 5 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, file_set_times, 6 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, file_sync, 7 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, stat, 8 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, set_times, 9 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, list, 10 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, make_directory, 11 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, remove_directory, 12 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, unlink, 13 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, rename, 14 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, link, 15 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, symlink, 16 * sizeof(void (*)(void)));
AT(libwasmer_wasi_files_t, read_link, 17 * sizeof(void (*)(void)));

SIZE(libwasmer_frame_t, 48, 8);
AT(libwasmer_frame_t, module_name, 0);
AT(libwasmer_frame_t, function_name, 16);
AT(libwasmer_frame_t, function_index, 32);
AT(libwasmer_frame_t, function_offset, 36);
AT(libwasmer_frame_t, module_offset, 40);
SIZE(libwasmer_source_t, 40, 8);
AT(libwasmer_source_t, function_name, 0);
AT(libwasmer_source_t, file, 16);
AT(libwasmer_source_t, line, 32);
AT(libwasmer_source_t, column, 36);

SIZE(libwasmer_freed_t, 24, 8);
AT(libwasmer_freed_t, handle, 0);
AT(libwasmer_freed_t, word, 8);
AT(libwasmer_freed_t, noun, 16);

SIZE(libwasmer_externtype_t, 48, 8);
AT(libwasmer_externtype_t, kind, 0);
AT(libwasmer_externtype_t, value, 1);
AT(libwasmer_externtype_t, is_mutable, 2);
AT(libwasmer_externtype_t, is_shared, 3);
AT(libwasmer_externtype_t, has_maximum, 4);
AT(libwasmer_externtype_t, minimum, 8);
AT(libwasmer_externtype_t, maximum, 12);
AT(libwasmer_externtype_t, params, 16);
AT(libwasmer_externtype_t, param_count, 24);
AT(libwasmer_externtype_t, results, 32);
AT(libwasmer_externtype_t, result_count, 40);

SIZE(libwasmer_item_t, 80, 8);
AT(libwasmer_item_t, module, 0);
AT(libwasmer_item_t, name, 16);
AT(libwasmer_item_t, ty, 32);

SIZE(libwasmer_slot_t, 16, 8);
AT(libwasmer_slot_t, i32, 0);
AT(libwasmer_slot_t, i64, 0);
AT(libwasmer_slot_t, f32, 0);
AT(libwasmer_slot_t, f64, 0);
AT(libwasmer_slot_t, v128, 0);
AT(libwasmer_slot_t, handle, 0);

SIZE(libwasmer_caller_t, 24, 8);
AT(libwasmer_caller_t, arena, 0);
AT(libwasmer_caller_t, instance, 8);
AT(libwasmer_caller_t, call_data, 16);

int main(void) {
    CHECK(libwasmer_abi_version() == LIBWASMER_ABI_VERSION, "library %u, header %u",
          (unsigned)libwasmer_abi_version(), (unsigned)LIBWASMER_ABI_VERSION);
    CHECK(strncmp(libwasmer_version(), "libwasmer ", 10) == 0, "%s", libwasmer_version());
    CHECK(strlen(libwasmer_source_hash()) == 64, "%s", libwasmer_source_hash());
    return finish("layout");
}
