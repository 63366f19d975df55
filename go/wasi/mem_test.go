package wasi

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
	"time"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantErrno fails unless err is told to a guest by that number.
func wantErrno(t testing.TB, what string, err error, want Errno) {
	t.Helper()
	if got := errnoOf(err); got != want {
		t.Errorf("%s: %v (%v), not %v", what, got, err, want)
	}
}

func TestMemFSIsAnFS(t *testing.T) {
	m := NewMemFS()
	must(t, fstest.TestFS(m))
	must(t, m.MkdirAll("a/b/c", 0o755))
	must(t, m.WriteFile("a/b/file", []byte("some text"), 0o644))
	must(t, m.WriteFile("large", bytes.Repeat([]byte("0123456789"), 20_000), 0o600))
	must(t, m.WriteFile("empty", nil, 0o400))
	must(t, m.Symlink("b/file", "a/link"))
	must(t, m.Symlink("../a", "a/up"))
	must(t, m.Link("empty", "a/hard"))
	must(t, fstest.TestFS(m, "a/b/c", "a/b/file", "large", "empty", "a/hard"))
	must(t, m.MkdirAll("a/up/b/c/d", 0o755))
	must(t, m.MkdirAll(".", 0o755))
	content, err := fs.ReadFile(m, "a/up/link")
	if err != nil || string(content) != "some text" {
		t.Errorf("through two links: %q, %v", content, err)
	}
	sub, err := fs.Sub(m, "a/b")
	must(t, err)
	must(t, fstest.TestFS(sub, "file", "c/d"))
}

func TestMemFSErrors(t *testing.T) {
	m := NewMemFS()
	must(t, m.MkdirAll("dir/sub", 0o755))
	must(t, m.WriteFile("file", []byte("x"), 0o644))
	must(t, m.Symlink("loop", "loop"))
	must(t, m.Symlink("/file", "absolute"))
	must(t, m.Symlink("../../file", "dir/out"))
	open := func(name string, flag int) error {
		file, err := m.OpenFile(name, flag, 0o644)
		if err == nil {
			_ = file.Close()
		}
		return err
	}
	read := func(name string) error { _, err := m.ReadFile(name); return err }
	link := func(name string) error { _, err := m.ReadLink(name); return err }
	for _, c := range []struct {
		what string
		err  error
		want Errno
	}{
		{"open nothing", open("none", os.O_RDWR), ErrnoNoent},
		{"open in nothing", open("none/x", os.O_RDWR|os.O_CREATE), ErrnoNoent},
		{"open in a file", open("file/x", os.O_RDWR|os.O_CREATE), ErrnoNotdir},
		{"open a directory", open("dir", os.O_RDONLY), ErrnoIsdir},
		{"make a directory's file", open("dir", os.O_RDONLY|os.O_CREATE|os.O_EXCL), ErrnoExist},
		{"make a file again", open("file", os.O_RDWR|os.O_CREATE|os.O_EXCL), ErrnoExist},
		{"make a link's file", open("loop", os.O_RDWR|os.O_CREATE|os.O_EXCL), ErrnoExist},
		{"open a link", open("absolute", os.O_RDONLY), ErrnoLoop},
		{"open outside", open("../file", os.O_RDONLY), ErrnoInval},
		{"open with a slash", open("dir/", os.O_RDONLY), ErrnoInval},
		{"open nameless", open("", os.O_RDONLY), ErrnoInval},
		{"read a loop", read("loop"), ErrnoLoop},
		{"read an absolute link", read("absolute"), ErrnoNotcapable},
		{"read a link that leads out", read("dir/out"), ErrnoNotcapable},
		{"read a directory", read("dir"), ErrnoIsdir},
		{"write a directory", m.WriteFile("dir", nil, 0), ErrnoIsdir},
		{"make a directory of a file", m.Mkdir("file", 0), ErrnoExist},
		{"make the root", m.Mkdir(".", 0), ErrnoExist},
		{"make all in a file", m.MkdirAll("file/x", 0), ErrnoNotdir},
		{"make all of nothing", m.MkdirAll("", 0), ErrnoInval},
		{"long name", m.Mkdir(string(bytes.Repeat([]byte("n"), 256)), 0), ErrnoNametoolong},
		{"long link", m.Symlink(string(bytes.Repeat([]byte("n"), 4096)), "l"), ErrnoNametoolong},
		{"empty link", m.Symlink("", "l"), ErrnoNoent},
		{"no link", link("file"), ErrnoInval},
		{"remove the root", m.Remove("."), ErrnoBusy},
		{"remove a full directory", m.Remove("dir"), ErrnoNotempty},
		{"move the root", m.Rename(".", "x"), ErrnoBusy},
		{"move below itself", m.Rename("dir", "dir/sub/x"), ErrnoInval},
		{"move over what it is in", m.Rename("dir/sub", "dir"), ErrnoNotempty},
		{"move a directory over a file", m.Rename("dir", "file"), ErrnoNotdir},
		{"move a file over a directory", m.Rename("file", "dir/sub"), ErrnoIsdir},
		{"link a directory", m.Link("dir", "other"), ErrnoPerm},
		{"link to what is there", m.Link("file", "dir"), ErrnoExist},
		{"times of nothing", m.Chtimes("none", time.Now(), time.Now()), ErrnoNoent},
	} {
		wantErrno(t, c.what, c.err, c.want)
	}
}

func TestMemFSOpenFiles(t *testing.T) {
	m := NewMemFS()
	empty := m.Used()
	file, err := m.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o640)
	must(t, err)
	_, err = file.WriteAt([]byte("kept"), 0)
	must(t, err)
	must(t, m.Remove("f"))
	must(t, m.WriteFile("f", []byte("other"), 0o600))
	got := make([]byte, 10)
	if count, err := file.ReadAt(got, 0); err != io.EOF || string(got[:count]) != "kept" {
		t.Errorf("a removed file holds %q, %v", got[:count], err)
	}
	info, err := file.Stat()
	must(t, err)
	if stat := info.Sys().(*Stat); stat.Links != 0 || info.Mode() != 0o640 {
		t.Errorf("a removed file has %d links, mode %v", stat.Links, info.Mode())
	}
	must(t, m.Remove("f"))
	if m.Used() == empty {
		t.Error("an open file counts for nothing")
	}
	must(t, file.Close())
	if m.Used() != empty {
		t.Errorf("%d bytes stay in use", m.Used()-empty)
	}
	wantErrno(t, "closed twice", file.Close(), ErrnoBadf)
	_, err = file.ReadAt(got, 0)
	wantErrno(t, "read after closing", err, ErrnoBadf)

	must(t, m.WriteFile("f", []byte("other"), 0o600))
	reader, err := m.OpenFile("f", os.O_RDONLY, 0)
	must(t, err)
	_, err = reader.WriteAt([]byte("x"), 0)
	wantErrno(t, "write to a reader", err, ErrnoBadf)
	wantErrno(t, "truncate a reader", reader.Truncate(0), ErrnoBadf)
	_, err = reader.ReadAt(got, -1)
	wantErrno(t, "read before the start", err, ErrnoInval)
	writer, err := m.OpenFile("f", os.O_WRONLY, 0)
	must(t, err)
	_, err = writer.ReadAt(got, 0)
	wantErrno(t, "read from a writer", err, ErrnoBadf)
	wantErrno(t, "truncate below zero", writer.Truncate(-1), ErrnoInval)
}

func TestMemFSTimesAndLinks(t *testing.T) {
	m := NewMemFS()
	must(t, m.WriteFile("f", nil, 0o600))
	must(t, m.Link("f", "g"))
	atime, mtime := time.Unix(1, 2), time.Unix(3, 4)
	must(t, m.Chtimes("f", atime, mtime))
	must(t, m.Chtimes("g", time.Time{}, time.Time{}))
	info, err := m.Lstat("g")
	must(t, err)
	stat := info.Sys().(*Stat)
	if !stat.Atime.Equal(atime) || !info.ModTime().Equal(mtime) || stat.Links != 2 {
		t.Errorf("%+v, changed at %v", stat, info.ModTime())
	}
	other, err := m.Lstat("f")
	must(t, err)
	if a, b := statOf("f", other), statOf("g", info); a.Inode != b.Inode || a.Inode == 0 {
		t.Errorf("two names of a file: inodes %d and %d", a.Inode, b.Inode)
	}
	must(t, m.WriteFile("f", []byte("x"), 0))
	if info, err = m.Stat("f"); err != nil || !info.ModTime().After(mtime) || info.Mode() != 0o600 {
		t.Errorf("after writing: %v, %v", info, err)
	}
}

func TestMemFSLimit(t *testing.T) {
	m := NewMemFS()
	m.SetLimit(1 << 20)
	file, err := m.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o600)
	must(t, err)
	// A hole takes nothing, but a file must not be longer than the limit.
	must(t, file.Truncate(1<<20))
	wantErrno(t, "too long", file.Truncate(1<<20+1), ErrnoNospc)
	_, err = file.WriteAt([]byte("x"), 1<<20)
	wantErrno(t, "write beyond", err, ErrnoNospc)
	count, err := file.WriteAt([]byte("xyz"), 1<<20-2)
	wantErrno(t, "write over the end", err, ErrnoNospc)
	if count != 2 {
		t.Errorf("%d of 2 bytes were written", count)
	}
	if used := m.Used(); used > 200<<10 {
		t.Errorf("a hole takes %d bytes", used)
	}
	count, err = file.WriteAt(make([]byte, 1<<20), 0)
	wantErrno(t, "write all", err, ErrnoNospc)
	if count < 890<<10 || m.Used() > 1<<20 {
		t.Errorf("%d bytes were written, %d are in use", count, m.Used())
	}
	must(t, file.Truncate(0))
	before := m.Used()
	for i := 0; ; i++ {
		err = m.Mkdir(fmt.Sprint("d", i), 0o700)
		if err != nil {
			break
		}
		if i > 1<<20 {
			t.Fatal("directories count for nothing")
		}
	}
	wantErrno(t, "a directory more", err, ErrnoNospc)
	wantErrno(t, "a link", m.Symlink("somewhere", "a link"), ErrnoNospc)
	must(t, m.Rename("d1", "d"))
	must(t, m.Remove("d"))
	entries, err := m.ReadDir(".")
	must(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			must(t, m.Remove(entry.Name()))
		}
	}
	if m.Used() != before {
		t.Errorf("%d bytes in use, before %d", m.Used(), before)
	}
	m.SetLimit(-1)
	must(t, file.Truncate(1<<50))
	_, err = m.ReadFile("f")
	wantErrno(t, "read a large hole", err, ErrnoFbig)
	_, err = file.WriteAt([]byte("ab"), 1<<63-2)
	wantErrno(t, "write beyond what can be counted", err, ErrnoFbig)
}
