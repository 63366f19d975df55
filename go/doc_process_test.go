package wasmer

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// What the program owned before wasm ran, it owns still.

func TestGoRecoversFromItsOwnFaultsWhileWasmRuns(t *testing.T) {
	store := storeOf(CRANELIFT)
	inside := hostFunc(store, func(context.Context, *Caller) error {
		trapAndRecover(t, store)
		return nil
	})
	f := get(t, start(t, store, callHost, map[string]IntoExtern{"f": inside}), "f")
	for range 10 {
		trapAndRecover(t, store)
		if _, err := f.Call(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSignalsOfTheProgramArrive(t *testing.T) {
	store := storeOf(CRANELIFT)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	defer signal.Stop(signals)
	sending := hostFunc(store, func(context.Context, *Caller) error {
		if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
			return err
		}
		select {
		case <-signals:
			return nil
		case <-time.After(10 * time.Second):
			return errors.New("no signal came")
		}
	})
	if _, err := get(t, start(t, store, callHost, map[string]IntoExtern{"f": sending}), "f").Call(); err != nil {
		t.Error(err)
	}
}

func TestAProfileCanBeTakenWhileWasmRuns(t *testing.T) {
	spin := get(t, start(t, storeOf(CRANELIFT), `(module (func (export "spin") (param $n i64)
	  (loop $l (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))))`, nil), "spin")
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Skip(err)
	}
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
		if _, err := spin.Call(10_000_000); err != nil {
			t.Fatal(err)
		}
	}
	pprof.StopCPUProfile()
	if profile.Len() < 200 {
		t.Errorf("the profile has %d bytes", profile.Len())
	}
}

func TestTheLibraryIsThatOfTheSources(t *testing.T) {
	hash, err := exec.Command("../scripts/source-hash").Output()
	if err != nil {
		t.Skip("not in the repository")
	}
	if found := capi.SourceHash(); found != strings.TrimSpace(string(hash)) {
		t.Errorf("the library was built from other sources (%s): run scripts/build, or scripts/prebuilt", found)
	}
	if !strings.HasPrefix(capi.Version(), "libwasmer ") {
		t.Error(capi.Version())
	}
}
