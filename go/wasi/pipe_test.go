package wasi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// underContext is a command whose context could end.
func underContext(t *testing.T, work string) *Cmd {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return CommandContext(ctx, guestProgram.load(t), "guest", work)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(buffer []byte) (int, error) { return f(buffer) }

func TestReadersThatAreReadAhead(t *testing.T) {
	before := LeftBehind()
	pipe, write := io.Pipe()
	go func() { io.WriteString(write, input); write.Close() }()
	nothing := 0
	for name, reader := range map[string]io.Reader{
		"pipe": pipe, "other": io.MultiReader(strings.NewReader(input)), "one byte": &oneByte{input},
		"now and then nothing": io.MultiReader(strings.NewReader(input), readFunc(func([]byte) (int, error) {
			if nothing++; nothing < 50 {
				return 0, nil
			}
			return 0, io.EOF
		})),
	} {
		cmd := underContext(t, "cat")
		cmd.Stdin = reader
		if output, err := cmd.Output(); err != nil || string(output) != input {
			t.Errorf("%s: %q %v", name, output, err)
		}
	}
	waitForLeft(t, before)
}

// waitForLeft waits until so many goroutines are left behind.
func waitForLeft(t *testing.T, count int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); LeftBehind() != count; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d are left behind, not %d", LeftBehind(), count)
		}
	}
}

// What a reader fails with comes after what it gave, and is not lost.
func TestReadersThatFail(t *testing.T) {
	own := errors.New("no more ink")
	for name, reader := range map[string]io.Reader{"other": io.MultiReader(strings.NewReader(input), failing{own})} {
		cmd := underContext(t, "cat")
		cmd.Stdin = reader
		if output, err := cmd.Output(); !errors.Is(err, own) || string(output) != input {
			t.Errorf("%s: %q %v", name, output, err)
		}
	}
	read, write := io.Pipe()
	go func() { io.WriteString(write, input); write.CloseWithError(own) }()
	cmd := command(t, "cat")
	cmd.Stdin = read
	if output, err := cmd.Output(); !errors.Is(err, own) || string(output) != input {
		t.Errorf("%q %v", output, err)
	}
	for name, c := range map[string]struct {
		reader io.Reader
		wanted string
	}{
		"impossible": {readFunc(func(b []byte) (int, error) { return len(b) + 1, nil }), "invalid count"},
		"nothing":    {readFunc(func([]byte) (int, error) { return 0, nil }), io.ErrNoProgress.Error()},
		"exits":      {readFunc(func([]byte) (int, error) { runtime.Goexit(); return 0, nil }), "runtime.Goexit"},
	} {
		cmd := underContext(t, "cat")
		cmd.Stdin = c.reader
		if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), c.wanted) {
			t.Errorf("%s: %v", name, err)
		}
	}
	func() {
		defer func() {
			if value := recover(); value != "as asked" {
				t.Error(value)
			}
		}()
		cmd := underContext(t, "cat")
		cmd.Stdin = readFunc(func([]byte) (int, error) { panic("as asked") })
		cmd.Run()
	}()
	// A guest that does not read is told of no error, but a panic is told to somebody.
	cmd = underContext(t, "args")
	cmd.Stdin = failing{own}
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
}

func TestOutputToAPipe(t *testing.T) {
	run := func(withContext bool, prepare func(*Cmd, *io.PipeWriter)) (string, error) {
		t.Helper()
		cmd := command(t, "both")
		if withContext {
			cmd = underContext(t, "both")
		}
		read, write := io.Pipe()
		prepare(cmd, write)
		var output bytes.Buffer
		done := make(chan struct{})
		go func() { io.Copy(&output, read); close(done) }()
		err := cmd.Run()
		write.Close()
		<-done
		return output.String(), err
	}
	for _, withContext := range []bool{false, true} {
		for range 50 {
			output, err := run(withContext, func(cmd *Cmd, write *io.PipeWriter) { cmd.Stdout, cmd.Stderr = write, write })
			if err != nil || output != "to stdout\nto stderr\n" {
				t.Errorf("both: %q %v", output, err)
			}
			output, err = run(withContext, func(cmd *Cmd, write *io.PipeWriter) { cmd.Stderr = write })
			if err != nil || output != "to stderr\n" {
				t.Errorf("errors: %q %v", output, err)
			}
		}
	}
}

// Run waits until all was read, however slowly.
func TestOutputIsReadToItsEnd(t *testing.T) {
	read, write := io.Pipe()
	cmd := underContext(t, "cat")
	text := strings.Repeat("0123456789", 100_000)
	cmd.Stdin, cmd.Stdout = strings.NewReader(text), write
	var output bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		piece := make([]byte, 20_000)
		for {
			count, err := read.Read(piece)
			output.Write(piece[:count])
			if err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	err := cmd.Run()
	write.Close()
	<-done
	if err != nil || output.String() != text {
		t.Error(output.Len(), err)
	}
}

func TestOutputToAPipeThatFails(t *testing.T) {
	own := errors.New("disk of glass")
	for _, reason := range []error{nil, own} {
		for range 20 {
			read, write := io.Pipe()
			read.CloseWithError(reason)
			cmd := command(t, "both")
			cmd.Stdout, cmd.Stderr = write, write
			// A pipe that nobody reads any more is something that a guest may ignore, as this one does.
			if err := cmd.Run(); !errors.Is(err, reason) {
				t.Error(reason, err)
			}
		}
	}
}

// endless writes for ever.
const endless = `(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 60000))
    (loop (br_if 0 (i32.eqz (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))))`

func TestAPipeThatNobodyReads(t *testing.T) {
	before := LeftBehind()
	module := text(t, endless)
	for range 10 {
		read, write := io.Pipe()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		cmd := CommandContext(ctx, module, "endless")
		cmd.Stdout = write
		deadline, _ := ctx.Deadline()
		if err := cmd.Run(); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		late := time.Since(deadline)
		t.Log(late, "late")
		if late > 2*time.Second {
			t.Error(late, "late")
		}
		if LeftBehind() != before+1 {
			t.Error(LeftBehind(), before)
		}
		read.Close()
		waitForLeft(t, before)
		cancel()
	}
	// One who goes away ends the guest's writing.
	read, write := io.Pipe()
	go func() { io.ReadFull(read, make([]byte, 1<<20)); read.Close() }()
	cmd := Command(module, "endless")
	cmd.Stdout = write
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
}

func TestPipesOfCommandsThatDoNotStart(t *testing.T) {
	before := LeftBehind()
	read, write := io.Pipe()
	cmd := Command(text(t, `(module (import "nobody" "has" (func)) (func (export "_start")))`), "program")
	cmd.Stdin, cmd.Stdout = read, write
	if err := cmd.Run(); err == nil {
		t.Error("an import is missing")
	}
	cmd = command(t, "cat")
	cmd.Stdin, cmd.Stdout, cmd.Env = read, write, []string{"bad"}
	if err := cmd.Run(); err == nil {
		t.Error("a bad variable")
	}
	// Its Read goes on, as nobody can end it.
	write.Close()
	waitForLeft(t, before)
}

func TestAReactorWithPipes(t *testing.T) {
	before := LeftBehind()
	read, write := io.Pipe()
	module := text(t, `(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
	  (memory (export "memory") 1) (data (i32.const 16) "text")
	  (func (export "_initialize"))
	  (func (export "say") (result i32)
	    (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 4))
	    (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))`)
	cmd := Command(module, "reactor")
	cmd.Stdout = write
	reactor, err := cmd.Reactor()
	if err != nil {
		t.Fatal(err)
	}
	say, err := reactor.Exports.GetFunction("say")
	if err != nil {
		t.Fatal(err)
	}
	piece := make([]byte, 4)
	for range 3 {
		if result, err := say(); err != nil || result != int32(0) {
			t.Error(result, err)
		}
		if _, err := io.ReadFull(read, piece); err != nil || string(piece) != "text" {
			t.Errorf("%q %v", piece, err)
		}
	}
	// Nobody reads this one, and Close does not wait for that.
	say()
	reactor.Close()
	reactor.Close()
	read.Close()
	waitForLeft(t, before)
}
