/* The library's signals and those of the program leave each other alone. Each case runs in a process
   of its own, because the library chooses its signal and installs its handlers once. */

#include "interrupt.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#ifdef __linux__

/* Threads whose calls are interrupted all the time, while something else is tested. */
enum { CALLERS = 3 };

static guest_t guests[CALLERS];
static pthread_t callers[CALLERS];
static atomic_uint interrupted, wrong;
static atomic_bool enough;

static void *interrupted_calls(void *argument) {
    const guest_t *guest = argument;
    libwasmer_interrupt_t *interrupt = NULL;
    if (libwasmer_interrupt_new(&interrupt, NULL) != LIBWASMER_STATUS_OK ||
        libwasmer_arena_set_interrupt(guest->arena, interrupt, NULL) != LIBWASMER_STATUS_OK) {
        atomic_fetch_add(&wrong, 1);
        return NULL;
    }
    static const char *const names[] = {"loop", "chain", "host_calls", "fill", "wait"};
    for (unsigned i = 0; !atomic_load(&enough); i++) {
        libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(1), NULL);
        if (try_call(guest, names[i % 5], 0, 0, NULL, NULL) == LIBWASMER_STATUS_INTERRUPTED) {
            atomic_fetch_add(&interrupted, 1);
        } else {
            atomic_fetch_add(&wrong, 1);
        }
        libwasmer_interrupt_reset(interrupt, NULL);
        int32_t sum = 0;
        libwasmer_status_t status = try_call(guest, "sum", 40, 2, &sum, NULL);
        if (status != LIBWASMER_STATUS_OK || sum != 42) atomic_fetch_add(&wrong, 1);
    }
    libwasmer_interrupt_delete(interrupt);
    return NULL;
}

static void start_calls(void) {
    for (int i = 0; i < CALLERS; i++) {
        guests[i] = new_guest(compilers[i % COMPILERS], answer, NULL);
        pthread_create(&callers[i], NULL, interrupted_calls, &guests[i]);
    }
}

/* Not before some calls were interrupted. */
static void stop_calls(unsigned at_least) {
    while (atomic_load(&interrupted) < at_least && atomic_load(&wrong) == 0) {
        pause_for(MILLISECONDS(1));
    }
    atomic_store(&enough, true);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i], NULL);
        delete_guest(&guests[i]);
    }
    CHECK(wrong == 0, "%u calls had another outcome", (unsigned)wrong);
    CHECK(interrupted >= at_least, "only %u calls were interrupted", (unsigned)interrupted);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags,
                   struct sigaction *before) {
    struct sigaction action = {.sa_flags = SA_SIGINFO | flags};
    action.sa_sigaction = handler;
    sigemptyset(&action.sa_mask);
    CHECK(sigaction(signal, &action, before) == 0, "signal %d", signal);
}

static bool still_handled(int signal, void (*handler)(int, siginfo_t *, void *)) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_sigaction == handler;
}

/* ---- A program that recovers from its own faults ---- */

enum { FAULTS = 300 };

static sigjmp_buf recovery;
static volatile char *forbidden;
static volatile sig_atomic_t own_faults, other_faults;
static struct sigaction library_faults;

static void recover(int signal, siginfo_t *info, void *context) {
    if (info->si_addr == (void *)(uintptr_t)forbidden) {
        own_faults++;
        siglongjmp(recovery, 1);
    }
    other_faults++;
    library_faults.sa_sigaction(signal, info, context);
}

static void faults(bool installed_last) {
    void *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    forbidden = page;
    if (!installed_last) handle(SIGSEGV, recover, SA_ONSTACK, NULL);
    guest_t guest = new_guest(LIBWASMER_COMPILER_CRANELIFT, answer, NULL);
    /* What it passes on goes to the library. */
    if (installed_last) handle(SIGSEGV, recover, SA_ONSTACK, &library_faults);
    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(guest.arena, interrupt, &error));
    start_calls();
    for (volatile int i = 0; i < FAULTS; i++) {
        if (sigsetjmp(recovery, 1) == 0) {
            *forbidden = 1;
            CHECK(false, "no fault");
        }
        STATUS(TRAP, call(&guest, "trap"));
        if (i % 3 != 0) continue;
        OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(1), &error));
        STATUS(INTERRUPTED, call(&guest, "loop"));
        OK(libwasmer_interrupt_reset(interrupt, &error));
    }
    CHECK(own_faults == FAULTS, "%d faults", (int)own_faults);
    CHECK(other_faults == (installed_last ? FAULTS : 0), "%d faults of guests were seen",
          (int)other_faults);
    stop_calls(20);
    libwasmer_interrupt_delete(interrupt);
    delete_guest(&guest);
    munmap(page, 4096);
}

static void faults_handler_first(void) { faults(false); }
static void faults_handler_last(void) { faults(true); }

/* ---- Signals of the program's own ---- */

static atomic_uint seen[128];
static _Atomic(void *) value_seen;

static void count(int signal, siginfo_t *info, void *context) {
    (void)context;
    value_seen = info->si_value.sival_ptr;
    atomic_fetch_add(&seen[signal], 1);
}

/* Waits for a signal that was sent to be counted. */
static bool arrives(int signal, unsigned expected) {
    for (int i = 0; i < 5000 && atomic_load(&seen[signal]) < expected; i++) {
        pause_for(MILLISECONDS(1));
    }
    return atomic_load(&seen[signal]) == expected;
}

static void own_signals(void) {
    /* One before the first interrupt and two after it; one runs on the stack of the guest. */
    handle(SIGUSR1, count, SA_ONSTACK | SA_RESTART, NULL);
    start_calls();
    pause_for(MILLISECONDS(50));
    handle(SIGUSR2, count, 0, NULL);
    handle(SIGPROF, count, SA_ONSTACK | SA_RESTART, NULL);
    struct itimerval kilohertz = {{0, 1000}, {0, 1000}};
    setitimer(ITIMER_PROF, &kilohertz, NULL);
    for (unsigned i = 1; i <= 200; i++) {
        pthread_kill(callers[i % CALLERS], SIGUSR1);
        CHECK(arrives(SIGUSR1, i), "SIGUSR1 number %u", i);
        pthread_kill(callers[i % CALLERS], SIGUSR2);
        CHECK(arrives(SIGUSR2, i), "SIGUSR2 number %u", i);
    }
    kill(getpid(), SIGUSR1);
    CHECK(arrives(SIGUSR1, 201), "SIGUSR1 to the process");
    stop_calls(1000);
    struct itimerval never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_PROF, &never, NULL);
    CHECK(seen[SIGPROF] > 30, "%u times SIGPROF", (unsigned)seen[SIGPROF]);
    CHECK(still_handled(SIGUSR1, count) && still_handled(SIGUSR2, count) &&
              still_handled(SIGPROF, count),
          "a handler is not there any more");
}

static atomic_bool called;

static void *call_and_end(void *guest) {
    int32_t sum = 0;
    if (try_call(guest, "sum", 40, 2, &sum, NULL) != LIBWASMER_STATUS_OK || sum != 42) wrong++;
    atomic_store(&called, true);
    return NULL;
}

/* Signals that come while a thread ends that ran wasm find a stack to be handled on. */
static void ending_threads(void) {
    enum { THREADS = 300 };
    handle(SIGUSR1, count, SA_ONSTACK | SA_RESTART, NULL);
    guest_t guest = new_guest(LIBWASMER_COMPILER_CRANELIFT, answer, NULL);
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        atomic_store(&called, false);
        pthread_create(&thread, NULL, call_and_end, &guest);
        while (!atomic_load(&called)) continue;
        while (pthread_tryjoin_np(thread, NULL) == EBUSY) pthread_kill(thread, SIGUSR1);
    }
    CHECK(wrong == 0 && seen[SIGUSR1] > THREADS / 10, "%u wrong, %u signals", (unsigned)wrong,
          (unsigned)seen[SIGUSR1]);
    works(&guest, "threads that ended");
    delete_guest(&guest);
}

/* Handlers for every other real-time signal, each of which is queued with its value. */
static void real_time_signals(void) {
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal += 2) handle(signal, count, 0, NULL);
    start_calls();
    int ours = libwasmer_interrupt_signal();
    CHECK(ours >= SIGRTMIN && ours <= SIGRTMAX && (ours - SIGRTMIN) % 2 == 1,
          "%d is used, and was in use", ours);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++) {
        if (signal != ours) handle(signal, count, SA_ONSTACK, NULL);
    }
    for (unsigned i = 1; i <= 10; i++) {
        for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++) {
            if (signal == ours) continue;
            union sigval value = {.sival_ptr = (void *)(uintptr_t)(signal * 1000 + (int)i)};
            if (i % 2 == 0) {
                sigqueue(getpid(), signal, value);
            } else {
                pthread_sigqueue(callers[i % CALLERS], signal, value);
            }
            CHECK(arrives(signal, i) && value_seen == value.sival_ptr, "signal %d", signal);
        }
    }
    stop_calls(50);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++) {
        CHECK(signal == ours || (seen[signal] == 10 && still_handled(signal, count)),
              "signal %d was seen %u times", signal, (unsigned)seen[signal]);
    }
}

/* ---- Copies of the library's signal that do not come from it ---- */

/* Sends copies to the process, or to one thread of it; some name a call that there may be. */
static unsigned send_strays(pthread_t thread, unsigned turns) {
    int ours = libwasmer_interrupt_signal();
    unsigned sent = 0;
    for (unsigned i = 0; i < turns; i++) {
        uint64_t values[] = {0, i, UINT64_MAX - i, (uintptr_t)&sent, (uint64_t)(i % 5) << 32 | i};
        union sigval value = {.sival_ptr = (void *)(uintptr_t)values[i % 5]};
        bool failed;
        switch (i % 4) {
        case 0: failed = pthread_kill(thread, ours) != 0; break;
        case 1: failed = kill(getpid(), ours) != 0; break;
        case 2: failed = sigqueue(getpid(), ours, value) != 0; break;
        default: failed = pthread_sigqueue(thread, ours, value) != 0;
        }
        /* The queue may be full. */
        if (failed) pause_for(MILLISECONDS(1)); else sent++;
    }
    return sent;
}

static sem_t leave;

static void *without_wasm(void *argument) {
    (void)argument;
    while (sem_wait(&leave) != 0) continue;
    return NULL;
}

static void *long_calls(void *argument) {
    while (!atomic_load(&enough)) {
        int32_t turns = 0;
        libwasmer_status_t status = try_call(argument, "spin", 3000000, 0, &turns, NULL);
        if (status != LIBWASMER_STATUS_OK || turns != 3000000) atomic_fetch_add(&wrong, 1);
    }
    return NULL;
}

static void strays(void) {
    sem_init(&leave, 0, 0);
    pthread_t idle, plain, calm;
    pthread_create(&idle, NULL, without_wasm, NULL);
    start_calls();
    guest_t unset = new_guest(LIBWASMER_COMPILER_CRANELIFT, answer, NULL);
    guest_t unfired = new_guest(LIBWASMER_COMPILER_SINGLEPASS, answer, NULL);
    libwasmer_interrupt_t *interrupt = new_interrupt();
    OK(libwasmer_arena_set_interrupt(unfired.arena, interrupt, &error));
    pthread_create(&plain, NULL, long_calls, &unset);
    pthread_create(&calm, NULL, long_calls, &unfired);
    const pthread_t threads[] = {pthread_self(), idle, plain, calm, callers[0]};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        CHECK(send_strays(threads[i], 2000) > 1000, "too few signals were sent");
    }
    stop_calls(50);
    pthread_join(plain, NULL);
    pthread_join(calm, NULL);
    sem_post(&leave);
    pthread_join(idle, NULL);
    CHECK(wrong == 0, "%u calls had another outcome", (unsigned)wrong);
    works(&unset, "strays");
    libwasmer_interrupt_delete(interrupt);
    delete_guest(&unset);
    delete_guest(&unfired);
}

/* A handler that was there before gets them, and nothing of what the library sends. */
static void strays_to_a_handler(void) {
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++) handle(signal, count, 0, NULL);
    start_calls();
    int ours = libwasmer_interrupt_signal();
    while (atomic_load(&interrupted) < 100 && wrong == 0) pause_for(MILLISECONDS(1));
    CHECK(seen[ours] == 0, "it got %u of the library's", (unsigned)seen[ours]);
    unsigned sent = send_strays(pthread_self(), 1000);
    pause_for(MILLISECONDS(20));
    CHECK(sent == 1000 && seen[ours] == 0, "it got %u of %u", (unsigned)seen[ours], sent);
    stop_calls(200);
}

/* ---- Threads that compile ---- */

/* A module of 100 kilobytes and more. */
static uint8_t *large;
static size_t large_size;

static void large_module(void) {
    enum { FUNCTIONS = 3000, ADDS = 60 };
    static const char add[] = "(local.set 0 (i32.add (local.get 0) (i32.const 3)))";
    char *text = malloc(FUNCTIONS * (ADDS * sizeof add + 60) + 20), *end = text;
    if (!text) abort();
    end += sprintf(end, "(module ");
    for (int i = 0; i < FUNCTIONS; i++) {
        end += sprintf(end, "(func (param i32) (result i32) ");
        for (int j = 0; j < ADDS; j++) end += sprintf(end, "%s", add);
        end += sprintf(end, " local.get 0)");
    }
    end += sprintf(end, ")");
    libwasmer_bytes_t *bytes = NULL;
    NEED(libwasmer_wat2wasm((uint8_t *)text, (size_t)(end - text), &bytes, &error));
    free(text);
    libwasmer_view_t view = libwasmer_bytes_view(bytes);
    large_size = view.size;
    large = malloc(large_size);
    if (!large) abort();
    memcpy(large, view.data, large_size);
    libwasmer_bytes_delete(bytes);
}

/* How many threads but this one there are, and how many of them a signal could come to. */
static void count_tasks(int signal, unsigned *all, unsigned *open) {
    *all = *open = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        if (task->d_name[0] == '.' || atoi(task->d_name) == gettid()) continue;
        char path[300], line[100];
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        /* Some end meanwhile. Of one that is gone the kernel says that it belongs to a process with
         * no threads and blocks nothing. */
        unsigned threads = 0;
        while (status && fgets(line, sizeof line, status)) {
            unsigned long long blocked;
            sscanf(line, "Threads: %u", &threads);
            if (sscanf(line, "SigBlk: %llx", &blocked) != 1 || threads == 0) continue;
            *all += 1;
            *open += !(blocked >> (signal - 1) & 1);
        }
        if (status) fclose(status);
    }
    if (tasks) closedir(tasks);
}

static void *compile_large(void *argument) {
    libwasmer_module_t *module = NULL;
    libwasmer_status_t status = libwasmer_module_new(argument, large, large_size, &module, NULL);
    if (status != LIBWASMER_STATUS_OK) atomic_fetch_add(&wrong, 1);
    libwasmer_module_delete(module);
    atomic_store(&enough, true);
    return NULL;
}

/* No signal goes to the threads by which a module is compiled. */
static void compiling(void) {
    large_module();
    for (int i = 0; i < COMPILERS; i++) {
        libwasmer_engine_t *engine = NULL;
        libwasmer_config_t *config = libwasmer_config_new();
        OK(libwasmer_config_set_compiler(config, compilers[i], &error));
        OK(libwasmer_config_set_compile_threads(config, 8, &error));
        NEED(libwasmer_engine_new(config, &engine, &error));
        libwasmer_config_delete(config);
        unsigned most = 0, all, open;
        pthread_t thread;
        atomic_store(&enough, false);
        sigset_t every, before, blocked;
        sigfillset(&every);
        pthread_sigmask(SIG_SETMASK, &every, &before);
        pthread_create(&thread, NULL, compile_large, engine);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        while (!atomic_load(&enough)) {
            count_tasks(SIGUSR1, &all, &open);
            CHECK(open == 0, "%u of %u threads take signals", open, all);
            if (all > most) most = all;
        }
        pthread_join(thread, NULL);
        CHECK(most > 8 && wrong == 0, "%u threads, %u wrong", most, (unsigned)wrong);
        /* On a thread that takes signals, as after it. */
        libwasmer_module_t *module = NULL;
        OK(libwasmer_module_new(engine, large, large_size, &module, &error));
        libwasmer_module_delete(module);
        count_tasks(SIGUSR1, &all, &open);
        CHECK(open == 0, "%u of %u threads that are left take signals", open, all);
        pthread_sigmask(SIG_SETMASK, NULL, &blocked);
        CHECK(!sigismember(&blocked, SIGUSR1), "the caller blocks signals now");
        libwasmer_engine_delete(engine);
    }
    free(large);
}

int main(void) {
    static const struct {
        const char *name;
        void (*run)(void);
    } cases[] = {
        {"faults_handler_first", faults_handler_first},
        {"faults_handler_last", faults_handler_last},
        {"own_signals", own_signals},
        {"ending_threads", ending_threads},
        {"real_time_signals", real_time_signals},
        {"strays", strays},
        {"strays_to_a_handler", strays_to_a_handler},
        {"compiling", compiling},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pid_t child = fork_child();
        if (child == 0) {
            cases[i].run();
            CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
            end_child();
        }
        take_over(cases[i].name, child);
    }
    return finish("signals");
}

#else

int main(void) {
    have_interrupts();
    return finish("signals");
}

#endif
