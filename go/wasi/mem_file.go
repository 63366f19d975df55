package wasi

import (
	"io"
	"io/fs"
	"os"
	"path"
	"sync/atomic"
	"time"
)

// memFile is an open file of a MemFS.
type memFile struct {
	tree        *MemFS
	node        *memNode
	name        string
	read, write bool
	closed      atomic.Bool
}

var _ ChtimesFile = (*memFile)(nil)

func newMemFile(m *MemFS, node *memNode, name string, flag int) *memFile {
	access := flag & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
	return &memFile{
		tree: m, node: node, name: name,
		read: access != os.O_WRONLY, write: access != os.O_RDONLY,
	}
}

func (f *memFile) fail(operation string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: operation, Path: f.name, Err: err}
}

// check returns the error that prevents an operation. The node must be locked, so that Close cannot
// come in between.
func (f *memFile) check(allowed bool, offset int64) error {
	switch {
	case f.closed.Load():
		return fs.ErrClosed
	case !allowed:
		return ErrnoBadf
	case offset < 0:
		return ErrnoInval
	}
	return nil
}

func (f *memFile) ReadAt(into []byte, offset int64) (int, error) {
	f.node.lock.RLock()
	defer f.node.lock.RUnlock()
	if err := f.check(f.read, offset); err != nil {
		return 0, f.fail("read", err)
	}
	count := f.node.data.readAt(into, offset)
	if count < len(into) {
		return count, io.EOF
	}
	return count, nil
}

func (f *memFile) WriteAt(from []byte, offset int64) (int, error) {
	f.node.lock.Lock()
	defer f.node.lock.Unlock()
	if err := f.check(f.write, offset); err != nil {
		return 0, f.fail("write", err)
	}
	count, err := f.node.data.writeAt(f.tree, from, offset)
	if count > 0 {
		f.node.changed()
	}
	return count, f.fail("write", err)
}

func (f *memFile) Truncate(size int64) error {
	f.node.lock.Lock()
	defer f.node.lock.Unlock()
	err := f.check(f.write, 0)
	if err == nil {
		err = f.node.data.truncate(f.tree, size)
	}
	if err == nil {
		f.node.changed()
	}
	return f.fail("truncate", err)
}

func (f *memFile) Chtimes(atime, mtime time.Time) error {
	f.node.lock.Lock()
	defer f.node.lock.Unlock()
	if err := f.check(true, 0); err != nil {
		return f.fail("chtimes", err)
	}
	f.node.setTimes(atime, mtime)
	return nil
}

func (f *memFile) Stat() (fs.FileInfo, error) {
	if f.closed.Load() {
		return nil, f.fail("stat", fs.ErrClosed)
	}
	return f.node.info(f.name), nil
}

// Sync has nothing to do: memory does not last.
func (f *memFile) Sync() error {
	if f.closed.Load() {
		return f.fail("sync", fs.ErrClosed)
	}
	return nil
}

func (f *memFile) Close() error {
	f.node.lock.Lock()
	defer f.node.lock.Unlock()
	if f.closed.Swap(true) {
		return f.fail("close", fs.ErrClosed)
	}
	f.node.opens--
	f.tree.release(f.node)
	return nil
}

// memInfo is what was known of a node when it was asked for.
type memInfo struct {
	name  string
	size  int64
	mode  fs.FileMode
	mtime time.Time
	stat  Stat
}

func (n *memNode) info(name string) fs.FileInfo {
	n.lock.RLock()
	defer n.lock.RUnlock()
	return &memInfo{
		name: path.Base(name), size: n.data.size + int64(len(n.target)), mode: n.kind | n.perm, mtime: n.mtime,
		stat: Stat{Inode: n.inode, Links: n.links, Atime: n.atime, Ctime: n.ctime},
	}
}

func (i *memInfo) Name() string       { return i.name }
func (i *memInfo) Size() int64        { return i.size }
func (i *memInfo) Mode() fs.FileMode  { return i.mode }
func (i *memInfo) ModTime() time.Time { return i.mtime }
func (i *memInfo) IsDir() bool        { return i.mode.IsDir() }
func (i *memInfo) Sys() any           { return &i.stat }
func (i *memInfo) String() string     { return fs.FormatFileInfo(i) }
