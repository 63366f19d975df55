/* Each function here makes one crossing of what would be two: the error comes back as the result,
   so that the fast path needs no place for it in Go memory. */
#ifndef WASMER_GO_HELPER_H
#define WASMER_GO_HELPER_H

#include "libwasmer.h"

libwasmer_error_t *wasmer_go_host_call(void *env, const libwasmer_caller_t *caller,
                                       uint64_t *words, size_t count);

#define WASMER_GO_RETURN(call)          \
    libwasmer_error_t *error = NULL;    \
    (void)(call);                       \
    return error

/* The library gives an empty view a pointer that is not an address, such as 1. Go must not have it on a
   stack: its runtime takes small pointers for corruption when it moves the stack, and ends the process.
   So each view passes here before Go sees it. */
static inline libwasmer_view_t wasmer_go_view(libwasmer_view_t view) {
    if (view.size == 0) view.data = NULL;
    return view;
}

/* Likewise the lists of a type. */
static inline void wasmer_go_type(libwasmer_externtype_t *type) {
    if (type->param_count == 0) type->params = NULL;
    if (type->result_count == 0) type->results = NULL;
}

/* And all of an import or export. */
static inline void wasmer_go_item(libwasmer_item_t *item) {
    item->module = wasmer_go_view(item->module);
    item->name = wasmer_go_view(item->name);
    wasmer_go_type(&item->ty);
}

static inline libwasmer_view_t wasmer_go_bytes_view(const libwasmer_bytes_t *bytes) {
    return wasmer_go_view(libwasmer_bytes_view(bytes));
}

static inline libwasmer_view_t wasmer_go_module_name(const libwasmer_module_t *module) {
    return wasmer_go_view(libwasmer_module_name(module));
}

/* An error object without its frames, read in one crossing. */
typedef struct {
    libwasmer_view_t message;
    uint64_t payload;
    size_t frame_count;
    size_t frames_omitted;
    uint32_t status;
    int32_t trap;
    uint32_t exit_code;
} wasmer_go_error_t;

static inline void wasmer_go_error_read(const libwasmer_error_t *e, wasmer_go_error_t *found) {
    found->message = wasmer_go_view(libwasmer_error_message(e));
    found->payload = libwasmer_error_payload(e);
    found->frame_count = libwasmer_error_frame_count(e);
    found->frames_omitted = libwasmer_error_frames_omitted(e);
    found->status = libwasmer_error_status(e);
    found->trap = libwasmer_error_trap(e);
    found->exit_code = 0;
    libwasmer_error_exit_code(e, &found->exit_code);
}

/* A frame with the number of its sources. */
typedef struct {
    libwasmer_frame_t frame;
    size_t source_count;
} wasmer_go_frame_t;

/* As many frames as one crossing reads. */
typedef struct {
    wasmer_go_frame_t frames[8];
} wasmer_go_frames_t;

/* Reads frames from number `first` on; returns how many. */
static inline size_t wasmer_go_error_frames(const libwasmer_error_t *e, size_t first,
                                            wasmer_go_frames_t *found) {
    const size_t most = sizeof found->frames / sizeof found->frames[0];
    size_t count = 0;
    while (count < most && libwasmer_error_frame(e, first + count, &found->frames[count].frame)) {
        libwasmer_frame_t *frame = &found->frames[count].frame;
        frame->module_name = wasmer_go_view(frame->module_name);
        frame->function_name = wasmer_go_view(frame->function_name);
        found->frames[count].source_count = libwasmer_error_frame_source_count(e, first + count);
        count++;
    }
    return count;
}

static inline bool wasmer_go_error_source(const libwasmer_error_t *e, size_t frame, size_t number,
                                          libwasmer_source_t *source) {
    if (!libwasmer_error_frame_source(e, frame, number, source)) return false;
    source->function_name = wasmer_go_view(source->function_name);
    source->file = wasmer_go_view(source->file);
    return true;
}

static inline libwasmer_error_t *wasmer_go_wat2wasm(const uint8_t *data, size_t size,
                                                    libwasmer_bytes_t **wasm) {
    WASMER_GO_RETURN(libwasmer_wat2wasm(data, size, wasm, &error));
}

static inline libwasmer_error_t *wasmer_go_config_set_compiler(libwasmer_config_t *config,
                                                               uint32_t compiler) {
    WASMER_GO_RETURN(libwasmer_config_set_compiler(config, compiler, &error));
}

static inline libwasmer_error_t *wasmer_go_config_set_feature(libwasmer_config_t *config,
                                                              const char *name, size_t size,
                                                              bool on) {
    WASMER_GO_RETURN(libwasmer_config_set_feature(config, name, size, on, &error));
}

static inline libwasmer_error_t *wasmer_go_config_set_compile_threads(libwasmer_config_t *config,
                                                                      size_t threads) {
    WASMER_GO_RETURN(libwasmer_config_set_compile_threads(config, threads, &error));
}

static inline libwasmer_error_t *wasmer_go_config_set_target(libwasmer_config_t *config,
                                                             const char *triple,
                                                             size_t triple_size,
                                                             const char *features,
                                                             size_t features_size) {
    WASMER_GO_RETURN(libwasmer_config_set_target(config, triple, triple_size, features,
                                                 features_size, &error));
}

static inline libwasmer_error_t *wasmer_go_config_set_metering(libwasmer_config_t *config,
                                                               uint64_t limit,
                                                               const uint32_t *costs,
                                                               size_t count) {
    WASMER_GO_RETURN(libwasmer_config_set_metering(config, limit, costs, count, &error));
}

static inline libwasmer_error_t *wasmer_go_engine_new(const libwasmer_config_t *config,
                                                      libwasmer_engine_t **engine) {
    WASMER_GO_RETURN(libwasmer_engine_new(config, engine, &error));
}

static inline libwasmer_error_t *wasmer_go_module_new(const libwasmer_engine_t *engine,
                                                      const uint8_t *data, size_t size,
                                                      libwasmer_module_t **module) {
    WASMER_GO_RETURN(libwasmer_module_new(engine, data, size, module, &error));
}

static inline libwasmer_error_t *wasmer_go_module_validate(const libwasmer_engine_t *engine,
                                                           const uint8_t *data, size_t size) {
    WASMER_GO_RETURN(libwasmer_module_validate(engine, data, size, &error));
}

static inline libwasmer_error_t *wasmer_go_module_deserialize(const libwasmer_engine_t *engine,
                                                              const uint8_t *data, size_t size,
                                                              libwasmer_module_t **module) {
    WASMER_GO_RETURN(libwasmer_module_deserialize(engine, data, size, module, &error));
}

static inline libwasmer_error_t *wasmer_go_module_serialize(const libwasmer_module_t *module,
                                                            libwasmer_bytes_t **bytes) {
    WASMER_GO_RETURN(libwasmer_module_serialize(module, bytes, &error));
}

static inline libwasmer_error_t *wasmer_go_module_import(const libwasmer_module_t *module,
                                                         size_t number, libwasmer_item_t *item) {
    libwasmer_error_t *error = NULL;
    (void)libwasmer_module_import(module, number, item, &error);
    if (!error) wasmer_go_item(item);
    return error;
}

static inline libwasmer_error_t *wasmer_go_module_export(const libwasmer_module_t *module,
                                                         size_t number, libwasmer_item_t *item) {
    libwasmer_error_t *error = NULL;
    (void)libwasmer_module_export(module, number, item, &error);
    if (!error) wasmer_go_item(item);
    return error;
}

static inline libwasmer_error_t *wasmer_go_module_custom_section(const libwasmer_module_t *module,
                                                                 const char *name, size_t size,
                                                                 libwasmer_view_t *contents) {
    libwasmer_error_t *error = NULL;
    (void)libwasmer_module_custom_section(module, name, size, contents, &error);
    if (!error) *contents = wasmer_go_view(*contents);
    return error;
}

/* What is freed in the arena is told from the beginning. */
static inline libwasmer_error_t *wasmer_go_arena_new(const libwasmer_engine_t *engine,
                                                     libwasmer_arena_t **arena) {
    libwasmer_error_t *error = NULL;
    size_t count;
    if (libwasmer_arena_new(engine, arena, &error) == LIBWASMER_STATUS_OK) {
        (void)libwasmer_arena_freed(*arena, NULL, 0, &count, NULL);
    }
    return error;
}

static inline libwasmer_error_t *wasmer_go_release(const libwasmer_arena_t *arena,
                                                   const uint64_t *handles, size_t count,
                                                   bool *waiting) {
    WASMER_GO_RETURN(libwasmer_release(arena, handles, count, waiting, &error));
}

static inline libwasmer_error_t *wasmer_go_hold(const libwasmer_arena_t *arena, uint64_t handle) {
    WASMER_GO_RETURN(libwasmer_hold(arena, handle, &error));
}

static inline libwasmer_error_t *wasmer_go_arena_collect(const libwasmer_arena_t *arena, bool *done) {
    WASMER_GO_RETURN(libwasmer_arena_collect(arena, done, &error));
}

static inline libwasmer_error_t *wasmer_go_arena_freed(const libwasmer_arena_t *arena,
                                                       libwasmer_freed_t *freed, size_t capacity,
                                                       size_t *count) {
    WASMER_GO_RETURN(libwasmer_arena_freed(arena, freed, capacity, count, &error));
}

static inline libwasmer_error_t *wasmer_go_arena_set_lending(const libwasmer_arena_t *arena,
                                                             bool on) {
    WASMER_GO_RETURN(libwasmer_arena_set_lending(arena, on, &error));
}

static inline libwasmer_error_t *wasmer_go_extern_type(const libwasmer_arena_t *arena,
                                                       uint64_t handle,
                                                       libwasmer_externtype_t *type) {
    libwasmer_error_t *error = NULL;
    (void)libwasmer_extern_type(arena, handle, type, &error);
    if (!error) wasmer_go_type(type);
    return error;
}

static inline libwasmer_error_t *wasmer_go_externref_new(const libwasmer_arena_t *arena,
                                                         uint64_t data, uint64_t *reference) {
    WASMER_GO_RETURN(libwasmer_externref_new(arena, data, reference, &error));
}

static inline libwasmer_error_t *wasmer_go_externref_data(const libwasmer_arena_t *arena,
                                                          uint64_t reference, uint64_t *data) {
    WASMER_GO_RETURN(libwasmer_externref_data(arena, reference, data, &error));
}

static inline libwasmer_error_t *wasmer_go_instance_new(const libwasmer_arena_t *arena,
                                                        const libwasmer_module_t *module,
                                                        const uint64_t *imports, size_t count,
                                                        uint64_t call_data, uint64_t *instance) {
    WASMER_GO_RETURN(
        libwasmer_instance_new(arena, module, imports, count, call_data, instance, &error));
}

static inline libwasmer_error_t *wasmer_go_instance_new_under(
    const libwasmer_arena_t *arena, const libwasmer_module_t *module, const uint64_t *imports,
    size_t count, uint64_t call_data, const libwasmer_interrupt_t *interrupt, uint64_t *instance) {
    WASMER_GO_RETURN(libwasmer_instance_new_under(arena, module, imports, count, call_data,
                                                  interrupt, instance, &error));
}

static inline libwasmer_error_t *wasmer_go_instance_export_at(const libwasmer_arena_t *arena,
                                                              uint64_t instance, size_t number,
                                                              uint64_t *handle) {
    WASMER_GO_RETURN(libwasmer_instance_export_at(arena, instance, number, handle, &error));
}

static inline libwasmer_error_t *wasmer_go_instance_points(const libwasmer_arena_t *arena,
                                                           uint64_t instance, uint64_t *remaining,
                                                           bool *exhausted) {
    WASMER_GO_RETURN(libwasmer_instance_points(arena, instance, remaining, exhausted, &error));
}

static inline libwasmer_error_t *wasmer_go_instance_set_points(const libwasmer_arena_t *arena,
                                                               uint64_t instance,
                                                               uint64_t remaining) {
    WASMER_GO_RETURN(libwasmer_instance_set_points(arena, instance, remaining, &error));
}

static inline libwasmer_error_t *wasmer_go_func_new(const libwasmer_arena_t *arena,
                                                    const uint8_t *params, size_t param_count,
                                                    const uint8_t *results, size_t result_count,
                                                    uint64_t env, uint64_t *func) {
    WASMER_GO_RETURN(libwasmer_func_new_words(arena, params, param_count, results, result_count,
                                              wasmer_go_host_call, (void *)(uintptr_t)env, NULL,
                                              func, &error));
}

static inline libwasmer_error_t *wasmer_go_func_call(const libwasmer_arena_t *arena, uint64_t func,
                                                     uint64_t *words, size_t count,
                                                     uint64_t call_data) {
    WASMER_GO_RETURN(libwasmer_func_call_words(arena, func, words, count, call_data, &error));
}

static inline libwasmer_error_t *wasmer_go_func_call_under(const libwasmer_arena_t *arena,
                                                           uint64_t func, uint64_t *words,
                                                           size_t count, uint64_t call_data,
                                                           const libwasmer_interrupt_t *interrupt) {
    WASMER_GO_RETURN(libwasmer_func_call_words_under(arena, func, words, count, call_data,
                                                     interrupt, &error));
}

static inline libwasmer_error_t *wasmer_go_interrupt_new(libwasmer_interrupt_t **interrupt) {
    WASMER_GO_RETURN(libwasmer_interrupt_new(interrupt, &error));
}

static inline libwasmer_error_t *wasmer_go_memory_new(const libwasmer_arena_t *arena,
                                                      uint32_t minimum, bool has_maximum,
                                                      uint32_t maximum, bool is_shared,
                                                      uint64_t *memory) {
    WASMER_GO_RETURN(libwasmer_memory_new(arena, minimum, has_maximum, maximum, is_shared, memory,
                                          &error));
}

static inline libwasmer_error_t *wasmer_go_tag_new(const libwasmer_arena_t *arena,
                                                   const uint8_t *kinds, size_t count,
                                                   uint64_t *tag) {
    WASMER_GO_RETURN(libwasmer_tag_new(arena, kinds, count, tag, &error));
}

static inline libwasmer_error_t *wasmer_go_memory_grow(const libwasmer_arena_t *arena,
                                                       uint64_t memory, uint32_t delta,
                                                       uint32_t *before) {
    WASMER_GO_RETURN(libwasmer_memory_grow(arena, memory, delta, before, &error));
}

static inline libwasmer_error_t *wasmer_go_memory_view(const libwasmer_arena_t *arena,
                                                       uint64_t memory,
                                                       const libwasmer_memory_view_t **view) {
    WASMER_GO_RETURN(libwasmer_memory_view(arena, memory, view, &error));
}

static inline libwasmer_error_t *wasmer_go_shared_memory_new(const libwasmer_engine_t *engine,
                                                             uint32_t minimum, uint32_t maximum,
                                                             libwasmer_shared_memory_t **memory) {
    WASMER_GO_RETURN(libwasmer_shared_memory_new(engine, minimum, maximum, memory, &error));
}

static inline libwasmer_error_t *wasmer_go_memory_share(const libwasmer_arena_t *arena,
                                                        uint64_t handle,
                                                        libwasmer_shared_memory_t **memory) {
    WASMER_GO_RETURN(libwasmer_memory_share(arena, handle, memory, &error));
}

static inline libwasmer_error_t *wasmer_go_arena_add_shared_memory(
    const libwasmer_arena_t *arena, const libwasmer_shared_memory_t *memory, uint64_t *handle) {
    WASMER_GO_RETURN(libwasmer_arena_add_shared_memory(arena, memory, handle, &error));
}

static inline libwasmer_error_t *wasmer_go_shared_memory_grow(
    const libwasmer_shared_memory_t *memory, uint32_t delta, uint32_t *before) {
    WASMER_GO_RETURN(libwasmer_shared_memory_grow(memory, delta, before, &error));
}

static inline libwasmer_error_t *wasmer_go_shared_memory_view(
    const libwasmer_shared_memory_t *memory, const libwasmer_memory_view_t **view) {
    WASMER_GO_RETURN(libwasmer_shared_memory_view(memory, view, &error));
}

static inline libwasmer_error_t *wasmer_go_shared_memory_notify(
    const libwasmer_shared_memory_t *memory, uint64_t address, uint32_t count,
    uint32_t *notified) {
    WASMER_GO_RETURN(libwasmer_shared_memory_notify(memory, address, count, notified, &error));
}

static inline libwasmer_error_t *wasmer_go_global_new(const libwasmer_arena_t *arena, uint8_t kind,
                                                      bool is_mutable, const uint64_t *words,
                                                      uint64_t *global) {
    WASMER_GO_RETURN(libwasmer_global_new(arena, kind, is_mutable, words, global, &error));
}

static inline libwasmer_error_t *wasmer_go_global_get(const libwasmer_arena_t *arena,
                                                      uint64_t global, uint64_t *words) {
    WASMER_GO_RETURN(libwasmer_global_get(arena, global, words, &error));
}

static inline libwasmer_error_t *wasmer_go_global_view(const libwasmer_arena_t *arena,
                                                       uint64_t global, uint64_t **place) {
    WASMER_GO_RETURN(libwasmer_global_view(arena, global, place, &error));
}

static inline libwasmer_error_t *wasmer_go_global_set(const libwasmer_arena_t *arena,
                                                      uint64_t global, const uint64_t *words) {
    WASMER_GO_RETURN(libwasmer_global_set(arena, global, words, &error));
}

static inline libwasmer_error_t *wasmer_go_table_new(const libwasmer_arena_t *arena,
                                                     uint8_t element, uint32_t minimum,
                                                     bool has_maximum, uint32_t maximum,
                                                     uint64_t init, uint64_t *table) {
    WASMER_GO_RETURN(libwasmer_table_new(arena, element, minimum, has_maximum, maximum, init,
                                         table, &error));
}

static inline libwasmer_error_t *wasmer_go_table_size(const libwasmer_arena_t *arena,
                                                      uint64_t table, uint32_t *size) {
    WASMER_GO_RETURN(libwasmer_table_size(arena, table, size, &error));
}

static inline libwasmer_error_t *wasmer_go_table_get(const libwasmer_arena_t *arena,
                                                     uint64_t table, uint32_t index,
                                                     uint64_t *reference) {
    WASMER_GO_RETURN(libwasmer_table_get(arena, table, index, reference, &error));
}

static inline libwasmer_error_t *wasmer_go_table_set(const libwasmer_arena_t *arena,
                                                     uint64_t table, uint32_t index,
                                                     uint64_t reference) {
    WASMER_GO_RETURN(libwasmer_table_set(arena, table, index, reference, &error));
}

static inline libwasmer_error_t *wasmer_go_table_grow(const libwasmer_arena_t *arena,
                                                      uint64_t table, uint32_t delta,
                                                      uint64_t init, uint32_t *before) {
    WASMER_GO_RETURN(libwasmer_table_grow(arena, table, delta, init, before, &error));
}

#endif
