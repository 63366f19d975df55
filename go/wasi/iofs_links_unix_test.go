//go:build unix

package wasi

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// linkTree makes a directory with links, and one beside it that no guest may see.
func linkTree(t *testing.T) (inside, outside string) {
	t.Helper()
	top := t.TempDir()
	inside, outside = filepath.Join(top, "in"), filepath.Join(top, "out")
	must(t, os.MkdirAll(filepath.Join(inside, "dir"), 0o755))
	must(t, os.MkdirAll(outside, 0o755))
	must(t, os.WriteFile(filepath.Join(outside, "file"), []byte("secret"), 0o644))
	must(t, os.WriteFile(filepath.Join(inside, "dir", "file"), []byte("open"), 0o644))
	for name, target := range map[string]string{
		"absolute": outside, "relative": "../out", "file": "../out/file", "dir/deep": "../../out/file",
		"inner": "dir", "dir/twice": "../inner/file", "loop": "loop", "dangling": "nowhere",
	} {
		must(t, os.Symlink(target, filepath.Join(inside, name)))
	}
	return inside, outside
}

// lookless hides everything but Open, as it was with os.DirFS before Go 1.25.
type lookless struct{ fs.FS }

func TestReadOnlyLinksLeadNowhere(t *testing.T) {
	inside, _ := linkTree(t)
	for name, fsys := range map[string]fs.FS{"with Lstat": os.DirFS(inside), "without": lookless{os.DirFS(inside)}} {
		t.Run(name, func(t *testing.T) {
			tree := ReadOnly(fsys)
			for _, name := range []string{"file", "absolute", "relative", "absolute/file", "relative/file", "dir/deep", "inner/file", "loop", "dangling"} {
				_, err := tree.OpenFile(name, os.O_RDONLY, 0)
				wantErrno(t, "open "+name, err, ErrnoLoop)
				_, err = tree.ReadDir(name)
				wantErrno(t, "list "+name, err, ErrnoLoop)
			}
			for _, name := range []string{"file", "absolute", "dangling", "dir/deep"} {
				if info, err := tree.Lstat(name); err != nil || info.Mode()&fs.ModeSymlink == 0 {
					t.Errorf("%s: %v, %v, is a link", name, info, err)
				}
			}
			_, err := tree.Lstat("relative/file")
			wantErrno(t, "look through a link", err, ErrnoLoop)
		})
	}
}

func TestLinksAreReadWhereTheyCanBe(t *testing.T) {
	inside, outside := linkTree(t)
	dirFS := ReadOnly(os.DirFS(inside))
	bare := ReadOnly(lookless{os.DirFS(inside)})
	links, has := dirFS.(ReadLinkFS)
	if !has {
		t.Skip("os.DirFS tells of links since Go 1.25")
	}
	if _, has := bare.(ReadLinkFS); has {
		t.Error("links are read where they cannot be")
	}
	if target, err := links.ReadLink("absolute"); err != nil || target != outside {
		t.Errorf("a link holds %q, %v", target, err)
	}
}

// swapFS does something between the look at a name and Open.
type swapFS struct {
	readLinkFS
	fs.FS
	before func(name string)
}

func (s swapFS) Open(name string) (fs.File, error) {
	s.before(name)
	return s.FS.Open(name)
}

func TestReadOnlySwappedMeanwhile(t *testing.T) {
	for name, c := range map[string]struct{ swap, open string }{
		"the file": {"dir/file", "dir/file"}, "its directory": {"dir", "dir/file"}, "a listed directory": {"dir", "dir"},
	} {
		t.Run(name, func(t *testing.T) {
			inside, outside := linkTree(t)
			fsys := os.DirFS(inside)
			links, has := fsys.(readLinkFS)
			if !has {
				t.Skip("os.DirFS tells of links since Go 1.25")
			}
			swapped := false
			tree := ReadOnly(swapFS{links, fsys, func(string) {
				if swapped {
					return
				}
				swapped = true
				must(t, os.Rename(filepath.Join(inside, c.swap), filepath.Join(inside, "was")))
				target := outside
				if c.swap == "dir/file" {
					target = filepath.Join(outside, "file")
				}
				must(t, os.Symlink(target, filepath.Join(inside, c.swap)))
			}})
			var err error
			if c.open == "dir" {
				_, err = tree.ReadDir(c.open)
			} else {
				_, err = tree.OpenFile(c.open, os.O_RDONLY, 0)
			}
			wantErrno(t, "what was put in place", err, ErrnoNotcapable)
			if !swapped {
				t.Error("nothing was swapped")
			}
		})
	}
}

// Opening a pipe would wait for somebody who writes to it.
func TestReadOnlyPipe(t *testing.T) {
	directory := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(directory, "pipe"), 0o600))
	_, err := ReadOnly(os.DirFS(directory)).OpenFile("pipe", os.O_RDONLY, 0)
	wantErrno(t, "open a pipe", err, ErrnoNotsup)
}
