package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bhojpur/wasmer/go/wasi"
)

// A state is what one run of a case works with.
type state struct {
	runtime   runtime
	directory string
	bytes     int64
	count     int
	source    *source
	files     wasi.FS
}

// A benchmark is something to be measured, in a process of its own.
type benchmark struct {
	name   string
	unit   string // what the figure is of: "s", or "ns" for each of so many
	guest  string
	work   string
	count  int  // of calls, files or runs, at full size
	pieces bool // the count is of pieces of 64 KiB
	before func(*state) error
	run    func(*state) error // what is timed
	after  func(*state) error
	ours   bool // wazero has nothing like it
}

const gibibyte = (1 << 30) / piece

var benchmarks = []benchmark{
	{name: "1 GiB from an io.Reader to an io.Writer", unit: "s", guest: "cat", count: gibibyte, pieces: true, run: copyPlain},
	{name: "1 GiB from an io.Pipe to an io.Pipe", unit: "s", guest: "cat", count: gibibyte, pieces: true, run: copyPipes(programPipe)},
	{name: "1 GiB from an os.Pipe to an os.Pipe", unit: "s", guest: "cat", count: gibibyte, pieces: true, run: copyPipes(systemPipe)},
	{name: "1 GiB from an *os.File to an *os.File", unit: "s", guest: "cat", count: gibibyte, pieces: true, before: makeInput, run: copyFiles, after: checkOutput},

	{name: "create and write 100,000 files", unit: "s", guest: "files", work: "create", count: 100_000, run: onDirectory, after: countFiles(1)},
	{name: "stat 100,000 files", unit: "s", guest: "files", work: "stat", count: 100_000, before: makeFiles, run: onDirectory},
	{name: "list a directory of 100,000 files", unit: "s", guest: "files", work: "list", count: 100_000, before: makeFiles, run: onDirectory},
	{name: "remove 100,000 files", unit: "s", guest: "files", work: "remove", count: 100_000, before: makeFiles, run: onDirectory, after: countFiles(0)},
	{name: "write a file of 1 GiB in 64 KiB pieces", unit: "s", guest: "files", work: "write", count: gibibyte, pieces: true, run: onDirectory, after: checkBig},
	{name: "read a file of 1 GiB in 64 KiB pieces", unit: "s", guest: "files", work: "read", count: gibibyte, pieces: true, before: makeBig, run: onDirectory},
	{name: "read a file of 1 GiB of an fs.FS (os.DirFS)", unit: "s", guest: "files", work: "read", count: gibibyte, pieces: true, before: makeBig, run: onTree},
	{name: "stat 100,000 files of an fs.FS (os.DirFS)", unit: "s", guest: "files", work: "stat", count: 100_000, before: makeFiles, run: onTree},
	{name: "list 100,000 files of an fs.FS (os.DirFS)", unit: "s", guest: "files", work: "list", count: 100_000, before: makeFiles, run: onTree},

	{name: "MemFS: create and write 100,000 files", unit: "s", guest: "files", work: "create", count: 100_000, before: makeMemory(), run: onMemory, ours: true},
	{name: "MemFS: stat 100,000 files", unit: "s", guest: "files", work: "stat", count: 100_000, before: makeMemory("create"), run: onMemory, ours: true},
	{name: "MemFS: list a directory of 100,000 files", unit: "s", guest: "files", work: "list", count: 100_000, before: makeMemory("create"), run: onMemory, ours: true},
	{name: "MemFS: remove 100,000 files", unit: "s", guest: "files", work: "remove", count: 100_000, before: makeMemory("create"), run: onMemory, ours: true},
	{name: "MemFS: write a file of 1 GiB in 64 KiB pieces", unit: "s", guest: "files", work: "write", count: gibibyte, pieces: true, before: makeMemory(), run: onMemory, ours: true},
	{name: "MemFS: read a file of 1 GiB in 64 KiB pieces", unit: "s", guest: "files", work: "read", count: gibibyte, pieces: true, before: makeMemory("write"), run: onMemory, ours: true},

	{name: "fd_write of 10 bytes to /dev/null", unit: "ns", guest: "calls", work: "write", count: 3_000_000, run: toNull},
	{name: "fd_write of 10 bytes to an io.Writer", unit: "ns", guest: "calls", work: "write", count: 3_000_000, run: toWriter},
	{name: "clock_time_get", unit: "ns", guest: "calls", work: "time", count: 10_000_000, run: alone},
	{name: "random_get of 16 bytes", unit: "ns", guest: "calls", work: "random", count: 3_000_000, run: alone},

	{name: "start, run and close a command that does nothing", unit: "ns", guest: "nothing", count: 10_000, run: startMany},
}

func onDirectory(s *state) error { return s.runtime.run(guestSetup{directory: s.directory}) }
func onTree(s *state) error      { return s.runtime.run(guestSetup{tree: os.DirFS(s.directory)}) }
func onMemory(s *state) error    { return s.runtime.run(guestSetup{files: s.files}) }
func alone(s *state) error       { return s.runtime.run(guestSetup{}) }

func toWriter(s *state) error {
	count := new(counter)
	if err := s.runtime.run(guestSetup{stdout: count}); err != nil {
		return err
	}
	if int(*count) != 10*s.count {
		return fmt.Errorf("%d bytes were written", int(*count))
	}
	return nil
}

type counter int

func (c *counter) Write(bytes []byte) (int, error) {
	*c += counter(len(bytes))
	return len(bytes), nil
}

func toNull(s *state) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	return s.runtime.run(guestSetup{stdout: null})
}

func startMany(s *state) error {
	for range s.count {
		if err := s.runtime.run(guestSetup{}); err != nil {
			return err
		}
	}
	return nil
}

func makeFiles(s *state) error {
	for number := range s.count {
		name := fmt.Sprintf("f%06d", number)
		if err := os.WriteFile(filepath.Join(s.directory, name), []byte(name), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// countFiles wants so many times the count in the directory.
func countFiles(times int) func(*state) error {
	return func(s *state) error {
		entries, err := os.ReadDir(s.directory)
		if err == nil && len(entries) != times*s.count {
			err = fmt.Errorf("%d files are there", len(entries))
		}
		return err
	}
}

func makeBig(s *state) error {
	file, err := os.Create(filepath.Join(s.directory, "big"))
	if err != nil {
		return err
	}
	defer file.Close()
	block := make([]byte, piece)
	for number := range s.count {
		block[0], block[1], block[2], block[3] = byte(number), byte(number>>8), byte(number>>16), byte(number>>24)
		if _, err := file.Write(block); err != nil {
			return err
		}
	}
	return nil
}

// checkBig wants the file that makeBig makes.
func checkBig(s *state) error {
	file, err := os.Open(filepath.Join(s.directory, "big"))
	if err != nil {
		return err
	}
	defer file.Close()
	block := make([]byte, piece)
	for number := range s.count {
		if _, err := io.ReadFull(file, block); err != nil {
			return err
		}
		if int(block[0])|int(block[1])<<8|int(block[2])<<16|int(block[3])<<24 != number {
			return fmt.Errorf("piece %d is another one", number)
		}
	}
	return nil
}

// makeMemory makes a tree in memory, with what a guest leaves there that does some work.
func makeMemory(works ...string) func(*state) error {
	return func(s *state) error {
		files := wasi.NewMemFS()
		// A tree holds 1 GiB unless it is told, of which a name takes some.
		files.SetLimit(4 << 30)
		s.files = files
		for _, work := range works {
			if err := once("files", work, s.count, guestSetup{files: s.files}); err != nil {
				return err
			}
		}
		return nil
	}
}

// once runs a guest of another kind with our runtime.
func once(name, work string, count int, setup guestSetup) error {
	wasm, err := guest(name, work, count)
	if err != nil {
		return err
	}
	r, err := newWasmer(wasm)
	if err != nil {
		return err
	}
	defer r.close()
	return r.run(setup)
}
