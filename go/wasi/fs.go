package wasi

import (
	"io"
	"io/fs"
	"time"
)

// FS is a tree of files that a guest may change.
//
// Names are as in io/fs (see fs.ValidPath): slash-separated, relative, "." for the root, never "..".
// A name passes no symbolic link: the package reads the links itself, by Lstat and ReadLink, and
// hands on where they lead. So no method follows a link at the end of a name, and a tree that is
// made of files of the host must refuse a link in the middle of one, where somebody else may have put
// it since. A directory that a guest has open is its name: once it was renamed or removed, the guest does
// not find it any more.
//
// The calls for one guest come one at a time. A tree that guests share gets calls at the same time,
// from as many goroutines as there are guests, and must allow for it. So does each File, as one guest
// may hand what it opened to another. The tree belongs to the caller, who may change it while guests
// run and use it again afterwards; the package never closes it.
//
// Errors tell the guest what went wrong: an Errno or a syscall.Errno as it is, fs.ErrNotExist,
// fs.ErrExist, fs.ErrPermission, fs.ErrInvalid, fs.ErrClosed and errors.ErrUnsupported as the number
// that stands for them, also inside of other errors (*fs.PathError, fmt.Errorf with %w). Anything
// else is ErrnoIo.
//
// What a FileInfo holds goes to the guest as it is: the name is not looked at, of the mode the type and
// the bits of permission. Sys may give a *Stat, for what FileInfo does not hold.
type FS interface {
	// OpenFile opens a file, with os.O_RDONLY, os.O_WRONLY or os.O_RDWR, and any of os.O_CREATE,
	// os.O_EXCL and os.O_TRUNC. There is no os.O_APPEND: the package finds the end by Stat.
	// A directory is ErrnoIsdir, a symbolic link ErrnoLoop (with os.O_CREATE|os.O_EXCL both are
	// ErrnoExist). The package closes each file once, at the latest when the guest ends.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Lstat describes a file, a directory, or a link itself.
	Lstat(name string) (fs.FileInfo, error)
	// ReadDir lists a directory, without "." and "..". It need not be sorted, but must come in the
	// same order as long as the directory does not change.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Mkdir makes a directory in one that is there.
	Mkdir(name string, perm fs.FileMode) error
	// Remove removes a file, a link, or an empty directory (ErrnoNotempty if it is not). A file that
	// is open stays as it is for those that opened it.
	Remove(name string) error
	// Rename moves what oldname names, and replaces what newname names, as POSIX has it: a directory
	// only by a directory and if it is empty, anything else by anything but a directory. Nothing
	// happens if both are the same file.
	Rename(oldname, newname string) error
}

// File is an open file of an FS. ReadAt and WriteAt do all of what they are asked for or return an
// error, as io.ReaderAt and io.WriterAt have it; io.EOF is the end of the file. WriteAt beyond the end
// fills the gap with zeros. Where a guest is in a file is not the file's business.
type File interface {
	io.ReaderAt
	io.WriterAt
	Stat() (fs.FileInfo, error)
	// Truncate makes the file as long as size, with zeros at the end if it grows.
	Truncate(size int64) error
	// Sync writes to where it lasts what was written before. A tree without such a place does nothing.
	Sync() error
	// Close ends the use of the file. The package does not call anything after it.
	Close() error
}

// ReadLinkFS is a tree with symbolic links in it. Without it the package refuses to follow what Lstat
// says is a link, with ErrnoLoop. The method is that of fs.ReadLinkFS.
type ReadLinkFS interface {
	FS
	// ReadLink gives what the link holds; ErrnoInval if it is no link.
	ReadLink(name string) (string, error)
}

// SymlinkFS is a tree in which guests may make symbolic links. Without it they get ErrnoNotsup.
type SymlinkFS interface {
	ReadLinkFS
	// Symlink makes a link, which holds target as it is.
	Symlink(target, name string) error
}

// LinkFS is a tree in which a file can have several names. Without it guests get ErrnoNotsup.
type LinkFS interface {
	FS
	// Link gives what oldname names, if it is no directory, the name newname as well. If it is a
	// symbolic link the link itself gets it.
	Link(oldname, newname string) error
}

// ChtimesFS is a tree in which guests may set times. Without it they get ErrnoNotsup.
type ChtimesFS interface {
	FS
	// Chtimes sets the times of access and of change. A zero time leaves the one there is.
	Chtimes(name string, atime, mtime time.Time) error
}

// ChtimesFile is a File that can set its own times. Without it the package calls Chtimes of the tree
// by the name under which the file was opened, which may be another file's meanwhile.
type ChtimesFile interface {
	File
	// Chtimes is that of ChtimesFS.
	Chtimes(atime, mtime time.Time) error
}
