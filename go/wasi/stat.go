package wasi

import (
	"hash/fnv"
	"io/fs"
	"time"
)

// Stat describes a file to guests beyond fs.FileInfo. A FileInfo provides it as the result of its
// Sys method. On Linux and macOS it is also taken from a FileInfo of package os.
//
// Guests consider two files the same if device and inode agree. If the inode is unknown, it is
// computed from the name: equal names have equal numbers each time and in each process, but two
// names of one file are then two files, and a renamed file gets another number. A tree that
// supports Link or Rename should provide a *Stat.
type Stat struct {
	// Inode identifies a file of a device. 0 means that it is computed from the name.
	Inode uint64
	// Device identifies the set of files in which inodes are unique. 0 means the tree itself, for
	// which the package makes up a number in each guest.
	Device uint64
	// Links is how many names the file has. 0 means 1.
	Links uint64
	// Atime is the time of the last read, Ctime that of the last change of anything in the file.
	// The zero time means FileInfo.ModTime.
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
