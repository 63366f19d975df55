package wasi

import (
	"archive/zip"
	"embed"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// ReadOnly makes any tree of io/fs one that guests can read but not change: whatever would change it is
// ErrnoRofs. It uses fs.StatFS, fs.ReadDirFS and fs.ReadLinkFS where fsys has them, and io.ReaderAt or
// io.Seeker where its files do. Other files are read from the front: what a guest leaves out is read and
// thrown away, and to go back the file is opened once more. Nothing is kept in memory. Devices, pipes and
// sockets cannot be opened (ErrnoNotsup).
//
// # Symbolic links
//
// A guest must not leave the tree through a link, and os.DirFS follows links that lead anywhere. So
// ReadOnly never gives a name with a link in it to Open: where fsys has Lstat and ReadLink (fs.ReadLinkFS,
// as os.DirFS since Go 1.25) links are read, and followed by the package inside of the tree only; where
// it has not, links are found by the listing of the directory that they are in, which takes time in
// large ones, and refused with ErrnoLoop. The trees of embed and archive/zip follow no links and are not
// asked. A tree with a Lstat that does follow links, as fs.Sub makes of one that has no Lstat, is beyond
// what can be seen from here: give ReadOnly a tree that has none, or follows none.
//
// What os.DirFS gives is opened as an os.Root, when it is first used: no link leads out of that, whatever is put in
// place by others meanwhile, and it stays the directory that it was then.
//
// Of another tree: between the look at a name and Open somebody else on the machine may put a link in its place. What was
// opened is compared with what was looked at, if the FileInfo is one of package os, and ErrnoNotcapable
// if it is something else. That catches a file or a directory put in place once; it cannot catch someone
// who swaps a directory higher up to and fro in the right moments, as an fs.FS is asked by whole
// names. If untrusted programs can write to the directory while guests run, give the guest the directory
// itself, or ReadOnly of os.DirFS or of the FS of an os.Root.
func ReadOnly(fsys fs.FS) FS {
	if root := ownRoot(fsys); root != nil {
		fsys = root
	}
	tree := &readOnlyFS{fsys: fsys}
	switch fsys.(type) {
	case embed.FS, *embed.FS, *zip.Reader, *zip.ReadCloser:
		tree.linkless = true
	}
	if links, has := fsys.(readLinkFS); has {
		tree.links = links
		return &readOnlyLinkFS{tree}
	}
	return tree
}

// readLinkFS is fs.ReadLinkFS, which Go 1.24 does not have.
type readLinkFS interface {
	ReadLink(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
}

type readOnlyFS struct {
	fsys fs.FS
	// links is fsys if it can tell of links.
	links readLinkFS
	// linkless: fsys follows no links.
	linkless bool
}

// readOnlyLinkFS is one of which links can be read.
type readOnlyLinkFS struct{ *readOnlyFS }

var (
	_ LinkFS    = (*readOnlyFS)(nil)
	_ ChtimesFS = (*readOnlyFS)(nil)
	_ SymlinkFS = (*readOnlyLinkFS)(nil)
)

// Lstat describes what is there, and makes sure that the name leads through no link.
func (r *readOnlyFS) Lstat(name string) (fs.FileInfo, error) {
	info, err := r.look(name)
	if err != nil {
		return nil, failure("lstat", name, err)
	}
	return info, nil
}

func (r *readOnlyFS) look(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, ErrnoInval
	}
	if r.linkless {
		return fs.Stat(r.fsys, name)
	}
	for end := range name {
		if name[end] != '/' {
			continue
		}
		info, err := r.lookAt(name[:end])
		switch {
		case err != nil:
			return nil, err
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, ErrnoLoop
		case !info.IsDir():
			return nil, ErrnoNotdir
		}
	}
	return r.lookAt(name)
}

// lookAt describes what is there, in a directory that is known to be in the tree.
func (r *readOnlyFS) lookAt(name string) (fs.FileInfo, error) {
	if r.links != nil {
		return r.links.Lstat(name)
	}
	if name == "." {
		return fs.Stat(r.fsys, name)
	}
	parent, base := ".", name
	if slash := strings.LastIndexByte(name, '/'); slash >= 0 {
		parent, base = name[:slash], name[slash+1:]
	}
	entries, err := fs.ReadDir(r.fsys, parent)
	for _, entry := range entries {
		if entry.Name() != base {
			continue
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			return entry.Info()
		}
		return fs.Stat(r.fsys, name)
	}
	if err == nil {
		err = ErrnoNoent
	}
	return nil, err
}

// OpenFile opens a file for reading.
func (r *readOnlyFS) OpenFile(name string, flag int, _ fs.FileMode) (File, error) {
	file, err := r.openFile(name, flag)
	if err != nil {
		return nil, failure("open", name, err)
	}
	return file, nil
}

func (r *readOnlyFS) openFile(name string, flag int) (File, error) {
	create := flag&os.O_CREATE != 0
	info, err := r.look(name)
	switch {
	case create && errors.Is(err, fs.ErrNotExist):
		return nil, ErrnoRofs
	case err != nil:
		return nil, err
	case create && flag&os.O_EXCL != 0:
		return nil, ErrnoExist
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, ErrnoLoop
	case info.IsDir():
		return nil, ErrnoIsdir
	case flag&(os.O_WRONLY|os.O_RDWR|os.O_TRUNC) != 0:
		return nil, ErrnoRofs
	case !info.Mode().IsRegular():
		return nil, ErrnoNotsup
	}
	file, err := r.openSame(name, info)
	if err != nil {
		return nil, err
	}
	return newReadFile(r, name, file), nil
}

// openSame opens what look described.
func (r *readOnlyFS) openSame(name string, seen fs.FileInfo) (fs.File, error) {
	file, err := r.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case !os.SameFile(seen, seen):
		// Not of package os: nothing can be compared but the type.
		if info.Mode().Type() != seen.Mode().Type() {
			err = ErrnoNotcapable
		}
	case !os.SameFile(seen, info):
		err = ErrnoNotcapable
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// ReadDir lists a directory, sorted by name.
func (r *readOnlyFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := r.readDir(name)
	if err != nil {
		return nil, failure("readdir", name, err)
	}
	return entries, nil
}

func (r *readOnlyFS) readDir(name string) ([]fs.DirEntry, error) {
	info, err := r.look(name)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, ErrnoLoop
	case !info.IsDir():
		return nil, ErrnoNotdir
	case !os.SameFile(info, info):
		return fs.ReadDir(r.fsys, name)
	}
	file, err := r.openSame(name, info)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	directory, is := file.(fs.ReadDirFile)
	if !is {
		return fs.ReadDir(r.fsys, name)
	}
	entries, err := directory.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// ReadLink gives what a link holds.
func (r *readOnlyLinkFS) ReadLink(name string) (string, error) {
	info, err := r.look(name)
	if err == nil && info.Mode()&fs.ModeSymlink == 0 {
		err = ErrnoInval
	}
	if err != nil {
		return "", failure("readlink", name, err)
	}
	return r.links.ReadLink(name)
}

// Mkdir cannot be done.
func (r *readOnlyFS) Mkdir(name string, _ fs.FileMode) error {
	return failure("mkdir", name, ErrnoRofs)
}

// Remove cannot be done.
func (r *readOnlyFS) Remove(name string) error { return failure("remove", name, ErrnoRofs) }

// Rename cannot be done.
func (r *readOnlyFS) Rename(oldname, newname string) error {
	return &os.LinkError{Op: "rename", Old: oldname, New: newname, Err: ErrnoRofs}
}

// Link cannot be done.
func (r *readOnlyFS) Link(oldname, newname string) error {
	return &os.LinkError{Op: "link", Old: oldname, New: newname, Err: ErrnoRofs}
}

// Symlink cannot be done.
func (r *readOnlyLinkFS) Symlink(_, name string) error { return failure("symlink", name, ErrnoRofs) }

// Chtimes cannot be done.
func (r *readOnlyFS) Chtimes(name string, _, _ time.Time) error {
	return failure("chtimes", name, ErrnoRofs)
}

// failure says what failed, unless err does so itself.
func failure(operation, name string, err error) error {
	if number, is := err.(Errno); is {
		return &fs.PathError{Op: operation, Path: name, Err: number}
	}
	return err
}
