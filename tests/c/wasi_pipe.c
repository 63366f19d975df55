/* Pipes between the program and guests. */

#include "wasi_run.h"

static unsigned ready;

static void count_ready(void *env) { ready += *(unsigned *)env; }

static void pipes(void) {
    libwasmer_wasi_pipe_t *input = NULL, *output = NULL;
    unsigned one = 1;
    finalized = 0;
    STATUS(INVALID_ARGUMENT,
           libwasmer_wasi_pipe_new(LIBWASMER_LIMIT_WASI_PIPE_BYTES_MAX + 1, count_ready, &one,
                                   count_finalized, &input, &error));
    CHECK(finalized == 1 && !input, "the env of a pipe that there is not: %u", finalized);
    NEED(libwasmer_wasi_pipe_new(4, count_ready, &one, count_finalized, &input, &error));
    NEED(libwasmer_wasi_pipe_new(0, count_ready, &one, count_finalized, &output, &error));
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    set_strings(config);
    OK(libwasmer_wasi_config_set_input_pipe(config, input, &error));
    OK(libwasmer_wasi_config_set_output_pipe(config, 1, output, &error));
    OK(libwasmer_wasi_config_set_output_pipe(config, 2, output, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_set_output_pipe(config, 0, output, &error));
    libwasmer_wasi_t *wasi = new_wasi(config);
    size_t count = 99;
    OK(libwasmer_wasi_pipe_write(input, (const uint8_t *)"input", 5, &count, &error));
    CHECK(count == 4, "as much as there is room for: %zu", count);
    char text[20];
    bool ended = true;
    OK(libwasmer_wasi_pipe_read(output, (uint8_t *)text, sizeof text, &count, &ended, &error));
    CHECK(count == 0 && !ended && ready == 0, "nothing yet: %zu bytes, %u", count, ready);
    uint32_t code = 0;
    OK(run_echo(wasi, &code));
    CHECK(ready == 2, "both were told to go on: %u", ready);
    OK(libwasmer_wasi_pipe_read(output, (uint8_t *)text, 11, &count, &ended, &error));
    CHECK(count == 11 && !ended && memcmp(text, "echo\0\xff\0A=1", 11) == 0, "%zu bytes", count);
    /* The second time an error comes in place of the input, which ends the guest once. */
    libwasmer_error_t *failure = libwasmer_error_new(LIBWASMER_STATUS_HOST, "broken", 6, 77);
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_pipe_end(input, 9999, failure, &error));
    failure = libwasmer_error_new(LIBWASMER_STATUS_HOST, "broken", 6, 77);
    OK(libwasmer_wasi_pipe_end(input, 0, failure, &error));
    STATUS(CLOSED, libwasmer_wasi_pipe_write(input, (const uint8_t *)"x", 1, &count, &error));
    STATUS(HOST, run_echo(wasi, &code));
    OK(run_echo(wasi, &code));
    OK(libwasmer_wasi_pipe_end(output, LIBWASMER_ERRNO_SUCCESS, NULL, &error));
    OK(libwasmer_wasi_pipe_read(output, (uint8_t *)text, 4, &count, &ended, &error));
    CHECK(count == 4 && !ended && memcmp(text, "inpu", 4) == 0, "%zu bytes", count);
    OK(libwasmer_wasi_pipe_read(output, (uint8_t *)text, 11, &count, &ended, &error));
    OK(libwasmer_wasi_pipe_read(output, (uint8_t *)text, sizeof text, &count, &ended, &error));
    CHECK(count == 15 && ended, "the end: %zu bytes", count);
    OK(libwasmer_wasi_pipe_read(output, NULL, 0, &count, &ended, &error));
    CHECK(count == 0 && ended, "and nothing after it: %zu bytes", count);
    /* Guests keep what they use of a pipe. */
    finalized = 0;
    libwasmer_wasi_pipe_delete(input);
    libwasmer_wasi_pipe_delete(output);
    CHECK(finalized == 0, "%u finalized", finalized);
    libwasmer_wasi_config_delete(config);
    libwasmer_wasi_delete(wasi);
    CHECK(finalized == 2, "%u finalized", finalized);
}

int main(void) {
    engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    pipes();
    libwasmer_engine_delete(engine);
    CHECK(libwasmer_live_objects() == 0, "%zu objects are left", libwasmer_live_objects());
    return finish("wasi_pipe");
}
