/* The arguments of args.c: for a parameter one that is valid, and all that are not. */

#ifndef ARGS_VALUES_H
#define ARGS_VALUES_H

#include "args_objects.h"

typedef enum { NUMBER, FUNCTION, POINTER, VECTOR, ARRAY, PLACE, NOTHING_AT_ALL } shape_t;

/* Who owns what is behind a pointer. ROOM: a vector whose elements the function writes over. */
typedef enum { IN, OWN, OUT, ROOM } role_t;

/* The type is that of the elements if it is a vector or an array. */
typedef struct {
    shape_t shape;
    type_t type;
    role_t role;
} parameter_t;

typedef struct {
    const char *name;
    shape_t shape;
    type_t type;
    role_t role;
    int count;
    const parameter_t *parameters;
} function_t;

/* What is the matter with an argument. */
typedef enum {
    NO_MATTER,
    NULLED,      /* NULL */
    EMPTY,       /* {0, NULL} */
    HOLLOW,      /* {3, NULL} */
    ENDLESS,     /* {SIZE_MAX, NULL} */
    OVERFLOWING, /* a size whose bytes overflow, with data */
    HUGE_SIZE,   /* a size that the system may refuse */
    GAP,         /* an element that is NULL */
    EXTRA,       /* one element too many */
    NOISE,       /* bytes that mean nothing */
    OTHER_KIND,  /* an object or a value of another kind */
    ELSEWHERE,   /* an object of another store */
    NO_KIND,     /* a number that is not one of an enumeration */
    TOO_MUCH,    /* a number out of bounds */
    INVERTED,    /* limits whose maximum is below the minimum */
    MATTERS
} matter_t;
static const char *const matter_names[MATTERS] = {
    "nothing", "NULL", "{0, NULL}", "{3, NULL}", "{SIZE_MAX, NULL}", "overflow", "huge size",
    "NULL element", "an element too many", "noise", "another kind", "another store", "no kind",
    "out of bounds", "inverted limits"};

/* As any vector. */
typedef struct {
    size_t size;
    void *data;
} vector_t;

enum { PLACES = 8, ELEMENTS = 5, ROOM_SIZE = 2, MARK = 0x5e };

typedef struct {
    uint64_t number;
    void (*function)(void);
    void *pointer;
    matter_t matter;
    const char *detail;
    /* Whether the function has nothing to object to it. */
    bool fits;
    /* Whether what `pointer` or `elements` point to is deleted after the call. */
    bool ours;
    /* Where `pointer` may point to. */
    vector_t vector;
    wasm_val_t value, values[ELEMENTS];
    wasm_limits_t limits;
    void *elements[ELEMENTS];
    char bytes[4096];
} argument_t;

static world_t *here, *there;
static argument_t arguments[PLACES];
static unsigned finalized, to_be_finalized;

static void finalizer(void *info) {
    (void)info;
    finalized++;
}
typedef void (*finalizer_t)(void *);

static size_t size_of(type_t type) {
    if (type == TYPE_wasm_byte_t) return 1;
    return type == TYPE_wasm_val_t ? sizeof(wasm_val_t) : sizeof(void *);
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* wasm_ref_as_X and the like, which answer with NULL if it is not one. */
static bool is_question(const function_t *function) {
    return starts_with(function->name, "wasm_ref_as_") ||
           starts_with(function->name, "wasm_extern_as_") ||
           starts_with(function->name, "wasm_externtype_as_");
}

/* An object of the kind, to give away or to lend. */
static void set_object(const function_t *function, role_t role, kind_t kind,
                       argument_t *argument) {
    if (kind == FUNCTYPE && strcmp(function->name, "wasm_tagtype_new") == 0) {
        argument->pointer = wasm_functype_new_1_0(wasm_valtype_new_i32());
    } else if (role == OWN || kind >= FUNCTYPE) {
        argument->pointer = new_object(here, kind);
    } else {
        argument->pointer = here->refs[kind];
    }
    argument->ours = role == IN && kind >= FUNCTYPE;
}

/* A value of the world's kind, to give away or to lend. */
static void set_value(role_t role, wasm_val_t *value) {
    wasm_val_t lent = value_of(here);
    if (role == OWN) wasm_val_copy(value, &lent);
    else *value = lent;
}

/* Bytes that the function can do something with. */
static wasm_byte_vec_t bytes_for(const function_t *function) {
    static const struct {
        const char *function, *text;
    } texts[] = {{"wat2wasm", "(module)"},
                 {"wasmer_triple_new", "aarch64-unknown-linux-gnu"},
                 {"wasmer_cpu_features_add", "neon"}};
    if (strcmp(function->name, "wasm_module_deserialize") == 0) return here->serialized;
    if (strstr(function->name, "_module_new") || strstr(function->name, "_module_validate")) {
        return here->binary;
    }
    for (size_t i = 0; i < LENGTH(texts); i++) {
        if (strcmp(function->name, texts[i].function) == 0) return bytes_of(texts[i].text);
    }
    return bytes_of("name");
}

/* Moves a vector that is to be given away to the heap. */
static void give(argument_t *argument, type_t type) {
    size_t bytes = argument->vector.size * size_of(type);
    void *data = malloc(bytes);
    memcpy(data, argument->vector.data, bytes);
    argument->vector.data = data;
}

static void valid_vector(const function_t *function, const parameter_t *parameter,
                         argument_t *argument) {
    const kind_t imports[] = {HOST_FUNC, GLOBAL, TABLE, MEMORY};
    argument->pointer = &argument->vector;
    if (parameter->type == TYPE_wasm_byte_t) {
        wasm_byte_vec_t bytes = bytes_for(function);
        argument->vector = (vector_t){bytes.size, bytes.data};
    } else if (parameter->type == TYPE_wasm_val_t) {
        set_value(parameter->role, &argument->values[0]);
        argument->vector = (vector_t){1, argument->values};
    } else if (parameter->type == TYPE_wasm_extern_t && parameter->role == IN) {
        for (size_t i = 0; i < 4; i++) argument->elements[i] = here->refs[imports[i]];
        argument->vector = (vector_t){4, argument->elements};
    } else {
        argument->elements[0] = fresh(here, parameter->type);
        argument->vector = (vector_t){1, argument->elements};
        argument->ours = parameter->role == IN;
    }
    if (parameter->role == OWN) give(argument, parameter->type);
}

/* Three elements that are given away; where they can be, the last is NULL. */
static void valid_array(const parameter_t *parameter, argument_t *argument) {
    argument->pointer = argument->elements;
    if (parameter->type == TYPE_wasm_byte_t) {
        argument->pointer = argument->bytes;
    } else if (parameter->type == TYPE_wasm_val_t) {
        for (size_t i = 0; i < 3; i++) set_value(OWN, &argument->values[i]);
        argument->pointer = argument->values;
    } else {
        for (size_t i = 0; i < 2; i++) argument->elements[i] = fresh(here, parameter->type);
    }
}

static void valid_number(type_t type, argument_t *argument) {
    switch (type) {
    case TYPE_bool: argument->number = true; break;
    case TYPE_int: argument->number = sizeof argument->bytes; break;
    case TYPE_size_t: argument->number = 3; break;
    case TYPE_uint64_t: argument->number = 1000000; break;
    case TYPE_wasm_valkind_t: argument->number = WASM_I64; break;
    case TYPE_wasm_mutability_t: argument->number = WASM_VAR; break;
    case TYPE_wasmer_backend_t:
    case TYPE_wasmer_compiler_t: argument->number = WASMER_BACKEND_CRANELIFT; break;
    case TYPE_wasmer_engine_t: argument->number = WASMER_ENGINE_UNIVERSAL; break;
    case TYPE_wasm_table_size_t: case TYPE_wasm_memory_pages_t: argument->number = 0; break;
    default: NEED(false, "there is no number of type %d", (int)type);
    }
}

static void valid_function(type_t type, argument_t *argument) {
    switch (type) {
    case TYPE_finalizer: argument->function = (void (*)(void))finalizer; break;
    case TYPE_wasm_func_callback_t: argument->function = (void (*)(void))identity; break;
    case TYPE_wasm_func_callback_with_env_t:
        argument->function = (void (*)(void))identity_with_env;
        break;
    case TYPE_wasmer_metering_cost_function_t:
        argument->function = (void (*)(void))cost_of;
        break;
    default: NEED(false, "there is no function of type %d", (int)type);
    }
}

static void valid_pointer(const function_t *function, const parameter_t *parameter,
                          argument_t *argument) {
    type_t type = parameter->type;
    if (is_reference(type) || is_type_of_extern(type)) {
        kind_t kind = kind_for[is_question(function) ? function->type : type];
        if (starts_with(function->name, "wasm_table_") && type == TYPE_wasm_ref_t &&
            here->value == WASM_EXTERNREF) {
            kind = FOREIGN;
        }
        set_object(function, parameter->role, kind, argument);
        return;
    }
    switch (type) {
    case TYPE_void: argument->pointer = &host_word; return;
    case TYPE_char: argument->pointer = argument->bytes; return;
    case TYPE_wasm_limits_t:
        argument->limits = (wasm_limits_t){1, 2};
        argument->pointer = &argument->limits;
        return;
    case TYPE_wasm_val_t:
        argument->pointer = &argument->value;
        if (parameter->role != OUT) set_value(parameter->role, &argument->value);
        return;
    case TYPE_wasm_engine_t:
        argument->pointer = parameter->role == OWN ? fresh(here, type) : here->engine;
        return;
    case TYPE_wasm_store_t:
        argument->pointer = parameter->role == OWN ? fresh(here, type) : here->store;
        return;
    default:
        argument->pointer = fresh(here, type);
        argument->ours = parameter->role == IN;
    }
}

static void valid(const function_t *function, int place) {
    const parameter_t *parameter = &function->parameters[place];
    argument_t *argument = &arguments[place];
    switch (parameter->shape) {
    case NUMBER: valid_number(parameter->type, argument); return;
    case FUNCTION: valid_function(parameter->type, argument); return;
    case ARRAY: valid_array(parameter, argument); return;
    case PLACE: argument->pointer = argument->elements; return;
    case POINTER: valid_pointer(function, parameter, argument); return;
    default:
        argument->pointer = &argument->vector;
        if (parameter->role == ROOM) argument->vector = (vector_t){1, argument->values};
        else if (parameter->role != OUT) valid_vector(function, parameter, argument);
    }
}

#endif
