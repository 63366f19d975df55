/* What args.c passes to the functions of wasm.h and wasmer.h: the types of the headers by number,
   objects of each type to lend and to give away, and a world that they come from. */

#ifndef ARGS_OBJECTS_H
#define ARGS_OBJECTS_H

#include "objects.h"

/* Types whose objects are references, are types of imports and exports, or are neither. */
#define REFERENCES(X)                                                                       \
    X(ref) X(extern) X(func) X(global) X(table) X(memory) X(instance) X(module) X(trap)     \
    X(foreign)
#define TYPES_OF_EXTERNS(X) \
    X(externtype) X(functype) X(globaltype) X(tabletype) X(memorytype) X(tagtype)
#define OTHERS(X) \
    X(config) X(engine) X(store) X(valtype) X(importtype) X(exporttype) X(frame) X(shared_module)
#define WASMER_OBJECTS(X) X(features) X(triple) X(cpu_features) X(target) X(metering)
#define VECTORS(X)                                                                          \
    X(byte) X(val) X(valtype) X(functype) X(globaltype) X(tabletype) X(memorytype)          \
    X(tagtype) X(externtype) X(importtype) X(exporttype) X(frame) X(extern)

#define WASM_NUMBER(name) TYPE_wasm_##name##_t,
#define WASMER_NUMBER(name) TYPE_wasmer_##name##_t,
typedef enum {
    REFERENCES(WASM_NUMBER) TYPES_OF_EXTERNS(WASM_NUMBER) OTHERS(WASM_NUMBER)
    WASMER_OBJECTS(WASMER_NUMBER) TYPE_wasmer_middleware_t,
    /* Structs, and memory of the caller's. */
    TYPE_wasm_byte_t, TYPE_wasm_val_t, TYPE_wasm_limits_t, TYPE_void, TYPE_char, TYPE_byte_t,
    /* Numbers. */
    TYPE_bool, TYPE_int, TYPE_size_t, TYPE_uint8_t, TYPE_uint32_t, TYPE_uint64_t,
    TYPE_wasm_table_size_t, TYPE_wasm_memory_pages_t, TYPE_wasm_valkind_t,
    TYPE_wasm_mutability_t, TYPE_wasm_externkind_t, TYPE_wasmer_backend_t,
    TYPE_wasmer_compiler_t, TYPE_wasmer_engine_t,
    /* Functions. */
    TYPE_finalizer, TYPE_wasm_func_callback_t, TYPE_wasm_func_callback_with_env_t,
    TYPE_wasmer_metering_cost_function_t,
} type_t;

/* What a reference can be to, and then what a type of externs can be of. */
typedef enum {
    FUNC, HOST_FUNC, GLOBAL, TABLE, MEMORY, TAG, INSTANCE, MODULE, TRAP, FOREIGN,
    FUNCTYPE, GLOBALTYPE, TABLETYPE, MEMORYTYPE, TAGTYPE, KINDS
} kind_t;
static const char *const kind_names[KINDS] = {
    "function", "host function", "global", "table", "memory", "tag", "instance", "module", "trap",
    "foreign", "function type", "global type", "table type", "memory type", "tag type"};

static inline bool is_reference(type_t type) { return type <= TYPE_wasm_foreign_t; }
static inline bool is_type_of_extern(type_t type) {
    return type > TYPE_wasm_foreign_t && type <= TYPE_wasm_tagtype_t;
}

/* The kind that stands for a type: one whose number is not 0 if it has one. */
static const kind_t kind_for[] = {
    [TYPE_wasm_ref_t] = FUNC, [TYPE_wasm_extern_t] = MEMORY, [TYPE_wasm_func_t] = FUNC,
    [TYPE_wasm_global_t] = GLOBAL, [TYPE_wasm_table_t] = TABLE, [TYPE_wasm_memory_t] = MEMORY,
    [TYPE_wasm_instance_t] = INSTANCE, [TYPE_wasm_module_t] = MODULE, [TYPE_wasm_trap_t] = TRAP,
    [TYPE_wasm_foreign_t] = FOREIGN, [TYPE_wasm_externtype_t] = MEMORYTYPE,
    [TYPE_wasm_functype_t] = FUNCTYPE, [TYPE_wasm_globaltype_t] = GLOBALTYPE,
    [TYPE_wasm_tabletype_t] = TABLETYPE, [TYPE_wasm_memorytype_t] = MEMORYTYPE,
    [TYPE_wasm_tagtype_t] = TAGTYPE};

/* Whether an object of the kind is one of the type, which is of references or types of externs. */
static bool accepts(type_t type, kind_t kind) {
    switch (type) {
    case TYPE_wasm_ref_t: return kind <= FOREIGN;
    case TYPE_wasm_extern_t: return kind <= TAG;
    case TYPE_wasm_func_t: return kind <= HOST_FUNC;
    case TYPE_wasm_externtype_t: return kind >= FUNCTYPE;
    default: return kind == kind_for[type];
    }
}

/* Everything of a store. Its functions, globals and tables are for values of one kind. */
typedef struct {
    wasm_valkind_t value;
    wasm_engine_t *engine;
    wasm_store_t *store;
    wasm_module_t *module;
    wasm_ref_t *refs[FOREIGN + 1];
    wasm_byte_vec_t binary, serialized;
} world_t;

static const char value_names[][10] = {[WASM_I32] = "i32", [WASM_EXTERNREF] = "externref",
                                       [WASM_FUNCREF] = "funcref"};

static uint64_t cost_of(wasmer_parser_operator_t operator) {
    (void)operator;
    return 1;
}

/* Gives its argument back. */
static wasm_trap_t *identity(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    for (size_t i = 0; i < results->size; i++) wasm_val_copy(&results->data[i], &args->data[i]);
    return NULL;
}

static wasm_trap_t *identity_with_env(void *env, const wasm_val_vec_t *args,
                                      wasm_val_vec_t *results) {
    (void)env;
    return identity(args, results);
}

static wasm_valkind_t element_of(const world_t *world) {
    return world->value == WASM_EXTERNREF ? WASM_EXTERNREF : WASM_FUNCREF;
}

static wasm_importtype_t *new_importtype(wasm_externtype_t *type) {
    wasm_name_t module, name;
    wasm_name_new_from_string(&module, "module");
    wasm_name_new_from_string(&name, "name");
    return wasm_importtype_new(&module, &name, type);
}

static wasm_exporttype_t *new_exporttype(wasm_externtype_t *type) {
    wasm_name_t name;
    wasm_name_new_from_string(&name, "name");
    return wasm_exporttype_new(&name, type);
}

/* Exceptions, so that there are tags, and metering. */
static wasm_config_t *new_config(void) {
    wasm_config_t *config = wasm_config_new();
    wasmer_features_t *features = wasmer_features_new();
    wasmer_features_exceptions(features, true);
    wasm_config_set_features(config, features);
    wasm_config_push_middleware(
        config, wasmer_metering_as_middleware(wasmer_metering_new(1000000, cost_of)));
    return config;
}

/* A type of externs, which the caller owns. */
static void *new_type(const world_t *world, kind_t kind) {
    wasm_limits_t limits = {1, 8};
    wasm_valkind_t value = world->value;
    switch (kind) {
    case FUNCTYPE: return wasm_functype_new_1_1(wasm_valtype_new(value), wasm_valtype_new(value));
    case GLOBALTYPE: return wasm_globaltype_new(wasm_valtype_new(value), WASM_VAR);
    case TABLETYPE: return wasm_tabletype_new(wasm_valtype_new(element_of(world)), &limits);
    case MEMORYTYPE: return wasm_memorytype_new(&limits);
    default: return wasm_tagtype_new(wasm_functype_new_1_0(wasm_valtype_new(value)));
    }
}

/* The value of the world's globals, which borrows its reference. */
static wasm_val_t value_of(const world_t *world) {
    wasm_val_t value = WASM_I32_VAL(7);
    value.kind = world->value;
    if (value.kind != WASM_I32) {
        value.of.ref = world->refs[value.kind == WASM_EXTERNREF ? FOREIGN : HOST_FUNC];
    }
    return value;
}

static wasm_instance_t *new_instance(const world_t *world) {
    wasm_extern_t *imports[4];
    const kind_t kinds[4] = {HOST_FUNC, GLOBAL, TABLE, MEMORY};
    for (size_t i = 0; i < 4; i++) imports[i] = wasm_ref_as_extern(world->refs[kinds[i]]);
    return instance_of(world->store, world->module, 4, imports);
}

/* An object of the kind that nobody else has, which the caller owns. */
static void *new_object(const world_t *world, kind_t kind) {
    wasm_extern_vec_t exports;
    wasm_name_t message = WASM_EMPTY_VEC;
    wasm_val_t value = value_of(world);
    void *made = NULL, *type = NULL;
    switch (kind) {
    case FUNC:
    case HOST_FUNC:
        made = wasm_func_new(world->store, type = new_type(world, FUNCTYPE), identity);
        wasm_functype_delete(type);
        return made;
    case GLOBAL:
        made = wasm_global_new(world->store, type = new_type(world, GLOBALTYPE), &value);
        wasm_globaltype_delete(type);
        return made;
    case TABLE:
        made = wasm_table_new(world->store, type = new_type(world, TABLETYPE), NULL);
        wasm_tabletype_delete(type);
        return made;
    case MEMORY:
        made = wasm_memory_new(world->store, type = new_type(world, MEMORYTYPE));
        wasm_memorytype_delete(type);
        return made;
    case TAG:
        wasm_instance_exports(wasm_ref_as_instance(world->refs[INSTANCE]), &exports);
        made = exports.data[1];
        exports.data[1] = NULL;
        wasm_extern_vec_delete(&exports);
        return made;
    case INSTANCE: return new_instance(world);
    case MODULE: return wasm_module_deserialize(world->store, &world->serialized);
    case TRAP: return wasm_trap_new(world->store, &message);
    case FOREIGN: return wasm_foreign_new(world->store);
    default: return new_type(world, kind);
    }
}

/* An object of the type, which the caller owns. */
static void *fresh(const world_t *world, type_t type) {
    if (is_reference(type) || is_type_of_extern(type)) {
        return new_object(world, kind_for[type]);
    }
    switch (type) {
    case TYPE_wasm_config_t: return new_config();
    case TYPE_wasm_engine_t: return wasm_engine_new();
    case TYPE_wasm_store_t: return wasm_store_new(world->engine);
    case TYPE_wasm_valtype_t: return wasm_valtype_new(element_of(world));
    case TYPE_wasm_importtype_t: return new_importtype(new_type(world, TABLETYPE));
    case TYPE_wasm_exporttype_t: return new_exporttype(new_type(world, TABLETYPE));
    case TYPE_wasm_frame_t: return wasm_trap_origin(wasm_ref_as_trap(world->refs[TRAP]));
    case TYPE_wasm_shared_module_t: return wasm_module_share(world->module);
    case TYPE_wasmer_features_t: return wasmer_features_new();
    case TYPE_wasmer_triple_t: return wasmer_triple_new_from_host();
    case TYPE_wasmer_cpu_features_t: return wasmer_cpu_features_new();
    case TYPE_wasmer_target_t:
        return wasmer_target_new(wasmer_triple_new_from_host(), wasmer_cpu_features_new());
    case TYPE_wasmer_metering_t: return wasmer_metering_new(1000000, cost_of);
    case TYPE_wasmer_middleware_t:
        return wasmer_metering_as_middleware(wasmer_metering_new(1000000, cost_of));
    default:
        NEED(false, "there is nothing of type %d to give away", (int)type);
        return NULL;
    }
}

/* What get_host_info gives in a world that was made anew. */
static int host_word;

static const char guest_text[] =
    "(module $guest (import \"\" \"\" (func (param %s) (result %s)))"
    "  (import \"\" \"\" (global (mut %s))) (import \"\" \"\" (table 1 8 %s))"
    "  (import \"\" \"\" (memory 1 8)) (func $inner unreachable)"
    "  (func (export \"func\") (param %s) (result %s) local.get 0)"
    "  (tag (export \"tag\") (param i32)) (func (export \"trap\") call $inner))";

static void open_world(world_t *world, wasm_valkind_t value) {
    char text[1024];
    const char *name = value_names[value];
    memset(world, 0, sizeof *world);
    world->value = value;
    snprintf(text, sizeof text, guest_text, name, name, name, value_names[element_of(world)], name,
             name);
    world->engine = wasm_engine_new_with_config(new_config());
    NEED(world->engine != NULL);
    world->store = wasm_store_new(world->engine);
    world->binary = binary_of(text);
    world->module = wasm_module_new(world->store, &world->binary);
    NEED(world->module != NULL);
    wasm_module_serialize(world->module, &world->serialized);
    world->refs[MODULE] = wasm_ref_copy(wasm_module_as_ref(world->module));
    const kind_t made[] = {FOREIGN, HOST_FUNC, GLOBAL, TABLE, MEMORY};
    for (size_t i = 0; i < LENGTH(made); i++) world->refs[made[i]] = new_object(world, made[i]);
    wasm_instance_t *instance = new_instance(world);
    world->refs[INSTANCE] = wasm_instance_as_ref(instance);
    wasm_extern_vec_t exports;
    wasm_instance_exports(instance, &exports);
    world->refs[FUNC] = wasm_ref_copy(wasm_extern_as_ref(exports.data[0]));
    world->refs[TAG] = wasm_ref_copy(wasm_extern_as_ref(exports.data[1]));
    world->refs[TRAP] = wasm_trap_as_ref(call_empty(wasm_extern_as_func(exports.data[2])));
    wasm_extern_vec_delete(&exports);
    for (kind_t kind = FUNC; kind <= FOREIGN; kind++) NEED(world->refs[kind] != NULL);
}

/* What calls may have changed is as at the beginning. */
static void refresh(world_t *world) {
    wasm_val_t value = value_of(world);
    wasm_ref_t *element = world->refs[world->value == WASM_EXTERNREF ? FOREIGN : FUNC];
    wasm_name_t name = bytes_of("guest");
    wasm_global_set(wasm_ref_as_global(world->refs[GLOBAL]), &value);
    NEED(wasm_table_set(wasm_ref_as_table(world->refs[TABLE]), 0, element));
    wasmer_module_set_name(world->module, &name);
    for (kind_t kind = FUNC; kind <= FOREIGN; kind++) {
        wasm_ref_set_host_info(world->refs[kind], &host_word);
    }
}

static void close_world(world_t *world) {
    for (kind_t kind = FUNC; kind <= FOREIGN; kind++) wasm_ref_delete(world->refs[kind]);
    wasm_byte_vec_delete(&world->binary);
    wasm_byte_vec_delete(&world->serialized);
    wasm_module_delete(world->module);
    wasm_store_delete(world->store);
    wasm_engine_delete(world->engine);
}

/* Deletes what a function gave, or what fresh() made and no function took. */
static void delete_object(type_t type, void *object) {
    wasm_config_t *config;
#define DELETE(prefix, name)                 \
    case TYPE_##prefix##_##name##_t:         \
        prefix##_##name##_delete(object);    \
        return;
#define DELETE_WASM(name) DELETE(wasm, name)
#define DELETE_WASMER(name) DELETE(wasmer, name)
    switch (type) {
        REFERENCES(DELETE_WASM) TYPES_OF_EXTERNS(DELETE_WASM) OTHERS(DELETE_WASM)
        WASMER_OBJECTS(DELETE_WASMER)
    case TYPE_wasmer_middleware_t:
        config = wasm_config_new();
        wasm_config_push_middleware(config, object);
        wasm_config_delete(config);
        return;
    default: NEED(false, "nothing deletes type %d", (int)type);
    }
}

/* Deletes a vector of elements of the type. */
static void delete_vector(type_t type, void *vector) {
#define DELETE_VECTOR(name)                  \
    case TYPE_wasm_##name##_t:               \
        wasm_##name##_vec_delete(vector);    \
        return;
    switch (type) {
        VECTORS(DELETE_VECTOR)
    default: NEED(false, "nothing deletes a vector of type %d", (int)type);
    }
}

#endif
