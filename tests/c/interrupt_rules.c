/* What an interrupt ends and what it leaves alone: nested calls, resets, changes and deletes while
   a call runs, and host functions. That it ends whatever runs is tested in interrupt.c. */

#include "interrupt.h"

static const uint64_t moment = MILLISECONDS(10);

/* A host function that does what it is told to. */
typedef struct {
    libwasmer_interrupt_t *interrupt;
    /* Of the arena that is called into, for the duration of one call. */
    libwasmer_interrupt_t *other;
    guest_t inner;
    enum { NOTHING, SLEEP, FIRE, FIRE_AND_RESET, RESET, SET_OTHER, CALL_LOOP, CALL_SELF } work;
    bool pass_on;
    /* What it saw. */
    libwasmer_status_t seen;
    uint64_t slept;
    int sleep_result;
    unsigned calls;
} host_t;

static libwasmer_error_t *host(void *env, const libwasmer_caller_t *caller,
                               libwasmer_slot_t *slots, size_t count) {
    (void)count;
    host_t *host = env;
    libwasmer_error_t *failure = NULL;
    guest_t self = {NULL, (libwasmer_arena_t *)(uintptr_t)caller->arena, caller->instance};
    slots[0].i32 = 7;
    host->calls++;
    switch (host->work) {
    case NOTHING:
        break;
    case SLEEP: {
        struct timespec time = {0, (long)MILLISECONDS(200)};
        uint64_t start = now();
        host->sleep_result = nanosleep(&time, NULL);
        host->slept = now() - start;
        break;
    }
    case FIRE:
        libwasmer_interrupt_fire(host->interrupt, NULL);
        break;
    case FIRE_AND_RESET:
        libwasmer_interrupt_fire(host->interrupt, NULL);
        libwasmer_interrupt_reset(host->interrupt, NULL);
        break;
    case RESET:
        pause_for(moment / 2);
        libwasmer_interrupt_reset(host->interrupt, NULL);
        pause_for(2 * moment);
        break;
    case SET_OTHER:
        host->seen = libwasmer_arena_set_interrupt(caller->arena, host->other, NULL);
        break;
    case CALL_LOOP:
        host->seen = try_call(&host->inner, "loop", 0, 0, NULL, &failure);
        break;
    case CALL_SELF:
        host->seen = try_call(&self, "host_call", 0, 0, NULL, &failure);
        break;
    }
    if (!host->pass_on) {
        libwasmer_error_delete(failure);
        failure = NULL;
    }
    return failure;
}

/* A guest whose host function is `host`, with an interrupt set. */
static guest_t guest_of(host_t *env, libwasmer_compiler_t compiler) {
    guest_t guest = new_guest(compiler, host, env);
    OK(libwasmer_arena_set_interrupt(guest.arena, env->interrupt, &error));
    return guest;
}

static void fired_until_reset(libwasmer_compiler_t compiler) {
    host_t env = {.interrupt = new_interrupt()};
    guest_t guest = guest_of(&env, compiler);
    libwasmer_handle_t direct = 0, instance = 77;
    libwasmer_module_t *module = new_module(guest.engine, SUM_WAT);
    OK(libwasmer_func_new(guest.arena, NULL, 0, NULL, 0, host, &env, NULL, &direct, &error));
    uint64_t words[2] = {40, 2};
    libwasmer_handle_t sum = export_of(guest.arena, guest.instance, "sum");
    OK(libwasmer_interrupt_fire(env.interrupt, &error));
    for (int i = 0; i < 3; i++) {
        libwasmer_status_t status = call(&guest, "host_call");
        CHECK(libwasmer_error_trap(error) == LIBWASMER_TRAP_INTERRUPTED &&
                  libwasmer_error_frame_count(error) == 0,
              "trap %d, %zu frames", (int)libwasmer_error_trap(error),
              libwasmer_error_frame_count(error));
        STATUS(INTERRUPTED, status);
        STATUS(INTERRUPTED, libwasmer_func_call(guest.arena, direct, NULL, 0, &error));
        STATUS(INTERRUPTED, libwasmer_func_call_words(guest.arena, sum, words, 2, 0, &error));
        STATUS(INTERRUPTED,
               libwasmer_instance_new(guest.arena, module, NULL, 0, 0, &instance, &error));
    }
    CHECK(env.calls == 0 && instance == 77, "something was done all the same");
    /* All but calls goes on. */
    uint32_t pages = 0;
    OK(libwasmer_memory_size(guest.arena, export_of(guest.arena, guest.instance, "memory"), &pages,
                             &error));
    CHECK(pages == 64, "%u pages", (unsigned)pages);
    OK(libwasmer_arena_set_interrupt(guest.arena, NULL, &error));
    works(&guest, "the interrupt was taken away");
    OK(libwasmer_arena_set_interrupt(guest.arena, env.interrupt, &error));
    STATUS(INTERRUPTED, call(&guest, "sum"));
    OK(libwasmer_interrupt_reset(env.interrupt, &error));
    works(&guest, "a reset");
    OK(libwasmer_instance_new(guest.arena, module, NULL, 0, 0, &instance, &error));

    /* The guest's own traps stay what they are. */
    libwasmer_status_t status = call(&guest, "trap");
    CHECK(libwasmer_error_trap(error) == LIBWASMER_TRAP_MEMORY_OUT_OF_BOUNDS, "trap %d",
          (int)libwasmer_error_trap(error));
    STATUS(TRAP, status);

    libwasmer_arena_close(guest.arena);
    STATUS(CLOSED, libwasmer_arena_set_interrupt(guest.arena, env.interrupt, &error));
    libwasmer_module_delete(module);
    libwasmer_interrupt_delete(env.interrupt);
    delete_guest(&guest);
}

/* Of several deadlines the last one counts, and none after a reset. */
static void deadlines(void) {
    host_t env = {.interrupt = new_interrupt(), .work = RESET};
    guest_t guest = guest_of(&env, LIBWASMER_COMPILER_CRANELIFT);
    OK(libwasmer_interrupt_fire_after(env.interrupt, moment, &error));
    OK(call(&guest, "host_call"));
    static const uint64_t times[][2] = {{1, 5}, {5, 1}, {UINT64_MAX, 1}, {1000000, 0}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        uint64_t before = times[i][0], last = times[i][1] * moment;
        if (before < 1000000) before *= moment;
        uint64_t start = now();
        OK(libwasmer_interrupt_fire_after(env.interrupt, before, &error));
        OK(libwasmer_interrupt_fire_after(env.interrupt, last, &error));
        STATUS(INTERRUPTED, call(&guest, "loop"));
        uint64_t took = now() - start;
        CHECK(took >= last, "%zu: ended %" PRIu64 " ns too soon", i, last - took);
        OK(libwasmer_interrupt_reset(env.interrupt, &error));
        works(&guest, "deadlines");
    }
    OK(libwasmer_interrupt_fire_after(env.interrupt, UINT64_MAX, &error));
    works(&guest, "a deadline that never comes");
    libwasmer_interrupt_delete(env.interrupt);
    delete_guest(&guest);
}

/* A host function is not cut short, and the call ends after it. */
static void sleeps(libwasmer_compiler_t compiler, bool by_deadline) {
    host_t env = {.interrupt = new_interrupt(), .work = SLEEP};
    guest_t guest = guest_of(&env, compiler);
    firing_t firing;
    if (by_deadline) {
        OK(libwasmer_interrupt_fire_after(env.interrupt, 5 * moment, &error));
    } else {
        fire_from_thread(&firing, env.interrupt, 5 * moment);
    }
    libwasmer_status_t status = call(&guest, "host_calls");
    CHECK(env.sleep_result == 0 && env.slept >= MILLISECONDS(200), "nanosleep gave %d after %.1f "
          "ms", env.sleep_result, (double)env.slept / 1e6);
    CHECK(env.calls == 1, "%u calls of the host function", env.calls);
    CHECK(libwasmer_error_frame_count(error) == 1, "%zu frames",
          libwasmer_error_frame_count(error));
    STATUS(INTERRUPTED, status);
    if (!by_deadline) pthread_join(firing.thread, NULL);
    libwasmer_interrupt_delete(env.interrupt);
    delete_guest(&guest);
}

/* What a host function does to the interrupt of the call that it is in. */
static void from_inside(libwasmer_compiler_t compiler) {
    host_t env = {.interrupt = new_interrupt(), .other = new_interrupt(), .work = FIRE};
    guest_t guest = guest_of(&env, compiler);
    STATUS(INTERRUPTED, call(&guest, "host_call"));
    OK(libwasmer_interrupt_reset(env.interrupt, &error));
    env.work = FIRE_AND_RESET;
    OK(call(&guest, "host_call"));

    /* The call stays under what it began with; the next one does not. */
    env.work = SET_OTHER;
    env.seen = 99;
    OK(libwasmer_interrupt_fire_after(env.interrupt, moment, &error));
    STATUS(INTERRUPTED, call(&guest, "host_calls"));
    CHECK(env.seen == LIBWASMER_STATUS_OK && env.calls > 2, "status %u, %u calls",
          (unsigned)env.seen, env.calls);
    works(&guest, "the other was set");
    OK(libwasmer_interrupt_fire(env.other, &error));
    STATUS(INTERRUPTED, call(&guest, "sum"));
    OK(libwasmer_interrupt_reset(env.other, &error));

    /* As deep as calls may be nested. */
    OK(libwasmer_interrupt_reset(env.interrupt, &error));
    env.work = CALL_SELF;
    env.pass_on = true;
    env.calls = 0;
    STATUS(DEPTH, call(&guest, "host_call"));
    CHECK(env.calls > 100, "%u calls", env.calls);
    works(&guest, "deep calls");
    OK(libwasmer_interrupt_fire_after(env.other, moment, &error));
    STATUS(INTERRUPTED, call(&guest, "loop"));
    libwasmer_interrupt_delete(env.interrupt);
    libwasmer_interrupt_delete(env.other);
    delete_guest(&guest);
}

/* The interrupt of the outer call ends the inner one too, that of the inner one nothing else. */
static void nested(libwasmer_compiler_t outer_by, libwasmer_compiler_t inner_by) {
    for (int number = 0; number < 4; number++) {
        bool outer_fires = number & 1, pass_on = number & 2;
        host_t inner = {.interrupt = new_interrupt()};
        host_t env = {.interrupt = new_interrupt(),
                      .inner = guest_of(&inner, inner_by),
                      .work = CALL_LOOP,
                      .pass_on = pass_on};
        guest_t guest = guest_of(&env, outer_by);
        OK(libwasmer_interrupt_fire_after(outer_fires ? env.interrupt : inner.interrupt, moment,
                                          &error));
        int32_t result = 0;
        libwasmer_status_t status = try_call(&guest, "host_call", 0, 0, &result, &error);
        CHECK(env.seen == LIBWASMER_STATUS_INTERRUPTED, "the inner call: status %u",
              (unsigned)env.seen);
        if (outer_fires || pass_on) {
            CHECK(libwasmer_error_frame_count(error) > 0, "no frames");
            STATUS(INTERRUPTED, status);
        } else {
            OK(status);
            CHECK(result == 7, "only the inner call was ended: %d", (int)result);
        }
        /* The interrupt that fired still holds its own arena back, and no other. */
        STATUS(INTERRUPTED, call(outer_fires ? &guest : &env.inner, "sum"));
        works(outer_fires ? &env.inner : &guest, "a nested call");
        libwasmer_interrupt_delete(inner.interrupt);
        libwasmer_interrupt_delete(env.interrupt);
        delete_guest(&env.inner);
        delete_guest(&guest);
    }
}

/* The functions that take an interrupt, whatever is set. */
static void under(libwasmer_compiler_t compiler) {
    host_t env = {.interrupt = new_interrupt(), .other = new_interrupt()};
    guest_t guest = guest_of(&env, compiler);
    libwasmer_module_t *endless = new_module(guest.engine, "(module (func $f (loop $l br $l))"
                                                           "  (start $f))");
    libwasmer_handle_t loop = export_of(guest.arena, guest.instance, "loop"), instance = 77;
    OK(libwasmer_interrupt_fire_after(env.other, moment, &error));
    STATUS(INTERRUPTED, libwasmer_func_call_words_under(guest.arena, loop, NULL, 0, 0, env.other,
                                                        &error));
    works(&guest, "a call under another interrupt");
    STATUS(INTERRUPTED, libwasmer_instance_new_under(guest.arena, endless, NULL, 0, 0, env.other,
                                                     &instance, &error));
    OK(libwasmer_interrupt_reset(env.other, &error));
    OK(libwasmer_interrupt_fire_after(env.other, moment, &error));
    STATUS(INTERRUPTED, libwasmer_instance_new_under(guest.arena, endless, NULL, 0, 0, env.other,
                                                     &instance, &error));
    CHECK(instance == 77, "an instance was given");
    OK(libwasmer_interrupt_reset(env.other, &error));

    /* The one that is set does not count meanwhile, and counts again afterwards. */
    OK(libwasmer_interrupt_fire(env.interrupt, &error));
    uint64_t words[2] = {40, 2};
    OK(libwasmer_func_call_words_under(guest.arena,
                                       export_of(guest.arena, guest.instance, "sum"), words, 2, 0,
                                       env.other, &error));
    CHECK(words[0] == 42, "%" PRIu64, words[0]);
    STATUS(INTERRUPTED, call(&guest, "sum"));

    /* What a host function sets during such a call stays set. */
    env.work = SET_OTHER;
    OK(libwasmer_func_call_words_under(guest.arena,
                                       export_of(guest.arena, guest.instance, "host_call"), words,
                                       2, 0, env.other, &error));
    CHECK(env.seen == LIBWASMER_STATUS_OK, "status %u", (unsigned)env.seen);
    works(&guest, "a host function that set another interrupt");
    OK(libwasmer_interrupt_fire(env.other, &error));
    STATUS(INTERRUPTED, call(&guest, "sum"));
    libwasmer_module_delete(endless);
    libwasmer_interrupt_delete(env.interrupt);
    libwasmer_interrupt_delete(env.other);
    delete_guest(&guest);
}

/* Deleted while it is set, an interrupt still fires; the arena may get another one. */
static void deleted(void) {
    host_t env = {.interrupt = new_interrupt()};
    guest_t guest = guest_of(&env, LIBWASMER_COMPILER_CRANELIFT);
    OK(libwasmer_interrupt_fire_after(env.interrupt, 2 * moment, &error));
    size_t live = libwasmer_live_objects();
    libwasmer_interrupt_delete(env.interrupt);
    CHECK(libwasmer_live_objects() == live - 1, "it is not gone");
    works(&guest, "the delete");
    STATUS(INTERRUPTED, call(&guest, "loop"));
    STATUS(INTERRUPTED, call(&guest, "sum"));
    env.interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(guest.arena, env.interrupt, &error));
    works(&guest, "another one was set");
    libwasmer_interrupt_delete(env.interrupt);
    delete_guest(&guest);
}

/* What another thread does to the interrupt and the arena while a call runs. */
typedef struct {
    host_t env;
    guest_t guest;
    libwasmer_status_t set, cleared;
    uint64_t fired_at;
    atomic_bool done;
} meddler_t;

static void *meddle(void *argument) {
    meddler_t *meddler = argument;
    pause_for(moment);
    meddler->set = libwasmer_arena_set_interrupt(meddler->guest.arena, meddler->env.other, NULL);
    meddler->cleared = libwasmer_arena_set_interrupt(meddler->guest.arena, NULL, NULL);
    /* The deadline is forgotten while the call runs. */
    libwasmer_interrupt_reset(meddler->env.interrupt, NULL);
    pause_for(5 * moment);
    meddler->fired_at = now();
    /* A request that is taken back may have been heard or not. */
    for (int i = 0; i < 300; i++) {
        libwasmer_interrupt_fire(meddler->env.interrupt, NULL);
        libwasmer_interrupt_reset(meddler->env.interrupt, NULL);
    }
    atomic_store(&meddler->done, true);
    libwasmer_interrupt_fire(meddler->env.interrupt, NULL);
    return NULL;
}

static void meddled_with(libwasmer_compiler_t compiler) {
    meddler_t meddler = {.env = {.interrupt = new_interrupt(), .other = new_interrupt()}};
    meddler.guest = guest_of(&meddler.env, compiler);
    OK(libwasmer_interrupt_fire_after(meddler.env.interrupt, 4 * moment, &error));
    pthread_t thread;
    pthread_create(&thread, NULL, meddle, &meddler);
    unsigned ended = 0;
    do {
        STATUS(INTERRUPTED, call(&meddler.guest, "loop"));
        if (ended++ == 0) CHECK(now() >= meddler.fired_at, "ended by a deadline that was reset");
    } while (!atomic_load(&meddler.done));
    pthread_join(thread, NULL);
    CHECK(meddler.set == LIBWASMER_STATUS_BUSY && meddler.cleared == LIBWASMER_STATUS_BUSY,
          "status %u, %u", (unsigned)meddler.set, (unsigned)meddler.cleared);
    STATUS(INTERRUPTED, call(&meddler.guest, "sum"));
    OK(libwasmer_interrupt_reset(meddler.env.interrupt, &error));
    works(&meddler.guest, "it was meddled with");
    libwasmer_interrupt_delete(meddler.env.interrupt);
    libwasmer_interrupt_delete(meddler.env.other);
    delete_guest(&meddler.guest);
}

int main(void) {
    if (!have_interrupts()) return finish("interrupt_rules");
    for (size_t i = 0; i < COMPILERS; i++) {
        fired_until_reset(compilers[i]);
        sleeps(compilers[i], true);
        sleeps(compilers[i], false);
        from_inside(compilers[i]);
        for (size_t inner = 0; inner < COMPILERS; inner++) nested(compilers[i], compilers[inner]);
        under(compilers[i]);
        meddled_with(compilers[i]);
    }
    deadlines();
    deleted();
    libwasmer_interrupt_delete(NULL);
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("interrupt_rules");
}
