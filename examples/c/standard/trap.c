/* Calls that fail: the guest does what it may not, or a host function refuses. A trap says what
   happened and where, and the store goes on. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"till\" \"approve\" (func $approve (param i32)))"
    "  (func $charge (param $price i32)"
    "    local.get $price"
    "    call $approve)"
    "  (func $divide (param $price i32) (param $people i32) (result i32)"
    "    local.get $price"
    "    local.get $people"
    "    i32.div_s)"
    "  (func $pay (export \"pay\") (param $price i32) (param $people i32) (result i32)"
    "    local.get $price"
    "    call $charge"
    "    local.get $price"
    "    local.get $people"
    "    call $divide))";

/* approve(price) refuses what is more than 100. */
static wasm_trap_t *approve(void *env, const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    wasm_store_t *store = env;
    int32_t price = arguments->data[0].of.i32;
    (void)results;
    if (price <= 100) return NULL;

    char reason[64];
    snprintf(reason, sizeof reason, "%" PRId32 " is too much", price);
    /* The message of a trap has a NUL at its end: `_nt` copies it too. */
    wasm_message_t message;
    wasm_name_new_from_string_nt(&message, reason);
    wasm_trap_t *trap = wasm_trap_new(store, &message);
    wasm_byte_vec_delete(&message);
    return trap;
}

/* Functions are counted with the imports: 0 is $approve, 1 $charge, 2 $divide, 3 $pay. */
static void print_frame(const char *label, const wasm_frame_t *frame) {
    printf("  %s function %" PRIu32 ", at byte %zu of the module\n", label,
           wasm_frame_func_index(frame), wasm_frame_module_offset(frame));
}

/* Prints where the guest was. */
static void print_place(const wasm_trap_t *trap) {
    /* The innermost frame. There is none if no guest was running. */
    wasm_frame_t *origin = wasm_trap_origin(trap);
    if (origin) print_frame("origin:", origin);
    wasm_frame_delete(origin);

    /* All of them, the innermost first. Host functions are not among them. */
    wasm_frame_vec_t trace = WASM_EMPTY_VEC;
    wasm_trap_trace(trap, &trace);
    for (size_t number = 0; number < trace.size; number++) {
        print_frame("frame:", trace.data[number]);
    }
    wasm_frame_vec_delete(&trace);
}

/* Calls pay(price, people). A trap is an answer here, not an end. */
static void pay(const wasm_func_t *func, int32_t price, int32_t people, bool place) {
    printf("%" PRId32 " for %" PRId32 "\n", price, people);
    wasm_val_t values[] = {WASM_I32_VAL(price), WASM_I32_VAL(people)};
    wasm_val_t share[] = {WASM_INIT_VAL};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(values);
    wasm_val_vec_t results = WASM_ARRAY_VEC(share);
    wasm_trap_t *trap = wasm_func_call(func, &arguments, &results);
    if (trap) {
        printf("  trap: ");
        print_message(stdout, trap);
        if (place) print_place(trap);
        wasm_trap_delete(trap);
    } else {
        printf("  each pays %" PRId32 "\n", share[0].of.i32);
    }
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_func_t *approve_func = NULL;
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_functype_t *type = wasm_functype_new_1_0(wasm_valtype_new_i32());
    approve_func = wasm_func_new_with_env(store, type, approve, store, NULL);
    wasm_functype_delete(type);
    if (missing("approve", approve_func)) goto end;

    wasm_extern_t *things[] = {wasm_func_as_extern(approve_func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    instance = instantiate(store, module, &imports);
    if (!instance) goto end;
    if (!get_exports(instance, 1, &exports)) goto end;
    wasm_func_t *func = wasm_extern_as_func(exports.data[0]);
    if (missing("pay", func)) goto end;

    pay(func, 60, 4, true);
    pay(func, 60, 0, true); /* the guest divides by zero */
    /* The host refuses. This library knows the place here too, others may not. */
    pay(func, 500, 2, false);
    pay(func, 100, 5, true); /* and all is as before */

    /* A trap is the answer to a call that does not fit, too. */
    puts("without arguments");
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    wasm_trap_t *trap = wasm_func_call(func, &none, &none);
    if (!trap) {
        fprintf(stderr, "a call without arguments went well\n");
        goto end;
    }
    puts("  refused");
    wasm_trap_delete(trap);
    outcome = EXIT_SUCCESS;

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_func_delete(approve_func);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
