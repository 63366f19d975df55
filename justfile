set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments := true

# List what can be done.
default:
    @just --list

# Run the example of the README: prints 42.
simple:
    scripts/simple

# Build the shared and the static library into target/release.
[group('build')]
build:
    scripts/build

# Print the exports that make Go use the library built here.
[group('build')]
custom:
    scripts/custom-env

# Make include/libwasmer.h from the sources.
[group('build')]
headers:
    scripts/header

# Make the prebuilt library for Linux amd64 (ten minutes).
[group('build')]
prebuilt:
    scripts/prebuilt

# Install the C library: just install --prefix /opt/wasmer
[group('build')]
install *arguments:
    scripts/install "$@"

# Build the book of docs/ into target/book; --install gets mdbook first.
[group('build')]
book *arguments:
    scripts/book "$@"

# Make the tarball of the C library in dist.
[group('build')]
package:
    scripts/package

# Test the Go package; arguments go to go test: just test -tags custom_wasmer_runtime
[group('test')]
test *arguments:
    scripts/test-go "$@"

# Compare with wasmer-go v1.0.4, wasmtime-go and wazero; arguments go to go test.
[group('test')]
differential *arguments:
    scripts/differential "$@"

# Run every test there is.
[group('test')]
test-all:
    scripts/test

# Test every code block and link of the documents.
[group('test')]
doc-test:
    eval "$(scripts/custom-env)" && go -C go test -count=1 -tags custom_wasmer_runtime ./internal/doctest

# Repeat the hard tests under pressure, for an hour.
[group('test')]
soak:
    scripts/soak

# Run the official test suite of WebAssembly, a checkout of WebAssembly/testsuite: just spec DIR [--compiler NAME] [--verbose]
[group('test')]
spec *arguments:
    cargo test --release --test spec -- "$@"

# Look for inputs that break something: just fuzz differential 30 (minutes).
[group('test')]
fuzz *arguments:
    scripts/fuzz "$@"

# Run the public tests of WASI preview 1: just wasi-suite ../wasi-testsuite
[group('test')]
wasi-suite *arguments:
    scripts/wasi-suite "$@"

# Run the tests of Go's standard library as WASI guests; arguments are packages.
[group('test')]
wasi-std *arguments:
    scripts/wasi-std "$@"

# Run the tests of Rust's core, alloc and std::fs as WASI guests.
[group('test')]
wasi-rust *arguments:
    scripts/wasi-rust "$@"

# Compile and run real programs of npm and PyPI: just corpus --check
[group('test')]
corpus *arguments:
    scripts/corpus "$@"

# Check that everything committed belongs together, before a release.
[group('test')]
release-check: test-all
    scripts/drift
    scripts/prebuilt-check
    scripts/package
    scripts/test-install --tarball dist/*.tar.gz

# Measure; arguments go to go test.
[group('test')]
bench *arguments:
    scripts/bench "$@"

# Measure WASI beside wazero.
[group('test')]
bench-wasi *arguments:
    scripts/bench-wasi "$@"

# Run the linters.
[group('test')]
lint:
    scripts/lint

# Check licences, sources and known faults of the dependencies; --offline leaves out the last.
[group('test')]
deny *arguments:
    scripts/deny "$@"
