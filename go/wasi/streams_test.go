package wasi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

const input = "first line\nsecond line\n"

func TestStandardInput(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, "skipped "+input)
	file.Seek(int64(len("skipped ")), io.SeekStart)
	pipe, write := io.Pipe()
	go func() { io.WriteString(write, input); write.Close() }()
	own := errors.New("no more ink")
	cmd := command(t, "cat")
	cmd.Stdin = io.MultiReader(strings.NewReader(input), &oneByte{}, failing{own})
	if output, err := cmd.Output(); !errors.Is(err, own) || string(output) != input {
		t.Errorf("%q %v", output, err)
	}
	for name, reader := range map[string]io.Reader{
		"buffer": bytes.NewBufferString(input), "bytes": bytes.NewReader([]byte(input)), "string": strings.NewReader(input),
		"file": file, "pipe": pipe, "other": io.MultiReader(strings.NewReader(input)), "one byte": &oneByte{input},
	} {
		cmd := command(t, "cat")
		cmd.Stdin = reader
		if output, err := cmd.Output(); err != nil || string(output) != input {
			t.Errorf("%s: %q %v", name, output, err)
		}
	}
	if output, err := command(t, "cat").Output(); err != nil || len(output) != 0 {
		t.Errorf("none: %q %v", output, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type oneByte struct{ rest string }

func (o *oneByte) Read(buffer []byte) (int, error) {
	if o.rest == "" {
		return 0, io.EOF
	}
	buffer[0], o.rest = o.rest[0], o.rest[1:]
	return 1, nil
}

func TestAReaderThatIsLeftBehind(t *testing.T) {
	before := LeftBehind()
	pipe, write := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := CommandContext(ctx, guestProgram.load(t), "guest", "args")
	cmd.Stdin = pipe
	if _, err := cmd.Output(); err != nil {
		t.Fatal(err)
	}
	if LeftBehind() != before+1 {
		t.Error(LeftBehind(), before)
	}
	// Its Read returns, and there is nobody to give what it got to.
	io.WriteString(write, "late")
	for end := time.Now().Add(10 * time.Second); LeftBehind() != before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the reader does not end")
		}
	}
}

// writes fails as it is told to.
type writes struct {
	err   error
	panic any
	count int
}

func (w *writes) Write(bytes []byte) (int, error) {
	if w.panic != nil {
		panic(w.panic)
	}
	return w.count, w.err
}

func TestOutputsThatFail(t *testing.T) {
	run := func(output io.Writer) error {
		cmd := command(t, "both")
		cmd.Stdout = output
		return cmd.Run()
	}
	own := errors.New("disk of glass")
	if err := run(&writes{err: own}); !errors.Is(err, own) || err.Error() != "disk of glass" {
		t.Error(err)
	}
	if err := run(&writes{}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
	if err := run(&writes{count: 1 << 40}); err == nil || !strings.Contains(err.Error(), "invalid count") {
		t.Error(err)
	}
	// What the guest sees as a number it may ignore, as this one does.
	if err := run(&writes{err: ErrnoNospc}); err != nil {
		t.Error(err)
	}
	closed, other := io.Pipe()
	closed.Close()
	if err := run(other); err != nil {
		t.Error(err)
	}
	defer func() {
		if value := recover(); value != "as asked" {
			t.Error(value)
		}
	}()
	run(&writes{panic: "as asked"})
}

func TestAPanicGoesOnInWait(t *testing.T) {
	cmd := command(t, "both")
	cmd.Stdout = &writes{panic: "as asked"}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if value := recover(); value != "as asked" {
			t.Error(value)
		}
	}()
	cmd.Wait()
}

// Each is ended while it is doing what its name says.
func TestDeadlines(t *testing.T) {
	blocked := func() (io.Reader, func()) {
		read, write := io.Pipe()
		return read, func() { write.Close() }
	}
	module := guestProgram.load(t)
	for _, work := range []string{"spin", "sleep", "cat a reader", "cat a file"} {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		program, what, _ := strings.Cut(work, " ")
		cmd := CommandContext(ctx, module, "guest", program)
		free := func() {}
		switch what {
		case "a reader":
			cmd.Stdin, free = blocked()
		case "a file":
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdin, free = read, func() { read.Close(); write.Close() }
		}
		deadline, _ := ctx.Deadline()
		err := cmd.Run()
		late := time.Since(deadline)
		var trap *wasmer.TrapError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &trap) || trap.Code() != wasmer.TrapInterrupted {
			t.Errorf("%s: %v", work, err)
		}
		t.Logf("%s: %v late", work, late)
		if late > 2*time.Second {
			t.Errorf("%s: %v late", work, late)
		}
		cancel()
		free()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := CommandContext(ctx, guestProgram.load(t), "guest", "args").Run(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestMuchThroughStreams(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() {
		size = 1 << 24
	}
	block := make([]byte, 1<<20)
	for i := range block {
		block[i] = byte(i * 7 >> 3)
	}
	fill := func(w io.WriteCloser, hash io.Writer) {
		for left := size; left > 0; left -= int64(len(block)) {
			w.Write(block)
			hash.Write(block)
		}
		w.Close()
	}
	for _, kind := range []string{"io.Pipe", "io.Pipe and a context", "os.File", "os.File and a context"} {
		sent, received := sha256.New(), sha256.New()
		kind, withContext := strings.CutSuffix(kind, " and a context")
		ctx, cancel := context.Background(), func() {}
		if withContext {
			ctx, cancel = context.WithCancel(ctx)
		}
		cmd := CommandContext(ctx, guestProgram.load(t), "guest", "cat")
		var write io.WriteCloser
		var read io.Reader
		var err error
		if kind == "io.Pipe" {
			cmd.Stdin, write = io.Pipe()
			output, end := io.Pipe()
			cmd.Stdout, read = end, output
			err = cmd.Start()
			go func() { cmd.Wait(); end.Close() }()
		} else {
			if write, err = cmd.StdinPipe(); err == nil {
				if read, err = cmd.StdoutPipe(); err == nil {
					err = cmd.Start()
				}
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		start, filled := time.Now(), make(chan struct{})
		go func() {
			defer close(filled)
			fill(write, sent)
		}()
		count, err := io.Copy(received, read)
		<-filled
		if err != nil || count != size || !bytes.Equal(sent.Sum(nil), received.Sum(nil)) {
			t.Errorf("%s: %d bytes, %v", kind, count, err)
		}
		t.Logf("%s, a context %v: %.0f MB/s", kind, withContext, float64(size)/1e6/time.Since(start).Seconds())
		if kind == "os.File" {
			cmd.Wait()
		}
		cancel()
	}
}

// exits ends the goroutine that writes to it, as t.FailNow does.
type exits struct{}

func (exits) Write([]byte) (int, error) {
	runtime.Goexit()
	return 0, nil
}

func TestAWriterThatEndsItsGoroutine(t *testing.T) {
	for range 10 {
		cmd := command(t, "both")
		cmd.Stdout = exits{}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "runtime.Goexit") {
			t.Error(err)
		}
	}
	// The threads are as good as before.
	for range 20 {
		if output, err := command(t, "args").Output(); err != nil || string(output) != "guest|args\n" {
			t.Errorf("%q %v", output, err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			var nothing *strings.Builder
			nothing.Len()
			*(*int)(nil) = 1
		}()
	}
}
