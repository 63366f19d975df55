package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"
	"time"
)

// A figure is what one process measured.
type figure struct {
	Seconds float64
	Peak    int // resident memory at its highest while it ran, in KiB
}

// measure runs one case here and prints its figure.
func measure(b benchmark, runtimeName, directory string, divisor int) error {
	s := &state{directory: directory, count: max(b.count/divisor, 1)}
	if b.pieces {
		s.bytes = int64(s.count) * piece
	}
	wasm, err := guest(b.guest, b.work, s.count)
	if err != nil {
		return err
	}
	if s.runtime, err = runtimes[runtimeName](wasm); err != nil {
		return err
	}
	defer s.runtime.close()
	if b.before != nil {
		if err := b.before(s); err != nil {
			return fmt.Errorf("before: %w", err)
		}
	}
	goruntime.GC()
	// The highest mark is from here on; compiling and preparing are no part of it.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return err
	}
	start := time.Now()
	err = b.run(s)
	f := figure{Seconds: time.Since(start).Seconds(), Peak: status("VmHWM")}
	if err == nil && b.after != nil {
		err = b.after(s)
	}
	if err != nil {
		return err
	}
	if b.unit == "ns" {
		f.Seconds /= float64(s.count)
	}
	return json.NewEncoder(os.Stdout).Encode(f)
}

// status is a number of /proc/self/status.
func status(key string) int {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if value, found := strings.CutPrefix(line, key+":"); found {
			number, _ := strconv.Atoi(strings.Fields(value)[0])
			return number
		}
	}
	return -1
}

// endure starts, runs and closes a command very often, and tells what that leaves behind.
func endure(runtimeName string, count int) error {
	wasm, err := guest("nothing", "", 0)
	if err != nil {
		return err
	}
	r, err := runtimes[runtimeName](wasm)
	if err != nil {
		return err
	}
	defer r.close()
	// What is made once is not what is looked for.
	s := &state{runtime: r, count: 100}
	if err := startMany(s); err != nil {
		return err
	}
	before := look()
	start := time.Now()
	s.count = count
	if err := startMany(s); err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Printf("| %s | %.1f | %v | %v |\n", runtimeName, took.Seconds(), before, look())
	return nil
}

// remains are what a process holds.
type remains struct{ descriptors, threads, resident, goroutines int }

func look() remains {
	goruntime.GC()
	goruntime.GC()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		panic(errors.Join(errors.New("no /proc"), err))
	}
	return remains{len(entries), status("Threads"), status("VmRSS"), goruntime.NumGoroutine()}
}

func (r remains) String() string {
	return fmt.Sprintf("%d, %d, %.1f MB, %d", r.descriptors, r.threads, float64(r.resident)/1024, r.goroutines)
}
