package wasi

import (
	"io"
	"io/fs"
	"time"
)

// FS is a file tree that a guest may change.
//
// Names are as in io/fs (see fs.ValidPath): slash-separated, relative, "." for the root, never
// "..". A name contains no symbolic link: the package reads links with Lstat and ReadLink and
// passes on where they lead. So no method follows a link at the end of a name, and a tree made of
// files of the host must refuse a link in the middle, which somebody else may have put there
// meanwhile. The package refers to a directory that a guest has open by its name: once it is
// renamed or removed, the guest no longer finds it.
//
// The calls for one guest come one at a time. A tree that guests share is called by as many
// goroutines at once as there are guests, and must allow for it. So must each File, because a guest
// may hand an open file to another. The tree belongs to the caller, who may change it while guests
// run and use it again afterwards. The package never closes it.
//
// An error tells the guest what went wrong. An Errno or a syscall.Errno is passed on.
// fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrInvalid, fs.ErrClosed and
// errors.ErrUnsupported become their numbers, also inside other errors (*fs.PathError, fmt.Errorf
// with %w). Any other error is ErrnoIo.
//
// The package passes a FileInfo on to the guest: of the mode, the type and the permission bits; the
// name is ignored. Sys may return a *Stat for what FileInfo does not contain.
type FS interface {
	// OpenFile opens a file with os.O_RDONLY, os.O_WRONLY or os.O_RDWR, and any of os.O_CREATE,
	// os.O_EXCL and os.O_TRUNC. os.O_APPEND is not used: the package finds the end with Stat. A
	// directory is ErrnoIsdir and a symbolic link ErrnoLoop; with os.O_CREATE|os.O_EXCL both are
	// ErrnoExist. The package closes each file once, when the guest ends at the latest.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Lstat describes a file, a directory, or a link itself.
	Lstat(name string) (fs.FileInfo, error)
	// ReadDir lists a directory without "." and "..". The order is free, but must stay the same as
	// long as the directory does not change.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Mkdir makes a directory in an existing one.
	Mkdir(name string, perm fs.FileMode) error
	// Remove removes a file, a link, or an empty directory. A directory that is not empty is
	// ErrnoNotempty. An open file stays usable for those that opened it.
	Remove(name string) error
	// Rename renames oldname to newname and replaces what newname refers to, as in POSIX: only a
	// directory replaces a directory, which must be empty, and anything but a directory replaces
	// anything but a directory. If both are the same file, nothing happens.
	Rename(oldname, newname string) error
}

// File is an open file of an FS. As in io.ReaderAt and io.WriterAt, ReadAt and WriteAt transfer
// everything or return an error, and io.EOF is the end of the file. WriteAt beyond the end fills
// the gap with zeros. The package keeps the guest's position in the file.
type File interface {
	io.ReaderAt
	io.WriterAt
	Stat() (fs.FileInfo, error)
	// Truncate sets the length of the file. It fills a longer file with zeros.
	Truncate(size int64) error
	// Sync writes earlier data to stable storage. A tree without stable storage does nothing.
	Sync() error
	// Close closes the file. The package calls no method after it.
	Close() error
}

// ReadLinkFS is a tree that contains symbolic links. In other trees the package refuses to follow
// what Lstat calls a link, with ErrnoLoop. The method is the one of fs.ReadLinkFS.
type ReadLinkFS interface {
	FS
	// ReadLink returns the target of a link. It fails with ErrnoInval for anything else.
	ReadLink(name string) (string, error)
}

// SymlinkFS is a tree in which guests may make symbolic links. In other trees they get ErrnoNotsup.
type SymlinkFS interface {
	ReadLinkFS
	// Symlink makes a link with the exact target.
	Symlink(target, name string) error
}

// LinkFS is a tree in which a file can have several names. In other trees guests get ErrnoNotsup.
type LinkFS interface {
	FS
	// Link gives what oldname refers to, unless it is a directory, the additional name newname. A
	// symbolic link is not followed.
	Link(oldname, newname string) error
}

// ChtimesFS is a tree in which guests may set times. In other trees they get ErrnoNotsup.
type ChtimesFS interface {
	FS
	// Chtimes sets the access and modification times. A zero time leaves the present one.
	Chtimes(name string, atime, mtime time.Time) error
}

// ChtimesFile is a File that can set its own times. For other files the package calls Chtimes of
// the tree with the name under which the file was opened, which may meanwhile belong to another
// file.
type ChtimesFile interface {
	File
	// Chtimes is the method of ChtimesFS.
	Chtimes(atime, mtime time.Time) error
}
