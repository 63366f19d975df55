/* What the tests of the standard C API share: named cases, each of which runs in a process of its
   own, so that a crash, an abort, a hang or a function that the library lacks is the outcome of one
   case and not the end of the test. scripts/peer compares such outcomes between two libraries.

     test [case]...                   run the cases (all if none is named); count them in the end
     test --list-outcomes [case]...   one line for each case: its name and its outcome

   With CASES_IN_PROCESS in the environment nothing is forked: for valgrind and for a debugger. With
   CASES_LONG the races of threads.c take a minute each and not two seconds. */

#ifndef CASES_H
#define CASES_H

/* For fork and mmap: this comes before any header of the system. */
#define _DEFAULT_SOURCE

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    const char *name;
    void (*run)(void);
} case_t;

#define CASE(function) {#function, function}

/* Seconds that a case may take. */
enum { CASE_SECONDS = 90 };

/* What a case tells its parent; in memory that both see. */
typedef struct {
    unsigned checks;
    bool failed, finished;
    char first_failure[240];
} record_t;

static record_t *record;
static jmp_buf end_of_case;
static bool in_process, long_races;

/* Counts a check, and keeps the text of the first one that failed. Gives the condition back.
   The texts are compared between runs: no address and no number that changes may be in them. */
#define CHECK(...) CHECK_(#__VA_ARGS__, __VA_ARGS__, NULL)
#define CHECK_(text, condition, ...) check_((condition), __LINE__, text, __VA_ARGS__)

#if defined(__GNUC__)
__attribute__((unused))
#endif
static bool check_(bool condition, int line, const char *text, const char *format, ...) {
    record->checks++;
    if (condition) return true;
    char message[sizeof record->first_failure];
    if (format == NULL) {
        snprintf(message, sizeof message, "%s", text);
    } else {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message, sizeof message, format, arguments);
        va_end(arguments);
    }
    printf("line %d: %s\n", line, message);
    fflush(stdout);
    if (!record->failed) memcpy(record->first_failure, message, sizeof message);
    record->failed = true;
    return false;
}

/* Ends the case. Not from inside of a callback or of another thread. */
#if defined(__GNUC__)
__attribute__((noreturn, unused))
#endif
static void end_case(void) {
    longjmp(end_of_case, 1);
}

/* For what a case cannot go on without. */
#define NEED(...)                                                    \
    do {                                                             \
        if (!CHECK_(#__VA_ARGS__, __VA_ARGS__, NULL)) end_case();    \
    } while (0)

/* Compares integers. */
#define EQUAL(found, expected)                                                             \
    do {                                                                                   \
        long long found_ = (long long)(found), expected_ = (long long)(expected);          \
        CHECK(found_ == expected_, "%s is %lld, not %lld", #found, found_, expected_);     \
    } while (0)

/* The objects that were made and not deleted; of libwasmer.h, so the peer has no such function. */
#if defined(__GNUC__)
__attribute__((weak))
#endif
extern size_t libwasmer_live_objects(void);

static void run_here(const case_t *one) {
    memset(record, 0, sizeof *record);
    if (setjmp(end_of_case) == 0) {
        one->run();
        /* In one process for all, a case may leave something to the next one. */
        if (!in_process && libwasmer_live_objects != NULL && libwasmer_live_objects() != 0) {
            CHECK(false, "objects are left");
        }
    }
    record->finished = true;
}

/* Copies what the dynamic linker says that it did not find, if it says so. */
static bool missing_symbol(FILE *log, char *out, size_t size) {
    static const char needle[] = "undefined symbol: ";
    char line[512];
    rewind(log);
    while (fgets(line, sizeof line, log) != NULL) {
        const char *at = strstr(line, needle);
        if (at == NULL) continue;
        at += sizeof needle - 1;
        snprintf(out, size, "missing symbol %.*s", (int)strcspn(at, " \n"), at);
        return true;
    }
    return false;
}

/* Says how a case ended; true if all is well. */
static bool outcome_of(int status, FILE *log, char *out, size_t size) {
    if (WIFSIGNALED(status)) {
        if (WTERMSIG(status) == SIGALRM) {
            snprintf(out, size, "timeout");
        } else {
            snprintf(out, size, "signal %d", WTERMSIG(status));
        }
    } else if (!record->finished) {
        if (WEXITSTATUS(status) != 127 || log == NULL || !missing_symbol(log, out, size)) {
            snprintf(out, size, "failed: the process ended with code %d", WEXITSTATUS(status));
        }
    } else if (record->failed) {
        snprintf(out, size, "failed: %s", record->first_failure);
    } else if (record->checks == 0) {
        snprintf(out, size, "failed: nothing was checked");
    } else {
        snprintf(out, size, "ok");
        return true;
    }
    for (char *c = out; *c != '\0'; c++) {
        if (*c == '\n') *c = ' ';
    }
    return false;
}

/* Runs a case in a child whose output goes to `log`; gives how that child ended. */
static int run_in_child(const case_t *one, FILE *log) {
    memset(record, 0, sizeof *record);
    fflush(NULL);
    pid_t child = fork();
    if (child == -1) {
        perror("fork");
        exit(2);
    }
    if (child == 0) {
        dup2(fileno(log), STDOUT_FILENO);
        dup2(fileno(log), STDERR_FILENO);
        alarm(CASE_SECONDS);
        run_here(one);
        exit(EXIT_SUCCESS);
    }
    int status = 0;
    if (waitpid(child, &status, 0) == -1) {
        perror("waitpid");
        exit(2);
    }
    return status;
}

static bool named(const case_t *one, int count, char **names) {
    for (int i = 0; i < count; i++) {
        if (strcmp(one->name, names[i]) == 0) return true;
    }
    return count == 0;
}

/* The `main` of a test. */
static int run_cases(const char *test, const case_t *cases, size_t count, int argc, char **argv) {
    bool list = argc > 1 && strcmp(argv[1], "--list-outcomes") == 0;
    int skip = list ? 2 : 1;
    unsigned passed = 0, failed = 0;
    in_process = getenv("CASES_IN_PROCESS") != NULL;
    long_races = getenv("CASES_LONG") != NULL;
    record = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (record == MAP_FAILED) {
        perror("mmap");
        return 2;
    }
    for (size_t i = 0; i < count; i++) {
        if (!named(&cases[i], argc - skip, argv + skip)) continue;
        char outcome[400];
        FILE *log = NULL;
        int status = 0;
        if (in_process) {
            run_here(&cases[i]);
        } else if ((log = tmpfile()) == NULL) {
            perror("tmpfile");
            return 2;
        } else {
            status = run_in_child(&cases[i], log);
        }
        bool good = outcome_of(status, log, outcome, sizeof outcome);
        if (good) {
            passed++;
        } else {
            failed++;
        }
        if (list) {
            printf("%s %s\n", cases[i].name, outcome);
        } else if (!good) {
            printf("%s: %s\n", cases[i].name, outcome);
            char text[4096];
            if (log != NULL) rewind(log);
            while (log != NULL && fgets(text, sizeof text, log) != NULL) printf("    %s", text);
        }
        if (log != NULL) fclose(log);
        fflush(stdout);
    }
    munmap(record, sizeof *record);
    if (passed + failed == 0) {
        fprintf(stderr, "%s: there is no such case\n", test);
        return 2;
    }
    if (list) return EXIT_SUCCESS;
    printf("%s: %u passed, %u failed\n", test, passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define RUN_CASES(test, cases, argc, argv) \
    run_cases(test, cases, sizeof(cases) / sizeof *(cases), argc, argv)

#endif
