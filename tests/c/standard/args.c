/* Every function of wasm.h and wasmer.h with arguments that are NULL, of another kind, of another
   store or too large: NULL, 0, false, an empty vector or a trap comes of it, never a crash, and
   nothing is leaked or freed twice. args.awk makes the cases from the headers; what they call here
   goes through the arguments, one wrong at a time, and looks at what came of each call. */

/* The worlds of one case are used by the next ones. */
#define CASES_KEEP_OBJECTS
#include "args_expected.h"

#include <libwasmer.h>
#include <sys/resource.h>

/* What the values, globals and tables of the worlds are of. */
static const wasm_valkind_t worlds[] = {WASM_I32, WASM_FUNCREF, WASM_EXTERNREF};
/* Of each two, with engines of their own. Where cases share a process they stay open for a while:
   not for ever, because memories that are deleted stay in their store. */
static world_t pairs[LENGTH(worlds)][2];
static bool open[LENGTH(worlds)];
enum { CALLS_OF_WORLDS = 300 };

/* Where next_call() is: the world, the wrong argument (-1: none) and which of its wrong values. */
static struct {
    bool begun;
    size_t world;
    int place;
    unsigned which, calls;
    size_t live;
    expected_t expected;
    const function_t *function;
} at;

/* Says which call it is. */
static const char *call_text(void) {
    static char text[160];
    const argument_t *argument = &arguments[at.place < 0 ? 0 : at.place];
    if (at.function == NULL) return "the set-up";
    snprintf(text, sizeof text, "%s in a world of %s, argument %d: %s%s%s", at.function->name,
             value_names[worlds[at.world]], at.place + 1,
             matter_names[at.place < 0 ? NO_MATTER : argument->matter],
             argument->detail == NULL || *argument->detail == '\0' ? "" : ", ",
             argument->detail == NULL ? "" : argument->detail);
    return text;
}

/* The library passes faults of its own on to the handler that was there before it. */
static void crashed(int number) {
    printf("signal %d in %s\n", number, call_text());
    fflush(stdout);
    signal(number, SIG_DFL);
    raise(number);
}

static void open_worlds(void) {
    static bool watching;
    if (!watching) {
        watching = true;
        signal(SIGSEGV, crashed);
        signal(SIGABRT, crashed);
    }
    if (!open[at.world]) {
        open[at.world] = true;
        for (size_t i = 0; i < 2; i++) open_world(&pairs[at.world][i], worlds[at.world]);
    }
    here = &pairs[at.world][0];
    there = &pairs[at.world][1];
    refresh(here);
    refresh(there);
}

static void close_worlds(void) {
    for (size_t i = 0; i < LENGTH(worlds); i++) {
        for (size_t j = 0; open[i] && j < 2; j++) close_world(&pairs[i][j]);
        open[i] = false;
    }
    at.calls = 0;
    CHECK(finalized == to_be_finalized, "%u finalizers ran, not %u", finalized, to_be_finalized);
    CHECK(libwasmer_live_objects() == 0, "objects are left when all is deleted");
}

/* What the world's values are of matters to those that take or give values or references. */
static bool needs_all_worlds(const function_t *function) {
    bool needs = function->type == TYPE_wasm_ref_t;
    for (int i = 0; i < function->count; i++) {
        type_t type = function->parameters[i].type;
        needs |= type == TYPE_wasm_val_t || type == TYPE_wasm_ref_t;
    }
    return needs;
}

/* The last error of the thread, taken away. */
static bool error_told(void) {
    char text[4096];
    return wasmer_last_error_message(text, sizeof text) > 0;
}

/* Fills everything that a function may write to with what it does not write. */
static void clear_arguments(const function_t *function) {
    memset(&arguments[0], 0, sizeof arguments[0]);
    for (int i = 0; i < function->count; i++) {
        const parameter_t *parameter = &function->parameters[i];
        argument_t *argument = &arguments[i];
        memset(argument, 0, sizeof *argument);
        if (parameter->role == OUT || parameter->role == ROOM) {
            memset(&argument->vector, MARK, sizeof argument->vector);
            memset(&argument->value, MARK, sizeof argument->value);
            memset(argument->values, MARK, sizeof argument->values);
            memset(argument->elements, MARK, sizeof argument->elements);
        }
    }
}

/* Whether the function will call the finalizer, now or in the end. */
static bool will_finalize(const function_t *function) {
    int last = function->count - 1;
    if (last < 0 || function->parameters[last].type != TYPE_finalizer) return false;
    /* The environment of a function is given away; host info is not if there is no object. */
    bool is_env = strcmp(function->name, "wasm_func_new_with_env") == 0;
    return arguments[last].function != NULL && (is_env || arguments[0].pointer != NULL);
}

/* Sets the arguments of the call that is `at`; false if there is no such call. */
static bool set_arguments(const function_t *function) {
    clear_arguments(function);
    if (at.place >= 0 && !wrong(function, at.place, at.which)) return false;
    for (int i = 0; i < function->count; i++) {
        if (i != at.place) valid(function, i);
    }
    if (at.place >= 0 && function->parameters[at.place].shape == ARRAY &&
        arguments[at.place].matter != NULLED) {
        arguments[at.place - 1].number = arguments[at.place].number;
    }
    at.expected = expected_of(function, at.place < 0 ? 0 : at.place);
    to_be_finalized += will_finalize(function);
    return true;
}

/* Memory that the system does not have is refused, however generous it is. */
static void limit_memory(bool limited) {
    static struct rlimit before;
    if (limited) {
        getrlimit(RLIMIT_AS, &before);
        struct rlimit limit = {(rlim_t)1 << 39, before.rlim_max};
        setrlimit(RLIMIT_AS, &limit);
    } else {
        setrlimit(RLIMIT_AS, &before);
    }
}

static bool is_huge(void) { return at.place >= 0 && arguments[at.place].matter == HUGE_SIZE; }

/* Sets the arguments of the next call. */
static bool next_call(const function_t *function) {
    if (!at.begun) {
        at.begun = true;
        at.function = function;
        at.world = 0;
        at.place = -1;
        at.which = 0;
        open_worlds();
    } else if (at.place < 0) {
        at.place = 0;
    } else {
        at.which++;
    }
    at.live = libwasmer_live_objects();
    while (at.place < function->count && !set_arguments(function)) {
        at.place++;
        at.which = 0;
    }
    if (at.place >= function->count) {
        if (!needs_all_worlds(function) || ++at.world == LENGTH(worlds)) return false;
        at.place = -1;
        open_worlds();
        at.live = libwasmer_live_objects();
        set_arguments(function);
    }
    at.calls++;
    error_told();
    if (starts_with(function->name, "wasmer_last_error")) wasm_valtype_new(255);
    if (is_huge()) limit_memory(true);
    return true;
}

static uint64_t number_at(int place) { return arguments[place - 1].number; }
static void *pointer_at(int place) { return arguments[place - 1].pointer; }
typedef void (*any_function_t)(void);
static any_function_t function_at(int place) { return arguments[place - 1].function; }

/* Whether a parameter for a result got one; 1 and 0, or -1 if the function has none. */
static int given_out(void) {
    int given = -1;
    for (int i = 0; i < at.function->count; i++) {
        const parameter_t *parameter = &at.function->parameters[i];
        argument_t *argument = &arguments[i];
        if (parameter->role != OUT || argument->pointer == NULL) continue;
        bool found;
        if (parameter->shape == PLACE) {
            void *mark;
            memset(&mark, MARK, sizeof mark);
            CHECK(argument->elements[0] != mark, "%s: *trap is not set", call_text());
            found = argument->elements[0] == NULL;
        } else if (parameter->shape == VECTOR) {
            const vector_t *vector = &argument->vector;
            found = vector->size > 0;
            CHECK((vector->data != NULL) == found && vector->size < (size_t)1 << 32,
                  "%s: the vector that comes out is not set", call_text());
        } else {
            const wasm_val_t *value = &argument->value;
            found = value->kind != WASM_EXTERNREF || value->of.ref != NULL;
            CHECK(value->kind == here->value || !found || at.expected == ANY ||
                      strcmp(at.function->name, "wasm_val_copy") == 0,
                  "%s: the value that comes out is of kind %d", call_text(), value->kind);
        }
        given = given != 0 && found;
    }
    return given;
}

/* Frees what the function wrote and what it left, and looks at what it should have taken. */
static void clean_up(const parameter_t *parameter, argument_t *argument, bool worked) {
    if (argument->pointer == NULL) return;
    bool is_value = parameter->type == TYPE_wasm_val_t;
    if (parameter->role == OUT) {
        if (parameter->shape == PLACE) delete_object(parameter->type, argument->elements[0]);
        else if (parameter->shape == VECTOR) delete_vector(parameter->type, &argument->vector);
        else if (argument->value.kind >= WASM_EXTERNREF) wasm_val_delete(&argument->value);
    } else if (parameter->role == ROOM) {
        wasm_val_t mark;
        memset(&mark, MARK, sizeof mark);
        bool written = memcmp(&argument->values[0], &mark, sizeof mark) != 0;
        worked = worked && argument->matter != EMPTY;
        CHECK(written == worked, "%s: results are written if the call worked only", call_text());
        CHECK(memcmp(&argument->values[1], &mark, sizeof mark) == 0, "%s: one result too many",
              call_text());
        if (written) {
            CHECK(argument->values[0].kind == here->value, "%s: kind %d", call_text(),
                  argument->values[0].kind);
            wasm_val_delete(&argument->values[0]);
        }
    } else if (parameter->shape == VECTOR && parameter->role == OWN) {
        CHECK(argument->vector.size == 0 && argument->vector.data == NULL,
              "%s: a vector that is taken over is empty then", call_text());
    } else if (parameter->shape == ARRAY && !worked) {
        /* Of a vector that was not made, the elements stay the caller's. */
        for (size_t i = 0; i < 3; i++) {
            if (is_value) wasm_val_delete(&argument->values[i]);
            else if (parameter->type != TYPE_wasm_byte_t) {
                delete_object(parameter->type, argument->elements[i]);
            }
        }
    } else if (argument->ours) {
        if (parameter->shape == VECTOR) delete_object(parameter->type, argument->elements[0]);
        else delete_object(parameter->type, argument->pointer);
    }
}

/* A configuration that a function worked on makes an engine, unless it was asked for too much. */
static void judge_config(wasm_config_t *config, bool told) {
    arguments[0].ours = false;
    wasm_engine_t *engine = wasm_engine_new_with_config(config);
    bool usable = at.place < 0 || arguments[at.place].matter != NO_KIND;
    bool nothing = at.place > 0 && arguments[at.place].matter == NULLED;
    CHECK(told == nothing && (engine != NULL) == usable, "%s: %s", call_text(),
          told ? "an error was told" : usable ? "the engine is not made" : "an engine is made");
    wasm_engine_delete(engine);
}

/* Looks at what came of a call: `given` is whether its result is something, -1 if it has none. */
static void judge(int given) {
    if (is_huge()) limit_memory(false);
    bool told = error_told();
    int out = given_out();
    const function_t *function = at.function;
    bool is_config = function->count == 2 && function->parameters[0].type == TYPE_wasm_config_t &&
                     arguments[0].pointer != NULL;
    if (given >= 0 && out >= 0 && at.expected != ANY) {
        CHECK(given == out, "%s: a result and a trap, or neither", call_text());
    }
    if (given < 0) given = out;
    bool worked = given < 0 ? !told : given > 0;
    /* A trap says it all. */
    bool traps = strcmp(function->name, "wasm_func_call") == 0 ||
                 strcmp(function->name, "wasm_instance_new") == 0;
    if (is_config) {
        judge_config(arguments[0].pointer, told);
    } else if (at.expected == FINE) {
        CHECK(worked, "%s: it does not work", call_text());
        CHECK(!told, "%s: an error is told", call_text());
    } else if (at.expected != ANY) {
        CHECK(!worked, "%s: something came of it", call_text());
        CHECK(told == (at.expected == REFUSED && !traps), "%s: %s", call_text(),
              told ? "an error is told" : "no error is told");
    }
    for (int i = 0; i < function->count; i++) {
        clean_up(&function->parameters[i], &arguments[i], worked);
    }
    size_t live = libwasmer_live_objects();
    CHECK(live == at.live, "%s: %d objects more than before", call_text(), (int)(live - at.live));
}

static void judge_void(void) { judge(-1); }

/* -1 is how a length says no. */
static void judge_number(uint64_t number) {
    judge(number != 0 && !(at.function->type == TYPE_int && number == UINT64_MAX));
}

static void judge_pointer(const void *result) {
    bool is_call = strcmp(at.function->name, "wasm_func_call") == 0;
    if (at.function->role == OWN && result != NULL) {
        delete_object(at.function->type, (void *)(uintptr_t)result);
    }
    judge((result != NULL) != is_call);
}

static void end_function(const function_t *function) {
    CHECK(at.begun, "%s was not called", function->name);
    at.begun = false;
    if (!in_process || at.calls > CALLS_OF_WORLDS) close_worlds();
}

static void the_end(void);

#include "standard_args_cases.h"

/* The last case: where all share a process, all that they left open is closed. */
static void the_end(void) {
    close_worlds();
    for (size_t i = 0; i < LENGTH(exceptions); i++) {
        bool used = false;
        for (size_t j = 0; j < LENGTH(cases); j++) {
            used |= fnmatch(exceptions[i].function, cases[j].name, 0) == 0;
        }
        CHECK(used, "an exception is for %s, which there is not", exceptions[i].function);
    }
}

int main(int argc, char **argv) { return RUN_CASES("args", cases, argc, argv); }
