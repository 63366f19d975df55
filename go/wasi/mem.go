package wasi

import (
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultMemLimit is how many bytes a MemFS may hold by default.
const DefaultMemLimit = 1 << 30

// What a file and a name of it count for against the limit, as about that much memory goes with them.
const (
	memNodeCost  = 256
	memEntryCost = 128
)

// memNameLimit is how long an element of a name may be, as on most systems.
const memNameLimit = 255

// linkLimit is how many symbolic links one name may pass.
const linkLimit = 40

// MemFS is a file tree in memory with all that guests can use: files, directories, symbolic and
// hard links, times. It is also an fs.FS (and ReadFileFS, ReadDirFS, StatFS and ReadLinkFS),
// through which the host reads what guests wrote. MkdirAll, WriteFile and the methods of FS add
// files.
//
// Any number of goroutines and guests may use it. Each call is atomic with respect to others on the
// same file.
//
// Modes are kept and reported, but never cause an error. Reading does not change Atime. Methods
// follow symbolic links in the middle of a name; Open, Stat, ReadDir, ReadFile and WriteFile also
// follow one at the end. A link that leads out of the tree, as any absolute link does, is
// ErrnoNotcapable.
type MemFS struct {
	root      *memNode
	limit     atomic.Int64
	used      atomic.Int64
	lastInode atomic.Uint64
	// tree guards the names: parent and children of all nodes.
	tree sync.RWMutex
}

var (
	_ SymlinkFS     = (*MemFS)(nil)
	_ LinkFS        = (*MemFS)(nil)
	_ ChtimesFS     = (*MemFS)(nil)
	_ fs.StatFS     = (*MemFS)(nil)
	_ fs.ReadDirFS  = (*MemFS)(nil)
	_ fs.ReadFileFS = (*MemFS)(nil)
)

// NewMemFS returns an empty tree.
func NewMemFS() *MemFS {
	m := new(MemFS)
	m.limit.Store(DefaultMemLimit)
	m.root = m.newNode(fs.ModeDir, 0o755)
	return m
}

// SetLimit sets how many bytes the tree may hold, and how long a single file may be, including its
// holes. More fails with ErrnoNospc. Existing files stay. A negative number means no limit.
//
// The count approximates the memory in use: the bytes of files without their holes, and some
// hundred bytes for each file and each name. A removed file counts until the last user closes it.
func (m *MemFS) SetLimit(bytes int64) { m.limit.Store(bytes) }

// Used returns how many bytes the tree holds, as counted for SetLimit.
func (m *MemFS) Used() int64 { return m.used.Load() }

// take counts bytes, unless that goes beyond the limit.
func (m *MemFS) take(bytes int64) bool {
	for {
		used, limit := m.used.Load(), m.limit.Load()
		if limit >= 0 && bytes > limit-used {
			return false
		}
		if m.used.CompareAndSwap(used, used+bytes) {
			return true
		}
	}
}

func (m *MemFS) give(bytes int64) { m.used.Add(-bytes) }

// memNode is a file, a directory or a symbolic link.
type memNode struct {
	inode  uint64
	kind   fs.FileMode
	target string

	// Guarded by MemFS.tree. A removed directory has no parent any more.
	parent   *memNode
	children map[string]*memNode

	// lock guards what follows. Whoever wants the tree's lock too takes that first.
	lock                sync.RWMutex
	perm                fs.FileMode
	links               uint64
	opens               int
	atime, mtime, ctime time.Time
	data                memData
}

func (m *MemFS) newNode(kind, perm fs.FileMode) *memNode {
	now := time.Now()
	node := &memNode{
		inode: m.lastInode.Add(1), kind: kind, perm: perm.Perm(), links: 1,
		atime: now, mtime: now, ctime: now,
	}
	if kind == fs.ModeDir {
		node.links = 2
		node.children = make(map[string]*memNode)
	}
	return node
}

func (n *memNode) isDir() bool { return n.kind == fs.ModeDir }

// changed notes that the node's content (of a directory: its names) was changed. n.lock must be held.
func (n *memNode) changed() {
	n.mtime = time.Now()
	n.ctime = n.mtime
}

// within tells whether the directory n is above, or is it, or is below it. The tree must be locked.
func (n *memNode) within(above *memNode) bool {
	for ; n != nil; n = n.parent {
		if n == above {
			return true
		}
	}
	return false
}

// memPlace is where a name leads: a directory, a name in it, and what has that name, if something has.
// The root has no directory.
type memPlace struct {
	dir  *memNode
	name string
	node *memNode
}

// find looks a name up. The tree must be locked. What is missing is an error only if it is not the
// last part of the name.
func (m *MemFS) find(name string, follow bool) (memPlace, error) {
	if !fs.ValidPath(name) {
		return memPlace{}, ErrnoInval
	}
	here := memPlace{name: ".", node: m.root}
	followed := 0
	for rest := name; rest != ""; {
		dir := here.node
		if !dir.isDir() {
			return memPlace{}, ErrnoNotdir
		}
		part, after, slash := strings.Cut(rest, "/")
		rest = after
		if slash && rest == "" {
			// Only a link can end so. A directory is wanted.
			rest = "."
		}
		switch part {
		case "", ".":
			continue
		case "..":
			if dir.parent == nil {
				return memPlace{}, ErrnoNotcapable
			}
			here = memPlace{dir: dir.parent.parent, name: "..", node: dir.parent}
			continue
		}
		if len(part) > memNameLimit {
			return memPlace{}, ErrnoNametoolong
		}
		child := dir.children[part]
		switch {
		case child == nil && rest != "":
			return memPlace{}, ErrnoNoent
		case child == nil:
			return memPlace{dir: dir, name: part}, nil
		case child.kind == fs.ModeSymlink && (rest != "" || follow):
			if followed++; followed > linkLimit {
				return memPlace{}, ErrnoLoop
			}
			if strings.HasPrefix(child.target, "/") {
				return memPlace{}, ErrnoNotcapable
			}
			if rest == "" {
				rest = child.target
			} else {
				rest = child.target + "/" + rest
			}
		default:
			here = memPlace{dir: dir, name: part, node: child}
		}
	}
	return here, nil
}

// findNode looks up what must be there.
func (m *MemFS) findNode(name string, follow bool) (*memNode, error) {
	m.tree.RLock()
	defer m.tree.RUnlock()
	place, err := m.find(name, follow)
	if err == nil && place.node == nil {
		err = ErrnoNoent
	}
	return place.node, err
}

// add gives node the name, which nothing has. The tree must be locked for writing.
func (m *MemFS) add(place memPlace, node *memNode) {
	place.dir.children[place.name] = node
	place.dir.lock.Lock()
	if node.isDir() {
		node.parent = place.dir
		place.dir.links++
	}
	place.dir.changed()
	place.dir.lock.Unlock()
}

// drop takes the name from what has it, which is a directory or not. The tree must be locked for writing.
func (m *MemFS) drop(place memPlace) {
	delete(place.dir.children, place.name)
	place.dir.lock.Lock()
	if place.node.isDir() {
		place.node.parent = nil
		place.dir.links--
	}
	place.dir.changed()
	place.dir.lock.Unlock()
	m.give(memEntryCost + int64(len(place.name)))
}

// unlink counts a name of node less, after drop.
func (m *MemFS) unlink(node *memNode) {
	node.lock.Lock()
	defer node.lock.Unlock()
	if node.isDir() {
		node.links = 0
	} else {
		node.links--
	}
	node.ctime = time.Now()
	m.release(node)
}

// release gives back what node holds if nobody can reach it any more. node.lock must be held.
func (m *MemFS) release(node *memNode) {
	if node.links == 0 && node.opens == 0 {
		m.give(memNodeCost + int64(len(node.target)))
		node.data.clear(m)
	}
}
