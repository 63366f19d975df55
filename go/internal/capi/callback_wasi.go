//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "shim_wasi.h"
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

// SetReader has standard input come from Go. The reader is kept as long as a guest may use it.
func (c WasiConfig) SetReader(reader WasiReader) *Error {
	return take(C.wasmer_go_wasi_set_reader(c.ptr(), C.uintptr_t(cgo.NewHandle(reader))))
}

// SetWriter has an output go to Go.
func (c WasiConfig) SetWriter(stream uint32, writer WasiWriter) *Error {
	return take(C.wasmer_go_wasi_set_writer(c.ptr(), C.uint32_t(stream), C.uintptr_t(cgo.NewHandle(writer))))
}

// AddFiles gives guests a directory that is made up by Go.
func (c WasiConfig) AddFiles(files WasiFiles, guest string, readOnly bool) *Error {
	name, size := text(guest)
	return take(C.wasmer_go_wasi_add_files(c.ptr(), C.uintptr_t(cgo.NewHandle(files)), name, size,
		C.bool(readOnly), C.bool(files.HasLinks())))
}

func files(env C.uintptr_t) WasiFiles { return cgo.Handle(env).Value().(WasiFiles) }

func pathOf(path *C.char, size C.size_t) string { return C.GoStringN(path, C.int(size)) }

func sliceOf(data *C.uint8_t, size C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))
}

func (a Answer) give(failed **C.libwasmer_error_t) C.uint16_t {
	if a.Failure != nil {
		message, size := text(a.Failure.Message)
		*failed = C.libwasmer_error_new(C.LIBWASMER_STATUS_HOST, message, size, C.uint64_t(a.Failure.Payload))
	}
	return C.uint16_t(a.Errno)
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
	n, answer := cgo.Handle(env).Value().(WasiReader).ReadForGuest(sliceOf(buffer, size))
	*count = C.size_t(n)
	return answer.give(failed)
}

//export wasmerGoWasiWrite
func wasmerGoWasiWrite(env C.uintptr_t, bytes *C.uint8_t, size C.size_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	n, answer := cgo.Handle(env).Value().(WasiWriter).WriteForGuest(sliceOf(bytes, size))
	*count = C.size_t(n)
	return answer.give(failed)
}

//export wasmerGoWasiOpen
func wasmerGoWasiOpen(env C.uintptr_t, path *C.char, size C.size_t, flags C.uint16_t, access C.uint32_t, file *C.uint64_t, failed **C.libwasmer_error_t) C.uint16_t {
	number, answer := files(env).Open(pathOf(path, size), uint16(flags), uint32(access))
	*file = C.uint64_t(number)
	return answer.give(failed)
}

//export wasmerGoWasiClose
func wasmerGoWasiClose(env C.uintptr_t, file C.uint64_t) { files(env).Close(uint64(file)) }

//export wasmerGoWasiReadAt
func wasmerGoWasiReadAt(env C.uintptr_t, file C.uint64_t, buffer *C.uint8_t, size C.size_t, offset C.uint64_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	n, answer := files(env).ReadAt(uint64(file), sliceOf(buffer, size), uint64(offset))
	*count = C.size_t(n)
	return answer.give(failed)
}

//export wasmerGoWasiWriteAt
func wasmerGoWasiWriteAt(env C.uintptr_t, file C.uint64_t, bytes *C.uint8_t, size C.size_t, offset C.uint64_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	n, answer := files(env).WriteAt(uint64(file), sliceOf(bytes, size), uint64(offset))
	*count = C.size_t(n)
	return answer.give(failed)
}

//export wasmerGoWasiFileStat
func wasmerGoWasiFileStat(env C.uintptr_t, file C.uint64_t, stat *C.libwasmer_wasi_stat_t, failed **C.libwasmer_error_t) C.uint16_t {
	found, answer := files(env).FileStat(uint64(file))
	found.give(stat)
	return answer.give(failed)
}

//export wasmerGoWasiSetSize
func wasmerGoWasiSetSize(env C.uintptr_t, file, size C.uint64_t, failed **C.libwasmer_error_t) C.uint16_t {
	return files(env).SetSize(uint64(file), uint64(size)).give(failed)
}

//export wasmerGoWasiSetFileTimes
func wasmerGoWasiSetFileTimes(env C.uintptr_t, file, accessed, modified C.uint64_t, flags C.uint16_t, failed **C.libwasmer_error_t) C.uint16_t {
	return files(env).SetFileTimes(uint64(file), uint64(accessed), uint64(modified), uint16(flags)).give(failed)
}

//export wasmerGoWasiSync
func wasmerGoWasiSync(env C.uintptr_t, file C.uint64_t, failed **C.libwasmer_error_t) C.uint16_t {
	return files(env).Sync(uint64(file)).give(failed)
}

//export wasmerGoWasiStat
func wasmerGoWasiStat(env C.uintptr_t, path *C.char, size C.size_t, stat *C.libwasmer_wasi_stat_t, failed **C.libwasmer_error_t) C.uint16_t {
	found, answer := files(env).Stat(pathOf(path, size))
	found.give(stat)
	return answer.give(failed)
}

//export wasmerGoWasiSetTimes
func wasmerGoWasiSetTimes(env C.uintptr_t, path *C.char, size C.size_t, accessed, modified C.uint64_t, flags C.uint16_t, failed **C.libwasmer_error_t) C.uint16_t {
	return files(env).SetTimes(pathOf(path, size), uint64(accessed), uint64(modified), uint16(flags)).give(failed)
}

//export wasmerGoWasiList
func wasmerGoWasiList(env C.uintptr_t, path *C.char, size C.size_t, entries *C.libwasmer_wasi_entries_t, failed **C.libwasmer_error_t) C.uint16_t {
	add := func(name string, fileType uint8, inode uint64) bool {
		data, length := text(name)
		return bool(C.libwasmer_wasi_entries_add(entries, data, length, C.uint8_t(fileType), C.uint64_t(inode)))
	}
	return files(env).List(pathOf(path, size), add).give(failed)
}

//export wasmerGoWasiReadLink
func wasmerGoWasiReadLink(env C.uintptr_t, path *C.char, pathSize C.size_t, buffer *C.char, size C.size_t, count *C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	target, answer := files(env).ReadLink(pathOf(path, pathSize))
	copy(sliceOf((*C.uint8_t)(unsafe.Pointer(buffer)), size), target)
	*count = C.size_t(len(target))
	return answer.give(failed)
}

//export wasmerGoWasiPaths
func wasmerGoWasiPaths(env C.uintptr_t, what C.int, from *C.char, fromSize C.size_t, to *C.char, toSize C.size_t, failed **C.libwasmer_error_t) C.uint16_t {
	tree, first, second := files(env), pathOf(from, fromSize), pathOf(to, toSize)
	var answer Answer
	switch what {
	case 0:
		answer = tree.MakeDirectory(first)
	case 1:
		answer = tree.RemoveDirectory(first)
	case 2:
		answer = tree.Unlink(first)
	case 3:
		answer = tree.Rename(first, second)
	case 4:
		answer = tree.Link(first, second)
	default:
		answer = tree.Symlink(first, second)
	}
	return answer.give(failed)
}
