// Programs for wasmer-go, compiled twice: with the real v1.0.4, and with the module that stands in for it. Each
// writes lines of a label and what it saw. `programs NAME` runs one, `programs` lists all.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// The programs of a file, by name.
type programs map[string]func()

var all = []programs{
	engines, modules, types, values, calls, hosts, imports, memories, globals, traps, instances, wasi, wasiCalls, wasiFiles, testdataPrograms, sizes,
	uses,
}

func main() {
	named := programs{}
	var names []string
	for _, some := range all {
		for name, run := range some {
			if named[name] != nil {
				panic("two programs are called " + name)
			}
			named[name] = run
			names = append(names, name)
		}
	}
	if len(os.Args) == 1 {
		slices.Sort(names)
		fmt.Println(strings.Join(names, "\n"))
		return
	}
	run := named[os.Args[1]]
	if run == nil {
		panic("there is no program called " + os.Args[1])
	}
	run()
	clean()
}
