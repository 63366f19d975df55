package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// piece is the size by which the bytes come and go, that of the guest's buffer.
const piece = 64 << 10

var table = crc32.MakeTable(crc32.Castagnoli)

// A source gives so many bytes, no two pieces alike, and hashes them.
type source struct {
	bytes []byte
	at    int
	left  int64
	count uint64
	sum   hash.Hash32
}

func newSource(size int64) *source {
	s := &source{bytes: make([]byte, piece), at: piece, left: size, sum: crc32.New(table)}
	random := rand.New(rand.NewPCG(1, 2))
	for at := 0; at < piece; at += 8 {
		binary.LittleEndian.PutUint64(s.bytes[at:], random.Uint64())
	}
	return s
}

func (s *source) Read(buffer []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	if s.at == piece {
		s.at = 0
		s.count++
		binary.LittleEndian.PutUint64(s.bytes, s.count)
	}
	count := copy(buffer[:min(int64(len(buffer)), s.left)], s.bytes[s.at:])
	s.sum.Write(buffer[:count])
	s.at += count
	s.left -= int64(count)
	return count, nil
}

// A sink hashes what comes.
type sink struct {
	sum  hash.Hash32
	size int64
}

func newSink() *sink { return &sink{sum: crc32.New(table)} }

func (s *sink) Write(bytes []byte) (int, error) {
	s.size += int64(len(bytes))
	return s.sum.Write(bytes)
}

// same says whether all that was given came, as it was.
func same(given *source, came *sink) error {
	if given.left != 0 {
		return fmt.Errorf("%d bytes were not read", given.left)
	}
	if given.sum.Sum32() != came.sum.Sum32() {
		return fmt.Errorf("the hashes differ after %d bytes", came.size)
	}
	return nil
}

// move copies in pieces, without any short way between two files.
func move(to io.Writer, from io.Reader) error {
	_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, piece))
	return err
}

// copyPlain lets a guest copy from a reader to a writer that are nothing else.
func copyPlain(s *state) error {
	from, to := newSource(s.bytes), newSink()
	if err := s.runtime.run(guestSetup{stdin: from, stdout: to}); err != nil {
		return err
	}
	return same(from, to)
}

// copyPipes lets a guest copy between two goroutines, through pipes of the program or of the system.
func copyPipes(pipe func() (io.ReadCloser, io.WriteCloser, error)) func(*state) error {
	return func(s *state) error {
		inRead, inWrite, err := pipe()
		if err != nil {
			return err
		}
		outRead, outWrite, err := pipe()
		if err != nil {
			return err
		}
		from, to := newSource(s.bytes), newSink()
		ends := make(chan error, 2)
		go func() { ends <- errors.Join(move(inWrite, from), inWrite.Close()) }()
		go func() { ends <- move(to, outRead) }()
		err = s.runtime.run(guestSetup{stdin: inRead, stdout: outWrite})
		outWrite.Close()
		inRead.Close()
		if err = errors.Join(err, <-ends, <-ends); err != nil {
			return err
		}
		outRead.Close()
		return same(from, to)
	}
}

func systemPipe() (io.ReadCloser, io.WriteCloser, error) { return os.Pipe() }

func programPipe() (io.ReadCloser, io.WriteCloser, error) {
	read, write := io.Pipe()
	return read, write, nil
}

// makeInput makes the file that copyFiles copies.
func makeInput(s *state) error {
	s.source = newSource(s.bytes)
	file, err := os.Create(filepath.Join(s.directory, "input"))
	if err != nil {
		return err
	}
	return errors.Join(move(file, s.source), file.Close())
}

// copyFiles lets a guest copy from one file to another.
func copyFiles(s *state) error {
	from, err := os.Open(filepath.Join(s.directory, "input"))
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(filepath.Join(s.directory, "output"))
	if err != nil {
		return err
	}
	return errors.Join(s.runtime.run(guestSetup{stdin: from, stdout: to}), to.Close())
}

// checkOutput compares the file that copyFiles made.
func checkOutput(s *state) error {
	file, err := os.Open(filepath.Join(s.directory, "output"))
	if err != nil {
		return err
	}
	defer file.Close()
	to := newSink()
	if err := move(to, file); err != nil {
		return err
	}
	return same(s.source, to)
}
