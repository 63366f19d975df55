package wasmer

import "testing"

func TestTheOldWordAnyfuncIsTakenWhereItIsAWord(t *testing.T) {
	for given, expected := range map[string]string{
		`(table 1 anyfunc)`:                       `(table 1 funcref)`,
		`(table 1 2 anyfunc)(table 0 anyfunc)`:    `(table 1 2 funcref)(table 0 funcref)`,
		`(table $anyfunc 1 anyfunc)`:              `(table $anyfunc 1 funcref)`,
		`(export "anyfunc") anyfunc`:              `(export "anyfunc") funcref`,
		`"\"anyfunc" anyfunc`:                     `"\"anyfunc" funcref`,
		";; anyfunc\nanyfunc":                     ";; anyfunc\nfuncref",
		`(; anyfunc (; " ;) anyfunc ;) anyfunc`:   `(; anyfunc (; " ;) anyfunc ;) funcref`,
		`anyfuncs xanyfunc any func`:              `anyfuncs xanyfunc any func`,
		`"anyfunc`:                                `"anyfunc`,
		`(; anyfunc`:                              `(; anyfunc`,
		`;; anyfunc`:                              `;; anyfunc`,
		"\x00asm anyfunc":                         "\x00asm anyfunc",
		`(@custom "anyfunc" "\\") (; ;)(anyfunc)`: `(@custom "anyfunc" "\\") (; ;)(funcref)`,
	} {
		if found := string(withFuncref([]byte(given))); found != expected {
			t.Errorf("%q became %q", given, found)
		}
	}
	source := []byte(`(module (import "ns" "table" (table 1 2 anyfunc)))`)
	store := storeOf(CRANELIFT)
	if err := ValidateModule(store, source); err != nil {
		t.Error(err)
	}
	if ty := compile(t, store, string(source)).Imports()[0].Type().IntoTableType(); ty.ValueType().Kind() != FuncRef {
		t.Error(ty)
	}
	if _, err := Wat2Wasm(string(source)); err != nil {
		t.Error(err)
	}
	if string(source[len(source)-10:]) != "anyfunc)))" {
		t.Error("the caller's bytes were changed")
	}
}

func FuzzAnyfunc(f *testing.F) {
	f.Add(`(; (; "anyfunc`)
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, text string) {
		if found := withFuncref([]byte(text + " anyfunc")); len(found) != len(text)+8 {
			t.Errorf("%q", found)
		}
	})
}
