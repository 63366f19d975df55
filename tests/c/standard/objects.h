/* Short ways to the objects of wasm.h, for its tests. What fails here ends the case. */

#ifndef OBJECTS_H
#define OBJECTS_H

#include "cases.h"

#define WASMER_NO_SHORT_NAMES
#include <wasm.h>
#include <wasmer.h>

/* An instance and what it stands on. */
typedef struct {
    wasm_engine_t *engine;
    wasm_store_t *store;
    wasm_module_t *module;
    wasm_instance_t *instance;
    wasm_extern_vec_t exports;
} guest_t;

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* A view of bytes that stay the caller's. */
static inline wasm_byte_vec_t bytes_of(const char *text) {
    wasm_byte_vec_t view = {strlen(text), (wasm_byte_t *)(uintptr_t)text};
    return view;
}

static inline bool same_text(const wasm_byte_vec_t *name, const char *text) {
    return name != NULL && name->size == strlen(text) &&
           (name->size == 0 || memcmp(name->data, text, name->size) == 0);
}

static inline wasm_byte_vec_t binary_of(const char *wat) {
    wasm_byte_vec_t text = bytes_of(wat), binary = WASM_EMPTY_VEC;
    wat2wasm(&text, &binary);
    NEED(binary.data != NULL, "the text of a test is not WebAssembly: %.60s", wat);
    return binary;
}

static inline wasm_module_t *module_of(wasm_store_t *store, const char *wat) {
    wasm_byte_vec_t binary = binary_of(wat);
    wasm_module_t *module = wasm_module_new(store, &binary);
    wasm_byte_vec_delete(&binary);
    NEED(module != NULL, "the module of a test was not compiled: %.60s", wat);
    return module;
}

/* Imports are borrowed. */
static inline wasm_instance_t *instance_of(wasm_store_t *store, const wasm_module_t *module,
                                           size_t count, wasm_extern_t *const imports[]) {
    wasm_extern_t *copies[8];
    for (size_t i = 0; i < count; i++) copies[i] = imports[i];
    wasm_extern_vec_t vector = {count, copies};
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance = wasm_instance_new(store, module, &vector, &trap);
    wasm_trap_delete(trap);
    NEED(instance != NULL, "the module of a test was not instantiated");
    return instance;
}

static inline guest_t open_store(void) {
    guest_t guest;
    memset(&guest, 0, sizeof guest);
    guest.engine = wasm_engine_new();
    NEED(guest.engine != NULL);
    guest.store = wasm_store_new(guest.engine);
    NEED(guest.store != NULL);
    return guest;
}

/* Compiles and instantiates in a store that is open. */
static inline void load(guest_t *guest, const char *wat, size_t count,
                        wasm_extern_t *const imports[]) {
    guest->module = module_of(guest->store, wat);
    guest->instance = instance_of(guest->store, guest->module, count, imports);
    wasm_instance_exports(guest->instance, &guest->exports);
}

static inline guest_t open_guest(const char *wat) {
    guest_t guest = open_store();
    load(&guest, wat, 0, NULL);
    return guest;
}

static inline void close_guest(guest_t *guest) {
    wasm_extern_vec_delete(&guest->exports);
    wasm_instance_delete(guest->instance);
    wasm_module_delete(guest->module);
    wasm_store_delete(guest->store);
    wasm_engine_delete(guest->engine);
}

/* The exports of a guest, by their order. They stay the guest's. */
static inline wasm_extern_t *export_at(const guest_t *guest, size_t index) {
    NEED(index < guest->exports.size, "export %u is missing", (unsigned)index);
    return guest->exports.data[index];
}

static inline wasm_func_t *func_at(const guest_t *guest, size_t index) {
    wasm_func_t *func = wasm_extern_as_func(export_at(guest, index));
    NEED(func != NULL, "export %u is no function", (unsigned)index);
    return func;
}

static inline wasm_global_t *global_at(const guest_t *guest, size_t index) {
    wasm_global_t *global = wasm_extern_as_global(export_at(guest, index));
    NEED(global != NULL, "export %u is no global", (unsigned)index);
    return global;
}

static inline wasm_table_t *table_at(const guest_t *guest, size_t index) {
    wasm_table_t *table = wasm_extern_as_table(export_at(guest, index));
    NEED(table != NULL, "export %u is no table", (unsigned)index);
    return table;
}

static inline wasm_memory_t *memory_at(const guest_t *guest, size_t index) {
    wasm_memory_t *memory = wasm_extern_as_memory(export_at(guest, index));
    NEED(memory != NULL, "export %u is no memory", (unsigned)index);
    return memory;
}

/* Values. */
static inline wasm_val_t i32(int32_t number) { return (wasm_val_t)WASM_I32_VAL(number); }
static inline wasm_val_t i64(int64_t number) { return (wasm_val_t)WASM_I64_VAL(number); }
static inline wasm_val_t f32(float number) { return (wasm_val_t)WASM_F32_VAL(number); }
static inline wasm_val_t f64(double number) { return (wasm_val_t)WASM_F64_VAL(number); }

static inline wasm_val_t externref(wasm_ref_t *ref) { return (wasm_val_t)WASM_REF_VAL(ref); }

static inline wasm_val_t funcref(wasm_ref_t *ref) {
    wasm_val_t value = WASM_REF_VAL(ref);
    value.kind = WASM_FUNCREF;
    return value;
}

/* Calls with values of the caller; results are set to what no function of a test gives. */
static inline wasm_trap_t *call(const wasm_func_t *func, size_t arg_count, const wasm_val_t *args,
                                size_t result_count, wasm_val_t *results) {
    wasm_val_vec_t in = {arg_count, (wasm_val_t *)(uintptr_t)args}, out = {result_count, results};
    for (size_t i = 0; i < result_count; i++) results[i] = (wasm_val_t)WASM_INIT_VAL;
    return wasm_func_call(func, &in, &out);
}

/* Calls what takes nothing and gives nothing. */
static inline wasm_trap_t *call_empty(const wasm_func_t *func) {
    return call(func, 0, NULL, 0, NULL);
}

/* Calls what takes numbers (i32) and gives one. */
static inline int32_t call_i32(const wasm_func_t *func, size_t count, const int32_t *numbers) {
    wasm_val_t args[4], result;
    for (size_t i = 0; i < count; i++) args[i] = i32(numbers[i]);
    wasm_trap_t *trap = call(func, count, args, 1, &result);
    NEED(trap == NULL, "an unexpected trap");
    NEED(result.kind == WASM_I32, "the result is no i32");
    return result.of.i32;
}

static inline int32_t call_0(const wasm_func_t *func) { return call_i32(func, 0, NULL); }
static inline int32_t call_1(const wasm_func_t *func, int32_t number) {
    return call_i32(func, 1, &number);
}

/* The text of a trap, for a moment. */
static inline const char *message_of(const wasm_trap_t *trap) {
    static char text[512];
    wasm_byte_vec_t message = WASM_EMPTY_VEC;
    wasm_trap_message(trap, &message);
    size_t size = message.size < sizeof text - 1 ? message.size : sizeof text - 1;
    if (size != 0) memcpy(text, message.data, size);
    text[size] = '\0';
    wasm_byte_vec_delete(&message);
    return text;
}

/* Checks that something ended in a trap whose message holds `part`, and deletes it. */
#define TRAPS(part, call)                                                                   \
    do {                                                                                    \
        wasm_trap_t *trap_ = (call);                                                        \
        if (CHECK(trap_ != NULL, "no trap: %s", #call)) {                                   \
            CHECK(strstr(message_of(trap_), part) != NULL, "%s: the trap says \"%s\", not \"%s\"", \
                  #call, message_of(trap_), part);                                          \
        }                                                                                   \
        wasm_trap_delete(trap_);                                                            \
    } while (0)

/* Checks that something ended without one. */
#define RUNS(call)                                                                        \
    do {                                                                                  \
        wasm_trap_t *trap_ = (call);                                                      \
        CHECK(trap_ == NULL, "%s: %s", #call, trap_ == NULL ? "" : message_of(trap_));    \
        wasm_trap_delete(trap_);                                                          \
    } while (0)

/* A finalizer that counts how often it ran for an object. */
static inline void count_finalizer(void *counter) { ++*(unsigned *)counter; }

static inline wasm_functype_t *type_i32_i32(void) {
    return wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
}

/* Host functions that any test may need: one that adds 1, one that does nothing. */
static inline wasm_trap_t *add_one(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0] = i32(args->data[0].of.i32 + 1);
    return NULL;
}

static inline wasm_trap_t *do_nothing(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args, (void)results;
    return NULL;
}

static inline wasm_func_t *new_add_one(wasm_store_t *store) {
    wasm_functype_t *type = type_i32_i32();
    wasm_func_t *func = wasm_func_new(store, type, add_one);
    wasm_functype_delete(type);
    NEED(func != NULL);
    return func;
}

static inline wasm_func_t *new_nothing(wasm_store_t *store) {
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new(store, type, do_nothing);
    wasm_functype_delete(type);
    NEED(func != NULL);
    return func;
}

#endif
