package main

import (
	"fmt"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// A guest with calls that look at what it was given.
const looking = `(module
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $filestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_tell" (func $tell (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (import "wasi_snapshot_preview1" "clock_res_get" (func $resolution (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 20)
  (func (export "fdstat") (param i32) (result i32 i32) (call $fdstat (local.get 0) (i32.const 0)) (i32.load8_u (i32.const 0)))
  ;; wasi-libc takes for a terminal, and buffers by lines, what is a character device without a place.
  (func (export "terminal") (param i32) (result i32) (drop (call $fdstat (local.get 0) (i32.const 0)))
    (i32.and (i32.eq (i32.load8_u (i32.const 0)) (i32.const 2)) (i64.eqz (i64.and (i64.load (i32.const 8)) (i64.const 0x24)))))
  (func (export "filestat") (param i32) (result i32 i32) (call $filestat (local.get 0) (i32.const 0)) (i32.load8_u (i32.const 16)))
  (func (export "seek") (param i32) (result i32) (call $seek (local.get 0) (i64.const 0) (i32.const 0) (i32.const 0)))
  (func (export "tell") (param i32) (result i32) (call $tell (local.get 0) (i32.const 0)))
  (func (export "prestat") (param i32) (result i32) (call $prestat (local.get 0) (i32.const 0)))
  (func (export "yield") (result i32) (call $yield))
  (func (export "resolution") (param i32) (result i32) (call $resolution (local.get 0) (i32.const 0)))
  (func (export "sleep") (param i64) (result i32 i32)
    (memory.fill (i32.const 64) (i32.const 0) (i32.const 48))
    (i64.store (i32.const 64) (i64.const 7)) (i32.store (i32.const 80) (i32.const 1)) (i64.store (i32.const 88) (local.get 0))
    (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 0)) (i32.load (i32.const 0)))
  (func (export "poll nothing") (result i32) (call $poll (i32.const 64) (i32.const 128) (i32.const 0) (i32.const 0)))
  (func (export "print") (param i32) (result i32 i32)
    (memory.fill (i32.const 1024) (i32.const 120) (local.get 0))
    (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (local.get 0))
    (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.load (i32.const 8)))
  (func (export "print nothing") (result i32) (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8))))`

var wasiCalls = programs{
	"wasi-standard-streams-described": func() {
		instance, _ := wasiGuest(looking, wasmer.NewWasiStateBuilder("p").CaptureStdout().CaptureStderr())
		for fd := range 3 {
			call(fmt.Sprint("fdstat ", fd), instance, "fdstat", fd)
			call(fmt.Sprint("terminal ", fd), instance, "terminal", fd)
			call(fmt.Sprint("filestat ", fd), instance, "filestat", fd)
			call(fmt.Sprint("seek ", fd), instance, "seek", fd)
			call(fmt.Sprint("tell ", fd), instance, "tell", fd)
			call(fmt.Sprint("prestat ", fd), instance, "prestat", fd)
		}
		call("fdstat 99", instance, "fdstat", 99)
		call("seek 99", instance, "seek", 99)
		call("prestat 99", instance, "prestat", 99)
	},
	"wasi-yield-and-resolution": func() {
		instance, _ := wasiGuest(looking, wasmer.NewWasiStateBuilder("p"))
		call("yield", instance, "yield")
		for clock := range 2 {
			call(fmt.Sprint("resolution ", clock), instance, "resolution", clock)
		}
		call("resolution 99", instance, "resolution", 99)
	},
	"wasi-sleep": func() {
		instance, _ := wasiGuest(looking, wasmer.NewWasiStateBuilder("p"))
		call("a millisecond", instance, "sleep", int64(1e6))
	},
	"wasi-poll-of-nothing": func() {
		instance, _ := wasiGuest(looking, wasmer.NewWasiStateBuilder("p"))
		call("poll", instance, "poll nothing")
	},
	"wasi-output-captured-in-bulk": func() {
		instance, environment := wasiGuest(looking, wasmer.NewWasiStateBuilder("p").CaptureStdout())
		call("a megabyte", instance, "print", 1<<20)
		call("nothing", instance, "print nothing")
		say("output", len(environment.ReadStdout()))
		print := must(instance.Exports.GetFunction("print"))
		for range 1000 {
			must(print(10))
		}
		say("output of many calls", len(environment.ReadStdout()))
	},
	"wasi-unstable": func() {
		instance, environment := wasiGuest(`(module (import "wasi_unstable" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32))) (memory (export "memory") 1) (data (i32.const 16) "unstable\n")
  (func (export "_start") (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 9)) (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "seek") (result i32) (call $seek (i32.const 99) (i64.const 0) (i32.const 0) (i32.const 0))))`, wasmer.NewWasiStateBuilder("p").CaptureStdout())
		call("start", instance, "_start")
		say("output", fmt.Sprintf("%q", environment.ReadStdout()))
		call("seek", instance, "seek")
	},
	"wasi-many-arguments": func() {
		builder := wasmer.NewWasiStateBuilder("p")
		for number := range 500 {
			builder.Argument(fmt.Sprint("argument ", number)).Environment(fmt.Sprint("KEY", number), fmt.Sprint(number))
		}
		instance, _ := wasiGuest(guest, builder)
		found := must(must(instance.Exports.GetFunction("args"))()).([]any)
		say("arguments", found)
		found = must(must(instance.Exports.GetFunction("env"))()).([]any)
		say("environment", found)
	},
	"wasi-start-called-twice": func() {
		instance, environment := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").CaptureStdout().CaptureStderr())
		start := must(instance.Exports.GetWasiStartFunction())
		for number := range 2 {
			result, err := start()
			sayResult(fmt.Sprint("start ", number), result, err)
		}
		say("output", fmt.Sprintf("%q", environment.ReadStdout()))
	},
	"wasi-called-after-its-exit": func() {
		instance, _ := wasiGuest(fmt.Sprintf(`(module (import %s "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 0))) (func (export "add") (result i32) (i32.const 42)))`, preview1), wasmer.NewWasiStateBuilder("p"))
		_, err := must(instance.Exports.GetFunction("_start"))()
		say("start failed", err != nil)
		call("after it", instance, "add")
	},
	"wasi-trap-in-start": func() {
		instance, _ := wasiGuest(fmt.Sprintf(`(module (import %s "sched_yield" (func (result i32))) (memory (export "memory") 1) (func (export "_start") (unreachable)))`, preview1), wasmer.NewWasiStateBuilder("p"))
		_, err := must(instance.Exports.GetWasiStartFunction())()
		sayTrap("start", err)
	},
}
