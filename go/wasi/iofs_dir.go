package wasi

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"sync"
	"syscall"
)

// dirFS is the type of what os.DirFS gives, which is a string: the directory.
var dirFS = reflect.TypeOf(os.DirFS("."))

// ownRoot gives a tree out of which no link leads, whatever anybody on the host does, in the place of one of
// os.DirFS; nil for any other tree.
func ownRoot(fsys fs.FS) fs.FS {
	if reflect.TypeOf(fsys) != dirFS {
		return nil
	}
	root := &dirRoot{directory: reflect.ValueOf(fsys).String()}
	if _, can := any((*os.Root)(nil)).(rootReadLink); can {
		return &dirLinkRoot{root}
	}
	return root
}

// rootReadLink is what an os.Root can since Go 1.25.
type rootReadLink interface {
	Readlink(name string) (string, error)
}

// A dirRoot is a directory of the host's, opened when it is first used. The collector closes it.
type dirRoot struct {
	directory string
	mu        sync.Mutex
	root      *os.Root
}

func (d *dirRoot) get() (*os.Root, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root == nil {
		root, err := os.OpenRoot(d.directory)
		if err != nil {
			return nil, err
		}
		d.root = root
	}
	return d.root, nil
}

// outside is the error of what leads out, of which package os says nothing but a text.
func outside(err error) error {
	number, path := syscall.Errno(0), (*fs.PathError)(nil)
	switch {
	case err == nil, errors.As(err, &number), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission),
		errors.Is(err, fs.ErrInvalid), errors.Is(err, fs.ErrClosed), errors.Is(err, fs.ErrExist):
		return err
	case errors.As(err, &path):
		return &fs.PathError{Op: path.Op, Path: path.Path, Err: ErrnoNotcapable}
	}
	return ErrnoNotcapable
}

// Open opens a file or a directory. It waits for nobody, should a pipe have taken the place of a file.
func (d *dirRoot) Open(name string) (fs.File, error) {
	root, err := d.get()
	if err != nil {
		return nil, err
	}
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, outside(err)
	}
	return file, nil
}

// A dirLinkRoot is one that tells of links.
type dirLinkRoot struct{ *dirRoot }

func (d *dirLinkRoot) Lstat(name string) (fs.FileInfo, error) {
	root, err := d.get()
	if err != nil {
		return nil, err
	}
	info, err := root.Lstat(name)
	return info, outside(err)
}

func (d *dirLinkRoot) ReadLink(name string) (string, error) {
	root, err := d.get()
	if err != nil {
		return "", err
	}
	target, err := any(root).(rootReadLink).Readlink(name)
	return target, outside(err)
}
