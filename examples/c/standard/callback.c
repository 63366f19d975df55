/* A guest calls functions of this program: one that only computes, and one that has something of
   ours to work with and may refuse. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"host\" \"square\" (func $square (param f64) (result f64)))"
    "  (import \"host\" \"note\" (func $note (param i32 f64)))"
    "  (func (export \"squares\") (param $last i32)"
    "    (local $number i32)"
    "    (loop $next"
    "      (local.set $number (i32.add (local.get $number) (i32.const 1)))"
    "      (call $note"
    "        (local.get $number)"
    "        (call $square (f64.convert_i32_s (local.get $number))))"
    "      (br_if $next (i32.lt_s (local.get $number) (local.get $last))))))";

enum { LINES = 5 };

/* What `note` works with. */
typedef struct {
    wasm_store_t *store;
    double lines[LINES];
    size_t used;
    bool closed;
} notebook_t;

/* square(x) -> x * x. The library has checked the number of the arguments and their kinds. */
static wasm_trap_t *square(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    double x = arguments->data[0].of.f64;
    results->data[0] = (wasm_val_t)WASM_F64_VAL(x * x);
    return NULL;
}

/* note(number, value) writes a line, or refuses with a trap: the guest then runs no further. */
static wasm_trap_t *note(void *env, const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    notebook_t *notebook = env;
    (void)results;
    if (notebook->used == LINES) {
        wasm_message_t message;
        wasm_name_new_from_string_nt(&message, "the notebook is full");
        wasm_trap_t *trap = wasm_trap_new(notebook->store, &message);
        wasm_byte_vec_delete(&message);
        return trap; /* the caller's from here on */
    }
    notebook->lines[notebook->used++] = arguments->data[1].of.f64;
    printf("%" PRId32 ": %g\n", arguments->data[0].of.i32, arguments->data[1].of.f64);
    return NULL;
}

/* Called once, when nothing can call `note` any more: at the latest with the end of the store. */
static void close_notebook(void *env) {
    notebook_t *notebook = env;
    notebook->closed = true;
}

static wasm_func_t *new_square(wasm_store_t *store) {
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_f64(), wasm_valtype_new_f64());
    wasm_func_t *func = wasm_func_new(store, type, square);
    wasm_functype_delete(type);
    return func;
}

static wasm_func_t *new_note(wasm_store_t *store, notebook_t *notebook) {
    wasm_functype_t *type = wasm_functype_new_2_0(wasm_valtype_new_i32(), wasm_valtype_new_f64());
    wasm_func_t *func = wasm_func_new_with_env(store, type, note, notebook, close_notebook);
    wasm_functype_delete(type);
    return func;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    notebook_t notebook = {.used = 0, .closed = false};
    wasm_module_t *module = NULL;
    wasm_func_t *square_func = NULL, *note_func = NULL;
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;
    notebook.store = store;

    module = compile(store, text);
    if (!module) goto end;
    square_func = new_square(store);
    note_func = new_note(store, &notebook);
    if (missing("square", square_func) || missing("note", note_func)) goto end;

    /* One for each import, in the order of the module; the names play no part. The vector only
       shows the functions to the library, it does not give them away. */
    wasm_extern_t *things[] = {wasm_func_as_extern(square_func), wasm_func_as_extern(note_func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    instance = instantiate(store, module, &imports);
    if (!instance) goto end;
    if (!get_exports(instance, 1, &exports)) goto end;
    wasm_func_t *squares = wasm_extern_as_func(exports.data[0]); /* stays the vector's */
    if (missing("squares", squares)) goto end;

    wasm_val_t argument[] = {WASM_I32_VAL(3)};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(argument);
    wasm_val_vec_t results = WASM_EMPTY_VEC;
    if (!call("squares", squares, &arguments, &results)) goto end;

    puts("again, with more than there is room for");
    wasm_trap_t *trap = wasm_func_call(squares, &arguments, &results);
    if (!trap) {
        fprintf(stderr, "a full notebook took another line\n");
        goto end;
    }
    print_message(stdout, trap);
    wasm_trap_delete(trap);
    outcome = EXIT_SUCCESS;

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_func_delete(note_func);
    wasm_func_delete(square_func);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    if (outcome == EXIT_SUCCESS && !notebook.closed) {
        fprintf(stderr, "the notebook was never closed\n");
        return EXIT_FAILURE;
    }
    if (outcome == EXIT_SUCCESS) printf("the notebook is closed, with %zu lines\n", notebook.used);
    return outcome;
}
