/* NULL for each pointer of each function: a status, or nothing, and never a crash. The cases are
   made from libwasmer.h by null_args.awk; here is what it needs of valid arguments. */

#define _DEFAULT_SOURCE

#include <signal.h>
#include <unistd.h>
#include <sys/socket.h>

#include <wasm.h>

#include "check.h"

static libwasmer_engine_t *engine;
static libwasmer_module_t *module;
static libwasmer_arena_t *arena;
static libwasmer_config_t *config;
static const uint32_t costs[LIBWASMER_OPERATOR_COUNT];
static libwasmer_bytes_t *buffer;
static libwasmer_error_t *trapped;
static libwasmer_handle_t instance, sum, memory, global, table, externref;
/* Of wasm.h, for the bridge. The arena is that of the store. */
static wasm_engine_t *wasm_engine;
static wasm_store_t *store;
static wasm_module_t *wasm_module;
static wasm_ref_t *ref;
static wasm_trap_t *wasm_trap;
static libwasmer_interrupt_t *interrupt;
static libwasmer_shared_memory_t *shared_memory;
static libwasmer_handle_t shared_handle;
static libwasmer_linker_t *linker;
static char path[] = "/tmp/null_args.XXXXXX";
static libwasmer_wasi_config_t *wasi_config;
static libwasmer_wasi_t *wasi;
static libwasmer_wasi_pipe_t *pipe_;
static uint8_t wasi_room[4];
static libwasmer_handle_t wasi_imports[1];
static int wasi_socket[2];

static uint16_t wasi_read(void *env, uint8_t *bytes, size_t size, size_t *count,
                          libwasmer_error_t **failure) {
    (void)env, (void)bytes, (void)size, (void)count, (void)failure;
    return 0;
}

static uint16_t wasi_write(void *env, const uint8_t *bytes, size_t size, size_t *count,
                           libwasmer_error_t **failure) {
    (void)env, (void)bytes, (void)size, (void)count, (void)failure;
    return 0;
}

static uint16_t wasi_stat(void *env, const char *path, size_t size, libwasmer_wasi_stat_t *stat,
                          libwasmer_error_t **failure) {
    (void)env, (void)path, (void)size, (void)stat, (void)failure;
    return LIBWASMER_ERRNO_NOENT;
}
static const libwasmer_wasi_files_t wasi_files = {.stat = wasi_stat};
static libwasmer_arena_t *spare_arena(void);
static libwasmer_error_t *spare_error(void);

static libwasmer_error_t *slot_callback(void *env, const libwasmer_caller_t *caller,
                                        libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)slots, (void)count;
    return NULL;
}

static libwasmer_error_t *word_callback(void *env, const libwasmer_caller_t *caller,
                                        uint64_t *words, size_t count) {
    (void)env, (void)caller, (void)words, (void)count;
    return NULL;
}

static void finalizer(void *env) { (void)env; }

static const char wat[] =
    "(module $named (import \"\" \"log\" (func)) (func (export \"sum\") (param i32 i32) (result i32)"
    "  local.get 0 local.get 1 i32.add) (memory (export \"memory\") 1)"
    "  (global (export \"global\") (mut i64) (i64.const 1)) (table (export \"table\") 2 funcref)"
    "  (func (export \"trap\") unreachable) (func (export \"_start\")) (@custom \"custom\" \"contents\"))";
static const uint8_t one_kind[] = {LIBWASMER_VALUE_I32};
static const uint64_t two_words[2] = {1, 2};
static libwasmer_handle_t imports[1];

/* A valid argument for a parameter, by its name. */
#define ARG_engine engine
#define ARG_module module
#define ARG_arena arena
#define ARG_config config
#define ARG_error trapped
#define ARG_bytes ((const uint8_t *)wat)
#define ARG_size (sizeof wat - 1)
#define ARG_bytes_size (sizeof wat - 1)
#define ARG_text ((const uint8_t *)wat)
#define ARG_text_size (sizeof wat - 1)
#define ARG_name "sum"
#define ARG_name_size 3
#define ARG_module_name "m"
#define ARG_module_name_size 1
#define ARG_linker linker
#define ARG_path path
#define ARG_path_size (sizeof path - 1)
#define ARG_lowest NULL
#define ARG_status LIBWASMER_STATUS_HOST
#define ARG_message "message"
#define ARG_message_size 7
#define ARG_payload 1
#define ARG_number 0
#define ARG_frame_number 0
#define ARG_trap LIBWASMER_TRAP_UNREACHABLE
#define ARG_compiler LIBWASMER_COMPILER_CRANELIFT
#define ARG_on true
#define ARG_triple "x86_64-unknown-linux-gnu"
#define ARG_triple_size 24
#define ARG_cpu_features "sse2"
#define ARG_cpu_features_size 4
#define ARG_threads 1
#define ARG_imports imports
#define ARG_import_count 1
#define ARG_call_data 0
#define ARG_instance instance
#define ARG_params one_kind
#define ARG_param_count 1
#define ARG_results one_kind
#define ARG_result_count 1
#define ARG_callback slot_callback
#define ARG_env NULL
#define ARG_finalizer finalizer
#define ARG_func sum
#define ARG_count 2
#define ARG_memory memory
#define ARG_global global
#define ARG_table table
#define ARG_handle sum
#define ARG_reference externref
#define ARG_data 1
#define ARG_minimum 1
#define ARG_has_maximum true
#define ARG_maximum 2
#define ARG_is_shared false
#define ARG_is_mutable true
#define ARG_kind LIBWASMER_VALUE_I64
#define ARG_element LIBWASMER_VALUE_FUNCREF
#define ARG_words two_words
#define ARG_init 0
#define ARG_index 0
#define ARG_delta 0
#define ARG_address 0
#define ARG_limit 1000000
#define ARG_reservation 65536
#define ARG_costs costs
#define ARG_cost_count LIBWASMER_OPERATOR_COUNT
#define ARG_remaining 1000000
#define ARG_store store
#define ARG_failure spare_error()
#define ARG_interrupt interrupt
#define ARG_nanoseconds UINT64_C(3600000000000)
#define ARG_quota LIBWASMER_QUOTA_MEMORY_PAGES
#define ARG_what LIBWASMER_WASILIMIT_DESCRIPTORS
#define ARG_most 1000
#define ARG_more 1
#define ARG_stack_bytes LIBWASMER_LIMIT_STACK_BYTES

/* Of WASI. */
#define ARG_host "/"
#define ARG_host_size 1
#define ARG_guest "/"
#define ARG_guest_size 1
#define ARG_argument ((const uint8_t *)"a")
#define ARG_argument_size 1
#define ARG_value ((const uint8_t *)"a")
#define ARG_value_size 1
#define ARG_read_only true
#define ARG_fd 0
#define FOR_libwasmer_wasi_config_add_socket_fd wasi_socket[0]
#define ARG_own false
#define ARG_realtime 0
#define ARG_step 0
#define ARG_seed ((const uint8_t *)"a")
#define ARG_seed_size 1
#define ARG_stream 1
#define ARG_callbacks (&wasi_files)
#define ARG_wasi wasi
#define ARG_version LIBWASMER_WASIVERSION_PREVIEW1
#define ARG_entries NULL
#define ARG_file_type 0
#define ARG_inode 0
#define ARG_capacity 1000
#define ARG_handles no_handles
#define FOR_libwasmer_arena_freed_capacity 1
#define ARG_ready NULL
#define ARG_pipe pipe_
#define ARG_reason 0
#define FOR_libwasmer_wasi_pipe_write_bytes ((const uint8_t *)"a")
#define FOR_libwasmer_wasi_pipe_write_size 1
#define FOR_libwasmer_wasi_pipe_write_count ((size_t *)out(4))
#define FOR_libwasmer_wasi_pipe_read_buffer wasi_room
#define FOR_libwasmer_wasi_pipe_read_size sizeof wasi_room
#define FOR_libwasmer_wasi_pipe_read_count ((size_t *)out(4))
#define FOR_libwasmer_wasi_config_set_input_pipe_config wasi_config
#define FOR_libwasmer_wasi_config_set_output_pipe_config wasi_config

/* Null references: what is released is not used by the other cases. */
static const libwasmer_handle_t no_handles[2];

/* Where the name alone does not tell. */
#define FOR_libwasmer_thread_set_stack_size 0
#define FOR_libwasmer_bytes_view_bytes buffer
#define FOR_libwasmer_module_deserialize_bytes \
    ((const uint8_t *)libwasmer_bytes_view(buffer).data)
#define FOR_libwasmer_module_deserialize_size libwasmer_bytes_view(buffer).size
#define FOR_libwasmer_config_set_feature_name "threads"
#define FOR_libwasmer_compiler_supports_name "threads"
#define FOR_libwasmer_compiler_supports_name_size 7
#define FOR_libwasmer_config_set_feature_name_size 7
#define FOR_libwasmer_module_custom_section_name "custom"
#define FOR_libwasmer_module_custom_section_name_size 6
#define FOR_libwasmer_func_new_words_callback word_callback
#define FOR_libwasmer_memory_read_size 8
#define FOR_libwasmer_memory_view_view ((const libwasmer_memory_view_t **)out(2))
#define FOR_libwasmer_shared_memory_delete_memory shared_memory
#define FOR_libwasmer_shared_memory_size_memory shared_memory
#define FOR_libwasmer_shared_memory_grow_memory shared_memory
#define FOR_libwasmer_shared_memory_view_memory shared_memory
#define FOR_libwasmer_shared_memory_read_memory shared_memory
#define FOR_libwasmer_shared_memory_write_memory shared_memory
#define FOR_libwasmer_shared_memory_notify_memory shared_memory
#define FOR_libwasmer_arena_add_shared_memory_memory shared_memory
#define FOR_libwasmer_memory_share_handle shared_handle
#define FOR_libwasmer_shared_memory_read_size 8
#define FOR_libwasmer_shared_memory_view_view ((const libwasmer_memory_view_t **)out(1))
#define FOR_libwasmer_table_set_reference 0
#define FOR_libwasmer_engine_from_wasm_wasm wasm_engine
#define FOR_libwasmer_module_from_wasm_wasm wasm_module
#define FOR_libwasmer_store_from_arena_arena spare_arena()
#define FOR_libwasmer_ref_handle_reference ref
#define FOR_libwasmer_error_from_trap_trap wasm_trap
#define FOR_libwasmer_wasi_config_delete_config wasi_config
#define FOR_libwasmer_wasi_config_add_argument_config wasi_config
#define FOR_libwasmer_wasi_config_add_variable_config wasi_config
#define FOR_libwasmer_wasi_config_add_variable_name ((const uint8_t *)"a")
#define FOR_libwasmer_wasi_config_add_variable_name_size 1
#define FOR_libwasmer_wasi_config_add_directory_config wasi_config
#define FOR_libwasmer_wasi_config_add_socket_config wasi_config
#define FOR_libwasmer_wasi_config_set_limit_config wasi_config
#define FOR_libwasmer_wasi_config_add_top_config wasi_config
#define FOR_libwasmer_wasi_config_set_clocks_config wasi_config
#define FOR_libwasmer_wasi_config_set_seed_config wasi_config
#define FOR_libwasmer_wasi_config_set_input_null_config wasi_config
#define FOR_libwasmer_wasi_config_set_input_inherit_config wasi_config
#define FOR_libwasmer_wasi_config_set_input_descriptor_config wasi_config
#define FOR_libwasmer_wasi_config_set_input_bytes_config wasi_config
#define FOR_libwasmer_wasi_config_set_input_callback_config wasi_config
#define FOR_libwasmer_wasi_config_set_input_callback_callback wasi_read
#define FOR_libwasmer_wasi_config_set_output_null_config wasi_config
#define FOR_libwasmer_wasi_config_set_output_inherit_config wasi_config
#define FOR_libwasmer_wasi_config_set_output_descriptor_config wasi_config
#define FOR_libwasmer_wasi_config_set_output_capture_config wasi_config
#define FOR_libwasmer_wasi_config_set_output_callback_config wasi_config
#define FOR_libwasmer_wasi_config_set_output_callback_callback wasi_write
#define FOR_libwasmer_wasi_config_add_files_config wasi_config
#define FOR_libwasmer_wasi_new_config wasi_config
#define FOR_libwasmer_wasi_imports_imports wasi_imports
#define FOR_libwasmer_wasi_func_name "fd_read"
#define FOR_libwasmer_wasi_func_name_size 7
#define FOR_libwasmer_wasi_read_output_buffer wasi_room
#define FOR_libwasmer_wasi_read_output_size sizeof wasi_room
#define FOR_libwasmer_wasi_read_output_count ((size_t *)out(4))

/* Room for what out-parameters receive, one for each place in a list of parameters. */
enum { PLACES = 16, ROOM = 256, MARK = 0x5e };
static _Alignas(16) unsigned char room[PLACES][ROOM];

static void *out(int place) { return room[place]; }

/* What a function wrote to a place, or NULL. */
static void *taken(int place) {
    void *pointer, *untouched;
    memset(&untouched, MARK, sizeof untouched);
    memcpy(&pointer, room[place], sizeof pointer);
    return pointer == untouched ? NULL : pointer;
}

static bool untouched(void) {
    for (size_t i = 0; i < sizeof room; i++) {
        if (((unsigned char *)room)[i] != MARK) return false;
    }
    return true;
}

static const char *function, *parameter;
/* Not NULL before a call: that the library sets it is part of what is tested. */
static void *const unset = &room;

#define BEGIN(name) (function = (name))
#define START(name) (parameter = (name), memset(room, MARK, sizeof room), error = unset)
#define WHERE "%s with NULL for %s"

/* An arena to give away. It is not taken over if there is no place for the store. */
static libwasmer_arena_t *spare_arena(void) {
    libwasmer_arena_t *spare = arena;
    if (strcmp(parameter, "store") != 0) libwasmer_arena_new(engine, &spare, NULL);
    return spare;
}

static libwasmer_error_t *spare_error(void) {
    return libwasmer_error_new(LIBWASMER_STATUS_HOST, "spare", 5, 0);
}

/* The library passes faults of its own on to the handler that was there before it. */
static void crashed(int number) {
    printf("null_args: signal %d from " WHERE "\n", number, function, parameter);
    fflush(stdout);
    _Exit(EXIT_FAILURE);
}

static void ALLOWED(libwasmer_status_t status) {
    CHECK(status == LIBWASMER_STATUS_OK, WHERE ": status %u: %s", function, parameter,
          (unsigned)status, error == unset ? "" : message_of(error));
    if (strcmp(parameter, "error") == 0) {
        CHECK(error == unset, WHERE, function, parameter);
        error = NULL;
    } else {
        CHECK(error == NULL, WHERE ": error is not set to NULL", function, parameter);
    }
}

static void REFUSED(libwasmer_status_t status) {
    CHECK(status == LIBWASMER_STATUS_NULL_ARGUMENT, WHERE ": status %u", function, parameter,
          (unsigned)status);
    if (!CHECK(error != unset && error != NULL, WHERE ": no error", function, parameter)) return;
    CHECK(libwasmer_error_status(error) == status, WHERE, function, parameter);
    /* cbindgen puts a bar behind names that C++ reserves. */
    char name[64];
    snprintf(name, sizeof name, "argument %s", parameter);
    if (name[strlen(name) - 1] == '_') name[strlen(name) - 1] = '\0';
    CHECK(strstr(message_of(error), name) != NULL, WHERE ": %s is not named in: %s", function,
          parameter, name, message_of(error));
    CHECK(untouched(), WHERE ": an out-parameter was written to", function, parameter);
    libwasmer_error_delete(error);
    error = NULL;
}

/* Functions without a status give 0, false, -1 or an empty view; libwasmer_error_new an error. */
static bool no_view(libwasmer_view_t view) { return view.data != NULL && view.size == 0; }
static bool no_number(int64_t number) { return number == 0 || number == -1; }
static bool any_error(const libwasmer_error_t *made) { return made != NULL; }
static bool no_arena(const libwasmer_arena_t *found) { return found == NULL; }
static bool no_trap(const wasm_trap_t *made) { return made == NULL; }
#define NOTHING(result)                                               \
    (CHECK(_Generic((result),                                         \
               libwasmer_view_t: no_view,                             \
               libwasmer_error_t *: any_error,                        \
               const libwasmer_arena_t *: no_arena,                   \
               wasm_trap_t *: no_trap,                                \
               default: no_number)(result),                           \
           WHERE ": it gave something", function, parameter),         \
     CHECK(untouched(), WHERE ": an out-parameter was written to", function, parameter))
#define VOID() CHECK(untouched(), WHERE, function, parameter)

#include "null_args_cases.h"

int main(void) {
    signal(SIGSEGV, crashed);
    // Metered, so that the points of an instance can be asked for.
    config = libwasmer_config_new();
    OK(libwasmer_config_set_metering(config, 1000000, costs, LIBWASMER_OPERATOR_COUNT, &error));
    OK(libwasmer_engine_new(config, &engine, &error));
    module = new_module(engine, wat);
    arena = new_arena(engine);
    OK(libwasmer_module_serialize(module, &buffer, &error));
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, slot_callback, NULL, NULL, &imports[0], &error));
    instance = new_instance(arena, module, imports, 1);
    sum = export_of(arena, instance, "sum");
    memory = export_of(arena, instance, "memory");
    global = export_of(arena, instance, "global");
    table = export_of(arena, instance, "table");
    OK(libwasmer_externref_new(arena, 1, &externref, &error));
    libwasmer_func_call(arena, export_of(arena, instance, "trap"), NULL, 0, &trapped);
    CHECK(libwasmer_error_frame_count(trapped) == 1, "%zu", libwasmer_error_frame_count(trapped));
    OK(libwasmer_engine_to_wasm(engine, &wasm_engine, &error));
    OK(libwasmer_module_to_wasm(module, &wasm_module, &error));
    OK(libwasmer_store_from_arena(arena, &store, &error));
    OK(libwasmer_error_from_trap(wasm_trap = libwasmer_error_to_trap(trapped), &trapped, &error));
    OK(libwasmer_ref_from_handle(store, sum, &ref, &error));
    OK(libwasmer_interrupt_new(&interrupt, &error));
    OK(libwasmer_shared_memory_new(engine, 1, 2, &shared_memory, &error));
    OK(libwasmer_arena_add_shared_memory(arena, shared_memory, &shared_handle, &error));
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, wasi_socket) == 0, "a socket");
    wasi_config = libwasmer_wasi_config_new();
    OK(libwasmer_wasi_config_set_output_capture(wasi_config, 1, 0, &error));
    OK(libwasmer_wasi_new(wasi_config, &wasi, &error));
    OK(libwasmer_wasi_pipe_new(0, NULL, NULL, NULL, &pipe_, &error));

    linker = libwasmer_linker_new();
    OK(libwasmer_linker_define(linker, "", 0, "log", 3, imports[0], &error));
    OK(libwasmer_linker_define(linker, "m", 1, "sum", 3, sum, &error));
    OK(libwasmer_linker_allow_shadowing(linker, true, &error));
    int file = mkstemp(path);
    CHECK(write(file, wat, sizeof wat - 1) == sizeof wat - 1, "%s", path);
    close(file);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) cases[i]();

    unlink(path);
    libwasmer_linker_delete(linker);
    libwasmer_wasi_delete(wasi);
    libwasmer_wasi_pipe_delete(pipe_);
    libwasmer_wasi_config_delete(wasi_config);
    libwasmer_error_delete(trapped);
    libwasmer_bytes_delete(buffer);
    libwasmer_config_delete(config);
    wasm_trap_delete(wasm_trap);
    libwasmer_interrupt_delete(interrupt);
    libwasmer_shared_memory_delete(shared_memory);
    wasm_ref_delete(ref);
    wasm_module_delete(wasm_module);
    wasm_engine_delete(wasm_engine);
    wasm_store_delete(store);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("null_args");
}
