package wasi

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"testing"
	"time"
)

// Goroutines do everything at once to the same few names. Under -race this finds what is not guarded;
// in the end nothing may be in use any more.
func TestMemFSAtOnce(t *testing.T) {
	m := NewMemFS()
	before := m.Used()
	var group sync.WaitGroup
	for worker := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			workAtOnce(t, m, worker)
		}()
	}
	group.Wait()
	var clean func(name string)
	clean = func(name string) {
		entries, err := m.ReadDir(name)
		must(t, err)
		for _, entry := range entries {
			below := path.Join(name, entry.Name())
			if entry.IsDir() {
				clean(below)
			}
			must(t, m.Remove(below))
		}
	}
	clean(".")
	if m.Used() != before {
		t.Errorf("%d bytes stay in use", m.Used()-before)
	}
	if info, err := m.Stat("."); err != nil || info.Sys().(*Stat).Links != 2 {
		t.Errorf("the root has %d links (%v)", info.Sys().(*Stat).Links, err)
	}
}

func workAtOnce(t *testing.T, m *MemFS, worker int) {
	names := []string{"a", "b", "d/a", "d/b", "d/e/a", "d/e", "d"}
	block := bytes.Repeat([]byte{byte('A' + worker)}, 5000)
	for i := range 300 {
		name, other := names[(i+worker)%len(names)], names[(i*3+worker*5)%len(names)]
		_ = m.MkdirAll("d/e", 0o755)
		_ = m.WriteFile(name, block, 0o644)
		// What WriteFile wrote is one writer's, whole.
		if content, err := m.ReadFile(name); err == nil && len(content) == len(block) {
			if !bytes.Equal(content, bytes.Repeat(content[:1], len(content))) {
				t.Error("a file holds what two wrote at once")
			}
		}
		if file, err := m.OpenFile(other, os.O_RDWR|os.O_CREATE, 0o600); err == nil {
			_, _ = file.ReadAt(make([]byte, 10), 3)
			_, _ = file.Stat()
			_ = file.(ChtimesFile).Chtimes(time.Now(), time.Time{})
			must(t, file.Sync())
			must(t, file.Close())
		}
		_ = m.Rename(name, other)
		_ = m.Link(other, name)
		_ = m.Symlink("e/a", fmt.Sprint("d/link", worker))
		_ = fs.WalkDir(m, ".", func(_ string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			if _, err := entry.Info(); err != nil {
				t.Error(err)
			}
			return nil
		})
		_ = m.Chtimes(name, time.Now(), time.Now())
		_ = m.Remove(other)
		if i%50 == 0 {
			m.SetLimit(DefaultMemLimit + int64(i))
		}
	}
}

// One file can be made only once, by whomever.
func TestMemFSExclusiveAtOnce(t *testing.T) {
	m := NewMemFS()
	var group sync.WaitGroup
	made := make(chan int, 800)
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range 100 {
				file, err := m.OpenFile(fmt.Sprint(i), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
				switch {
				case err == nil:
					made <- i
					must(t, file.Close())
				case !errors.Is(err, fs.ErrExist):
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	if len(made) != 100 {
		t.Errorf("100 files were made %d times", len(made))
	}
}

func BenchmarkMemFSManyFiles(b *testing.B) {
	const files = 100_000
	names := make([]string, files)
	for i := range names {
		names[i] = fmt.Sprint("d/file", i)
	}
	for b.Loop() {
		m := NewMemFS()
		must(b, m.Mkdir("d", 0o755))
		for _, name := range names {
			file, err := m.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
			must(b, err)
			must(b, file.Close())
		}
		for _, name := range names {
			_, err := m.Lstat(name)
			must(b, err)
		}
		entries, err := m.ReadDir("d")
		must(b, err)
		if len(entries) != files {
			b.Fatalf("%d entries", len(entries))
		}
		for _, name := range names {
			must(b, m.Remove(name))
		}
	}
}

func BenchmarkMemFSLargeFile(b *testing.B) {
	piece := make([]byte, 64<<10)
	b.SetBytes(1 << 30)
	for b.Loop() {
		m := NewMemFS()
		m.SetLimit(-1)
		file, err := m.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o600)
		must(b, err)
		for offset := int64(0); offset < 1<<30; offset += int64(len(piece)) {
			_, err := file.WriteAt(piece, offset)
			must(b, err)
		}
		must(b, file.Close())
		must(b, m.Remove("f"))
	}
}
