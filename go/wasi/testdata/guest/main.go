// Guest is the program that the tests run: the first argument says what it does.
package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

var works = map[string]func(args []string) error{
	"args":  func(args []string) error { return say(strings.Join(os.Args, "|")) },
	"env":   func([]string) error { return say(strings.Join(os.Environ(), "|")) },
	"cat":   func([]string) error { _, err := io.Copy(os.Stdout, os.Stdin); return err },
	"lines": lines,
	"both": func([]string) error {
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
		return nil
	},
	"exit": func(args []string) error {
		code, err := strconv.Atoi(args[0])
		if err == nil {
			os.Exit(code)
		}
		return err
	},
	"spin": func([]string) error {
		for {
		}
	},
	"sleep": func([]string) error { time.Sleep(time.Hour); return nil },
	"panic": func([]string) error { panic("as asked") },
	"read": func(args []string) error {
		text, err := os.ReadFile(args[0])
		os.Stdout.Write(text)
		return err
	},
	"write":   func(args []string) error { return os.WriteFile(args[0], []byte(args[1]), 0o666) },
	"mkdir":   func(args []string) error { return os.MkdirAll(args[0], 0o777) },
	"remove":  func(args []string) error { return os.Remove(args[0]) },
	"rename":  func(args []string) error { return os.Rename(args[0], args[1]) },
	"symlink": func(args []string) error { return os.Symlink(args[0], args[1]) },
	"link":    func(args []string) error { return os.Link(args[0], args[1]) },
	"walk":    walk,
	"clock": func([]string) error {
		start := time.Now()
		time.Sleep(time.Hour)
		return say(start.UTC().Format(time.RFC3339), time.Since(start) >= time.Hour)
	},
	"random": func([]string) error {
		bytes := make([]byte, 16)
		rand.Read(bytes)
		return say(fmt.Sprintf("%x", bytes))
	},
	"files": files,
}

func say(values ...any) error {
	_, err := fmt.Println(values...)
	return err
}

// lines answers each line of its input at once.
func lines([]string) error {
	scanner := bufio.NewScanner(os.Stdin)
	for scanner.Scan() {
		say("got " + scanner.Text())
	}
	return scanner.Err()
}

func walk(args []string) error {
	return filepath.WalkDir(args[0], func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		size := int64(0)
		if !entry.IsDir() {
			size = info.Size()
		}
		return say(path, entry.Type(), size)
	})
}

// files does all that can be done to files, below a directory.
func files(args []string) error {
	at := func(name string) string { return filepath.Join(args[0], name) }
	file, err := os.OpenFile(at("a"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	fmt.Fprint(file, "hello, world")
	file.WriteAt([]byte("HELLO"), 0)
	if err := file.Truncate(8); err != nil {
		return err
	}
	if _, err := file.Seek(-3, io.SeekEnd); err != nil {
		return err
	}
	rest, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	say(string(rest))
	when := time.Unix(1_000_000_000, 5000)
	if err := file.Sync(); err != nil {
		return err
	}
	file.Close()
	if err := os.Chtimes(at("a"), when, when); err != nil {
		return err
	}
	info, err := os.Stat(at("a"))
	if err != nil {
		return err
	}
	say(info.Size(), info.ModTime().Equal(when), info.Mode().IsRegular())
	appending, err := os.OpenFile(at("a"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	fmt.Fprint(appending, "!")
	appending.Close()
	if _, err := os.OpenFile(at("a"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666); !os.IsExist(err) {
		return fmt.Errorf("a second one: %v", err)
	}
	if err := os.Mkdir(at("d"), 0o777); err != nil {
		return err
	}
	if err := os.Rename(at("a"), at("d/b")); err != nil {
		return err
	}
	if err := os.Remove(at("d")); err == nil {
		return fmt.Errorf("a directory was removed that is not empty")
	}
	if _, err := os.Stat(at("a")); !os.IsNotExist(err) {
		return fmt.Errorf("it is still there: %v", err)
	}
	text, err := os.ReadFile(at("d/b"))
	if err != nil {
		return err
	}
	say(string(text))
	entries, err := os.ReadDir(at("d"))
	if err != nil {
		return err
	}
	say(len(entries), entries[0].Name(), entries[0].IsDir())
	return os.RemoveAll(at("d"))
}

func main() {
	work := works[os.Args[1]]
	if err := work(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
