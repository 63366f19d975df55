package wasi

import (
	"io/fs"
	"syscall"
	"time"
)

// systemStat returns what a FileInfo of package os knows.
func systemStat(info fs.FileInfo) Stat {
	system, is := info.Sys().(*syscall.Stat_t)
	if !is || system == nil {
		return Stat{}
	}
	return Stat{
		Inode:  system.Ino,
		Device: uint64(system.Dev),
		Links:  uint64(system.Nlink),
		Atime:  time.Unix(system.Atim.Unix()),
		Ctime:  time.Unix(system.Ctim.Unix()),
	}
}
