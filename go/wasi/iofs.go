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

// ReadOnly returns an io/fs tree in a form that guests can read but not change: every change fails
// with ErrnoRofs. It uses fs.StatFS, fs.ReadDirFS and fs.ReadLinkFS if fsys implements them, and
// io.ReaderAt or io.Seeker if its files do. Other files are read sequentially: what a guest skips
// is read and discarded, and to go back, the file is opened again. Nothing is kept in memory.
// Devices, pipes and sockets cannot be opened (ErrnoNotsup).
//
// # Symbolic links
//
// A guest must not leave the tree through a link, and os.DirFS follows links that lead anywhere. So
// ReadOnly never passes a name with a link in it to Open. If fsys has Lstat and ReadLink
// (fs.ReadLinkFS, as os.DirFS since Go 1.25), the package reads the links and follows them only
// inside the tree. If not, it finds links by listing their directory, which takes time in large
// ones, and refuses them with ErrnoLoop. The trees of embed and archive/zip follow no links and are
// not checked. The package cannot detect a Lstat that does follow links, such as the one that
// fs.Sub adds to a tree without it: give ReadOnly a tree that has no Lstat, or that follows no
// links.
//
// The result of os.DirFS is opened as an os.Root on its first use. No link leads out of that,
// whatever others put in its place meanwhile, and it stays the directory that it was then.
//
// In other trees, somebody else on the machine may replace a name by a link between the check and
// Open. The package compares the opened file with the checked one if the FileInfo is one of package
// os, and fails with ErrnoNotcapable if they differ. That detects a file or directory replaced
// once. It cannot detect somebody who swaps a parent directory back and forth at the right moments,
// because an fs.FS takes whole names. If untrusted programs can write to the directory while guests
// run, use Cmd.ReadOnlyDir, or ReadOnly of os.DirFS or of the FS of an os.Root.
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
