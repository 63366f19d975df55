package wasi

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
)

// memLargest is the largest file that ReadFile reads, as a file of holes only may be of any size.
const memLargest = 1 << 40

// Open opens a file or directory for reading, as in io/fs. A file implements io.Seeker and
// io.ReaderAt.
func (m *MemFS) Open(name string) (fs.File, error) {
	node, err := m.open(name, os.O_RDONLY, 0, true)
	if err == nil {
		return &memReader{memFile: newMemFile(m, node, name, os.O_RDONLY)}, nil
	}
	if err == ErrnoIsdir {
		var entries []fs.DirEntry
		if node, entries, err = m.readDir(name); err == nil {
			return &memDir{node: node, name: name, entries: entries}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}

// ReadDir lists a directory, sorted by name.
func (m *MemFS) ReadDir(name string) ([]fs.DirEntry, error) {
	_, entries, err := m.readDir(name)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	return entries, nil
}

func (m *MemFS) readDir(name string) (*memNode, []fs.DirEntry, error) {
	m.tree.RLock()
	place, err := m.find(name, true)
	switch {
	case err != nil:
	case place.node == nil:
		err = ErrnoNoent
	case !place.node.isDir():
		err = ErrnoNotdir
	}
	if err != nil {
		m.tree.RUnlock()
		return nil, nil, err
	}
	entries := make([]fs.DirEntry, 0, len(place.node.children))
	for name, node := range place.node.children {
		entries = append(entries, &memEntry{name: name, node: node})
	}
	m.tree.RUnlock()
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return place.node, entries, nil
}

// ReadFile reads a whole file.
func (m *MemFS) ReadFile(name string) ([]byte, error) {
	file, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	reader, is := file.(*memReader)
	if !is {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrnoIsdir}
	}
	reader.node.lock.RLock()
	defer reader.node.lock.RUnlock()
	data := &reader.node.data
	if data.size > memLargest {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrnoFbig}
	}
	content := make([]byte, data.size)
	data.readAt(content, 0)
	return content, nil
}

// WriteFile writes a file and makes it if necessary. An existing file keeps its mode. Others see the
// old content or the new. If the limit of the tree does not allow all of it, WriteFile writes what
// fits and fails with ErrnoNospc.
func (m *MemFS) WriteFile(name string, content []byte, perm fs.FileMode) error {
	node, err := m.open(name, os.O_WRONLY|os.O_CREATE, perm, true)
	if err != nil {
		return &fs.PathError{Op: "open", Path: name, Err: err}
	}
	file := newMemFile(m, node, name, os.O_WRONLY)
	defer func() { _ = file.Close() }()
	node.lock.Lock()
	defer node.lock.Unlock()
	if err := node.data.truncate(m, 0); err != nil {
		return file.fail("write", err)
	}
	_, err = node.data.writeAt(m, content, 0)
	node.changed()
	return file.fail("write", err)
}

// MkdirAll makes a directory and the missing directories that contain it.
func (m *MemFS) MkdirAll(name string, perm fs.FileMode) error {
	for end := 0; end < len(name); end++ {
		if slash := strings.IndexByte(name[end:], '/'); slash >= 0 {
			end += slash
		} else {
			end = len(name)
		}
		err := m.Mkdir(name[:end], perm)
		if errors.Is(err, ErrnoExist) {
			info, statErr := m.Stat(name[:end])
			switch {
			case statErr != nil:
				return statErr
			case !info.IsDir():
				return &fs.PathError{Op: "mkdir", Path: name[:end], Err: ErrnoNotdir}
			}
		} else if err != nil {
			return err
		}
	}
	if name == "" {
		return &fs.PathError{Op: "mkdir", Path: name, Err: ErrnoInval}
	}
	return nil
}

// memReader is an open file for the host.
type memReader struct {
	*memFile
	lock   sync.Mutex
	offset int64
}

var (
	_ io.ReadSeeker = (*memReader)(nil)
	_ io.ReaderAt   = (*memReader)(nil)
)

func (r *memReader) Read(into []byte) (int, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	count, err := r.ReadAt(into, r.offset)
	r.offset += int64(count)
	if count > 0 && err == io.EOF {
		err = nil
	}
	return count, err
}

func (r *memReader) Seek(offset int64, whence int) (int64, error) {
	info, err := r.Stat()
	if err != nil {
		return 0, err
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += info.Size()
	default:
		return 0, r.fail("seek", ErrnoInval)
	}
	if offset < 0 {
		return 0, r.fail("seek", ErrnoInval)
	}
	r.offset = offset
	return offset, nil
}

// memDir is an open directory for the host, with what was in it when it was opened.
type memDir struct {
	node    *memNode
	name    string
	lock    sync.Mutex
	entries []fs.DirEntry
	closed  bool
}

var _ fs.ReadDirFile = (*memDir)(nil)

func (d *memDir) fail(operation string, err error) error {
	return &fs.PathError{Op: operation, Path: d.name, Err: err}
}

func (d *memDir) Read([]byte) (int, error) { return 0, d.fail("read", ErrnoIsdir) }

func (d *memDir) Stat() (fs.FileInfo, error) {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.closed {
		return nil, d.fail("stat", fs.ErrClosed)
	}
	return d.node.info(d.name), nil
}

func (d *memDir) ReadDir(count int) ([]fs.DirEntry, error) {
	d.lock.Lock()
	defer d.lock.Unlock()
	switch {
	case d.closed:
		return nil, d.fail("readdir", fs.ErrClosed)
	case count > 0 && len(d.entries) == 0:
		return nil, io.EOF
	case count <= 0 || count > len(d.entries):
		count = len(d.entries)
	}
	entries := d.entries[:count:count]
	d.entries = d.entries[count:]
	return entries, nil
}

func (d *memDir) Close() error {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.closed {
		return d.fail("close", fs.ErrClosed)
	}
	d.closed = true
	return nil
}

// memEntry is a name in a directory. What it tells is what holds when it is asked.
type memEntry struct {
	name string
	node *memNode
}

func (e *memEntry) Name() string               { return e.name }
func (e *memEntry) IsDir() bool                { return e.node.isDir() }
func (e *memEntry) Type() fs.FileMode          { return e.node.kind }
func (e *memEntry) Info() (fs.FileInfo, error) { return e.node.info(e.name), nil }
func (e *memEntry) String() string             { return fs.FormatDirEntry(e) }
