//go:build linux

package wasmer

import (
	"bytes"
	"context"
	"errors"
	"math/rand"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// What interrupts do with signals, and what they leave alone.

// alone runs a test in a process of its own, in which no interrupt was made yet. True in there.
func alone(t *testing.T) bool {
	const variable = "WASMER_TEST_ALONE"
	if os.Getenv(variable) == t.Name() {
		return true
	}
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	command := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=120s")
	if testing.Short() {
		command.Args = append(command.Args, "-test.short")
	}
	command.Env = append(os.Environ(), variable+"="+t.Name())
	if output, err := command.CombinedOutput(); err != nil || !bytes.Contains(output, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, output)
	}
	return false
}

// A looper is a guest that is stopped after it began to loop, however busy the machine is.
type looper struct {
	instance *Instance
	f        *Function
	cancel   context.CancelFunc
}

func newLooper(t testing.TB, store *Store) *looper {
	t.Helper()
	e := &looper{instance: busy(t, store)}
	host := hostFunc(store, func(context.Context, *Caller) error {
		time.AfterFunc(time.Millisecond, e.cancel)
		return nil
	})
	e.f = get(t, start(t, store, callThenLoop, map[string]IntoExtern{"f": host}), "f")
	return e
}

func (e *looper) interrupt(t testing.TB, times int) {
	t.Helper()
	for range times {
		var ctx context.Context
		ctx, e.cancel = context.WithCancel(context.Background())
		trap := checkInterrupted(t, "loop", e.f.CallRaw(ctx, nil), context.Canceled)
		if len(trap.Trace()) != 1 {
			t.Error(trap.Trace())
		}
	}
	checkAlive(t, "interrupts", e.instance)
}

// The C library keeps the first two for itself, and Go does not take the third, which is musl's.
const firstRealTime, lastRealTime = 35, 64

func sendAndReceive(t *testing.T, signals chan os.Signal, number int) {
	t.Helper()
	sent := syscall.Signal(number)
	if err := syscall.Kill(os.Getpid(), sent); err != nil {
		t.Error(err)
		return
	}
	select {
	case found := <-signals:
		if found != sent {
			t.Errorf("%v came in place of %v", found, sent)
		}
	case <-time.After(20 * time.Second):
		t.Errorf("%v did not come", sent)
	}
}

func TestSignalsArriveBeforeAndAfterInterrupts(t *testing.T) {
	if !alone(t) {
		return
	}
	guest := newLooper(t, storeOf(CRANELIFT))
	if found := capi.InterruptSignal(); found != 0 {
		t.Fatalf("signal %d is taken before there is an interrupt", found)
	}
	numbers := []int{int(syscall.SIGUSR1), int(syscall.SIGUSR2)}
	for number := firstRealTime; number <= lastRealTime; number++ {
		numbers = append(numbers, number)
	}
	signals := make(chan os.Signal, 1)
	for _, number := range numbers {
		signal.Notify(signals, syscall.Signal(number))
	}
	for _, number := range numbers {
		sendAndReceive(t, signals, number)
	}
	guest.interrupt(t, 20)
	ours := capi.InterruptSignal()
	if ours <= firstRealTime || ours > lastRealTime {
		t.Fatalf("signal %d", ours)
	}
	// The program asked for ours as well, before it was ours: what is sent by that number is ignored now.
	numbers = slices.DeleteFunc(numbers, func(number int) bool { return number == ours })
	for range 3 {
		for _, number := range numbers {
			sendAndReceive(t, signals, number)
		}
		guest.interrupt(t, 20)
	}
	// And while a guest runs.
	letGo := hold(t, guest.instance)
	for _, number := range numbers {
		sendAndReceive(t, signals, number)
	}
	letGo()
	signal.Stop(signals)
	guest.interrupt(t, 20)
}

func TestNotifyOfAllSignalsLeavesInterruptsAlone(t *testing.T) {
	if !alone(t) {
		return
	}
	guest := newLooper(t, storeOf(CRANELIFT))
	guest.interrupt(t, 20)
	signals := make(chan os.Signal, 1000)
	signal.Notify(signals)
	guest.interrupt(t, 50)
	for drained := false; !drained; {
		select {
		case found := <-signals:
			if found == syscall.Signal(capi.InterruptSignal()) {
				t.Error("the program was told of an interrupt")
			}
		default:
			drained = true
		}
	}
	signal.Stop(signals)
	guest.interrupt(t, 20)
	signal.Notify(signals, syscall.Signal(capi.InterruptSignal()))
	guest.interrupt(t, 20)
	signal.Reset()
	guest.interrupt(t, 20)
}

const spinGuest = `(module (func (export "spin") (param $n i64) (result i64) (local $r i64)
  (loop $l
    (local.set $r (i64.add (local.get $r) (i64.const 3)))
    (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))
  (local.get $r)))`

func TestAStrayCopyOfOurSignalDoesNothing(t *testing.T) {
	if !alone(t) {
		return
	}
	store := storeOf(CRANELIFT)
	guest := newLooper(t, store)
	guest.interrupt(t, 20)
	spin := get(t, start(t, store, spinGuest, nil), "spin")
	ours := syscall.Signal(capi.InterruptSignal())

	// From outside, by another process, to whatever thread; and forged ones to each thread in turn, that
	// name calls that there are and calls that there are not.
	stop := make(chan struct{})
	var senders sync.WaitGroup
	senders.Add(2)
	sent := 0
	go func() {
		defer senders.Done()
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
				if err := syscall.Kill(os.Getpid(), ours); err != nil {
					t.Error(err)
				}
				sent++
			}
		}
	}()
	go func() {
		defer senders.Done()
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
				forge(t, int(ours))
			}
		}
	}()
	var group sync.WaitGroup
	for _, ctx := range []context.Context{context.Background(), soon(t, time.Hour)} {
		group.Add(1)
		spin := spin
		if ctx.Done() != nil {
			spin = get(t, start(t, store, spinGuest, nil), "spin")
		}
		go func() {
			defer group.Done()
			const count = 3_000_000
			for range rounds(200) {
				slots := []uint64{count}
				if err := spin.CallRaw(ctx, slots); err != nil || slots[0] != 3*count {
					t.Error(slots[0], err)
				}
			}
		}()
	}
	group.Wait()
	guest.interrupt(t, 20)
	close(stop)
	senders.Wait()
	if sent == 0 {
		t.Error("nothing was sent")
	}
	if output, err := exec.Command("kill", "-"+strconv.Itoa(int(ours)), strconv.Itoa(os.Getpid())).CombinedOutput(); err != nil {
		t.Errorf("%v %s", err, output)
	}
	guest.interrupt(t, 20)
}

// forge sends our signal to a thread as the library does, for a call that is not to end.
func forge(t *testing.T, number int) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Error(err)
		return
	}
	var info struct {
		signal, errno, code, _ int32
		pid, uid               int32
		value                  uint64
		_                      [12]uint64
	}
	info.signal, info.code, info.pid, info.uid = int32(number), -1, int32(os.Getpid()), int32(os.Getuid())
	// A slot's number, and the number of a call in it.
	info.value = uint64(rand.Intn(70))<<32 | uint64(rand.Intn(400))
	if rand.Intn(4) == 0 {
		info.value = rand.Uint64()
	}
	for _, task := range tasks {
		thread := 0
		for _, digit := range task.Name() {
			thread = thread*10 + int(digit-'0')
		}
		// Fails where the thread has ended.
		_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_TGSIGQUEUEINFO, uintptr(os.Getpid()), uintptr(thread),
			uintptr(number), uintptr(unsafe.Pointer(&info)), 0, 0)
	}
}

func TestAProfileAndNilDereferencesDuringInterrupts(t *testing.T) {
	store := storeOf(CRANELIFT)
	guest := newLooper(t, store)
	// As is known, pprof leaves a rate alone that was set before, and says so.
	runtime.SetCPUProfileRate(1000)
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Skip(err)
	}
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				select {
				case <-stop:
					return
				default:
					trapAndRecover(t, store)
				}
			}
		}()
	}
	began := time.Now()
	guest.interrupt(t, rounds(1000))
	t.Logf("%d interrupts took %v", rounds(1000), time.Since(began))
	close(stop)
	group.Wait()
	pprof.StopCPUProfile()
	if profile.Len() < 1000 {
		t.Errorf("the profile has %d bytes", profile.Len())
	}
	guest.interrupt(t, 20)
}

func TestGoexitInACallWithADeadline(t *testing.T) {
	store := storeOf(CRANELIFT)
	inside := compile(t, store, `(module (import "host" "f" (func $f)) (func (export "f") (call $f)))`)
	lose := func(late bool) {
		inner, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		exiting := hostFunc(store, func(context.Context, *Caller) error {
			if late {
				// What fires the interrupt may still run when the call is gone.
				cancel()
			}
			new(testing.T).FailNow()
			return nil
		})
		imports := NewImportObject()
		imports.Register("host", map[string]IntoExtern{"f": exiting})
		instance, err := NewInstance(inside, imports)
		if err != nil {
			t.Error(err)
			return
		}
		f := get(t, instance, "f")
		outer := around(t, store, func(context.Context) error { return f.CallRaw(inner, nil) })
		done := make(chan struct{})
		go func() {
			defer close(done)
			err := outer.CallRaw(soon(t, time.Hour), nil)
			t.Errorf("returned, %v", err)
		}()
		<-done
		for _, f := range []*Function{f, outer} {
			if err := f.CallRaw(context.Background(), nil); !errors.Is(err, ErrClosed) {
				t.Errorf("after Goexit: %v", err)
			}
		}
		trapAndRecover(t, store)
	}
	guest := newLooper(t, store)
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for number := range 5 {
				lose(number%2 == 0)
			}
		}()
	}
	guest.interrupt(t, 20)
	group.Wait()
	guest.interrupt(t, 100)
}
