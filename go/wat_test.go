package wasmer

import "testing"

func TestOldWordsAreTakenWhereTheyAreWords(t *testing.T) {
	for given, expected := range map[string]string{
		`(table 1 anyfunc)`:                            `(table 1 funcref)`,
		`(table 1 2 anyfunc)(table 0 anyfunc)`:         `(table 1 2 funcref)(table 0 funcref)`,
		`(table $anyfunc 1 anyfunc)`:                   `(table $anyfunc 1 funcref)`,
		`(export "anyfunc") anyfunc`:                   `(export "anyfunc") funcref`,
		`"\"anyfunc" anyfunc`:                          `"\"anyfunc" funcref`,
		";; anyfunc\nanyfunc":                          ";; anyfunc\nfuncref",
		`(; anyfunc (; " ;) anyfunc ;) anyfunc`:        `(; anyfunc (; " ;) anyfunc ;) funcref`,
		`anyfuncs xanyfunc any func`:                   `anyfuncs xanyfunc any func`,
		`"anyfunc`:                                     `"anyfunc`,
		`(; anyfunc`:                                   `(; anyfunc`,
		`;; anyfunc`:                                   `;; anyfunc`,
		"\x00asm anyfunc":                              "\x00asm anyfunc",
		`(@custom "anyfunc" "\\") (; ;)(anyfunc)`:      `(@custom "anyfunc" "\\") (; ;)(funcref)`,
		`get_local set_local tee_local get_global`:     `local.get local.set local.tee global.get`,
		`set_global grow_memory (current_memory)`:      `global.set memory.grow (memory.size   )`,
		`i32.wrap/i64 i64.extend_s/i32 f32.demote/f64`: `i32.wrap_i64 i64.extend_i32_s f32.demote_f64`,
		`f64.convert_u/i64 i32.reinterpret/f32`:        `f64.convert_i64_u i32.reinterpret_f32`,
		`i64.trunc_u/f64 i32.trunc_s:sat/f32`:          `i64.trunc_f64_u i32.trunc_sat_f32_s`,
		`$get_local i32.nonsense/i64 get_local$ a/b`:   `$get_local i32.nonsense/i64 get_local$ a/b`,
	} {
		if found := string(todaysText([]byte(given))); found != expected {
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

func FuzzOldWords(f *testing.F) {
	f.Add(`(; (; "anyfunc`)
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, text string) {
		if found := withTodaysWords([]byte(text + " anyfunc")); len(found) != len(text)+8 {
			t.Errorf("%q", found)
		}
	})
}
