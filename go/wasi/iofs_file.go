package wasi

import (
	"errors"
	"io"
	"io/fs"
	"sync"
)

// newReadFile makes an open file of io/fs one that can be read anywhere.
func newReadFile(tree *readOnlyFS, name string, file fs.File) File {
	base := readFile{file: file, name: name}
	if at, is := file.(io.ReaderAt); is {
		return &readAtFile{readFile: base, at: at}
	}
	if seeker, is := file.(io.Seeker); is {
		return &readSeekFile{readFile: base, seeker: seeker}
	}
	return &readSkipFile{readFile: base, tree: tree}
}

// readFile is what all of them have in common.
type readFile struct {
	file fs.File
	name string
}

func (f *readFile) Stat() (fs.FileInfo, error) { return f.file.Stat() }
func (f *readFile) Close() error               { return f.file.Close() }
func (f *readFile) Sync() error                { return nil }

func (f *readFile) WriteAt([]byte, int64) (int, error) { return 0, failure("write", f.name, ErrnoRofs) }
func (f *readFile) Truncate(int64) error               { return failure("truncate", f.name, ErrnoRofs) }

// readAtFile is a file that can be read anywhere by itself.
type readAtFile struct {
	readFile
	at io.ReaderAt
}

func (f *readAtFile) ReadAt(into []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, failure("read", f.name, ErrnoInval)
	}
	count, err := f.at.ReadAt(into, offset)
	if err != nil && count == 0 {
		// The files of embed and fstest take a place beyond the end for a mistake.
		if info, statErr := f.file.Stat(); statErr == nil && offset >= info.Size() && errors.Is(err, fs.ErrInvalid) {
			err = io.EOF
		}
	}
	return count, err
}

// readSeekFile is a file that has one position, which can be set.
type readSeekFile struct {
	readFile
	seeker io.Seeker
	lock   sync.Mutex
}

func (f *readSeekFile) ReadAt(into []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, failure("read", f.name, ErrnoInval)
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if _, err := f.seeker.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	return readFull(f.file, into)
}

func (f *readSeekFile) Stat() (fs.FileInfo, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.file.Stat()
}

func (f *readSeekFile) Close() error {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.file.Close()
}

// readSkipFile is a file that can only be read from the front.
type readSkipFile struct {
	readFile
	tree     *readOnlyFS
	lock     sync.Mutex
	position int64
	// lost: after a failure it is not known where the file is.
	lost   bool
	closed bool
}

func (f *readSkipFile) ReadAt(into []byte, offset int64) (int, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	switch {
	case f.closed:
		return 0, failure("read", f.name, ErrnoBadf)
	case offset < 0:
		return 0, failure("read", f.name, ErrnoInval)
	case len(into) == 0:
		return 0, nil
	case offset < f.position || f.lost:
		if err := f.reopen(); err != nil {
			return 0, err
		}
	}
	skipped, err := io.CopyN(io.Discard, f.file, offset-f.position)
	f.position += skipped
	var count int
	if err == nil {
		count, err = readFull(f.file, into)
		f.position += int64(count)
	}
	f.lost = err != nil && err != io.EOF
	return count, err
}

// reopen goes back to the front.
func (f *readSkipFile) reopen() error {
	seen, err := f.tree.look(f.name)
	if err != nil {
		return err
	}
	if !seen.Mode().IsRegular() {
		return failure("read", f.name, ErrnoStale)
	}
	file, err := f.tree.openSame(f.name, seen)
	if err != nil {
		return err
	}
	_ = f.file.Close()
	f.file, f.position, f.lost = file, 0, false
	return nil
}

func (f *readSkipFile) Stat() (fs.FileInfo, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.file.Stat()
}

func (f *readSkipFile) Close() error {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.closed = true
	return f.file.Close()
}

// readFull fills into unless the file ends.
func readFull(file fs.File, into []byte) (int, error) {
	count, err := io.ReadFull(file, into)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return count, err
}
