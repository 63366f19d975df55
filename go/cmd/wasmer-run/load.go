package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

// load returns the compiled program: from the cache, if the cache has it.
func (o *options) load(ctx context.Context) (*wasmer.Module, error) {
	bytes, err := readFile(ctx, o.file)
	if err != nil {
		return nil, err
	}
	if err := wasmer.SetStackSize(o.stackSize); err != nil {
		return nil, err
	}
	config := wasmer.NewConfig().UseCompiler(o.compiler).SetDebugInfo(true)
	for _, feature := range o.features {
		config.SetFeature(feature.name, feature.on)
	}
	if o.fuel > 0 {
		config.SetFuel(o.fuel)
	}
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	if o.cache == "" {
		return o.compile(ctx, store, bytes)
	}
	path := o.cached(bytes)
	if code, err := os.ReadFile(path); err == nil {
		// What is damaged or of another version is made anew.
		if module, err := wasmer.DeserializeModule(store, code); err == nil {
			return module, nil
		}
	}
	module, err := o.compile(ctx, store, bytes)
	if err != nil {
		return nil, err
	}
	if err := keep(module, path); err != nil {
		fmt.Fprintf(os.Stderr, "wasmer-run: the cache is not used: %v\n", err)
	}
	return module, nil
}

// readFile reads a file, which may be a pipe that nobody writes to, until ctx ends.
func readFile(ctx context.Context, name string) ([]byte, error) {
	type outcome struct {
		bytes []byte
		err   error
	}
	read := make(chan outcome, 1)
	go func() {
		bytes, err := os.ReadFile(name)
		read <- outcome{bytes, err}
	}()
	select {
	case found := <-read:
		return found.bytes, found.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// cached is the file of a module in the cache. Its name depends on all that the code depends on.
func (o *options) cached(bytes []byte) string {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n%v\n%v\n%v\n", wasmer.Version(), o.compiler, o.features, o.fuel)
	digest.Write(bytes)
	return filepath.Join(o.cache, hex.EncodeToString(digest.Sum(nil))+".wasmer")
}

func keep(module *wasmer.Module, path string) error {
	code, err := module.Serialize()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// Under another name first, so that nobody finds half of it.
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = file.Write(code)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// Before this nobody needs to be told.
const patience = 500 * time.Millisecond

// compile compiles, and tells a terminal how long that takes.
func (o *options) compile(ctx context.Context, store *wasmer.Store, bytes []byte) (*wasmer.Module, error) {
	if info, err := os.Stderr.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return wasmer.NewModuleContext(ctx, store, bytes)
	}
	done, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		start, tick := time.Now(), time.NewTicker(patience)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-tick.C:
				fmt.Fprintf(os.Stderr, "\r\x1b[Kcompiling %s (%.1f MB): %.1f s", o.name(), float64(len(bytes))/1e6, time.Since(start).Seconds())
				shown = true
			case <-done:
				if shown {
					fmt.Fprint(os.Stderr, "\r\x1b[K")
				}
				return
			}
		}
	}()
	module, err := wasmer.NewModuleContext(ctx, store, bytes)
	close(done)
	<-told
	return module, err
}
