/* Whatever a guest does is ended by a deadline and by another thread, in time, also where it was
   called through wasm.h; what is around it goes on. The rules are in interrupt_rules.c.

     interrupt [rounds]     stops each kind of work so many times in each way, for its lateness */

#include "interrupt.h"

#include <wasm.h>
#include <wasmer.h>

/* What ends a call that would never end. */
enum { DEADLINE, THREAD, WAYS };
static const char *const ways[] = {"deadline", "thread"};

/* The first stop of each kind comes after 50 ms, the others, whose lateness counts, sooner. */
static int rounds = 10;

static const struct {
    const char *name;
    /* Frames that its error has at least, if it has any. */
    size_t frames;
} endless[] = {{"loop", 1}, {"chain", 1}, {"host_calls", 1}, {"fill", 1},  {"copy", 1},
               {"grow", 1}, {"wait", 1},  {"waits", 1},      {"deep", 20}};

static log_t lateness[WAYS], lateness_here;

/* Has the next call ended in one of the ways, after a pause. */
static void set_off(firing_t *firing, const libwasmer_interrupt_t *interrupt, size_t way,
                    uint64_t pause) {
    if (way == THREAD) {
        fire_from_thread(firing, interrupt, pause);
    } else {
        firing->fired_at = now() + pause;
        OK(libwasmer_interrupt_fire_after(interrupt, pause, &error));
    }
}

static void gone_off(const firing_t *firing, size_t way) {
    if (way == THREAD) pthread_join(firing->thread, NULL);
}

/* Checks the error of a stopped call, and that it did not end too soon. Gives whether the outermost
   frame is the function that was called: there are no frames if the interrupt fired before the call
   began, and one may be missing behind a function that was just beginning. */
static bool stopped(const char *name, size_t frames, uint64_t fired_at, uint64_t ended_at) {
    CHECK(libwasmer_error_trap(error) == LIBWASMER_TRAP_INTERRUPTED, "%s: trap %d", name,
          (int)libwasmer_error_trap(error));
    CHECK(strcmp(message_of(error), "interrupted by host") == 0, "%s: %s", name,
          message_of(error));
    if (!CHECK(ended_at >= fired_at, "%s: %" PRIu64 " ns too soon", name, fired_at - ended_at)) {
        return false;
    }
    note(&lateness_here, ended_at - fired_at);
    size_t count = libwasmer_error_frame_count(error);
    CHECK(count == 0 || count >= frames, "%s: %zu frames", name, count);
    libwasmer_frame_t frame = {0};
    for (size_t i = 0; i < count; i++) {
        CHECK(libwasmer_error_frame(error, i, &frame) && frame.module_name.size == 4 &&
                  memcmp(frame.module_name.data, "busy", 4) == 0,
              "%s: frame %zu is of %.*s", name, i, (int)frame.module_name.size,
              frame.module_name.data);
    }
    return count > 0 && frame.function_name.size == strlen(name) &&
           memcmp(frame.function_name.data, name, strlen(name)) == 0;
}

/* One call that would never end. */
static bool stop(const guest_t *guest, const libwasmer_interrupt_t *interrupt, size_t kind,
                 size_t way, uint64_t pause) {
    const char *name = endless[kind].name;
    firing_t firing;
    set_off(&firing, interrupt, way, pause);
    libwasmer_status_t status = call(guest, name);
    uint64_t ended_at = now();
    gone_off(&firing, way);
    bool located = stopped(name, endless[kind].frames, firing.fired_at, ended_at);
    note(&lateness[way], ended_at - firing.fired_at);
    STATUS(INTERRUPTED, status);
    OK(libwasmer_interrupt_reset(interrupt, &error));
    return located;
}

static void every_kind_of_work(libwasmer_compiler_t compiler) {
    guest_t guest = new_guest(compiler, answer, NULL);
    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(guest.arena, interrupt, &error));
    for (size_t kind = 0; kind < sizeof endless / sizeof endless[0]; kind++) {
        const char *name = endless[kind].name;
        for (size_t way = 0; way < WAYS; way++) {
            unsigned located = 0;
            for (int round = 0; round < rounds; round++) {
                located += stop(&guest, interrupt, kind, way, MILLISECONDS(round ? 4 : 50));
                works(&guest, name);
            }
            CHECK((int)located >= rounds / 2, "%s by a %s: %u of %d errors say where the guest was",
                  name, ways[way], located, rounds);
        }
        char what[64];
        snprintf(what, sizeof what, "%s, %s", compiler_name(compiler), name);
        print_log(what, "both ways", &lateness_here);
        lateness_here.count = 0;
    }
    libwasmer_interrupt_delete(interrupt);
    delete_guest(&guest);
}

/* Waits and notifications do what they did, under an interrupt that does not fire, and after one
   that did. */
static void waits_and_notifications(libwasmer_compiler_t compiler) {
    guest_t guest = new_guest(compiler, answer, NULL);
    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(guest.arena, interrupt, &error));
    for (int round = 0; round < 3; round++) {
        int32_t result = -1;
        uint64_t start = now();
        OK(try_call(&guest, "wait_for", 0, 20000000, &result, &error));
        CHECK(result == 2 && now() - start >= MILLISECONDS(20), "the time is over: %d", result);
        OK(try_call(&guest, "wait_for", 1, -1, &result, &error));
        CHECK(result == 1, "another value: %d", result);
        OK(try_call(&guest, "notify", 0, 0, &result, &error));
        CHECK(result == 0, "nobody waits: %d", result);
        OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(10), &error));
        STATUS(INTERRUPTED, call(&guest, "wait"));
        OK(libwasmer_interrupt_reset(interrupt, &error));
    }
    libwasmer_interrupt_delete(interrupt);
    delete_guest(&guest);
}

static const char start_wat[] = "(module $busy (func $begin (loop $l br $l)) (start $begin))";

static void start_functions(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = new_engine(compiler);
    libwasmer_module_t *module = new_module(engine, start_wat);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(arena, interrupt, &error));
    for (size_t way = 0; way < WAYS; way++) {
        firing_t firing;
        libwasmer_handle_t instance = 77;
        set_off(&firing, interrupt, way, MILLISECONDS(50));
        libwasmer_status_t status =
            libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error);
        uint64_t ended_at = now();
        gone_off(&firing, way);
        CHECK(stopped("begin", 1, firing.fired_at, ended_at), "it did not begin within 50 ms");
        STATUS(INTERRUPTED, status);
        CHECK(instance == 77, "an instance was given");
        STATUS(INTERRUPTED, libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error));
        OK(libwasmer_interrupt_reset(interrupt, &error));
        guest_t guest = {engine, arena, instance_of(engine, arena, SUM_WAT)};
        works(&guest, "a start function");
    }
    libwasmer_interrupt_delete(interrupt);
    libwasmer_module_delete(module);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* Calls and instantiations by wasm.h are under what is set for the store's arena. */
static void by_the_standard(libwasmer_compiler_t compiler) {
    wasm_config_t *config = wasm_config_new();
    wasm_config_set_backend(config,
                            compiler == LIBWASMER_COMPILER_CRANELIFT ? CRANELIFT : SINGLEPASS);
    wasm_engine_t *engine = wasm_engine_new_with_config(config);
    wasm_store_t *store = wasm_store_new(engine);
    const libwasmer_arena_t *arena = libwasmer_store_arena(store);
    const char *const texts[] = {
        "(module (func $loop (export \"loop\") (loop $l br $l)) (func (export \"ok\")))",
        start_wat};
    wasm_module_t *modules[2];
    for (int i = 0; i < 2; i++) {
        wasm_byte_vec_t text = {strlen(texts[i]), (wasm_byte_t *)(uintptr_t)texts[i]}, binary;
        wat2wasm(&text, &binary);
        modules[i] = wasm_module_new(store, &binary);
        wasm_byte_vec_delete(&binary);
    }
    wasm_instance_t *instance = wasm_instance_new(store, modules[0], NULL, NULL);
    wasm_extern_vec_t exports, none = WASM_EMPTY_VEC;
    wasm_val_vec_t no_values = WASM_EMPTY_VEC;
    wasm_instance_exports(instance, &exports);
    const wasm_func_t *loop = wasm_extern_as_func_const(exports.data[0]);
    const wasm_func_t *ok = wasm_extern_as_func_const(exports.data[1]);

    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(arena, interrupt, &error));
    for (int start = 0; start < 2; start++) {
        uint64_t from = now();
        OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(50), &error));
        wasm_trap_t *trap = NULL;
        if (start) {
            wasm_instance_t *made = wasm_instance_new(store, modules[1], &none, &trap);
            CHECK(made == NULL, "an instance was made");
        } else {
            trap = wasm_func_call(loop, &no_values, &no_values);
        }
        CHECK(now() - from >= MILLISECONDS(50), "too soon");
        wasm_frame_t *origin = wasm_trap_origin(trap);
        CHECK(origin != NULL && wasm_frame_func_index(origin) == 0, "a frame");
        wasm_frame_delete(origin);
        wasm_message_t message;
        wasm_trap_message(trap, &message);
        CHECK(strcmp(message.data, "interrupted by host") == 0, "%s", message.data);
        wasm_byte_vec_delete(&message);
        libwasmer_error_t *failure = NULL;
        OK(libwasmer_error_from_trap(trap, &failure, &error));
        CHECK(libwasmer_error_status(failure) == LIBWASMER_STATUS_INTERRUPTED &&
                  libwasmer_error_trap(failure) == LIBWASMER_TRAP_INTERRUPTED,
              "status %u, trap %d", (unsigned)libwasmer_error_status(failure),
              (int)libwasmer_error_trap(failure));
        libwasmer_error_delete(failure);
        wasm_trap_delete(trap);

        trap = wasm_func_call(ok, &no_values, &no_values);
        CHECK(trap != NULL, "it stays fired");
        wasm_trap_delete(trap);
        OK(libwasmer_interrupt_reset(interrupt, &error));
        trap = wasm_func_call(ok, &no_values, &no_values);
        CHECK(trap == NULL, "the store goes on");
        wasm_trap_delete(trap);
    }
    libwasmer_interrupt_delete(interrupt);
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    for (int i = 0; i < 2; i++) wasm_module_delete(modules[i]);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
}

/* Fires at any moment of short calls: each one is done or ended, and nothing of it is left for the
   next one. */
enum { RACES = 10000 };

typedef struct {
    const libwasmer_interrupt_t *interrupt;
    sem_t begin, fired;
} race_t;

static uint64_t pause_of(int round) { return (uint64_t)round * 7919 % 60000; }

static void *fire_at_any_moment(void *argument) {
    race_t *race = argument;
    for (int round = 1; round <= RACES; round += 2) {
        sem_wait(&race->begin);
        pause_for(pause_of(round));
        libwasmer_interrupt_fire(race->interrupt, NULL);
        sem_post(&race->fired);
    }
    return NULL;
}

static void races(libwasmer_compiler_t compiler) {
    guest_t guest = new_guest(compiler, answer, NULL);
    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(guest.arena, interrupt, &error));
    race_t race = {.interrupt = interrupt};
    sem_init(&race.begin, 0, 0);
    sem_init(&race.fired, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, fire_at_any_moment, &race);
    unsigned done = 0, caught = 0, not_begun = 0, wrong = 0;
    for (int round = 1; round <= RACES; round++) {
        if (round & 1) {
            sem_post(&race.begin);
        } else {
            libwasmer_interrupt_fire_after(interrupt, pause_of(round), NULL);
        }
        libwasmer_status_t status = LIBWASMER_STATUS_OK;
        int32_t result = 0, turns = 1 + round * 13 % 5000;
        while (status == LIBWASMER_STATUS_OK) {
            libwasmer_error_t *failure = NULL;
            status = try_call(&guest, "spin", turns, 0, &result, &failure);
            if (status == LIBWASMER_STATUS_OK) {
                done++;
                wrong += result != turns;
            } else {
                wrong += status != LIBWASMER_STATUS_INTERRUPTED;
                *(libwasmer_error_frame_count(failure) > 0 ? &caught : &not_begun) += 1;
            }
            libwasmer_error_delete(failure);
        }
        if (round & 1) sem_wait(&race.fired);
        libwasmer_interrupt_reset(interrupt, NULL);
        wrong += try_call(&guest, "spin", 500, 0, &result, NULL) != LIBWASMER_STATUS_OK;
        wrong += result != 500;
    }
    pthread_join(thread, NULL);
    printf("%s, %d races: %u calls done, %u ended in the guest, %u did not begin\n",
           compiler_name(compiler), RACES, done, caught, not_begun);
    CHECK(wrong == 0, "%u calls had another outcome", wrong);
    CHECK(caught > 0 && not_begun > 0, "%u ended in the guest, %u did not begin", caught,
          not_begun);
    libwasmer_interrupt_delete(interrupt);
    delete_guest(&guest);
}

int main(int argc, char **argv) {
    if (argc > 1) rounds = atoi(argv[1]);
    if (!have_interrupts()) return finish("interrupt");
    for (size_t i = 0; i < COMPILERS; i++) {
        every_kind_of_work(compilers[i]);
        waits_and_notifications(compilers[i]);
        start_functions(compilers[i]);
        by_the_standard(compilers[i]);
        races(compilers[i]);
    }
    for (size_t way = 0; way < WAYS; way++) print_log("all work", ways[way], &lateness[way]);
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("interrupt");
}
