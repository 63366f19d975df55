package wasi

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"
	"time"
)

func TestStatOf(t *testing.T) {
	changed := time.Unix(1000, 0)
	named := func(sys any) fs.FileInfo {
		info, err := fs.Stat(fstest.MapFS{"f": {ModTime: changed, Sys: sys}}, "f")
		must(t, err)
		return info
	}
	own := &Stat{Inode: 5, Device: 6, Links: 7, Atime: time.Unix(1, 0), Ctime: time.Unix(2, 0)}
	if got := statOf("f", named(own)); got != *own {
		t.Errorf("%+v", got)
	}
	for _, sys := range []any{nil, (*Stat)(nil), &Stat{}, "anything"} {
		got := statOf("f", named(sys))
		if got != statOf("f", named(sys)) || got.Inode == 0 || got.Links != 1 || got.Device != 0 ||
			!got.Atime.Equal(changed) || !got.Ctime.Equal(changed) {
			t.Errorf("%v: %+v", sys, got)
		}
		if statOf("g", named(sys)).Inode == got.Inode {
			t.Errorf("%v: two names have one inode", sys)
		}
	}
}

// Two names of a file of the system are told to be one.
func TestStatOfSystem(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("the system is not asked for inodes")
	}
	directory := t.TempDir()
	one, two := filepath.Join(directory, "one"), filepath.Join(directory, "two")
	must(t, os.WriteFile(one, nil, 0o600))
	must(t, os.Link(one, two))
	must(t, os.Chtimes(one, time.Unix(9, 0), time.Unix(10, 0)))
	tree := ReadOnly(os.DirFS(directory))
	first, err := tree.Lstat("one")
	must(t, err)
	second, err := tree.Lstat("two")
	must(t, err)
	a, b := statOf("one", first), statOf("two", second)
	if a != b || a.Links != 2 || a.Inode == 0 || !a.Atime.Equal(time.Unix(9, 0)) || a.Ctime.Before(time.Unix(11, 0)) {
		t.Errorf("%+v, %+v", a, b)
	}
}

// A link in an archive is shown as one and not opened.
func TestReadOnlyZipLink(t *testing.T) {
	var buffer bytes.Buffer
	writer := zip.NewWriter(&buffer)
	header := &zip.FileHeader{Name: "link"}
	header.SetMode(fs.ModeSymlink | 0o777)
	file, err := writer.CreateHeader(header)
	must(t, err)
	_, err = file.Write([]byte("/etc/passwd"))
	must(t, err)
	must(t, writer.Close())
	reader, err := zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
	must(t, err)
	tree := ReadOnly(reader)
	if info, err := tree.Lstat("link"); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("%v, %v", info, err)
	}
	_, err = tree.OpenFile("link", os.O_RDONLY, 0)
	wantErrno(t, "open a link in an archive", err, ErrnoLoop)
}

func TestErrnoTimeout(t *testing.T) {
	for number := range errnoTexts {
		number := Errno(number)
		timeout := number == ErrnoTimedout || number == ErrnoAgain
		temporary := timeout || number == ErrnoIntr || number == ErrnoMfile || number == ErrnoNfile
		if number.Timeout() != timeout || number.Temporary() != temporary {
			t.Errorf("%v: timeout %t, temporary %t", number, number.Timeout(), number.Temporary())
		}
	}
}
