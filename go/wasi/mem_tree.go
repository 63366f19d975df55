package wasi

import (
	"io/fs"
	"os"
	"time"
)

// OpenFile opens a file; see FS.
func (m *MemFS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	node, err := m.open(name, flag, perm, false)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return newMemFile(m, node, name, flag), nil
}

// open finds or makes a file and counts it as open.
func (m *MemFS) open(name string, flag int, perm fs.FileMode, follow bool) (*memNode, error) {
	create := flag&os.O_CREATE != 0
	exclusive := create && flag&os.O_EXCL != 0
	if create {
		m.tree.Lock()
		defer m.tree.Unlock()
	} else {
		m.tree.RLock()
		defer m.tree.RUnlock()
	}
	place, err := m.find(name, follow && !exclusive)
	if err != nil {
		return nil, err
	}
	node := place.node
	switch {
	case node == nil && !create:
		return nil, ErrnoNoent
	case node == nil:
		if node, err = m.create(place, 0, perm, ""); err != nil {
			return nil, err
		}
	case exclusive:
		return nil, ErrnoExist
	case node.kind == fs.ModeSymlink:
		return nil, ErrnoLoop
	case node.isDir():
		return nil, ErrnoIsdir
	}
	node.lock.Lock()
	defer node.lock.Unlock()
	if flag&os.O_TRUNC != 0 && place.node != nil {
		if err := node.data.truncate(m, 0); err != nil {
			return nil, err
		}
		node.changed()
	}
	node.opens++
	return node, nil
}

// create makes a node with a name. The tree must be locked for writing.
func (m *MemFS) create(place memPlace, kind, perm fs.FileMode, target string) (*memNode, error) {
	if !m.take(memNodeCost + memEntryCost + int64(len(place.name)+len(target))) {
		return nil, ErrnoNospc
	}
	node := m.newNode(kind, perm)
	node.target = target
	m.add(place, node)
	return node, nil
}

// Lstat describes a file, a directory, or a link itself.
func (m *MemFS) Lstat(name string) (fs.FileInfo, error) { return m.stat("lstat", name, false) }

// Stat describes a file or directory. It follows links.
func (m *MemFS) Stat(name string) (fs.FileInfo, error) { return m.stat("stat", name, true) }

func (m *MemFS) stat(operation, name string, follow bool) (fs.FileInfo, error) {
	node, err := m.findNode(name, follow)
	if err != nil {
		return nil, &fs.PathError{Op: operation, Path: name, Err: err}
	}
	return node.info(name), nil
}

// Mkdir makes a directory.
func (m *MemFS) Mkdir(name string, perm fs.FileMode) error {
	return m.make("mkdir", name, fs.ModeDir, perm, "")
}

// Symlink makes a symbolic link. The target need not exist or be valid.
func (m *MemFS) Symlink(target, name string) error {
	var err error
	switch {
	case target == "":
		err = ErrnoNoent
	case len(target) > 4095:
		err = ErrnoNametoolong
	default:
		err = m.make("symlink", name, fs.ModeSymlink, 0o777, target)
	}
	if number, is := err.(Errno); is {
		err = &fs.PathError{Op: "symlink", Path: name, Err: number}
	}
	return err
}

func (m *MemFS) make(operation, name string, kind, perm fs.FileMode, target string) error {
	m.tree.Lock()
	defer m.tree.Unlock()
	place, err := m.find(name, false)
	if err == nil && place.node != nil {
		err = ErrnoExist
	}
	if err == nil {
		_, err = m.create(place, kind, perm, target)
	}
	if err != nil {
		return &fs.PathError{Op: operation, Path: name, Err: err}
	}
	return nil
}

// ReadLink returns the target of a symbolic link.
func (m *MemFS) ReadLink(name string) (string, error) {
	node, err := m.findNode(name, false)
	if err == nil && node.kind != fs.ModeSymlink {
		err = ErrnoInval
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return node.target, nil
}

// Remove removes a file, a link or an empty directory.
func (m *MemFS) Remove(name string) error {
	if err := m.remove(name); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: err}
	}
	return nil
}

func (m *MemFS) remove(name string) error {
	m.tree.Lock()
	defer m.tree.Unlock()
	place, err := m.find(name, false)
	switch {
	case err != nil:
		return err
	case place.node == nil:
		return ErrnoNoent
	case place.node == m.root:
		return ErrnoBusy
	case len(place.node.children) > 0:
		return ErrnoNotempty
	}
	m.drop(place)
	m.unlink(place.node)
	return nil
}

// Link gives a file or symbolic link an additional name.
func (m *MemFS) Link(oldname, newname string) error {
	if err := m.link(oldname, newname); err != nil {
		return &os.LinkError{Op: "link", Old: oldname, New: newname, Err: err}
	}
	return nil
}

func (m *MemFS) link(oldname, newname string) error {
	m.tree.Lock()
	defer m.tree.Unlock()
	from, err := m.find(oldname, false)
	if err != nil {
		return err
	}
	if from.node == nil {
		return ErrnoNoent
	}
	to, err := m.find(newname, false)
	switch {
	case err != nil:
		return err
	case to.node != nil:
		return ErrnoExist
	case from.node.isDir():
		return ErrnoPerm
	case !m.take(memEntryCost + int64(len(to.name))):
		return ErrnoNospc
	}
	m.add(to, from.node)
	from.node.lock.Lock()
	from.node.links++
	from.node.ctime = time.Now()
	from.node.lock.Unlock()
	return nil
}

// Rename renames a file, link or directory; see FS.
func (m *MemFS) Rename(oldname, newname string) error {
	if err := m.rename(oldname, newname); err != nil {
		return &os.LinkError{Op: "rename", Old: oldname, New: newname, Err: err}
	}
	return nil
}

func (m *MemFS) rename(oldname, newname string) error {
	m.tree.Lock()
	defer m.tree.Unlock()
	from, err := m.find(oldname, false)
	if err != nil {
		return err
	}
	to, err := m.find(newname, false)
	switch {
	case err != nil:
		return err
	case from.node == m.root || to.node == m.root:
		return ErrnoBusy
	case from.node == nil:
		return ErrnoNoent
	case from.node == to.node:
		return nil
	case from.node.isDir() && to.dir.within(from.node):
		return ErrnoInval
	case to.node == nil:
	case from.dir.within(to.node):
		return ErrnoNotempty
	case from.node.isDir() && !to.node.isDir():
		return ErrnoNotdir
	case !from.node.isDir() && to.node.isDir():
		return ErrnoIsdir
	case len(to.node.children) > 0:
		return ErrnoNotempty
	}
	if longer := len(to.name) - len(from.name); longer > 0 && !m.take(int64(longer)) {
		return ErrnoNospc
	} else if longer < 0 {
		m.give(int64(-longer))
	}
	m.drop(from)
	// What drop gave back goes on to be used, whatever the limit is by now.
	m.give(-memEntryCost - int64(len(from.name)))
	if to.node != nil {
		m.drop(to)
		m.unlink(to.node)
	}
	m.add(to, from.node)
	from.node.lock.Lock()
	from.node.ctime = time.Now()
	from.node.lock.Unlock()
	return nil
}

// Chtimes sets the times of a file, a directory, or a link itself. A zero time leaves the present
// one.
func (m *MemFS) Chtimes(name string, atime, mtime time.Time) error {
	node, err := m.findNode(name, false)
	if err != nil {
		return &fs.PathError{Op: "chtimes", Path: name, Err: err}
	}
	node.lock.Lock()
	node.setTimes(atime, mtime)
	node.lock.Unlock()
	return nil
}

// setTimes is Chtimes with n.lock held.
func (n *memNode) setTimes(atime, mtime time.Time) {
	if !atime.IsZero() {
		n.atime = atime
	}
	if !mtime.IsZero() {
		n.mtime = mtime
	}
	n.ctime = time.Now()
}
