package wasi

import (
	"hash/fnv"
	"io/fs"
	"time"
)

// Stat is what a guest learns of a file beyond fs.FileInfo. A FileInfo whose Sys method gives a *Stat
// says it. Of a FileInfo of package os it is taken from what the system says, on Linux and macOS.
//
// Guests take two files for the same if device and inode agree. If nothing says the inode, it is made
// of the name: the same name gives the same number each time and in each process, but two names of one
// file are two files then, and a file gets another number when it is renamed. A tree that allows Link or
// Rename does well to give a *Stat.
type Stat struct {
	// Inode tells the files of a device apart; 0 stands for none, and is made of the name.
	Inode uint64
	// Device is what inodes are unique in. 0 stands for the tree itself: the package gives each tree
	// of a guest a number of its own.
	Device uint64
	// Links is how many names the file has; 0 stands for 1.
	Links uint64
	// Atime is when the file was last read, Ctime when anything of it was last changed. The zero time
	// stands for FileInfo.ModTime.
	Atime, Ctime time.Time
}

// statOf tells what info says of the file called name, with nothing left open but Device.
func statOf(name string, info fs.FileInfo) Stat {
	stat := knownStat(info)
	if stat.Inode == 0 {
		stat.Inode = inodeOf(name)
	}
	if stat.Links == 0 {
		stat.Links = 1
	}
	if stat.Atime.IsZero() {
		stat.Atime = info.ModTime()
	}
	if stat.Ctime.IsZero() {
		stat.Ctime = info.ModTime()
	}
	return stat
}

// knownStat tells what info itself says.
func knownStat(info fs.FileInfo) Stat {
	own, is := info.Sys().(*Stat)
	switch {
	case !is:
		return systemStat(info)
	case own == nil:
		return Stat{}
	}
	return *own
}

// inodeOf makes an inode of a name. The upper half is set so that it is not taken for one of those
// that are counted from 1.
func inodeOf(name string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	return hash.Sum64() | 1<<63
}
