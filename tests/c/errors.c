/* Errors name the thing, what was expected and what was found; a host's own error comes back. */

#include "check.h"

static libwasmer_engine_t *engine;
static libwasmer_arena_t *arena;

static libwasmer_handle_t handle;

static void arguments(void) {
    libwasmer_config_t *config = libwasmer_config_new();
    SAYS(INVALID_ARGUMENT, libwasmer_config_set_compiler(config, 99, &error), "99", "compiler");
    SAYS(INVALID_ARGUMENT, libwasmer_config_set_feature(config, "warp", 4, true, &error),
         "feature", "\"warp\"");
    SAYS(INVALID_UTF8, libwasmer_config_set_feature(config, "\xff", 1, true, &error), "name",
         "UTF-8");
    SAYS(INVALID_ARGUMENT, libwasmer_config_set_target(config, "nowhere", 7, NULL, 0, &error),
         "triple", "\"nowhere\"");
    SAYS(INVALID_ARGUMENT,
         libwasmer_config_set_target(config, "x86_64-unknown-linux-gnu", 24, "sse2,warp", 9,
                                     &error), "CPU feature", "\"warp\"");
    if (!libwasmer_compiler_is_available(LIBWASMER_COMPILER_LLVM)) {
        SAYS(UNSUPPORTED, libwasmer_config_set_compiler(config, LIBWASMER_COMPILER_LLVM, &error),
             "llvm");
    }
    libwasmer_config_delete(config);

    _Alignas(16) char room[64] = {0};
    SAYS(INVALID_ARGUMENT,
         libwasmer_externref_new(arena, 1, (libwasmer_handle_t *)(void *)(room + 1), &error),
         "reference", "aligned to 8 bytes");
    SAYS(NULL_ARGUMENT, libwasmer_engine_new(NULL, NULL, &error), "engine", "NULL");
}

static void modules(void) {
    libwasmer_module_t *module = NULL;
    const uint8_t truncated[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 9};
    SAYS(INVALID_MODULE, libwasmer_module_new(engine, NULL, 0, &module, &error), "0 bytes",
         "expected");
    SAYS(INVALID_MODULE,
         libwasmer_module_new(engine, truncated, sizeof truncated, &module, &error), "offset");
    const char *wat = "(module (func (result i32) i64.const 1))";
    SAYS(INVALID_MODULE,
         libwasmer_module_validate(engine, (const uint8_t *)wat, strlen(wat), &error), "expected i32",
         "found i64");
    wat = "(module (fnuc))";
    SAYS(INVALID_MODULE, libwasmer_module_new(engine, (const uint8_t *)wat, strlen(wat), &module,
                                              &error), "fnuc");

    module = new_module(engine, SUM_WAT);
    libwasmer_item_t item;
    SAYS(NOT_FOUND, libwasmer_module_import(module, 3, &item, &error), "import 3", "has 0");
    SAYS(NOT_FOUND, libwasmer_module_export(module, 1, &item, &error), "export 1", "has 1");
    libwasmer_view_t view;
    SAYS(NOT_FOUND, libwasmer_module_custom_section(module, "notes", 5, &view, &error),
         "custom section", "\"notes\"");

    /* One flipped bit anywhere, and too few bytes, are found out. */
    libwasmer_bytes_t *bytes = NULL;
    OK(libwasmer_module_serialize(module, &bytes, &error));
    libwasmer_module_delete(module);
    view = libwasmer_bytes_view(bytes);
    uint8_t *copy = malloc(view.size);
    for (size_t place = 0; place < view.size; place += 1 + view.size / 97) {
        memcpy(copy, view.data, view.size);
        copy[place] ^= (uint8_t)(1 << (place % 8));
        SAYS(DESERIALIZE, libwasmer_module_deserialize(engine, copy, view.size, &module, &error),
             "serialized module");
    }
    SAYS(DESERIALIZE, libwasmer_module_deserialize(engine, copy, 5, &module, &error), "5 bytes",
         "at least");
    free(copy);
    libwasmer_bytes_delete(bytes);
}

static void links(void) {
    libwasmer_module_t *module = new_module(engine,
        "(module (import \"a\" \"f\" (func (param i32) (result f64)))"
        "        (import \"b\" \"m\" (memory 2 4)) (import \"c\" \"g\" (global (mut i64))))");
    libwasmer_handle_t sum = export_of(arena, instance_of(engine, arena, SUM_WAT), "sum");
    libwasmer_handle_t memory = 0, imports[3];
    OK(libwasmer_memory_new(arena, 1, false, 0, false, &memory, &error));
    SAYS(LINK, libwasmer_instance_new(arena, module, NULL, 0, 0, &handle, &error), "3 imports",
         "0 given");
    imports[0] = sum, imports[1] = memory, imports[2] = 0;
    SAYS(LINK, libwasmer_instance_new(arena, module, imports, 3, 0, &handle, &error),
         "\"a\".\"f\"", "func(i32) -> (f64) wanted", "func(i32, i32) -> (i32) found",
         "\"b\".\"m\"", "memory 2..4 pages wanted", "memory 1.. pages found",
         "\"c\".\"g\"", "missing", "global mut i64 wanted");
    libwasmer_module_delete(module);
}

static void objects(void) {
    libwasmer_handle_t instance = instance_of(engine, arena,
        "(module (func (export \"f\") (param i32 i64)) (memory (export \"m\") 1 2)"
        " (global (export \"g\") i32 (i32.const 1)) (table (export \"t\") 3 5 funcref))");
    libwasmer_handle_t func = export_of(arena, instance, "f");
    libwasmer_handle_t memory = export_of(arena, instance, "m");
    libwasmer_handle_t global = export_of(arena, instance, "g");
    libwasmer_handle_t table = export_of(arena, instance, "t");
    libwasmer_arena_t *other = new_arena(engine);
    libwasmer_handle_t foreign = 0;
    OK(libwasmer_externref_new(other, 1, &foreign, &error));

    SAYS(NOT_FOUND, libwasmer_instance_export(arena, instance, "x", 1, NULL, &handle, &error),
         "export", "\"x\"");
    SAYS(NOT_FOUND, libwasmer_instance_export_at(arena, instance, 9, &handle, &error), "export 9",
         "4");
    libwasmer_slot_t slot;
    SAYS(INVALID_ARGUMENT, libwasmer_func_call(arena, func, &slot, 1, &error), "func(i32, i64)",
         "2 slots expected", "1 given");
    SAYS(INVALID_ARGUMENT, libwasmer_func_call(arena, func, NULL, 0, &error), "2 slots expected",
         "0 given");
    SAYS(INVALID_ARGUMENT, libwasmer_func_call_words(arena, func, NULL, 0, 0, &error),
         "2 words expected", "0 given");
    _Alignas(8) char room[32] = {0};
    SAYS(INVALID_ARGUMENT,
         libwasmer_func_call_words(arena, func, (uint64_t *)(void *)(room + 1), 2, 0, &error),
         "words", "aligned to 8 bytes");
    SAYS(HANDLE, libwasmer_func_call(arena, memory, &slot, 1, &error), "expected function",
         "found memory");
    uint32_t number;
    SAYS(HANDLE, libwasmer_memory_size(arena, global, &number, &error), "expected memory",
         "found global");
    SAYS(HANDLE, libwasmer_table_size(arena, func, &number, &error), "expected table",
         "found function");
    uint64_t words[2] = {0, 0};
    SAYS(HANDLE, libwasmer_global_get(arena, table, words, &error), "expected global",
         "found table");
    SAYS(HANDLE, libwasmer_instance_export_at(arena, func, 0, &handle, &error),
         "instance", "function");
    SAYS(HANDLE, libwasmer_externref_data(arena, func, words, &error), "externref", "function");
    SAYS(HANDLE, libwasmer_externref_data(arena, foreign, words, &error), "another arena");
    SAYS(HANDLE, libwasmer_externref_data(arena, 0, words, &error), "0 names nothing");
    SAYS(HANDLE, libwasmer_externref_data(arena, func + 1000, words, &error), "another arena", "or to none");

    uint8_t bytes[8];
    SAYS(OUT_OF_BOUNDS, libwasmer_memory_read(arena, memory, 65530, bytes, 8, &error), "8 bytes",
         "65530", "65536");
    SAYS(OUT_OF_BOUNDS, libwasmer_memory_write(arena, memory, UINT64_MAX, bytes, 8, &error),
         "8 bytes", "18446744073709551615");
    SAYS(OUT_OF_BOUNDS, libwasmer_memory_write(arena, memory, 65537, NULL, 0, &error), "0 bytes");
    SAYS(LIMIT, libwasmer_memory_grow(arena, memory, 2, NULL, &error), "memory", "1 pages",
         "2 pages");
    SAYS(LIMIT, libwasmer_table_grow(arena, table, 3, 0, NULL, &error), "table", "by 3", "from 3");
    SAYS(OUT_OF_BOUNDS, libwasmer_table_get(arena, table, 3, &handle, &error), "element 3", "of 3");
    SAYS(OUT_OF_BOUNDS, libwasmer_table_set(arena, table, 4, 0, &error), "element 4", "of 3");
    SAYS(HANDLE, libwasmer_table_set(arena, table, 0, memory, &error), "expected function",
         "found memory");
    SAYS(IMMUTABLE, libwasmer_global_set(arena, global, words, &error), "global");
    SAYS(INVALID_ARGUMENT, libwasmer_global_new(arena, 9, true, words, &handle, &error), "kind",
         "9");
    SAYS(TYPE, libwasmer_table_new(arena, LIBWASMER_VALUE_I32, 1, false, 0, 0, &handle, &error),
         "funcref or externref", "i32");
    SAYS(INVALID_ARGUMENT, libwasmer_memory_new(arena, 3, true, 2, false, &handle, &error),
         "minimum 3", "maximum 2");
    SAYS(LIMIT, libwasmer_table_new(arena, LIBWASMER_VALUE_FUNCREF, 2000000000, false, 0, 0,
                                    &handle, &error), "2000000000", "10000000");
    libwasmer_arena_delete(other);
}

/* What the next host call returns. */
static struct {
    uint32_t status;
    const char *message;
    size_t size;
    uint64_t payload;
} planned;

static libwasmer_error_t *fail(void *env, const libwasmer_caller_t *caller,
                               libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)slots, (void)count;
    return libwasmer_error_new(planned.status, planned.message, planned.size, planned.payload);
}

/* Calls back into the guest and hands on what that gives. */
static libwasmer_error_t *call_back(void *env, const libwasmer_caller_t *caller,
                                    libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)slots, (void)count;
    libwasmer_error_t *inner = NULL;
    libwasmer_handle_t func = 0;
    if (libwasmer_instance_export(caller->arena, caller->instance, "inner", 5, NULL, &func,
                                  &inner) == LIBWASMER_STATUS_OK) {
        libwasmer_func_call(caller->arena, func, NULL, 0, &inner);
    }
    return inner;
}

static void host_errors(void) {
    libwasmer_handle_t imports[2] = {0, 0};
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, fail, NULL, NULL, &imports[0], &error));
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, call_back, NULL, NULL, &imports[1], &error));
    libwasmer_module_t *module = new_module(engine,
        "(module $guest (import \"\" \"f\" (func $fail)) (import \"\" \"b\" (func $back))"
        "  (func $inner (export \"inner\") call $fail)"
        "  (func $outer (export \"outer\") call $back))");
    libwasmer_handle_t instance = new_instance(arena, module, imports, 2);
    libwasmer_module_delete(module);
    static const char *const names[] = {"inner", "outer"};
    static const struct {
        uint32_t given;
        libwasmer_status_t expected;
    } statuses[] = {{LIBWASMER_STATUS_HOST, LIBWASMER_STATUS_HOST},
                    {LIBWASMER_STATUS_NOT_FOUND, LIBWASMER_STATUS_NOT_FOUND},
                    {LIBWASMER_STATUS_OK, LIBWASMER_STATUS_HOST},
                    {12345, LIBWASMER_STATUS_HOST}};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        for (size_t direct = 0; direct < 3; direct++) {
            libwasmer_handle_t func =
                direct == 2 ? imports[0] : export_of(arena, instance, names[direct]);
            planned.status = statuses[i].given;
            planned.message = "no \xff such";
            planned.size = strlen(planned.message);
            planned.payload = 0xfedcba9876543210;
            libwasmer_status_t found = libwasmer_func_call(arena, func, NULL, 0, &error);
            CHECK(libwasmer_error_payload(error) == planned.payload, "%" PRIx64,
                  libwasmer_error_payload(error));
            CHECK(libwasmer_error_trap(error) == -1, "%d", (int)libwasmer_error_trap(error));
            libwasmer_frame_t frame = {.function_index = 777};
            size_t behind = libwasmer_error_frame_count(error);
            CHECK(!libwasmer_error_frame(error, behind, &frame) && frame.function_index == 777,
                  "a frame behind the last one");
            CHECK(libwasmer_error_frames_omitted(error) == 0, "frames omitted");
            says_(statuses[i].expected, found, __LINE__, __FILE__,
                  (const char *const[]){"no \xef\xbf\xbd such", NULL});
        }
    }
    libwasmer_error_t *empty = libwasmer_error_new(LIBWASMER_STATUS_HOST, NULL, 0, 0);
    CHECK(libwasmer_error_message(empty).size == 0, "%s", message_of(empty));
    libwasmer_error_delete(empty);
}

/* Frames tell which guest functions the host function was called from, or the guest trapped in. */
static void frames(void) {
    libwasmer_handle_t import = 0;
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, fail, NULL, NULL, &import, &error));
    libwasmer_module_t *module = new_module(engine,
        "(module $guest (import \"\" \"f\" (func $fail))"
        "  (func $inner (param i32) (if (local.get 0) (then call $fail) (else unreachable)))"
        "  (func $outer (export \"outer\") (param i32) (call $inner (local.get 0))))");
    libwasmer_handle_t instance = new_instance(arena, module, &import, 1);
    libwasmer_handle_t outer = export_of(arena, instance, "outer");
    libwasmer_module_delete(module);
    for (int32_t by_host = 0; by_host < 2; by_host++) {
        libwasmer_slot_t slot = {.i32 = by_host};
        libwasmer_func_call(arena, outer, &slot, 1, &error);
        CHECK(libwasmer_error_frame_count(error) == 2, "%zu frames of an error by the %s",
              libwasmer_error_frame_count(error), by_host ? "host" : "guest");
        for (uint32_t i = 0; i < 2; i++) {
            libwasmer_frame_t frame;
            if (!libwasmer_error_frame(error, i, &frame)) continue;
            CHECK(frame.module_name.size == 5 && memcmp(frame.module_name.data, "guest", 5) == 0,
                  "%.*s", (int)frame.module_name.size, frame.module_name.data);
            CHECK(frame.function_name.size == 5 &&
                      memcmp(frame.function_name.data, i ? "outer" : "inner", 5) == 0,
                  "%.*s", (int)frame.function_name.size, frame.function_name.data);
            CHECK(frame.function_index == 1 + i, "%u", (unsigned)frame.function_index);
        }
        libwasmer_error_delete(error);
        error = NULL;
    }
}

/* A module with DWARF as tests/debug_info.rs makes it: three functions of guest.cc, something inlined in the first. */
static const char with_dwarf[] =
    "(module (import \"\" \"fail\" (func $fail))"
    "  (func $inner (export \"inner\") nop unreachable)"
    "  (func $outer (export \"outer\") nop call $inner)"
    "  (func $host (export \"host\") call $fail)"
    "  (@custom \".debug_abbrev\" \"\\01\\11\\01\\03\\08\\10\\17\\11\\01\\12\\06\\1b\\08\\00\\00\\02.\\01\\03\\08"
    "\\11\\01\\12\\06\\00\\00\\03\\1d\\00\\03\\08\\11\\01\\12\\06X\\0bY\\0b\\00\\00\\04\\1d\\01\\00\\00\\00\")"
    "  (@custom \".debug_info\" \"r\\00\\00\\00\\04\\00\\00\\00\\00\\00\\04\\01guest.cc\\00\\00\\00\\00\\00\\00\\00"
    "\\00\\00d\\00\\00\\00/source\\00\\02_ZN5Guest5innerEv\\00\\02\\00\\00\\00\\04\\00\\00\\00\\03check\\00\\03\\00\\00"
    "\\00\\03\\00\\00\\00\\01\\0b\\00\\02outer\\00\\07\\00\\00\\00\\05\\00\\00\\00\\00\\02host\\00\\0d\\00\\00\\00\\04\\00\\00\\00"
    "\\00\\00\")"
    "  (@custom \".debug_line\" \"O\\00\\00\\00\\04\\00 \\00\\00\\00\\01\\01\\01\\fb\\0e\\0d\\00\\01\\01\\01\\01\\00\\00\\00\\01"
    "\\00\\00\\01\\00guest.cc\\00\\00\\00\\00\\00\\00\\05\\02\\02\\00\\00\\00\\05\\03\\03\\09\\01\\00\\05\\02\\07\\00\\00\\00"
    "\\05\\03\\03\\0a\\01\\00\\05\\02\\0d\\00\\00\\00\\05\\03\\03\\0a\\01\\02\\14\\00\\01\\01\"))";

static void source_is(size_t frame, size_t number, const char *function, uint32_t line,
                      uint32_t column) {
    libwasmer_source_t source = {0};
    CHECK(libwasmer_error_frame_source(error, frame, number, &source), "no source %zu", number);
    CHECK(source.function_name.size == strlen(function) &&
              memcmp(source.function_name.data, function, strlen(function)) == 0,
          "%.*s", (int)source.function_name.size, source.function_name.data);
    CHECK(source.file.size == 16 && memcmp(source.file.data, "/source/guest.cc", 16) == 0, "%.*s",
          (int)source.file.size, source.file.data);
    CHECK(source.line == line && source.column == column, "%u:%u", (unsigned)source.line,
          (unsigned)source.column);
}

/* Frames tell where in their source they were, if the engine has debugging information read. */
static void sources(void) {
    for (int asks = 0; asks < 2; asks++) {
        libwasmer_config_t *config = libwasmer_config_new();
        libwasmer_engine_t *tracing = NULL;
        if (asks) OK(libwasmer_config_set_debug_info(config, true, &error));
        OK(libwasmer_engine_new(config, &tracing, &error));
        libwasmer_config_delete(config);
        libwasmer_module_t *module = new_module(tracing, with_dwarf);
        libwasmer_arena_t *own = new_arena(tracing);
        libwasmer_engine_delete(tracing);
        libwasmer_handle_t import = 0;
        OK(libwasmer_func_new(own, NULL, 0, NULL, 0, fail, NULL, NULL, &import, &error));
        libwasmer_handle_t instance = new_instance(own, module, &import, 1);
        libwasmer_module_delete(module);
        libwasmer_func_call(own, export_of(own, instance, "outer"), NULL, 0, &error);
        libwasmer_arena_delete(own);
        CHECK(libwasmer_error_frame_count(error) == 2, "%zu", libwasmer_error_frame_count(error));
        size_t counts[3];
        for (size_t i = 0; i < 3; i++) counts[i] = libwasmer_error_frame_source_count(error, i);
        CHECK(counts[0] == (asks ? 2 : 0) && counts[1] == (asks ? 1 : 0) && counts[2] == 0,
              "%zu, %zu, %zu", counts[0], counts[1], counts[2]);
        if (asks) {
            source_is(0, 0, "check", 10, 3);
            source_is(0, 1, "Guest::inner()", 11, 0);
            source_is(1, 0, "outer", 20, 3);
        }
        libwasmer_source_t untouched = {.line = 777};
        CHECK(!libwasmer_error_frame_source(error, 0, counts[0], &untouched) &&
                  !libwasmer_error_frame_source(error, 2, 0, &untouched) && untouched.line == 777,
              "a source that is not there");
        libwasmer_error_delete(error);
        error = NULL;
    }
}

/* A text for each code, and for numbers that are none. */
static void trap_messages(void) {
    static const int32_t none[] = {-1, 13, 15, 254, 256, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        const char *text = libwasmer_trap_message(none[i]);
        CHECK(text != NULL && strlen(text) > 0, "trap code %" PRId32, none[i]);
    }
    const char *text = libwasmer_trap_message(LIBWASMER_TRAP_INTEGER_DIVISION_BY_ZERO);
    CHECK(strcmp(text, "integer divide by zero") == 0, "%s", text);
}

int main(void) {
    engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    arena = new_arena(engine);
    arguments();
    modules();
    links();
    objects();
    host_errors();
    frames();
    sources();
    trap_messages();
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("errors");
}
