//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper_wasi.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// Answer is what a callback of WASI gives: an errno for the guest to see, 0 for success; or a Failure,
// which ends the guest's call.
type Answer struct {
	Errno   uint16
	Failure *Failure
}

// WasiReader gives bytes to a guest that reads; no bytes are the end.
type WasiReader interface {
	ReadForGuest(buffer []byte) (int, Answer)
}

// WasiWriter takes bytes that a guest writes. It must not keep them.
type WasiWriter interface {
	WriteForGuest(bytes []byte) (int, Answer)
}

// WasiStat is what is known of a file. Times are nanoseconds since 1970.
type WasiStat struct {
	Device, Inode, Links, Size  uint64
	Accessed, Modified, Changed uint64
	FileType                    uint8
}

// WasiFiles is a tree of files: see libwasmer_wasi_files_t.
type WasiFiles interface {
	HasLinks() bool
	Open(path string, flags uint16, access uint32) (uint64, Answer)
	Close(file uint64)
	ReadAt(file uint64, buffer []byte, offset uint64) (int, Answer)
	WriteAt(file uint64, bytes []byte, offset uint64) (int, Answer)
	FileStat(file uint64) (WasiStat, Answer)
	SetSize(file uint64, size uint64) Answer
	SetFileTimes(file uint64, accessed, modified uint64, flags uint16) Answer
	Sync(file uint64) Answer
	Stat(path string) (WasiStat, Answer)
	SetTimes(path string, accessed, modified uint64, flags uint16) Answer
	List(path string, add func(name string, fileType uint8, inode uint64) bool) Answer
	MakeDirectory(path string) Answer
	RemoveDirectory(path string) Answer
	Unlink(path string) Answer
	Rename(from, to string) Answer
	Link(from, to string) Answer
	Symlink(target, path string) Answer
	ReadLink(path string) (string, Answer)
}

// A Guard is told of a callback that does not return.
type Guard interface {
	// Panicked makes an answer of a panic.
	Panicked(value any) Answer
	// Exited is told of runtime.Goexit, which cannot be held up.
	Exited()
}

// A callback is what the number for `env` stands for.
type callback struct {
	guard  Guard
	target any
}

func newCallback(guard Guard, target any) C.uintptr_t {
	return C.uintptr_t(cgo.NewHandle(&callback{guard, target}))
}

// SetReader makes standard input come from Go. The reader is kept as long as a guest may use it.
func (c WasiConfig) SetReader(reader WasiReader, guard Guard) *Error {
	return take(C.wasmer_go_wasi_set_reader(c.ptr(), newCallback(guard, reader)))
}

// SetWriter makes an output go to Go.
func (c WasiConfig) SetWriter(stream uint32, writer WasiWriter, guard Guard) *Error {
	return take(C.wasmer_go_wasi_set_writer(c.ptr(), C.uint32_t(stream), newCallback(guard, writer)))
}

// AddFiles adds a directory whose files are implemented in Go.
func (c WasiConfig) AddFiles(files WasiFiles, guard Guard, guest string, readOnly bool) *Error {
	name, size := text(guest)
	return take(C.wasmer_go_wasi_add_files(c.ptr(), newCallback(guard, files), name, size,
		C.bool(readOnly), C.bool(files.HasLinks())))
}

// call runs a callback under its guard, and gives the errno and perhaps the error. It allocates nothing.
func call[T any](env C.uintptr_t, failed **C.libwasmer_error_t, work func(T) Answer) C.uint16_t {
	var answer Answer
	c := cgo.Handle(env).Value().(*callback)
	guarded(c, &answer, work)
	if answer.Failure != nil {
		*failed = answer.Failure.native()
	}
	return C.uint16_t(answer.Errno)
}

func guarded[T any](c *callback, answer *Answer, work func(T) Answer) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			*answer = c.guard.Panicked(value)
			return
		}
		c.guard.Exited()
	}()
	*answer = work(c.target.(T))
	returned = true
}

func pathOf(path *C.char, size C.size_t) string { return C.GoStringN(path, C.int(size)) }

func sliceOf(data *C.uint8_t, size C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))
}

func (s *WasiStat) give(stat *C.libwasmer_wasi_stat_t) {
	*stat = C.libwasmer_wasi_stat_t{
		device: C.uint64_t(s.Device), inode: C.uint64_t(s.Inode), links: C.uint64_t(s.Links), size: C.uint64_t(s.Size),
		accessed: C.uint64_t(s.Accessed), modified: C.uint64_t(s.Modified), changed: C.uint64_t(s.Changed),
		file_type: C.uint8_t(s.FileType),
	}
}

//export wasmerGoWasiRelease
func wasmerGoWasiRelease(env C.uintptr_t) { cgo.Handle(env).Delete() }

//export wasmerGoWasiRead
func wasmerGoWasiRead(env C.uintptr_t, buffer *C.uint8_t, size C.size_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(reader WasiReader) Answer {
		n, answer := reader.ReadForGuest(sliceOf(buffer, size))
		*count = C.size_t(n)
		return answer
	})
}

//export wasmerGoWasiWrite
func wasmerGoWasiWrite(env C.uintptr_t, bytes *C.uint8_t, size C.size_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(writer WasiWriter) Answer {
		n, answer := writer.WriteForGuest(sliceOf(bytes, size))
		*count = C.size_t(n)
		return answer
	})
}

//export wasmerGoWasiOpen
func wasmerGoWasiOpen(env C.uintptr_t, path *C.char, size C.size_t, flags C.uint16_t, access C.uint32_t, file *C.uint64_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		number, answer := files.Open(pathOf(path, size), uint16(flags), uint32(access))
		*file = C.uint64_t(number)
		return answer
	})
}

//export wasmerGoWasiClose
func wasmerGoWasiClose(env C.uintptr_t, file C.uint64_t) {
	// There is nobody to tell a failure to.
	var failed *C.libwasmer_error_t
	call(env, &failed, func(files WasiFiles) (lost Answer) {
		files.Close(uint64(file))
		return lost
	})
	C.libwasmer_error_delete(failed)
}

//export wasmerGoWasiReadAt
func wasmerGoWasiReadAt(env C.uintptr_t, file C.uint64_t, buffer *C.uint8_t, size C.size_t, offset C.uint64_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		n, answer := files.ReadAt(uint64(file), sliceOf(buffer, size), uint64(offset))
		*count = C.size_t(n)
		return answer
	})
}

//export wasmerGoWasiWriteAt
func wasmerGoWasiWriteAt(env C.uintptr_t, file C.uint64_t, bytes *C.uint8_t, size C.size_t, offset C.uint64_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		n, answer := files.WriteAt(uint64(file), sliceOf(bytes, size), uint64(offset))
		*count = C.size_t(n)
		return answer
	})
}

//export wasmerGoWasiFileStat
func wasmerGoWasiFileStat(env C.uintptr_t, file C.uint64_t, stat *C.libwasmer_wasi_stat_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		found, answer := files.FileStat(uint64(file))
		found.give(stat)
		return answer
	})
}

//export wasmerGoWasiSetSize
func wasmerGoWasiSetSize(env C.uintptr_t, file, size C.uint64_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer { return files.SetSize(uint64(file), uint64(size)) })
}

//export wasmerGoWasiSetFileTimes
func wasmerGoWasiSetFileTimes(env C.uintptr_t, file, accessed, modified C.uint64_t, flags C.uint16_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		return files.SetFileTimes(uint64(file), uint64(accessed), uint64(modified), uint16(flags))
	})
}

//export wasmerGoWasiSync
func wasmerGoWasiSync(env C.uintptr_t, file C.uint64_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer { return files.Sync(uint64(file)) })
}

//export wasmerGoWasiStat
func wasmerGoWasiStat(env C.uintptr_t, path *C.char, size C.size_t, stat *C.libwasmer_wasi_stat_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		found, answer := files.Stat(pathOf(path, size))
		found.give(stat)
		return answer
	})
}

//export wasmerGoWasiSetTimes
func wasmerGoWasiSetTimes(env C.uintptr_t, path *C.char, size C.size_t, accessed, modified C.uint64_t, flags C.uint16_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		return files.SetTimes(pathOf(path, size), uint64(accessed), uint64(modified), uint16(flags))
	})
}

//export wasmerGoWasiList
func wasmerGoWasiList(env C.uintptr_t, path *C.char, size C.size_t, entries *C.libwasmer_wasi_entries_t, failed **C.libwasmer_error_t) C.uint16_t {
	add := func(name string, fileType uint8, inode uint64) bool {
		data, length := text(name)
		return bool(C.libwasmer_wasi_entries_add(entries, data, length, C.uint8_t(fileType), C.uint64_t(inode)))
	}
	return call(env, failed, func(files WasiFiles) Answer { return files.List(pathOf(path, size), add) })
}

//export wasmerGoWasiReadLink
func wasmerGoWasiReadLink(env C.uintptr_t, path *C.char, pathSize C.size_t, buffer *C.char, size C.size_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		target, answer := files.ReadLink(pathOf(path, pathSize))
		copy(sliceOf((*C.uint8_t)(unsafe.Pointer(buffer)), size), target)
		*count = C.size_t(len(target))
		return answer
	})
}

//export wasmerGoWasiPaths
func wasmerGoWasiPaths(env C.uintptr_t, operation C.wasmer_go_path_operation_t, from *C.char, fromSize C.size_t, to *C.char, toSize C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	return call(env, failed, func(files WasiFiles) Answer {
		first, second := pathOf(from, fromSize), pathOf(to, toSize)
		switch operation {
		case C.WASMER_GO_MAKE_DIRECTORY:
			return files.MakeDirectory(first)
		case C.WASMER_GO_REMOVE_DIRECTORY:
			return files.RemoveDirectory(first)
		case C.WASMER_GO_UNLINK:
			return files.Unlink(first)
		case C.WASMER_GO_RENAME:
			return files.Rename(first, second)
		case C.WASMER_GO_LINK:
			return files.Link(first, second)
		}
		return files.Symlink(first, second)
	})
}
