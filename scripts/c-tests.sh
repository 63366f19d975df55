# For the scripts that build the C tests: which there are, and the cases that are made from the headers.
# shellcheck shell=bash

# Without .c, below tests/c and examples/c.
# shellcheck disable=SC2034
tests=() examples=()
for source in tests/c/*.c tests/c/standard/*.c; do
    source=${source#tests/c/}
    # scripts/peer runs this one: it needs a second library.
    [[ "$source" == standard/two_libraries.c ]] || tests+=("${source%.c}")
done
for source in examples/c/*.c examples/c/standard/*.c; do
    source=${source#examples/c/}
    examples+=("${source%.c}")
done

# make_cases <directory> <C compiler...>: makes the cases there. A file that would be the same is left alone.
make_cases() {
    local out=$1 header
    shift
    mkdir -p "$out/marked"
    # The cases for NULL come from the header, so that none can be forgotten.
    awk -v overrides=tests/c/null_args.c -f tests/c/null_args.awk include/libwasmer.h |
        put_if_new "$out/null_args_cases.h"
    # Wrong arguments for wasm.h and wasmer.h, in the same way. Macros declare most of wasm.h, so it is
    # what the preprocessor makes of them, with the marks that args.awk reads.
    for header in wasm wasmer; do
        sed 's/^#define own$/#define own __own__/' "include/$header.h" >"$out/marked/$header.h"
    done
    "$@" -std=c11 -E -P -DWASM_API_EXTERN=__api__ -x c "$out/marked/wasmer.h" |
        awk -f tests/c/standard/args.awk | put_if_new "$out/standard_args_cases.h"
}

# put_if_new <file>: the input becomes the file, unless it is that already.
put_if_new() {
    cat >"$1.new"
    cmp -s "$1.new" "$1" || mv "$1.new" "$1"
}
