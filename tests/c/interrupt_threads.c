/* Interrupts and threads: one interrupt for calls on many of them, threads that end while signals for
   them are on their way, and the one thread that is left after a fork. */

#include "interrupt.h"

static sem_t ready;
static atomic_uint wrong;

/* One interrupt for calls on many threads. */
enum { THREADS = 20, WAVES = 5 };

typedef struct {
    const libwasmer_interrupt_t *interrupt;
    guest_t guest;
    pthread_t thread;
    uint64_t ended_at;
    libwasmer_status_t status, after;
} caller_t;

static void *call_loop(void *argument) {
    caller_t *caller = argument;
    sem_post(&ready);
    caller->status = try_call(&caller->guest, "loop", 0, 0, NULL, NULL);
    caller->ended_at = now();
    caller->after = try_call(&caller->guest, "sum", 1, 2, NULL, NULL);
    return NULL;
}

static void many_threads(void) {
    libwasmer_interrupt_t *interrupt = new_interrupt();
    caller_t callers[THREADS] = {0};
    log_t log = {.count = 0};
    for (int i = 0; i < THREADS; i++) {
        callers[i].guest = new_guest(compilers[i % COMPILERS], answer, NULL);
        OK(libwasmer_arena_set_interrupt(callers[i].guest.arena, interrupt, &error));
    }
    for (int wave = 0; wave < WAVES; wave++) {
        for (int i = 0; i < THREADS; i++) {
            pthread_create(&callers[i].thread, NULL, call_loop, &callers[i]);
        }
        for (int i = 0; i < THREADS; i++) sem_wait(&ready);
        pause_for(MILLISECONDS(20));
        uint64_t fired_at = now();
        OK(libwasmer_interrupt_fire(interrupt, &error));
        for (int i = 0; i < THREADS; i++) {
            pthread_join(callers[i].thread, NULL);
            CHECK(callers[i].status == LIBWASMER_STATUS_INTERRUPTED &&
                      callers[i].after == LIBWASMER_STATUS_INTERRUPTED,
                  "thread %d: status %u, then %u", i, (unsigned)callers[i].status,
                  (unsigned)callers[i].after);
            if (CHECK(callers[i].ended_at >= fired_at, "thread %d ended too soon", i)) {
                note(&log, callers[i].ended_at - fired_at);
            }
        }
        OK(libwasmer_interrupt_reset(interrupt, &error));
    }
    print_log("20 threads, one interrupt", "fire", &log);
    for (int i = 0; i < THREADS; i++) {
        works(&callers[i].guest, "many threads");
        delete_guest(&callers[i].guest);
    }
    libwasmer_interrupt_delete(interrupt);
}

enum { BATCHES = 100, BATCH = 20 };
/* AddressSanitizer keeps 256 MiB of what was freed. */
#ifdef __SANITIZE_ADDRESS__
enum { PAGES_RESIDENT = 65536 };
#else
enum { PAGES_RESIDENT = 1024 };
#endif

static void *one_call(void *argument) {
    sem_post(&ready);
    libwasmer_status_t status = try_call(argument, "loop", 0, 0, NULL, NULL);
    if (status != LIBWASMER_STATUS_INTERRUPTED) atomic_fetch_add(&wrong, 1);
    return NULL;
}

static void pages_used(long *all, long *resident) {
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%ld %ld", all, resident) == 2, "no statm");
    if (file) fclose(file);
}

/* Signals for a call come while its thread ends, and the next thread gets its place. */
static void threads_that_end(void) {
    guest_t own[BATCH];
    libwasmer_interrupt_t *interrupt = new_interrupt();
    for (int i = 0; i < BATCH; i++) {
        own[i] = new_guest(compilers[i % COMPILERS], answer, NULL);
        OK(libwasmer_arena_set_interrupt(own[i].arena, interrupt, &error));
    }
    long all = 0, resident = 0, all_before = 0, resident_before = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
        if (batch == BATCHES / 10) pages_used(&all_before, &resident_before);
        pthread_t threads[BATCH];
        for (int i = 0; i < BATCH; i++) pthread_create(&threads[i], NULL, one_call, &own[i]);
        for (int i = 0; i < BATCH; i++) sem_wait(&ready);
        OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(batch % 4), &error));
        for (int i = 0; i < BATCH; i++) pthread_join(threads[i], NULL);
        OK(libwasmer_interrupt_reset(interrupt, &error));
    }
    pages_used(&all, &resident);
    CHECK(wrong == 0, "%u of %d calls had another outcome", (unsigned)wrong, BATCHES * BATCH);
    CHECK(all - all_before < 16384 && resident - resident_before < PAGES_RESIDENT,
          "%ld more pages, %ld more of them resident", all - all_before,
          resident - resident_before);
    for (int i = 0; i < BATCH; i++) {
        works(&own[i], "threads that ended");
        delete_guest(&own[i]);
    }
    libwasmer_interrupt_delete(interrupt);
}

static libwasmer_error_t *fire_here(void *env, const libwasmer_caller_t *caller,
                                    libwasmer_slot_t *slots, size_t count) {
    (void)caller, (void)count;
    slots[0].i32 = 1;
    libwasmer_interrupt_fire(env, NULL);
    return NULL;
}

/* The child has one thread, which has another number, and none of the library's; all that is known
   of the others is forgotten, and works anew. */
static void in_forked_child(const guest_t *guest, const guest_t *other,
                            libwasmer_interrupt_t *interrupt) {
    works(guest, "a fork");
    STATUS(TRAP, call(guest, "trap"));
    OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(1), &error));
    STATUS(INTERRUPTED, call(guest, "loop"));
    STATUS(INTERRUPTED, call(guest, "sum"));
    OK(libwasmer_interrupt_reset(interrupt, &error));
    works(guest, "a reset");
    STATUS(INTERRUPTED, call(guest, "host_calls"));
    OK(libwasmer_interrupt_reset(interrupt, &error));
    pthread_t thread;
    pthread_create(&thread, NULL, one_call, (void *)(uintptr_t)other);
    sem_wait(&ready);
    pause_for(MILLISECONDS(5));
    OK(libwasmer_interrupt_fire(interrupt, &error));
    pthread_join(thread, NULL);
    CHECK(wrong == 0, "a new thread's call had another outcome");
}

static void forks(void) {
    libwasmer_interrupt_t *interrupt = new_interrupt(), *alarm = new_interrupt();
    guest_t guest = new_guest(LIBWASMER_COMPILER_CRANELIFT, fire_here, interrupt);
    guest_t other = new_guest(LIBWASMER_COMPILER_SINGLEPASS, answer, NULL);
    OK(libwasmer_arena_set_interrupt(guest.arena, interrupt, &error));
    OK(libwasmer_arena_set_interrupt(other.arena, interrupt, &error));
    for (int i = 0; i < 20; i++) {
        OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(1), &error));
        STATUS(INTERRUPTED, call(&guest, "loop"));
        OK(libwasmer_interrupt_reset(interrupt, &error));
        /* The child may get the library's locks in any state. An alarm does not go with it. */
        OK(libwasmer_interrupt_fire_after(alarm, MILLISECONDS(1), &error));
        pid_t child = fork_child();
        if (child == 0) {
            in_forked_child(&guest, &other, interrupt);
            end_child();
        }
        take_over("a forked child", child);
        works(&guest, "a fork, in the parent");
        OK(libwasmer_interrupt_reset(alarm, &error));
    }
    libwasmer_interrupt_delete(interrupt);
    libwasmer_interrupt_delete(alarm);
    delete_guest(&guest);
    delete_guest(&other);
}

int main(void) {
    if (!have_interrupts()) return finish("interrupt_threads");
    sem_init(&ready, 0, 0);
    many_threads();
    threads_that_end();
    forks();
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("interrupt_threads");
}
