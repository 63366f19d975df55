package wasi

import (
	"sync/atomic"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/capi"
	"github.com/bhojpur/wasmer/go/internal/guest"
)

// A session is a guest that may call methods of the user's: of his readers, writers and trees.
type session struct {
	instance atomic.Pointer[wasmer.Instance]
}

// call runs such methods. A panic becomes one that goes on in the caller of the guest. runtime.Goexit cannot
// be held up: the frames of the guest are dropped, and its arena is given up.
func (s *session) call(a *capi.Answer, work func()) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			*a = capi.Answer{Failure: guest.Panicked(value)}
			return
		}
		if instance := s.instance.Load(); instance != nil {
			guest.Abandon(instance)
		}
	}()
	work()
	returned = true
}

// guarded is a tree whose methods are called for a session.
type guarded struct {
	*session
	files *files
}

// HasLinks tells whether there are symbolic links.
func (g guarded) HasLinks() bool { return g.files.HasLinks() }

// Open is that of the tree.
func (g guarded) Open(path string, flags uint16, access uint32) (number uint64, a capi.Answer) {
	g.call(&a, func() { number, a = g.files.Open(path, flags, access) })
	return number, a
}

// Close is that of the tree.
func (g guarded) Close(file uint64) {
	var lost capi.Answer
	g.call(&lost, func() { g.files.Close(file) })
}

// ReadAt is that of the tree.
func (g guarded) ReadAt(file uint64, buffer []byte, offset uint64) (count int, a capi.Answer) {
	g.call(&a, func() { count, a = g.files.ReadAt(file, buffer, offset) })
	return count, a
}

// WriteAt is that of the tree.
func (g guarded) WriteAt(file uint64, bytes []byte, offset uint64) (count int, a capi.Answer) {
	g.call(&a, func() { count, a = g.files.WriteAt(file, bytes, offset) })
	return count, a
}

// FileStat is that of the tree.
func (g guarded) FileStat(file uint64) (stat capi.WasiStat, a capi.Answer) {
	g.call(&a, func() { stat, a = g.files.FileStat(file) })
	return stat, a
}

// Stat is that of the tree.
func (g guarded) Stat(path string) (stat capi.WasiStat, a capi.Answer) {
	g.call(&a, func() { stat, a = g.files.Stat(path) })
	return stat, a
}

// SetSize is that of the tree.
func (g guarded) SetSize(file uint64, size uint64) (a capi.Answer) {
	g.call(&a, func() { a = g.files.SetSize(file, size) })
	return a
}

// Sync is that of the tree.
func (g guarded) Sync(file uint64) (a capi.Answer) {
	g.call(&a, func() { a = g.files.Sync(file) })
	return a
}

// SetTimes is that of the tree.
func (g guarded) SetTimes(path string, accessed, modified uint64, flags uint16) (a capi.Answer) {
	g.call(&a, func() { a = g.files.SetTimes(path, accessed, modified, flags) })
	return a
}

// SetFileTimes is that of the tree.
func (g guarded) SetFileTimes(file uint64, accessed, modified uint64, flags uint16) (a capi.Answer) {
	g.call(&a, func() { a = g.files.SetFileTimes(file, accessed, modified, flags) })
	return a
}

// List is that of the tree.
func (g guarded) List(path string, add func(name string, fileType uint8, inode uint64) bool) (a capi.Answer) {
	g.call(&a, func() { a = g.files.List(path, add) })
	return a
}

// MakeDirectory is that of the tree.
func (g guarded) MakeDirectory(path string) (a capi.Answer) {
	g.call(&a, func() { a = g.files.MakeDirectory(path) })
	return a
}

// RemoveDirectory is that of the tree.
func (g guarded) RemoveDirectory(path string) (a capi.Answer) {
	g.call(&a, func() { a = g.files.RemoveDirectory(path) })
	return a
}

// Unlink is that of the tree.
func (g guarded) Unlink(path string) (a capi.Answer) {
	g.call(&a, func() { a = g.files.Unlink(path) })
	return a
}

// Rename is that of the tree.
func (g guarded) Rename(from, to string) (a capi.Answer) {
	g.call(&a, func() { a = g.files.Rename(from, to) })
	return a
}

// Link is that of the tree.
func (g guarded) Link(from, to string) (a capi.Answer) {
	g.call(&a, func() { a = g.files.Link(from, to) })
	return a
}

// Symlink is that of the tree.
func (g guarded) Symlink(target, path string) (a capi.Answer) {
	g.call(&a, func() { a = g.files.Symlink(target, path) })
	return a
}

// ReadLink is that of the tree.
func (g guarded) ReadLink(path string) (target string, a capi.Answer) {
	g.call(&a, func() { target, a = g.files.ReadLink(path) })
	return target, a
}
