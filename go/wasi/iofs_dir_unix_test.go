//go:build unix

package wasi

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Somebody puts a directory and a link to the outside in each other's place, as fast as he can.
func TestReadOnlyOfADirectoryLeadsNowhereByARace(t *testing.T) {
	inside, outside := linkTree(t)
	tree := ReadOnly(os.DirFS(inside))
	at := func(name string) string { return filepath.Join(inside, name) }
	done := make(chan struct{})
	var swapping sync.WaitGroup
	swapping.Add(1)
	go func() {
		defer swapping.Done()
		for {
			select {
			case <-done:
				return
			default:
			}
			os.Rename(at("dir"), at("kept"))
			os.Symlink(outside, at("dir"))
			os.Remove(at("dir"))
			os.Rename(at("kept"), at("dir"))
		}
	}()
	duration := 2 * time.Second
	if testing.Short() {
		duration = 200 * time.Millisecond
	}
	opened := 0
	for begun := time.Now(); time.Since(begun) < duration; {
		file, err := tree.OpenFile("dir/file", os.O_RDONLY, 0)
		if err != nil {
			continue
		}
		opened++
		content := make([]byte, 20)
		count, _ := file.ReadAt(content, 0)
		file.Close()
		if string(content[:count]) != "open" {
			t.Fatalf("%q was read", content[:count])
		}
		entries, err := tree.ReadDir("dir")
		for _, entry := range entries {
			if err == nil && entry.Name() != "file" && entry.Name() != "deep" && entry.Name() != "twice" {
				t.Fatal("listed:", entry)
			}
		}
	}
	close(done)
	swapping.Wait()
	if opened == 0 {
		t.Error("it was never opened")
	}
}

func TestReadOnlyOpensADirectoryOnce(t *testing.T) {
	top := t.TempDir()
	directory := filepath.Join(top, "d")
	tree := ReadOnly(os.DirFS(directory))
	// As os.DirFS, it need not be there before it is used.
	_, err := tree.Lstat("file")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	must(t, os.Mkdir(directory, 0o755))
	must(t, os.WriteFile(filepath.Join(directory, "file"), []byte("first"), 0o644))
	read := func() string {
		t.Helper()
		file, err := tree.OpenFile("file", os.O_RDONLY, 0)
		if err != nil {
			return err.Error()
		}
		defer file.Close()
		content := make([]byte, 10)
		count, err := file.ReadAt(content, 0)
		if err != nil && err != io.EOF {
			return err.Error()
		}
		return string(content[:count])
	}
	if content := read(); content != "first" {
		t.Error(content)
	}
	must(t, os.Rename(directory, filepath.Join(top, "e")))
	must(t, os.Mkdir(directory, 0o755))
	must(t, os.WriteFile(filepath.Join(directory, "file"), []byte("second"), 0o644))
	if content := read(); content != "first" {
		t.Error(content)
	}
}

// A pipe that takes the place of a file makes nobody wait.
func TestReadOnlyDoesNotWaitForAPipe(t *testing.T) {
	directory := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(directory, "pipe"), 0o600))
	opened := make(chan error, 1)
	go func() {
		file, err := ownRoot(os.DirFS(directory)).Open("pipe")
		if err == nil {
			file.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for somebody who writes")
	}
}

func TestOnlyDirectoriesOfPackageOsAreOpenedSo(t *testing.T) {
	directory := t.TempDir()
	must(t, os.WriteFile(filepath.Join(directory, "file"), nil, 0o644))
	sub, err := fs.Sub(os.DirFS(directory), ".")
	must(t, err)
	if ownRoot(sub) == nil || ownRoot(os.DirFS("")) == nil {
		t.Error("not recognised")
	}
	if ownRoot(lookless{os.DirFS(directory)}) != nil || ownRoot(NewMemFS()) != nil || ownRoot(nil) != nil {
		t.Error("taken for a directory")
	}
	_, err = ownRoot(os.DirFS("")).Open("file")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	must(t, os.Symlink("../x", filepath.Join(directory, "out")))
	_, err = ownRoot(os.DirFS(directory)).Open("out")
	wantErrno(t, "a link that leads out", err, ErrnoNotcapable)
}
