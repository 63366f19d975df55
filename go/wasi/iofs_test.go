package wasi

import (
	"archive/zip"
	"bytes"
	"embed"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"
)

//go:embed errno.go
var embedded embed.FS

// plainFile can be read from the front only, seekFile be sought in as well.
type plainFile struct{ file fs.File }

func (f plainFile) Read(into []byte) (int, error) { return f.file.Read(into) }
func (f plainFile) Stat() (fs.FileInfo, error)    { return f.file.Stat() }
func (f plainFile) Close() error                  { return f.file.Close() }

type seekFile struct {
	plainFile
	io.Seeker
}

// barePlainFS hides all of a tree but Open, and of its files what the kind says.
type barePlainFS struct {
	fsys fs.FS
	seek bool
	open *int
}

func (b barePlainFS) Open(name string) (fs.File, error) {
	file, err := b.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	if _, is := file.(fs.ReadDirFile); is {
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return file, nil
		}
	}
	if b.open != nil {
		*b.open++
	}
	if b.seek {
		return seekFile{plainFile{file}, file.(io.Seeker)}, nil
	}
	return plainFile{file}, nil
}

func zipOf(t *testing.T, files map[string][]byte) *zip.Reader {
	t.Helper()
	var buffer bytes.Buffer
	writer := zip.NewWriter(&buffer)
	for name, content := range files {
		file, err := writer.Create(name)
		must(t, err)
		_, err = file.Write(content)
		must(t, err)
	}
	must(t, writer.Close())
	reader, err := zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
	must(t, err)
	return reader
}

func TestReadOnlyTrees(t *testing.T) {
	source, err := os.ReadFile("errno.go")
	must(t, err)
	large := make([]byte, 300_000)
	for i := range large {
		large[i] = byte(i * i >> 8)
	}
	files := map[string][]byte{"errno.go": source, "dir/large": large, "dir/sub/empty": nil}
	directory, memory, mapped := t.TempDir(), NewMemFS(), fstest.MapFS{}
	for name, content := range files {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(directory, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(directory, name), content, 0o644))
		must(t, memory.MkdirAll(filepath.Dir(name), 0o755))
		must(t, memory.WriteFile(name, content, 0o644))
		mapped[name] = &fstest.MapFile{Data: content, Mode: 0o644}
	}
	root, err := os.OpenRoot(directory)
	must(t, err)
	defer func() { _ = root.Close() }()
	for name, fsys := range map[string]fs.FS{
		"os.DirFS": os.DirFS(directory), "os.Root": root.FS(), "MapFS": mapped, "zip": zipOf(t, files),
		"MemFS": memory, "embed": embedded,
		"front": barePlainFS{fsys: os.DirFS(directory)}, "seek": barePlainFS{fsys: os.DirFS(directory), seek: true},
	} {
		t.Run(name, func(t *testing.T) {
			tree := ReadOnly(fsys)
			checkReadOnly(t, tree, "errno.go", source)
			if name == "embed" {
				return
			}
			checkReadOnly(t, tree, "dir/large", large)
			checkReadOnly(t, tree, "dir/sub/empty", nil)
			entries, err := tree.ReadDir("dir")
			must(t, err)
			if len(entries) != 2 || entries[0].Name() != "large" || !entries[1].IsDir() {
				t.Errorf("the directory holds %v", entries)
			}
			_, err = tree.ReadDir("dir/large")
			wantErrno(t, "list a file", err, ErrnoNotdir)
			_, err = tree.OpenFile("dir", os.O_RDONLY, 0)
			wantErrno(t, "open a directory", err, ErrnoIsdir)
		})
	}
}

func checkReadOnly(t *testing.T, tree FS, name string, content []byte) {
	t.Helper()
	info, err := tree.Lstat(name)
	must(t, err)
	if info.Size() != int64(len(content)) || !info.Mode().IsRegular() {
		t.Errorf("%s: %d bytes, %v", name, info.Size(), info.Mode())
	}
	file, err := tree.OpenFile(name, os.O_RDONLY, 0)
	must(t, err)
	size := int64(len(content))
	for _, piece := range [][2]int64{{0, 100}, {50, 20}, {size / 2, 1000}, {0, size}, {size - 1, 10}, {size, 1}, {size + 99, 1}, {3, 4}} {
		offset, length := max(piece[0], 0), piece[1]
		want := content[min(offset, size):min(offset+length, size)]
		got := make([]byte, length)
		count, err := file.ReadAt(got, offset)
		if !bytes.Equal(got[:count], want) || (err != nil && err != io.EOF) || (err == nil) != (count == len(got)) && len(got) > 0 && count < len(got) {
			t.Errorf("%s at %d: %d of %d bytes, %v", name, offset, count, len(want), err)
		}
	}
	_, err = file.ReadAt(make([]byte, 1), -1)
	if errnoOf(err) == ErrnoSuccess {
		t.Error("read before the start")
	}
	_, err = file.WriteAt([]byte("x"), 0)
	wantErrno(t, "write", err, ErrnoRofs)
	wantErrno(t, "truncate", file.Truncate(0), ErrnoRofs)
	must(t, file.Sync())
	must(t, file.Close())

	open := func(name string, flag int) error { _, err := tree.OpenFile(name, flag, 0o600); return err }
	_, missing := tree.Lstat("missing")
	_, below := tree.Lstat(name + "/below")
	for _, c := range []struct {
		what string
		err  error
		want Errno
	}{
		{"open to write", open(name, os.O_WRONLY), ErrnoRofs},
		{"open to change", open(name, os.O_RDWR), ErrnoRofs},
		{"open to empty", open(name, os.O_RDONLY|os.O_TRUNC), ErrnoRofs},
		{"make", open("new", os.O_RDWR|os.O_CREATE), ErrnoRofs},
		{"make again", open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL), ErrnoExist},
		{"open nothing", open("missing", os.O_RDONLY), ErrnoNoent},
		{"open outside", open("../x", os.O_RDONLY), ErrnoInval},
		{"open the root of all", open("/etc/passwd", os.O_RDONLY), ErrnoInval},
		{"look at nothing", missing, ErrnoNoent},
		{"mkdir", tree.Mkdir("new", 0o700), ErrnoRofs},
		{"remove", tree.Remove(name), ErrnoRofs},
		{"rename", tree.Rename(name, "new"), ErrnoRofs},
		{"link", tree.(LinkFS).Link(name, "new"), ErrnoRofs},
		{"chtimes", tree.(ChtimesFS).Chtimes(name, time.Now(), time.Now()), ErrnoRofs},
	} {
		wantErrno(t, c.what, c.err, c.want)
	}
	if number := errnoOf(below); number != ErrnoNotdir && number != ErrnoNoent {
		t.Errorf("below a file: %v", below)
	}
}

// A file is opened again only to go back in it.
func TestReadOnlyFromTheFront(t *testing.T) {
	count := 0
	tree := ReadOnly(barePlainFS{fsys: os.DirFS("."), open: &count})
	file, err := tree.OpenFile("errno.go", os.O_RDONLY, 0)
	must(t, err)
	count = 0
	for offset := range int64(1000) {
		_, err := file.ReadAt(make([]byte, 1), offset)
		must(t, err)
	}
	if count != 0 {
		t.Errorf("reading on opened the file %d times", count)
	}
	_, err = file.ReadAt(make([]byte, 10), 5)
	must(t, err)
	if count == 0 {
		t.Error("going back did not open the file")
	}
	must(t, file.Close())
	_, err = file.ReadAt(make([]byte, 1), 0)
	wantErrno(t, "read after closing", err, ErrnoBadf)
}
