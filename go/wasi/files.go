package wasi

import (
	"io"
	"io/fs"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// The flags by which a guest opens a file (`oflags` of the specification), and its access.
const (
	openCreate = 1 << 0
	openNew    = 1 << 2
	openCut    = 1 << 3

	accessRead  = 1
	accessWrite = 2
)

// The flags of times that are set (`fstflags`).
const (
	accessedAt  = 1 << 0
	accessedNow = 1 << 1
	modifiedAt  = 1 << 2
	modifiedNow = 1 << 3
)

// files is a tree as the library calls it.
type files struct {
	tree   FS
	device uint64

	mu   sync.Mutex
	open map[uint64]openFile
	next uint64
}

type openFile struct {
	file File
	name string
}

// devices numbers the trees, far from the numbers that devices of the host have.
var devices atomic.Uint64

func newFiles(tree FS) *files {
	return &files{tree: tree, device: 1<<62 + devices.Add(1), open: make(map[uint64]openFile)}
}

// nameOf is the name of a path, which is empty for the root.
func nameOf(path string) string {
	if path == "" {
		return "."
	}
	return path
}

func answer(err error) capi.Answer { return capi.Answer{Errno: uint16(errnoOf(err))} }

func (f *files) HasLinks() bool {
	_, has := f.tree.(ReadLinkFS)
	return has
}

func (f *files) get(file uint64) openFile {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open[file]
}

func (f *files) Open(path string, flags uint16, access uint32) (number uint64, a capi.Answer) {
	flag := os.O_RDONLY
	switch {
	case access == accessRead|accessWrite:
		flag = os.O_RDWR
	case access == accessWrite:
		flag = os.O_WRONLY
	}
	for given, meant := range map[uint16]int{openCreate: os.O_CREATE, openNew: os.O_EXCL, openCut: os.O_TRUNC} {
		if flags&given != 0 {
			flag |= meant
		}
	}
	file, err := f.tree.OpenFile(nameOf(path), flag, 0o666)
	if err != nil {
		return 0, answer(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	f.open[f.next] = openFile{file, nameOf(path)}
	return f.next, a
}

// Close closes a file. Its error is lost, as it is in programs that do not look at it: Sync tells.
func (f *files) Close(file uint64) {
	f.mu.Lock()
	open := f.open[file]
	delete(f.open, file)
	f.mu.Unlock()
	_ = open.file.Close()
}

func (f *files) ReadAt(file uint64, buffer []byte, offset uint64) (count int, a capi.Answer) {
	if offset > math.MaxInt64 {
		return 0, answer(ErrnoInval)
	}
	count, err := f.get(file).file.ReadAt(buffer, int64(offset))
	if count > 0 || err == io.EOF {
		return count, a
	}
	return 0, answer(err)
}

func (f *files) WriteAt(file uint64, bytes []byte, offset uint64) (count int, a capi.Answer) {
	if offset > math.MaxInt64 {
		return 0, answer(ErrnoFbig)
	}
	count, err := f.get(file).file.WriteAt(bytes, int64(offset))
	if count > 0 {
		return count, a
	}
	return 0, answer(err)
}

func (f *files) FileStat(file uint64) (stat capi.WasiStat, a capi.Answer) {
	open := f.get(file)
	info, err := open.file.Stat()
	if err != nil {
		return stat, answer(err)
	}
	return f.statOf(open.name, info), a
}

func (f *files) Stat(path string) (stat capi.WasiStat, a capi.Answer) {
	info, err := f.tree.Lstat(nameOf(path))
	if err != nil {
		return stat, answer(err)
	}
	return f.statOf(nameOf(path), info), a
}

func (f *files) statOf(name string, info fs.FileInfo) capi.WasiStat {
	stat := statOf(name, info)
	if stat.Device == 0 {
		stat.Device = f.device
	}
	return capi.WasiStat{
		Device: stat.Device, Inode: stat.Inode, Links: stat.Links, Size: uint64(max(info.Size(), 0)),
		Accessed: nanoseconds(stat.Atime), Modified: nanoseconds(info.ModTime()), Changed: nanoseconds(stat.Ctime),
		FileType: fileType(info.Mode()),
	}
}

// nanoseconds is 0 for what is before 1970, and the last one for what does not fit.
func nanoseconds(t time.Time) uint64 {
	seconds := t.Unix()
	switch {
	case seconds < 0:
		return 0
	case seconds >= math.MaxInt64/1_000_000_000:
		return math.MaxInt64
	}
	return uint64(seconds)*1e9 + uint64(t.Nanosecond())
}

func fileType(mode fs.FileMode) uint8 {
	switch mode.Type() {
	case fs.ModeDir:
		return 3
	case 0:
		return 4
	case fs.ModeSymlink:
		return 7
	case fs.ModeDevice:
		return 1
	case fs.ModeDevice | fs.ModeCharDevice:
		return 2
	case fs.ModeSocket:
		return 6
	}
	return 0
}

func (f *files) SetSize(file uint64, size uint64) (a capi.Answer) {
	if size > math.MaxInt64 {
		return answer(ErrnoFbig)
	}
	return answer(f.get(file).file.Truncate(int64(size)))
}

func (f *files) Sync(file uint64) (a capi.Answer) {
	return answer(f.get(file).file.Sync())
}

// times are those that are to be set; the zero time for those that stay.
func times(accessed, modified uint64, flags uint16) (atime, mtime time.Time) {
	now := time.Now()
	pick := func(at uint64, given, isNow uint16) time.Time {
		switch {
		case flags&isNow != 0:
			return now
		case flags&given != 0:
			return time.Unix(int64(at/1e9), int64(at%1e9))
		}
		return time.Time{}
	}
	return pick(accessed, accessedAt, accessedNow), pick(modified, modifiedAt, modifiedNow)
}

func (f *files) SetTimes(path string, accessed, modified uint64, flags uint16) (a capi.Answer) {
	tree, can := f.tree.(ChtimesFS)
	if !can {
		return answer(ErrnoNotsup)
	}
	atime, mtime := times(accessed, modified, flags)
	return answer(tree.Chtimes(nameOf(path), atime, mtime))
}

func (f *files) SetFileTimes(file uint64, accessed, modified uint64, flags uint16) (a capi.Answer) {
	open := f.get(file)
	own, can := open.file.(ChtimesFile)
	if !can {
		return f.SetTimes(open.name, accessed, modified, flags)
	}
	atime, mtime := times(accessed, modified, flags)
	return answer(own.Chtimes(atime, mtime))
}

func (f *files) List(path string, add func(name string, fileType uint8, inode uint64) bool) (a capi.Answer) {
	entries, err := f.tree.ReadDir(nameOf(path))
	if err != nil {
		return answer(err)
	}
	for _, entry := range entries {
		inode := uint64(0)
		if info, err := entry.Info(); err == nil {
			inode = knownStat(info).Inode
		}
		if inode == 0 {
			name := entry.Name()
			if path != "" {
				name = path + "/" + name
			}
			inode = inodeOf(name)
		}
		if !add(entry.Name(), fileType(entry.Type()), inode) {
			break
		}
	}
	return a
}

func (f *files) MakeDirectory(path string) (a capi.Answer) {
	return answer(f.tree.Mkdir(nameOf(path), 0o777))
}

// RemoveDirectory and Unlink are one method of a tree, which does not ask what is removed.
func (f *files) RemoveDirectory(path string) (a capi.Answer) {
	info, err := f.tree.Lstat(nameOf(path))
	if err == nil && !info.IsDir() {
		err = ErrnoNotdir
	}
	if err == nil {
		err = f.tree.Remove(nameOf(path))
	}
	return answer(err)
}

func (f *files) Unlink(path string) (a capi.Answer) {
	return answer(f.tree.Remove(nameOf(path)))
}

func (f *files) Rename(from, to string) (a capi.Answer) {
	return answer(f.tree.Rename(nameOf(from), nameOf(to)))
}

func (f *files) Link(from, to string) (a capi.Answer) {
	tree, can := f.tree.(LinkFS)
	if !can {
		return answer(ErrnoNotsup)
	}
	return answer(tree.Link(nameOf(from), nameOf(to)))
}

func (f *files) Symlink(target, path string) (a capi.Answer) {
	tree, can := f.tree.(SymlinkFS)
	if !can {
		return answer(ErrnoNotsup)
	}
	return answer(tree.Symlink(target, nameOf(path)))
}

func (f *files) ReadLink(path string) (target string, a capi.Answer) {
	tree, can := f.tree.(ReadLinkFS)
	if !can {
		return "", answer(ErrnoInval)
	}
	target, err := tree.ReadLink(nameOf(path))
	return target, answer(err)
}
