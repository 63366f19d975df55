//go:build wasip1

// The guest is a library: the host calls its functions, and it keeps what it learned in between.
package main

import (
	"fmt"
	"strings"
	"unsafe"
)

var (
	buffer []byte
	seen   = map[string]int{}
)

// reserve makes room for a text of the host's and says where it is.
//
//go:wasmexport reserve
func reserve(size uint32) unsafe.Pointer {
	buffer = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(buffer))
}

// note counts the words in the room that was reserved and gives the number of different ones so far.
//
//go:wasmexport note
func note() int32 {
	for _, word := range strings.Fields(string(buffer)) {
		seen[word]++
	}
	return int32(len(seen))
}

//go:wasmexport report
func report() { fmt.Println(seen) }

func main() {}
