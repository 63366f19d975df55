package wasi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostTree does on the system's files what MemFS does in memory, for comparison.
type hostTree struct{ root string }

func (h hostTree) at(name string) string { return filepath.Join(h.root, name) }

func (h hostTree) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	file, err := os.OpenFile(h.at(name), flag|syscall.O_NOFOLLOW, perm)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		_ = file.Close()
		return nil, syscall.EISDIR
	}
	return file, nil
}

func (h hostTree) Lstat(name string) (fs.FileInfo, error)     { return os.Lstat(h.at(name)) }
func (h hostTree) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(h.at(name)) }
func (h hostTree) Mkdir(name string, perm fs.FileMode) error  { return os.Mkdir(h.at(name), perm) }
func (h hostTree) Remove(name string) error                   { return os.Remove(h.at(name)) }
func (h hostTree) Link(oldname, newname string) error         { return os.Link(h.at(oldname), h.at(newname)) }
func (h hostTree) Symlink(target, name string) error          { return os.Symlink(target, h.at(name)) }
func (h hostTree) ReadLink(name string) (string, error)       { return os.Readlink(h.at(name)) }
func (h hostTree) Chtimes(name string, atime, mtime time.Time) error {
	return os.Chtimes(h.at(name), atime, mtime)
}

// Rename is the system's call, as os.Rename never replaces a directory.
func (h hostTree) Rename(oldname, newname string) error {
	return syscall.Rename(h.at(oldname), h.at(newname))
}

// wholeFS is all that a tree can do.
type wholeFS interface {
	SymlinkFS
	LinkFS
	ChtimesFS
}

type openPair struct{ memory, host File }

// TestMemFSLikeTheSystem does the same at random to a MemFS and to a directory of the system, and wants
// the same results and the same errors.
func TestMemFSLikeTheSystem(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	failed, done := 0, 0
	for seed := range rounds {
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		one, two := compareRandomly(t, random, seed, 1000)
		failed, done = failed+one, done+two
		if t.Failed() {
			return
		}
	}
	// Neither is worth anything without the other.
	if failed < done/10 || failed > done*9/10 {
		t.Errorf("%d of %d operations failed: the test does not do what it is for", failed, done)
	}
}

func randomName(random *rand.Rand) string {
	parts := make([]string, 1+random.IntN(3))
	for i := range parts {
		parts[i] = string(rune('a' + random.IntN(4)))
	}
	return strings.Join(parts, "/")
}

func compareRandomly(t *testing.T, random *rand.Rand, seed, steps int) (failed, done int) {
	memory, host := NewMemFS(), hostTree{t.TempDir()}
	var open []openPair
	defer func() {
		for _, pair := range open {
			_, _ = pair.memory.Close(), pair.host.Close()
		}
	}()
	for step := range steps {
		name, other := randomName(random), randomName(random)
		var what string
		results := [2]string{}
		errs := [2]error{}
		each := func(text string, act func(tree wholeFS) (string, error)) {
			what = text
			for i, tree := range []wholeFS{memory, host} {
				results[i], errs[i] = act(tree)
			}
		}
		switch random.IntN(13) {
		case 0, 1:
			each("mkdir "+name, func(tree wholeFS) (string, error) { return "", tree.Mkdir(name, 0o755) })
		case 2:
			each("remove "+name, func(tree wholeFS) (string, error) { return "", tree.Remove(name) })
		case 3, 4:
			each("rename "+name+" "+other, func(tree wholeFS) (string, error) { return "", tree.Rename(name, other) })
		case 5:
			each("link "+name+" "+other, func(tree wholeFS) (string, error) { return "", tree.Link(name, other) })
		case 6:
			// No target leads out of the tree, wherever the link is moved to: there the two differ, and
			// are meant to.
			target := []string{"a", "b", "c/d", "./a", "b/", "a/.", "c/../b", "a/../d/a"}[random.IntN(8)]
			each("symlink "+target+" "+name, func(tree wholeFS) (string, error) { return target, tree.Symlink(target, name) })
		case 7:
			each("readlink "+name, func(tree wholeFS) (string, error) { return tree.ReadLink(name) })
		case 8, 9:
			flag := []int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR}[random.IntN(3)]
			for _, more := range []int{os.O_CREATE, os.O_EXCL, os.O_TRUNC} {
				if random.IntN(2) == 0 {
					flag |= more
				}
			}
			if flag&os.O_CREATE == 0 {
				flag &^= os.O_EXCL
			}
			var opened [2]File
			number := 0
			each(fmt.Sprintf("open %s %#x", name, flag), func(tree wholeFS) (string, error) {
				file, err := tree.OpenFile(name, flag, 0o644)
				opened[number] = file
				number++
				return "", err
			})
			if errs[0] == nil && errs[1] == nil {
				open = append(open, openPair{opened[0], opened[1]})
			}
		case 10:
			mtime := time.Unix(random.Int64N(1e9), 0)
			if info, err := memory.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
				continue // os.Chtimes follows it
			}
			each("chtimes "+name, func(tree wholeFS) (string, error) { return "", tree.Chtimes(name, mtime, mtime) })
		default:
			if len(open) == 0 {
				continue
			}
			which := random.IntN(len(open))
			pair := open[which]
			act, closes := randomFileAct(random)
			what = fmt.Sprint("file ", which)
			results[0], errs[0] = act(pair.memory)
			results[1], errs[1] = act(pair.host)
			if closes {
				open = append(open[:which], open[which+1:]...)
			}
		}
		done++
		if errs[0] != nil {
			failed++
		}
		if a, b := errnoOf(errs[0]), errnoOf(errs[1]); a != b || results[0] != results[1] {
			t.Errorf("seed %d, step %d, %s: memory %q %v (%v), system %q %v (%v)",
				seed, step, what, results[0], a, errs[0], results[1], b, errs[1])
			return
		}
		if step%100 == 99 {
			if a, b := describe(t, memory), describe(t, host); a != b {
				t.Errorf("seed %d, step %d: memory\n%s\nsystem\n%s", seed, step, a, b)
				return
			}
		}
	}
	return failed, done
}

// randomFileAct is one of the things that can be done with an open file.
func randomFileAct(random *rand.Rand) (act func(File) (string, error), closes bool) {
	offset, size := random.Int64N(200_000), 1+random.IntN(100_000)
	if random.IntN(3) == 0 {
		offset, size = random.Int64N(100), 1+random.IntN(100)
	}
	switch random.IntN(6) {
	case 0, 1:
		content := bytes.Repeat([]byte{byte('0' + random.IntN(10))}, size)
		return func(file File) (string, error) {
			count, err := file.WriteAt(content, offset)
			return fmt.Sprint("wrote ", count), err
		}, false
	case 2, 3:
		return func(file File) (string, error) {
			into := bytes.Repeat([]byte{'?'}, size)
			count, err := file.ReadAt(into, offset)
			if err == io.EOF {
				return string(into[:count]) + " end", nil
			}
			return string(into[:count]), err
		}, false
	case 4:
		return func(file File) (string, error) {
			err := file.Truncate(offset)
			if errors.Is(err, syscall.EINVAL) || errors.Is(err, ErrnoBadf) {
				return "not writable", nil // the system says EINVAL
			}
			return "", err
		}, false
	}
	return func(file File) (string, error) { return "", file.Close() }, true
}

// describe tells all that is in a tree.
func describe(t *testing.T, tree wholeFS) string {
	var text strings.Builder
	var visit func(name string)
	visit = func(name string) {
		info, err := tree.Lstat(name)
		must(t, err)
		stat := statOf(name, info)
		switch {
		case info.IsDir():
			fmt.Fprintf(&text, "%s %v\n", name, info.Mode())
			entries, err := tree.ReadDir(name)
			must(t, err)
			for _, entry := range entries {
				below, err := entry.Info()
				must(t, err)
				fmt.Fprintf(&text, "%s %v %v: ", entry.Name(), entry.Type(), below.Mode())
				visit(path.Join(name, entry.Name()))
			}
		case info.Mode().IsRegular():
			file, err := tree.OpenFile(name, os.O_RDONLY, 0)
			must(t, err)
			content, err := io.ReadAll(io.NewSectionReader(file, 0, 1<<40))
			must(t, err)
			must(t, file.Close())
			fmt.Fprintf(&text, "%s %v %d links, %d bytes: %x\n", name, info.Mode(), stat.Links, info.Size(), content)
		default:
			target, err := tree.ReadLink(name)
			must(t, err)
			fmt.Fprintf(&text, "%s %v %d links, %d bytes: %s\n", name, info.Mode(), stat.Links, info.Size(), target)
		}
	}
	visit(".")
	return text.String()
}
