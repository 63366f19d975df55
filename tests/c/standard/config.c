/* Configurations (wasmer.h): compilers, proposals, targets, metering, errors, names, versions. */

#include "objects.h"
#include "wasmer_wasm.h"

#define ADD_WAT                                                                        \
    "(module (func (export \"f\") (param i32) (result i32)"                            \
    "  local.get 0 i32.const 1 i32.add))"

static wasm_engine_t *engine_with(wasmer_backend_t backend) {
    wasm_config_t *config = wasm_config_new();
    wasm_config_set_backend(config, backend);
    return wasm_engine_new_with_config(config);
}

static guest_t open_engine(wasm_engine_t *engine) {
    guest_t guest = {.engine = engine};
    NEED(engine != NULL);
    guest.store = wasm_store_new(engine);
    NEED(guest.store != NULL);
    return guest;
}

static void defaults(void) {
    guest_t guest = open_engine(wasm_engine_new_with_config(wasm_config_new()));
    load(&guest, ADD_WAT, 0, NULL);
    EQUAL(call_1(func_at(&guest, 0), 41), 42);
    close_guest(&guest);
    wasm_config_delete(wasm_config_new());
}

static void compilers(void) {
    static const wasmer_backend_t backends[] = {WASMER_BACKEND_CRANELIFT,
                                                WASMER_BACKEND_SINGLEPASS};
    for (size_t i = 0; i < LENGTH(backends); i++) {
        CHECK(wasmer_is_backend_available(backends[i]), "backend %u is missing", (unsigned)i);
        guest_t guest = open_engine(engine_with(backends[i]));
        load(&guest, ADD_WAT, 0, NULL);
        EQUAL(call_1(func_at(&guest, 0), 41), 42);
        close_guest(&guest);
    }
    CHECK(!wasmer_is_headless());
}

/* Written with the names of Wasmer 2 to 4, as programs of that time are. */
static void older_names(void) {
    static const wasmer_compiler_t compilers[] = {WASMER_BACKEND_CRANELIFT,
                                                  WASMER_BACKEND_SINGLEPASS};
    CHECK(wasmer_is_engine_available(WASMER_ENGINE_UNIVERSAL));
    CHECK(!wasmer_is_engine_available(WASMER_ENGINE_DYLIB));
    CHECK(!wasmer_is_engine_available(WASMER_ENGINE_STATICLIB));
    for (size_t i = 0; i < LENGTH(compilers); i++) {
        CHECK(wasmer_is_compiler_available(compilers[i]), "compiler %u is missing", (unsigned)i);
        wasm_config_t *config = wasm_config_new();
        wasm_config_set_compiler(config, compilers[i]);
        wasm_config_set_engine(config, WASMER_ENGINE_UNIVERSAL);
        wasm_config_canonicalize_nans(config, true);
        guest_t guest = open_engine(wasm_engine_new_with_config(config));
        load(&guest, "(module (func (export \"f\") (param i32) (result i32)"
                     "  (i32.reinterpret_f32 (f32.div (f32.const 0) (f32.const 0)))))", 0, NULL);
        EQUAL(call_1(func_at(&guest, 0), 0), 0x7fc00000);
        close_guest(&guest);
    }
    for (int engine = 1; engine <= 3; engine++) {
        wasm_config_t *config = wasm_config_new();
        wasm_config_set_engine(config, (wasmer_engine_t)engine);
        CHECK(wasm_engine_new_with_config(config) == NULL, "engine %d was taken", engine);
        CHECK(wasmer_last_error_length() > 1, "engine %d: no message", engine);
    }
    for (int compiler = 0; compiler < 8; compiler++) {
        EQUAL(wasmer_is_compiler_available((wasmer_compiler_t)compiler),
              wasmer_is_backend_available((wasmer_backend_t)compiler));
    }
}

/* What is said to be available works, what is not gives no engine; nothing of it is an abort. */
static void backends_of_all_kinds(void) {
    for (int backend = 0; backend <= WASMER_BACKEND_V8; backend++) {
        bool available = wasmer_is_backend_available((wasmer_backend_t)backend);
        wasm_engine_t *engine = engine_with((wasmer_backend_t)backend);
        CHECK((engine != NULL) == available, "backend %d: available %d, made %d", backend,
              available, engine != NULL);
        CHECK(engine != NULL || wasmer_last_error_length() > 1, "backend %d: no message", backend);
        wasm_engine_delete(engine);
    }
}

static void backends_that_do_not_exist(void) {
    static const int numbers[] = {5, 77, -1, 0x7fffffff};
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        CHECK(!wasmer_is_backend_available((wasmer_backend_t)numbers[i]), "%d", numbers[i]);
        wasm_engine_t *engine = engine_with((wasmer_backend_t)numbers[i]);
        CHECK(engine == NULL, "backend %d made an engine", numbers[i]);
        wasm_engine_delete(engine);
    }
}

/* One module for each proposal that can be switched off and on. */
typedef struct {
    const char *name;
    bool (*set)(wasmer_features_t *, bool);
    const char *wat;
} proposal_t;

/* Not the library's own addresses: those that a library lacks would be missed at the start. */
#define SETTER(name) \
    static bool set_##name(wasmer_features_t *features, bool on) { \
        return wasmer_features_##name(features, on); \
    }
SETTER(bulk_memory)
SETTER(exceptions)
SETTER(extended_const)
SETTER(multi_memory)
SETTER(multi_value)
SETTER(reference_types)
SETTER(relaxed_simd)
SETTER(simd)
SETTER(tail_call)
SETTER(threads)
SETTER(wide_arithmetic)

static const proposal_t proposals[] = {
    {"multi_value", set_multi_value, "(module (func (result i32 i32) i32.const 1 i32.const 2))"},
    {"simd", set_simd, "(module (func v128.const i64x2 1 2 drop))"},
    {"exceptions", set_exceptions, "(module (tag $t) (func throw $t))"},
    {"threads", set_threads, "(module (memory 1 1 shared))"},
    {"multi_memory", set_multi_memory, "(module (memory 1) (memory 1))"},
    {"extended_const", set_extended_const,
     "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))"},
    {"relaxed_simd", set_relaxed_simd,
     "(module (func (param v128 v128) (result v128)"
     "  local.get 0 local.get 1 i8x16.relaxed_swizzle))"},
};

static bool compiles_with(const proposal_t *proposal, bool on) {
    wasm_config_t *config = wasm_config_new();
    wasmer_features_t *features = wasmer_features_new();
    NEED(features != NULL);
    CHECK(proposal->set(features, on), "%s cannot be set to %d", proposal->name, on);
    wasm_config_set_features(config, features);
    guest_t guest = open_engine(wasm_engine_new_with_config(config));
    wasm_byte_vec_t binary = binary_of(proposal->wat);
    wasm_module_t *module = wasm_module_new(guest.store, &binary);
    EQUAL(wasm_module_validate(guest.store, &binary), module != NULL);
    wasm_byte_vec_delete(&binary);
    guest.module = module;
    close_guest(&guest);
    return module != NULL;
}

static void proposals_off(void) {
    for (size_t i = 0; i < LENGTH(proposals); i++) {
        CHECK(!compiles_with(&proposals[i], false), "%s is on", proposals[i].name);
    }
}

static void proposals_on(void) {
    for (size_t i = 0; i < LENGTH(proposals); i++) {
        CHECK(compiles_with(&proposals[i], true), "%s is off", proposals[i].name);
    }
}

/* Each of the others can at least be told what it is by default; NULL is told nothing. */
static void proposals_of_all_kinds(void) {
    static bool (*const others[])(wasmer_features_t *, bool) = {set_bulk_memory,
                                                                set_reference_types};
    wasmer_features_t *features = wasmer_features_new();
    NEED(features != NULL);
    for (size_t i = 0; i < LENGTH(others); i++) CHECK(others[i](features, true));
    CHECK(set_tail_call(features, false) && set_wide_arithmetic(features, false));
    CHECK(wasmer_features_memory64(features, false));
    CHECK(wasmer_features_module_linking(features, false));
    wasmer_features_delete(features);
    for (size_t i = 0; i < LENGTH(proposals); i++) CHECK(!proposals[i].set(NULL, true));
}

static void proposals_that_nobody_has(void) {
    wasmer_features_t *features = wasmer_features_new();
    CHECK(!wasmer_features_memory64(features, true), "memory64");
    CHECK(!wasmer_features_module_linking(features, true), "module linking");
    wasmer_features_delete(features);
}

static void targets(void) {
    wasm_name_t name = bytes_of("x86_64-unknown-linux-gnu"), sse = bytes_of("sse2");
    wasmer_triple_t *triple = wasmer_triple_new(&name);
    wasmer_cpu_features_t *cpu = wasmer_cpu_features_new();
    NEED(triple != NULL && cpu != NULL);
    CHECK(wasmer_cpu_features_add(cpu, &sse));
    wasmer_target_t *target = wasmer_target_new(triple, cpu);
    NEED(target != NULL);
    wasm_config_t *config = wasm_config_new();
    wasm_config_set_target(config, target);
    wasm_engine_t *engine = wasm_engine_new_with_config(config);
    NEED(engine != NULL);
    wasm_engine_delete(engine);
    target = wasmer_target_new(wasmer_triple_new_from_host(), wasmer_cpu_features_new());
    NEED(target != NULL);
    wasmer_target_delete(target);
}

static void targets_that_do_not_exist(void) {
    wasm_name_t nonsense = bytes_of("no-such-machine-at-all"), bytes = bytes_of("\377");
    CHECK(wasmer_triple_new(&nonsense) == NULL, "a triple of nonsense");
    CHECK(wasmer_triple_new(&bytes) == NULL, "a triple that is no text");
    wasmer_cpu_features_t *cpu = wasmer_cpu_features_new();
    CHECK(!wasmer_cpu_features_add(cpu, &nonsense), "a feature of nonsense");
    CHECK(!wasmer_cpu_features_add(cpu, &bytes), "a feature that is no text");
    wasmer_cpu_features_delete(cpu);
    wasmer_triple_delete(wasmer_triple_new_from_host());
}

/* A quiet NaN with a payload goes through an addition, and comes out as the canonical one. */
static void canonical_nans(void) {
    wasm_config_t *config = wasm_config_new();
    wasm_config_sys_canonicalize_nans(config, true);
    guest_t guest = open_engine(wasm_engine_new_with_config(config));
    load(&guest, "(module (func (export \"f\") (param i32) (result i32)"
                 "  local.get 0 f32.reinterpret_i32 f32.const 1 f32.add i32.reinterpret_f32))", 0,
         NULL);
    EQUAL(call_1(func_at(&guest, 0), 0x7fc12345), 0x7fc00000);
    close_guest(&guest);
}

static uint64_t cost(wasmer_parser_operator_t operator_) {
    return operator_ == WASMER_OPERATOR_LocalGet || operator_ == WASMER_OPERATOR_I32Add ? 10 : 1;
}

static guest_t open_metered(uint64_t limit) {
    wasm_config_t *config = wasm_config_new();
    wasmer_metering_t *metering = wasmer_metering_new(limit, cost);
    NEED(metering != NULL);
    wasm_config_push_middleware(config, wasmer_metering_as_middleware(metering));
    return open_engine(wasm_engine_new_with_config(config));
}

static void metering(void) {
    guest_t guest = open_metered(100);
    load(&guest, ADD_WAT, 0, NULL);
    CHECK(wasmer_metering_get_remaining_points(guest.instance) == 100);
    CHECK(!wasmer_metering_points_are_exhausted(guest.instance));
    /* local.get, i32.const, i32.add, end. */
    for (unsigned i = 1; i <= 4; i++) {
        EQUAL(call_1(func_at(&guest, 0), 1), 2);
        EQUAL(wasmer_metering_get_remaining_points(guest.instance), 100 - i * 22);
    }
    wasm_val_t arg = i32(1), result;
    TRAPS("", call(func_at(&guest, 0), 1, &arg, 1, &result));
    CHECK(wasmer_metering_points_are_exhausted(guest.instance));
    CHECK(wasmer_metering_get_remaining_points(guest.instance) == UINT64_MAX);
    wasmer_metering_set_remaining_points(guest.instance, 50);
    CHECK(!wasmer_metering_points_are_exhausted(guest.instance));
    EQUAL(wasmer_metering_get_remaining_points(guest.instance), 50);
    EQUAL(call_1(func_at(&guest, 0), 1), 2);
    EQUAL(wasmer_metering_get_remaining_points(guest.instance), 28);
    close_guest(&guest);
    wasmer_metering_delete(wasmer_metering_new(1, cost));
}

static void metering_of_two_modules(void) {
    guest_t guest = open_metered(100);
    wasm_module_delete(module_of(guest.store, "(module (func nop))"));
    load(&guest, ADD_WAT, 0, NULL);
    EQUAL(call_1(func_at(&guest, 0), 1), 2);
    CHECK(wasmer_metering_get_remaining_points(guest.instance) == 78);
    close_guest(&guest);
}

static void metering_that_is_not_there(void) {
    guest_t guest = open_guest(ADD_WAT);
    CHECK(wasmer_metering_get_remaining_points(guest.instance) == UINT64_MAX);
    CHECK(!wasmer_metering_points_are_exhausted(guest.instance));
    wasmer_metering_set_remaining_points(guest.instance, 5);
    EQUAL(call_1(func_at(&guest, 0), 1), 2);
    close_guest(&guest);
}

static void module_names(void) {
    guest_t guest = open_store();
    wasm_byte_vec_t binary = binary_of("(module $given)");
    wasm_module_t *module = wasmer_module_new(guest.engine, &binary);
    wasm_byte_vec_delete(&binary);
    NEED(module != NULL);
    wasm_name_t name = {7, NULL}, other = bytes_of("another");
    wasmer_module_name(module, &name);
    CHECK(same_text(&name, "given"));
    wasm_name_delete(&name);
    CHECK(wasmer_module_set_name(module, &other));
    wasmer_module_name(module, &name);
    CHECK(same_text(&name, "another"));
    wasm_name_delete(&name);
    other = bytes_of("\377");
    CHECK(!wasmer_module_set_name(module, &other), "a name that is no text");
    wasm_module_delete(module);
    module = module_of(guest.store, "(module)");
    name.size = 7;
    wasmer_module_name(module, &name);
    EQUAL(name.size, 0);
    wasm_name_delete(&name);
    wasm_module_delete(module);
    close_guest(&guest);
}

static void errors(void) {
    char message[1000];
    /* What another case left is taken away first. */
    wasmer_last_error_message(message, sizeof message);
    EQUAL(wasmer_last_error_length(), 0);
    EQUAL(wasmer_last_error_message(message, sizeof message), 0);
    guest_t guest = open_store();
    wasm_byte_vec_t bytes = bytes_of("\0asm");
    bytes.size = 4;
    CHECK(wasm_module_new(guest.store, &bytes) == NULL);
    int length = wasmer_last_error_length();
    NEED(length > 1 && length <= (int)sizeof message);
    EQUAL(wasmer_last_error_message(message, sizeof message), length);
    EQUAL(strlen(message), length - 1);
    EQUAL(wasmer_last_error_length(), 0);
    close_guest(&guest);
}

static void errors_that_do_not_fit(void) {
    char message[300] = "untouched";
    wasm_byte_vec_t text = bytes_of("("), binary;
    wat2wasm(&text, &binary);
    int length = wasmer_last_error_length();
    NEED(length > 4 && length <= (int)sizeof message);
    EQUAL(wasmer_last_error_message(NULL, 10), -1);
    EQUAL(wasmer_last_error_message(message, 3), -1);
    CHECK(strcmp(message, "untouched") == 0);
    CHECK(wasmer_last_error_length() == length, "the message is lost");
    EQUAL(wasmer_last_error_message(message, length), length);
}

static void errors_into_less_than_nothing(void) {
    char message[300] = "untouched";
    wasm_byte_vec_t text = bytes_of("("), binary;
    wat2wasm(&text, &binary);
    EQUAL(wasmer_last_error_message(message, -1), -1);
    CHECK(strcmp(message, "untouched") == 0, "written to a buffer of no size");
    CHECK(wasmer_last_error_length() > 1);
}

static void versions(void) {
    char text[64];
    snprintf(text, sizeof text, "%u.%u.%u", wasmer_version_major(), wasmer_version_minor(),
             wasmer_version_patch());
    CHECK(strcmp(wasmer_version(), text) == 0, "version %s", wasmer_version());
    CHECK(strcmp(wasmer_version(), WASMER_VERSION) == 0);
    CHECK(strcmp(wasmer_version_pre(), "") == 0);
}

static const case_t cases[] = {
    CASE(defaults), CASE(compilers), CASE(older_names), CASE(backends_of_all_kinds),
    CASE(backends_that_do_not_exist), CASE(proposals_off), CASE(proposals_on),
    CASE(proposals_of_all_kinds), CASE(proposals_that_nobody_has), CASE(targets),
    CASE(targets_that_do_not_exist), CASE(canonical_nans), CASE(metering),
    CASE(metering_of_two_modules), CASE(metering_that_is_not_there), CASE(module_names),
    CASE(errors), CASE(errors_that_do_not_fit), CASE(errors_into_less_than_nothing),
    CASE(versions),
};

int main(int argc, char **argv) { return RUN_CASES("config", cases, argc, argv); }
