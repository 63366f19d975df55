package wasmer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorTextsAreBounded(t *testing.T) {
	store := storeOf(CRANELIFT)
	types, name := strings.Repeat(" funcref", 1000), strings.Repeat("ä", 40_000)
	for _, imports := range []string{
		strings.Repeat(fmt.Sprintf(`(import "m" "f" (func (param %s) (result %s)))`, types, types), 25),
		fmt.Sprintf(`(import "%s" "%s" (func))`, name, name),
		fmt.Sprintf(`(import "%s" "%s" (func)) (import "m" "f" (func))`, name, name),
	} {
		_, err := NewInstance(compile(t, store, "(module "+imports+")"), nil)
		if !errors.Is(err, ErrLink) || len(err.Error()) > 5000 || !strings.Contains(err.Error(), "left out]") {
			t.Errorf("%.200s", err)
		}
	}
	if text := funcType(make([]ValueKind, 20), nil).String(); strings.Count(text, "i32") != 20 {
		t.Error(text)
	}
	// What a host function says is as it was.
	instance := start(t, store, `(module (import "host" "f" (func $f)) (func (export "f") (call $f)))`,
		map[string]IntoExtern{"f": hostFunc(store, func(context.Context, *Caller) error { return errors.New(name) })})
	if _, err := get(t, instance, "f").Call(); err == nil || err.Error() != name {
		t.Error("another text")
	}
}
