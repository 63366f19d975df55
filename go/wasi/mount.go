package wasi

import (
	"io/fs"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A mount is a directory that a guest gets.
type mount struct {
	guest    string
	host     string // a directory of the host's, or
	tree     FS     // a tree
	readOnly bool
}

func (m mount) add(config capi.WasiConfig, session *session) *capi.Error {
	if m.tree == nil {
		return config.AddDirectory(m.host, m.guest, m.readOnly)
	}
	return config.AddFiles(newFiles(m.tree), session, m.guest, m.readOnly)
}

// Dir gives the guest a directory of the host under a name of its own, such as "/" or "/data". The
// guest may change its contents as far as the process may. It cannot leave the directory through
// "..", absolute paths or symbolic links, whatever is renamed meanwhile. Links and renames do not
// reach from one directory to another. The directory is opened when the program starts.
func (c *Cmd) Dir(guest, host string) { c.mounts = append(c.mounts, mount{guest: guest, host: host}) }

// ReadOnlyDir is Dir for a directory that the guest cannot change: every change fails with
// ErrnoRofs.
func (c *Cmd) ReadOnlyDir(guest, host string) {
	c.mounts = append(c.mounts, mount{guest: guest, host: host, readOnly: true})
}

// FS gives the guest a file tree to read, under a name of its own. See ReadOnly.
func (c *Cmd) FS(guest string, tree fs.FS) {
	c.mounts = append(c.mounts, mount{guest: guest, tree: ReadOnly(tree), readOnly: true})
}

// Mount gives the guest a file tree that it may change, such as a MemFS, under a name of its own.
func (c *Cmd) Mount(guest string, tree FS) {
	c.mounts = append(c.mounts, mount{guest: guest, tree: tree})
}
