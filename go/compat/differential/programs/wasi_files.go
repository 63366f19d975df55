package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// A guest with the calls on files; paths lie at 512.
const files = `(module
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "prestat") (param i32) (result i32) (call $get (local.get 0) (i32.const 0)))
  (func (export "length") (result i32) (i32.load (i32.const 4)))
  (func (export "name") (param i32) (result i32) (call $name (local.get 0) (i32.const 16) (i32.load (i32.const 4))))
  (func (export "open") (param i32 i32 i32 i64) (result i32 i32)
    (call $open (local.get 0) (i32.const 0) (i32.const 512) (local.get 1) (local.get 2) (local.get 3) (i64.const 0) (i32.const 0) (i32.const 8)) (i32.load (i32.const 8)))
  (func (export "read") (param i32) (result i32 i32) (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 100))
    (call $read (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.load (i32.const 8)))
  (func (export "write") (param i32 i32) (result i32 i32) (i32.store (i32.const 0) (i32.const 512)) (i32.store (i32.const 4) (local.get 1))
    (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.load (i32.const 8)))
  (func (export "close") (param i32) (result i32) (call $close (local.get 0)))
  (func (export "list") (param i32) (result i32 i32) (call $readdir (local.get 0) (i32.const 1024) (i32.const 4096) (i64.const 0) (i32.const 8)) (i32.load (i32.const 8)))
  (func (export "unlink") (param i32 i32) (result i32) (call $unlink (local.get 0) (i32.const 512) (local.get 1)))
  (func (export "mkdir") (param i32 i32) (result i32) (call $mkdir (local.get 0) (i32.const 512) (local.get 1))))`

const (
	mayRead  = int64(1 << 1)
	mayWrite = int64(1 << 6)
	mayList  = int64(1 << 14)
)

type fileGuest struct {
	instance *wasmer.Instance
	memory   *wasmer.Memory
}

func newFileGuest(builder *wasmer.WasiStateBuilder) fileGuest {
	instance, _ := wasiGuest(files, builder)
	return fileGuest{instance, must(instance.Exports.GetMemory("memory"))}
}

func (g fileGuest) call(name string, arguments ...any) any {
	return must(must(g.instance.Exports.GetFunction(name))(arguments...))
}

// path writes a path to where the guest takes it from.
func (g fileGuest) path(path string) int { return copy(g.memory.Data()[512:], path) }

// preopens tells the descriptors that a guest begins with.
func (g fileGuest) preopens() {
	for fd := 3; fd < 8; fd++ {
		if number := g.call("prestat", fd); number != int32(0) {
			say(fmt.Sprint("descriptor ", fd), "error", number)
			continue
		}
		say(fmt.Sprint("descriptor ", fd), fmt.Sprintf("%q", strings.TrimSuffix(g.nameOf(fd), "\x00")))
	}
}

// nameOf is the name of a preopened directory, with all the bytes that the guest gets.
func (g fileGuest) nameOf(fd int) string {
	g.call("prestat", fd)
	length := g.call("length").(int32)
	g.call("name", fd)
	return string(g.memory.Data()[16 : 16+length])
}

// mapped gives the descriptor of the last preopen: the first one that a program mapped.
func (g fileGuest) mapped() int {
	fd := 3
	for g.call("prestat", fd+1) == int32(0) {
		fd++
	}
	return fd
}

// withFile makes a directory that holds "file".
func withFile() string {
	directory := scratch()
	if err := os.WriteFile(filepath.Join(directory, "file"), []byte("contents"), 0o600); err != nil {
		panic(err)
	}
	return directory
}

var wasiFiles = programs{
	"wasi-preopens-none":     func() { newFileGuest(wasmer.NewWasiStateBuilder("p")).preopens() },
	"wasi-preopens-mapped":   func() { newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", scratch())).preopens() },
	"wasi-preopens-absolute": func() { newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("/data", scratch())).preopens() },
	"wasi-preopens-dot":      func() { newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory(".", scratch())).preopens() },
	"wasi-preopens-by-path":  func() { newFileGuest(wasmer.NewWasiStateBuilder("p").PreopenDirectory(scratch())).preopens() },
	"wasi-preopens-two": func() {
		newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("a", scratch()).MapDirectory("b", scratch())).preopens()
	},
	"wasi-preopens-bytes-of-a-name": func() {
		guest := newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", scratch()))
		say("name", fmt.Sprintf("%q", guest.nameOf(guest.mapped())))
	},
	"wasi-file-read": func() {
		guest := newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", withFile()))
		opened := guest.call("open", guest.mapped(), guest.path("file"), 0, mayRead).([]any)
		say("open", opened[0])
		read := guest.call("read", opened[1]).([]any)
		say("read", typed(read), fmt.Sprintf("%q", guest.memory.Data()[1024:1032]))
		say("close", guest.call("close", opened[1]), "and again", guest.call("close", opened[1]))
	},
	"wasi-file-written": func() {
		directory := scratch()
		guest := newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", directory))
		opened := guest.call("open", guest.mapped(), guest.path("new file"), 1, mayWrite).([]any)
		say("open", opened[0])
		say("write", typed(guest.call("write", opened[1], 8)))
		say("close", guest.call("close", opened[1]))
		contents, err := os.ReadFile(filepath.Join(directory, "new file"))
		say("on the host", fmt.Sprintf("%q", contents), err)
		say("unlink", guest.call("unlink", guest.mapped(), guest.path("new file")))
		say("unlink again", guest.call("unlink", guest.mapped(), guest.path("new file")))
		say("mkdir", guest.call("mkdir", guest.mapped(), guest.path("directory")))
		say("mkdir again", guest.call("mkdir", guest.mapped(), guest.path("directory")))
	},
	"wasi-file-errors": func() {
		guest := newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", withFile()))
		fd := guest.mapped()
		for _, path := range []string{"nobody", "file/below", "../up", "/etc/passwd", "", "."} {
			say(fmt.Sprintf("%q", path), guest.call("open", fd, guest.path(path), 0, mayRead).([]any)[0])
		}
		say("created where one is, exclusively", guest.call("open", fd, guest.path("file"), 1|4, mayWrite).([]any)[0])
		say("a file as a directory", guest.call("open", fd, guest.path("file"), 2, mayRead).([]any)[0])
		say("descriptor 99", guest.call("open", 99, guest.path("file"), 0, mayRead).([]any)[0])
		say("read from 99", guest.call("read", 99).([]any)[0])
	},
	"wasi-directory-through-the-root": func() {
		guest := newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", withFile()))
		for _, path := range []string{"data/file", "data"} {
			say(path, guest.call("open", 3, guest.path(path), 0, mayRead).([]any)[0])
		}
	},
	"wasi-directory-listed": func() {
		guest := newFileGuest(wasmer.NewWasiStateBuilder("p").MapDirectory("data", withFile()))
		listed := guest.call("list", guest.mapped()).([]any)
		say("list", listed[0])
		bytes := guest.memory.Data()[1024 : 1024+int(listed[1].(int32))]
		names := map[string]bool{}
		for len(bytes) >= 24 {
			length := int(bytes[16])
			names[string(bytes[24:24+length])] = true
			bytes = bytes[24+length:]
		}
		say("names", names)
	},
}
