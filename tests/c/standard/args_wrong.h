/* The arguments of args.c that are not as they should be, or not what one expects. */

#ifndef ARGS_WRONG_H
#define ARGS_WRONG_H

#include "args_values.h"

static bool has_suffix(const char *text, const char *suffix) {
    size_t length = strlen(text), size = strlen(suffix);
    return length >= size && strcmp(text + length - size, suffix) == 0;
}

/* How many arguments of a function belong to a store: if there are more, it must be the same.
   Modules and traps belong to none. */
static int in_stores(const function_t *function) {
    int count = 0;
    for (int i = 0; i < function->count; i++) {
        const parameter_t *parameter = &function->parameters[i];
        if (parameter->role != IN) continue;
        if (parameter->type == TYPE_wasm_val_t) count += here->value != WASM_I32;
        else if (parameter->shape == VECTOR) count += parameter->type == TYPE_wasm_extern_t;
        else count += parameter->type == TYPE_wasm_store_t ||
                      (is_reference(parameter->type) && parameter->type != TYPE_wasm_module_t &&
                       parameter->type != TYPE_wasm_trap_t);
    }
    return count;
}

/* Whether a reference to an object of the kind can be where the world's references are. */
static bool is_element(kind_t kind) {
    return element_of(here) == WASM_EXTERNREF ? kind <= FOREIGN : kind <= HOST_FUNC;
}

static bool matter(argument_t *argument, matter_t what, const char *detail, bool fits) {
    argument->matter = what;
    argument->detail = detail;
    argument->fits = fits;
    return true;
}

/* Sets the number and says what the matter is with it. */
static bool number(argument_t *argument, matter_t what, uint64_t value) {
    argument->number = value;
    return matter(argument, what, "", false);
}

static bool wrong_size(const function_t *function, unsigned which, argument_t *argument) {
    size_t size = size_of(function->parameters[0].type);
    switch (which) {
    case 0: return number(argument, OVERFLOWING, SIZE_MAX);
    case 1: return number(argument, OVERFLOWING, SIZE_MAX / size);
    case 2: return number(argument, OVERFLOWING, PTRDIFF_MAX / size + 1);
    /* The bytes wrap around to few. */
    case 3: return size > 1 && number(argument, OVERFLOWING, SIZE_MAX / size + 2);
    /* Not with data, which would have to be as long; and valgrind would fill it. */
    case 4: return function->count == 2 && !in_process &&
                   number(argument, HUGE_SIZE, (uint64_t)1 << 40);
    default: return false;
    }
}

static bool wrong_number(const function_t *function, type_t type, unsigned which,
                         argument_t *argument) {
    static const struct {
        type_t type;
        matter_t matter;
        uint64_t number;
    } wrong[] = {
        {TYPE_wasm_valkind_t, NO_KIND, 5}, {TYPE_wasm_valkind_t, NO_KIND, 127},
        {TYPE_wasm_valkind_t, NO_KIND, 130}, {TYPE_wasm_valkind_t, NO_KIND, 255},
        {TYPE_wasm_mutability_t, NO_KIND, 2}, {TYPE_wasm_mutability_t, NO_KIND, 255},
        {TYPE_wasmer_backend_t, NO_KIND, WASMER_BACKEND_HEADLESS},
        {TYPE_wasmer_backend_t, NO_KIND, WASMER_BACKEND_V8}, {TYPE_wasmer_backend_t, NO_KIND, 5},
        {TYPE_wasmer_compiler_t, NO_KIND, WASMER_BACKEND_V8},
        {TYPE_wasmer_compiler_t, NO_KIND, UINT32_MAX},
        {TYPE_wasmer_engine_t, NO_KIND, WASMER_ENGINE_DYLIB},
        {TYPE_wasmer_engine_t, NO_KIND, UINT32_MAX},
        {TYPE_wasmer_backend_t, NO_KIND, INT32_MAX}, {TYPE_wasmer_backend_t, NO_KIND, UINT32_MAX},
        {TYPE_wasm_table_size_t, TOO_MUCH, 9}, {TYPE_wasm_table_size_t, TOO_MUCH, UINT32_MAX},
        {TYPE_wasm_memory_pages_t, TOO_MUCH, 9}, {TYPE_wasm_memory_pages_t, TOO_MUCH, 65537},
        {TYPE_wasm_memory_pages_t, TOO_MUCH, UINT32_MAX},
        {TYPE_int, TOO_MUCH, 0}, {TYPE_int, TOO_MUCH, UINT64_MAX},
        {TYPE_int, TOO_MUCH, (uint64_t)(int64_t)INT32_MIN},
        {TYPE_uint64_t, TOO_MUCH, UINT64_MAX},
    };
    if (type == TYPE_size_t) return wrong_size(function, which, argument);
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        if (wrong[i].type == type && which-- == 0) {
            return number(argument, wrong[i].matter, wrong[i].number);
        }
    }
    return false;
}

static bool wrong_value(const function_t *function, role_t role, unsigned which,
                        argument_t *argument, wasm_val_t *value) {
    static const wasm_valkind_t none[] = {5, 127, 130, 255};
    static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64, WASM_F32, WASM_F64, 4,
                                           WASM_EXTERNREF, WASM_FUNCREF};
    if (which < LENGTH(none)) {
        /* What looks like a pointer must not be followed. */
        memset(value, MARK, sizeof *value);
        value->kind = none[which];
        return matter(argument, NO_KIND, "", false);
    }
    which -= LENGTH(none);
    if (which < LENGTH(kinds)) {
        memset(value, 0, sizeof *value);
        value->kind = kinds[which];
        return matter(argument, OTHER_KIND, "null or 0", value->kind == here->value);
    }
    which -= LENGTH(kinds);
    if (here->value == WASM_I32) return false;
    value->kind = here->value;
    kind_t kind = which / 2;
    if (kind > FOREIGN) return false;
    if (which % 2 == 0) {
        value->of.ref = role == OWN ? new_object(here, kind) : here->refs[kind];
        return matter(argument, OTHER_KIND, kind_names[kind], is_element(kind));
    }
    value->of.ref = role == OWN ? new_object(there, kind) : there->refs[kind];
    return matter(argument, ELSEWHERE, kind_names[kind],
                  in_stores(function) == 1 ||
                      (is_element(kind) && (kind == MODULE || kind == TRAP)));
}

static bool wrong_pointer(const function_t *function, const parameter_t *parameter,
                          unsigned which, argument_t *argument) {
    type_t type = parameter->type;
    bool alone = in_stores(function) == 1, in_table = starts_with(function->name, "wasm_table_");
    if (is_reference(type) || is_type_of_extern(type)) {
        kind_t kind = is_reference(type) ? FUNC : FUNCTYPE;
        kind_t end = is_reference(type) ? FUNCTYPE : KINDS;
        if (which < (unsigned)(end - kind)) {
            kind += which;
            set_object(function, parameter->role, kind, argument);
            bool fits = accepts(type, kind);
            if (is_question(function)) fits = accepts(function->type, kind);
            else if (in_table && type == TYPE_wasm_ref_t) fits = is_element(kind);
            return matter(argument, OTHER_KIND, kind_names[kind], fits);
        }
        which -= end - kind;
        for (; is_reference(type) && parameter->role == IN && kind <= FOREIGN; kind++) {
            if (!accepts(is_question(function) ? function->type : type, kind)) continue;
            if (which-- > 0) continue;
            argument->pointer = there->refs[kind];
            bool anywhere = (kind == MODULE || kind == TRAP) && (!in_table || is_element(kind));
            return matter(argument, ELSEWHERE, kind_names[kind],
                          (alone || anywhere) && !has_suffix(function->name, "_same"));
        }
        return false;
    }
    if (type == TYPE_wasm_val_t && parameter->role != OUT) {
        argument->pointer = &argument->value;
        return wrong_value(function, parameter->role, which, argument, &argument->value);
    }
    if (which > 0 || parameter->role != IN) return false;
    switch (type) {
    case TYPE_wasm_store_t:
        argument->pointer = there->store;
        return matter(argument, ELSEWHERE, "", alone);
    case TYPE_wasm_shared_module_t:
        argument->pointer = fresh(there, type);
        argument->ours = true;
        return matter(argument, ELSEWHERE, "", true);
    case TYPE_wasm_limits_t:
        argument->limits = (wasm_limits_t){2, 1};
        argument->pointer = &argument->limits;
        return matter(argument, INVERTED, "", false);
    default: return false;
    }
}

/* Each import in turn is each other object, or one of another store. */
static bool wrong_import(const function_t *function, unsigned which, argument_t *argument) {
    kind_t kind = which / 2 % FUNCTYPE;
    unsigned place = which / 2 / FUNCTYPE;
    if (place >= 4) return false;
    argument->elements[place] = (which % 2 == 0 ? here : there)->refs[kind];
    return which % 2 == 0
        ? matter(argument, OTHER_KIND, kind_names[kind],
                 accepts(TYPE_wasm_func_t + place, kind))
        : matter(argument, ELSEWHERE, kind_names[kind], in_stores(function) == 1);
}

static bool vector(argument_t *argument, matter_t what, size_t size, bool data) {
    argument->vector.size = size;
    if (!data) argument->vector.data = NULL;
    return matter(argument, what, "", false);
}

static bool wrong_vector(const function_t *function, const parameter_t *parameter, unsigned which,
                         argument_t *argument) {
    type_t type = parameter->type;
    size_t size = size_of(type);
    argument->pointer = &argument->vector;
    argument->vector = (vector_t){1, type == TYPE_wasm_byte_t  ? (void *)argument->bytes
                                     : type == TYPE_wasm_val_t ? (void *)argument->values
                                                               : (void *)argument->elements};
    switch (which) {
    case 0: return vector(argument, EMPTY, 0, false);
    case 1: return vector(argument, HOLLOW, 3, false);
    case 2: return vector(argument, ENDLESS, SIZE_MAX, false);
    case 3: return vector(argument, OVERFLOWING, SIZE_MAX, true);
    case 4: return vector(argument, OVERFLOWING, SIZE_MAX / size + (size > 1 ? 2 : 0), true);
    default: which -= 5;
    }
    if (parameter->role == ROOM) return which == 0 && vector(argument, EXTRA, ROOM_SIZE, true);
    switch (type) {
    case TYPE_wasm_byte_t:
        memcpy(argument->bytes, "\377\376\0", 3);
        return which == 0 && vector(argument, NOISE, 3, true);
    case TYPE_wasm_val_t:
        if (which == 0) {
            for (size_t i = 0; i < 2; i++) set_value(parameter->role, &argument->values[i]);
            return vector(argument, EXTRA, 2, true);
        }
        return wrong_value(function, parameter->role, which - 1, argument, argument->values);
    case TYPE_wasm_extern_t:
        if (parameter->role != IN) return which == 0 && vector(argument, GAP, 1, true);
        valid_vector(function, parameter, argument);
        if (which == 0) {
            argument->elements[3] = NULL;
            return vector(argument, GAP, 4, true);
        }
        argument->elements[4] = here->refs[GLOBAL];
        if (which == 1) return vector(argument, EXTRA, 5, true);
        return wrong_import(function, which - 2, argument);
    default: return which == 0 && vector(argument, GAP, 1, true);
    }
}

/* Sets an argument that is wrong; false if there are no more. */
static bool wrong(const function_t *function, int place, unsigned which) {
    const parameter_t *parameter = &function->parameters[place];
    argument_t *argument = &arguments[place];
    if (parameter->shape == NUMBER) {
        return wrong_number(function, parameter->type, which, argument);
    }
    if (which == 0) return matter(argument, NULLED, "", false);
    which--;
    switch (parameter->shape) {
    case POINTER: return wrong_pointer(function, parameter, which, argument);
    case VECTOR:
        if (parameter->role == OUT || !wrong_vector(function, parameter, which, argument)) {
            return false;
        }
        if (parameter->role == OWN && argument->vector.data != NULL) {
            /* Of too many elements there is one. */
            size_t stated = argument->vector.size;
            if (argument->matter == OVERFLOWING) argument->vector.size = 1;
            give(argument, parameter->type);
            argument->vector.size = stated;
        }
        return true;
    case ARRAY:
        /* This is for the size, which stands before it. */
        argument->number = which == 0 ? 0 : SIZE_MAX;
        return which <= 1 && matter(argument, which == 0 ? EMPTY : ENDLESS, "", false);
    default: return false;
    }
}

#endif
