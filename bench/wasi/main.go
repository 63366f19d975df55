// The benchmark of WASI beside wazero: the same guests, given the same things, in turns. Each measurement is a
// process of its own. See scripts/bench-wasi.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	wasmer "github.com/bhojpur/wasmer/go"
)

func main() {
	if err := start(); err != nil {
		fmt.Fprintf(os.Stderr, "bench-wasi: %v\n", err)
		os.Exit(1)
	}
}

func start() error {
	rounds := flag.Int("rounds", 5, "`number` of rounds")
	directory := flag.String("dir", defaultDirectory(), "`directory` for the files of guests")
	divisor := flag.Int("divisor", 1, "does only this part of the work, to see whether all runs")
	pattern := flag.String("run", ".", "`regexp` of the cases to run")
	endurance := flag.Int("endure", 0, "instead of all else starts so `many` commands and looks at what they leave behind")
	one := flag.Int("case", -1, "measures this case here (for the program itself)")
	with := flag.String("with", "wasmer", "`runtime` for -case and -endure")
	flag.Parse()
	switch {
	case *one >= 0:
		return measure(benchmarks[*one], *with, *directory, *divisor)
	case *endurance > 0:
		return endure(*with, *endurance)
	}
	wanted, err := regexp.Compile(*pattern)
	if err != nil {
		return err
	}
	fmt.Printf("%s, wazero %s; %d rounds in %s\n\n", wasmer.Version(), wazeroVersion(), *rounds, *directory)
	fmt.Println("| what | ours | wazero | theirs / ours (least to most) | peak memory, ours | wazero's |")
	fmt.Println("|---|---|---|---|---|---|")
	for number, b := range benchmarks {
		if !wanted.MatchString(b.name) {
			continue
		}
		if err := compare(number, b, *rounds, *directory, *divisor); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	return nil
}

// defaultDirectory is in memory where the system has that, so that no disk is measured.
func defaultDirectory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

func wazeroVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.HasSuffix(module.Path, "/wazero") {
			return module.Version
		}
	}
	return "of an unknown version"
}

// compare measures a case in turns and prints its line.
func compare(number int, b benchmark, rounds int, directory string, divisor int) error {
	var ours, theirs, ratios, peaks, theirPeaks []float64
	for round := range rounds {
		var mine, other figure
		turns := []func() error{
			func() (err error) { mine, err = spawn(number, "wasmer", directory, divisor); return err },
			func() (err error) {
				if !b.ours {
					other, err = spawn(number, "wazero", directory, divisor)
				}
				return err
			},
		}
		// Neither is always the first.
		for turn := range turns {
			if err := turns[(turn+round)%2](); err != nil {
				return err
			}
		}
		ours, theirs = append(ours, mine.Seconds), append(theirs, other.Seconds)
		peaks, theirPeaks = append(peaks, float64(mine.Peak)), append(theirPeaks, float64(other.Peak))
		ratios = append(ratios, other.Seconds/mine.Seconds)
	}
	if b.ours {
		fmt.Printf("| %s | %s | | | %s | |\n", b.name, b.show(median(ours)), megabytes(median(peaks)))
		return nil
	}
	fmt.Printf("| %s | %s | %s | %.2f (%.2f to %.2f) | %s | %s |\n", b.name, b.show(median(ours)), b.show(median(theirs)),
		median(ratios), slices.Min(ratios), slices.Max(ratios), megabytes(median(peaks)), megabytes(median(theirPeaks)))
	return nil
}

func (b benchmark) show(seconds float64) string {
	if b.unit == "ns" {
		return fmt.Sprintf("%.0f ns", seconds*1e9)
	}
	return fmt.Sprintf("%.3f s", seconds)
}

func megabytes(kibibytes float64) string { return fmt.Sprintf("%.0f MB", kibibytes/1024) }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// spawn measures a case in a process and a directory of its own.
func spawn(number int, with, directory string, divisor int) (f figure, err error) {
	scratch, err := os.MkdirTemp(directory, "bench-wasi-")
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	command := exec.Command(self, "-case", strconv.Itoa(number), "-with", with, "-dir", filepath.Clean(scratch), "-divisor", strconv.Itoa(divisor))
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return f, fmt.Errorf("%s: %w", with, err)
	}
	return f, json.Unmarshal(output, &f)
}
