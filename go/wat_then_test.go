package wasmer

import (
	"bytes"
	"strings"
	"testing"
)

func TestAnIfWithoutThenGetsOne(t *testing.T) {
	for given, expected := range map[string]string{
		`(if (a) (b))`:                          `(if (a) (then (b)))`,
		`(if (a) (b) (c))`:                      `(if (a) (then (b)) (else (c)))`,
		`(if (a)(b)(c))`:                        `(if (a)(then (b))(else (c)))`,
		`(if $l (result i32) (a) (b) (c))`:      `(if $l (result i32) (a) (then (b)) (else (c)))`,
		`(if (a) (if (b) (c)) (if (d) (e)))`:    `(if (a) (then (if (b) (then (c)))) (else (if (d) (then (e)))))`,
		`(if (if (a) (b)) (c))`:                 `(if (if (a) (then (b))) (then (c)))`,
		`(if (a) (then (b)))`:                   `(if (a) (then (b)))`,
		`(if (a) (b) (then (c)) (else (d)))`:    `(if (a) (b) (then (c)) (else (d)))`,
		`(if (then (a)))`:                       `(if (then (a)))`,
		`(if (a))`:                              `(if (a))`,
		`(if (a) (b) (c) (d))`:                  `(if (a) (b) (c) (d))`,
		`(a) if (b) (c) end`:                    `(a) if (b) (c) end`,
		`("if" (a) (b)) ($if (a) (b))`:          `("if" (a) (b)) ($if (a) (b))`,
		`(; (if (a) (b)) ;) "(if (a) (b))"`:     `(; (if (a) (b)) ;) "(if (a) (b))"`,
		"( ;; words\n if (; x ;) (a) (b) (c) )": "( ;; words\n if (; x ;) (a) (then (b)) (else (c)) )",
		`(if (a) (b`:                            `(if (a) (b`,
		`) (if (a) (b))`:                        `) (if (a) (then (b)))`,
	} {
		if found := string(withThen([]byte(given))); found != expected {
			t.Errorf("%q became %q", given, found)
		}
	}
	instance := start(t, storeOf(CRANELIFT), `(module (func (export "f") (param i32) (result i32)
  (if (get_local 0) (return (i32.const 7)))
  (if (result i32) (i32.eqz (get_local 0)) (i32.const 8) (i32.const 9))))`, nil)
	for given, expected := range map[int32]int32{0: 8, 1: 7} {
		if found, err := get(t, instance, "f").Call(given); found != expected || err != nil {
			t.Errorf("%d gave %v, %v", given, found, err)
		}
	}
}

func TestListsThatAreTooDeepAreLeftAlone(t *testing.T) {
	text := []byte("(if (a) (b))" + strings.Repeat("(", deepest+1))
	if found := withThen(text); !bytes.Equal(found, text) {
		t.Error("the text was changed")
	}
}

func FuzzThen(f *testing.F) {
	f.Add(`(if (a) (b) (if (c) (d)))`)
	f.Add(`(if "(" (;)(;) ;; (`)
	f.Fuzz(func(t *testing.T, text string) {
		once := withThen([]byte(text))
		if twice := withThen(once); !bytes.Equal(once, twice) {
			t.Errorf("%q, then %q", once, twice)
		}
		if len(once) < len(text) {
			t.Errorf("%q became %q", text, once)
		}
	})
}
