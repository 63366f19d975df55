package wasi

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// trees are directories of each kind, with the same contents: a, d/b.
func trees(t *testing.T) map[string]func(*Cmd, string) {
	host := t.TempDir()
	memory := NewMemFS()
	for name, text := range map[string]string{"a": "in a", "d/b": "in b"} {
		if err := os.MkdirAll(filepath.Join(host, filepath.Dir(name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(host, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := memory.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := memory.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return map[string]func(*Cmd, string){
		"Dir":         func(c *Cmd, guest string) { c.Dir(guest, host) },
		"ReadOnlyDir": func(c *Cmd, guest string) { c.ReadOnlyDir(guest, host) },
		"MemFS":       func(c *Cmd, guest string) { c.Mount(guest, memory) },
		"MapFS": func(c *Cmd, guest string) {
			c.FS(guest, fstest.MapFS{"a": {Data: []byte("in a")}, "d/b": {Data: []byte("in b")}})
		},
		"os.DirFS": func(c *Cmd, guest string) { c.FS(guest, os.DirFS(host)) },
		"os.Root":  func(c *Cmd, guest string) { c.FS(guest, root.FS()) },
	}
}

func TestGuestsReadTrees(t *testing.T) {
	for name, mount := range trees(t) {
		for _, at := range []string{"/", "/data"} {
			run := func(work string, arguments ...string) string {
				cmd := command(t, work, arguments...)
				mount(cmd, at)
				output, err := cmd.CombinedOutput()
				if err != nil {
					return string(output) + err.Error()
				}
				return string(output)
			}
			if text := run("read", filepath.Join(at, "d/b")); text != "in b" {
				t.Errorf("%s: %q", name, text)
			}
			if text := run("read", filepath.Join(at, "d/../d/./b")); text != "in b" {
				t.Errorf("%s: %q", name, text)
			}
			if text := run("read", filepath.Join(at, "nothing")); !strings.Contains(text, "file does not exist") && !strings.Contains(text, "No such file") {
				t.Errorf("%s: %q", name, text)
			}
			walked := strings.ReplaceAll(run("walk", at), "/data", "")
			if !strings.Contains(walked, "/a ---------- 4\n") || !strings.Contains(walked, "/d d--------- 0\n") || !strings.Contains(walked, "/d/b ---------- 4\n") {
				t.Errorf("%s: %q", name, walked)
			}
		}
	}
}

func TestGuestsChangeTrees(t *testing.T) {
	for name, mount := range trees(t) {
		cmd := command(t, "files", "/data/d")
		mount(cmd, "/data")
		output, err := cmd.CombinedOutput()
		switch name {
		case "Dir", "MemFS":
			if err != nil || string(output) != expectedFiles {
				t.Errorf("%s: %q %v", name, output, err)
			}
		default:
			// Nothing that is mounted for reading can be changed in any way.
			for _, change := range [][]string{
				{"write", "/data/new", "x"}, {"write", "/data/a", "x"}, {"mkdir", "/data/new"}, {"remove", "/data/a"}, {"remove", "/data/d"},
				{"rename", "/data/a", "/data/c"}, {"symlink", "a", "/data/s"}, {"link", "/data/a", "/data/l"},
			} {
				cmd := command(t, change[0], change[1:]...)
				mount(cmd, "/data")
				output, err := cmd.CombinedOutput()
				if err == nil || !strings.Contains(string(output), "Read-only file system") && !strings.Contains(string(output), "read-only") {
					t.Errorf("%s: %v: %q %v", name, change, output, err)
				}
			}
		}
	}
}

const expectedFiles = ", w\n8 true true\nHELLO, w!\n1 b false\n"

// Nothing outside of what a guest is given can be read, found or changed.
func TestNobodyGetsOut(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("the secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	inside := t.TempDir()
	up := strings.Repeat("../", 20)
	for name, target := range map[string]string{
		"absolute": secret, "relative": up + secret[1:], "directory": outside, "root": "/", "chain": "absolute", "loop": "loop", "dots": "..",
	} {
		if err := os.Symlink(target, filepath.Join(inside, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(inside, "sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	mounts := map[string]func(*Cmd){
		"Dir":         func(c *Cmd) { c.Dir("/", inside) },
		"ReadOnlyDir": func(c *Cmd) { c.ReadOnlyDir("/", inside) },
		"os.DirFS":    func(c *Cmd) { c.FS("/", os.DirFS(inside)) },
	}
	for name, mount := range mounts {
		for _, path := range []string{
			secret, "../" + secret, up + secret[1:], "/sub/../../" + secret, "/absolute", "/relative", "/directory/secret", "/root/" + secret,
			"/chain", "/loop", "/dots/" + filepath.Base(outside) + "/secret", "/sub/" + up + secret[1:],
		} {
			cmd := command(t, "read", path)
			mount(cmd)
			output, err := cmd.CombinedOutput()
			if err == nil || strings.Contains(string(output), "the secret") {
				t.Errorf("%s: read %s: %q", name, path, output)
			}
		}
	}
	for _, change := range [][]string{
		{"write", "/absolute", "x"}, {"write", "/relative", "x"}, {"write", "/directory/new", "x"}, {"write", up + secret[1:], "x"},
		{"remove", "/directory/secret"}, {"rename", "/sub", "/directory/sub"}, {"rename", "/directory/secret", "/stolen"},
		{"link", "/directory/secret", "/stolen"}, {"link", "/absolute", "/dots/stolen"}, {"mkdir", "/directory/new"}, {"mkdir", "/dots/new"},
	} {
		cmd := command(t, change[0], change[1:]...)
		cmd.Dir("/", inside)
		if output, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%v: %q", change, output)
		}
	}
	if text, err := os.ReadFile(secret); err != nil || string(text) != "the secret" {
		t.Errorf("%q %v", text, err)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
	// A link that the guest makes itself leads nowhere either.
	for _, target := range []string{secret, up + secret[1:]} {
		cmd := command(t, "symlink", target, "/own")
		cmd.Dir("/", inside)
		if err := cmd.Run(); err == nil {
			read := command(t, "read", "/own")
			read.Dir("/", inside)
			if output, err := read.CombinedOutput(); err == nil || strings.Contains(string(output), "the secret") {
				t.Errorf("%s: %q", target, output)
			}
			os.Remove(filepath.Join(inside, "own"))
		}
	}
}

// Somebody swaps a directory for a link to the outside all the time, while guests go through it.
func TestNobodyGetsOutByARace(t *testing.T) {
	outside, inside := t.TempDir(), t.TempDir()
	for directory, text := range map[string]string{outside: "the secret", filepath.Join(inside, "real"): "harmless"} {
		if err := os.MkdirAll(directory, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(directory, "file"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(inside, "link")); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var swapping sync.WaitGroup
	swapping.Add(1)
	go func() {
		defer swapping.Done()
		at := func(name string) string { return filepath.Join(inside, name) }
		for {
			select {
			case <-done:
				return
			default:
			}
			os.Rename(at("real"), at("swapped"))
			os.Rename(at("swapped"), at("real"))
			os.Rename(at("link"), at("swapped"))
			os.Rename(at("swapped"), at("link"))
		}
	}()
	rounds := 300
	if testing.Short() {
		rounds = 50
	}
	harmless := 0
	for range rounds {
		cmd := command(t, "read", "/swapped/file")
		cmd.Dir("/", inside)
		output, err := cmd.CombinedOutput()
		if strings.Contains(string(output), "the secret") {
			t.Fatalf("%q %v", output, err)
		}
		if string(output) == "harmless" {
			harmless++
		}
	}
	close(done)
	swapping.Wait()
	t.Logf("%d of %d found the directory", harmless, rounds)
}

func TestNothingReachesAcrossMounts(t *testing.T) {
	first, second := t.TempDir(), NewMemFS()
	if err := os.WriteFile(filepath.Join(first, "a"), []byte("a"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, work := range []string{"rename", "link"} {
		cmd := command(t, work, "/first/a", "/second/a")
		cmd.Dir("/first", first)
		cmd.Mount("/second", second)
		if output, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(output), "ross-device") {
			t.Errorf("%s: %q %v", work, output, err)
		}
	}
	// The longest name counts, and guests may share a tree.
	cmd := command(t, "write", "/first/inner/b", "text")
	cmd.Dir("/first", first)
	cmd.Mount("/first/inner", second)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%q %v", output, err)
	}
	if text, err := fs.ReadFile(second, "b"); err != nil || string(text) != "text" {
		t.Errorf("%q %v", text, err)
	}
}
