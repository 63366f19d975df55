//go:build wasip1

// The guest counts the words of its standard input and of files, and writes a report; without files to count it
// sleeps until somebody ends it.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"time"
)

func count(from io.Reader) (words int) {
	scanner := bufio.NewScanner(from)
	scanner.Split(bufio.ScanWords)
	for scanner.Scan() {
		words++
	}
	return words
}

func main() {
	log.SetFlags(0)
	if len(os.Args) == 1 {
		time.Sleep(time.Hour)
	}
	report, err := os.Create(os.Getenv("REPORT"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(report, count(os.Stdin), "standard input")
	for _, name := range os.Args[1:] {
		file, err := os.Open(name)
		if err != nil {
			log.Print(err)
			os.Exit(3)
		}
		fmt.Fprintln(report, count(file), name)
	}
	if err := report.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("counted")
}
