package main

import (
	"fmt"

	"github.com/wasmerio/wasmer-go/wasmer"
)

var types = programs{
	"value-kinds": func() {
		for _, kind := range []wasmer.ValueKind{wasmer.I32, wasmer.I64, wasmer.F32, wasmer.F64, wasmer.AnyRef, wasmer.FuncRef} {
			say(kind.String(), int(kind), kind.IsNumber(), kind.IsReference(), fmt.Sprintf("%v %d", kind, kind))
			say(kind.String()+" as a type", wasmer.NewValueType(kind).Kind())
		}
		say("list", kinds(wasmer.NewValueTypes(wasmer.I32, wasmer.FuncRef, wasmer.F64)), len(wasmer.NewValueTypes()))
		say("the list of none is nil", wasmer.NewValueTypes() == nil)
	},
	"extern-kinds": func() {
		for _, kind := range []wasmer.ExternKind{wasmer.FUNCTION, wasmer.GLOBAL, wasmer.TABLE, wasmer.MEMORY} {
			say(kind.String(), int(kind))
		}
		for _, mutability := range []wasmer.GlobalMutability{wasmer.IMMUTABLE, wasmer.MUTABLE} {
			say(mutability.String(), int(mutability))
		}
	},
	"function-types": func() {
		ty := wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32, wasmer.I64), wasmer.NewValueTypes(wasmer.F32))
		say("two to one", kinds(ty.Params()), kinds(ty.Results()))
		say("its members", len(ty.Params()), len(ty.Results()))
		empty := wasmer.NewFunctionType(nil, nil)
		say("none", len(empty.Params()), len(empty.Results()), empty.Params() == nil, empty.Results() == nil)
		shared := wasmer.NewValueTypes(wasmer.I64)
		twice := wasmer.NewFunctionType(shared, shared)
		say("one list for both", kinds(twice.Params()), kinds(twice.Results()))
		say("as an extern type", describe(ty.IntoExternType()), ty.IntoExternType().Kind())
	},
	"global-types": func() {
		for _, mutability := range []wasmer.GlobalMutability{wasmer.IMMUTABLE, wasmer.MUTABLE} {
			ty := wasmer.NewGlobalType(wasmer.NewValueType(wasmer.F64), mutability)
			say(mutability.String(), ty.Mutability(), ty.ValueType().Kind(), describe(ty.IntoExternType()))
		}
	},
	"table-types": func() {
		ty := wasmer.NewTableType(wasmer.NewValueType(wasmer.FuncRef), must(wasmer.NewLimits(1, 7)))
		say("type", ty.ValueType().Kind(), ty.Limits().Minimum(), ty.Limits().Maximum(), describe(ty.IntoExternType()))
	},
	"memory-types": func() {
		ty := wasmer.NewMemoryType(must(wasmer.NewLimits(1, wasmer.LimitMaxUnbound())))
		say("type", ty.Limits().Minimum(), ty.Limits().Maximum() == wasmer.LimitMaxUnbound(), describe(ty.IntoExternType()))
	},
	"limits": func() {
		for _, pair := range [][2]uint32{{0, 0}, {1, 2}, {2, 2}, {2, 1}, {0, 1<<32 - 1}, {1<<32 - 1, 1<<32 - 1}} {
			limits, err := wasmer.NewLimits(pair[0], pair[1])
			if err != nil {
				sayError(fmt.Sprint(pair), err)
				say(fmt.Sprint(pair, ", limits"), limits == nil)
				continue
			}
			say(fmt.Sprint(pair), limits.Minimum(), limits.Maximum())
		}
		say("unbound", wasmer.LimitMaxUnbound())
	},
	"import-and-export-types": func() {
		function := wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32), nil)
		global := wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.MUTABLE)
		table := wasmer.NewTableType(wasmer.NewValueType(wasmer.FuncRef), must(wasmer.NewLimits(1, 7)))
		memory := wasmer.NewMemoryType(must(wasmer.NewLimits(1, 7)))
		for name, ty := range map[string]wasmer.IntoExternType{"function": function, "global": global, "table": table, "memory": memory} {
			imported := wasmer.NewImportType("the module", name, ty)
			exported := wasmer.NewExportType(name, ty)
			say(name+" import", imported.Module(), imported.Name(), describe(imported.Type()))
			say(name+" export", exported.Name(), describe(exported.Type()))
		}
		odd := wasmer.NewImportType("", "é\x00ü", function)
		say("odd names", fmt.Sprintf("%q %q", odd.Module(), odd.Name()))
	},
	"extern-types-as-other-kinds": func() {
		ty := wasmer.NewFunctionType(nil, nil).IntoExternType()
		say("function", ty.IntoFunctionType() != nil, ty.IntoGlobalType() == nil, ty.IntoTableType() == nil, ty.IntoMemoryType() == nil)
		ty = wasmer.NewMemoryType(must(wasmer.NewLimits(1, 2))).IntoExternType()
		say("memory", ty.IntoFunctionType() == nil, ty.IntoGlobalType() == nil, ty.IntoTableType() == nil, ty.IntoMemoryType() != nil)
		ty = wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.MUTABLE).IntoExternType()
		say("global", ty.IntoFunctionType() == nil, ty.IntoGlobalType() != nil, ty.IntoTableType() == nil, ty.IntoMemoryType() == nil)
		ty = wasmer.NewTableType(wasmer.NewValueType(wasmer.FuncRef), must(wasmer.NewLimits(1, 2))).IntoExternType()
		say("table", ty.IntoFunctionType() == nil, ty.IntoGlobalType() == nil, ty.IntoTableType() != nil, ty.IntoMemoryType() == nil)
	},
	"types-closed": func() {
		module := compile(newStore(), everyExtern)
		for place, wanted := range module.Imports() {
			say(fmt.Sprint("import ", place), wanted.Name())
		}
		made := wasmer.NewExportType("a", wasmer.NewFunctionType(nil, nil))
		made.Close()
		say("closed", true)
	},
	"pages": func() {
		for _, number := range []wasmer.Pages{0, 1, 65536} {
			say(fmt.Sprint(number), number.ToUint32(), number.ToBytes())
		}
		say("constants", wasmer.WasmPageSize, wasmer.WasmMaxPages, wasmer.WasmMinPages)
		say("type", fmt.Sprintf("%T %T", wasmer.WasmPageSize, wasmer.Pages(1)))
	},
	"types-printed": func() {
		say("value type", fmt.Sprintf("%T", wasmer.NewValueType(wasmer.I32)))
		say("kinds", fmt.Sprintf("%v %v %v %v", wasmer.I32, wasmer.FUNCTION, wasmer.MUTABLE, wasmer.CRANELIFT))
		say("kinds, quoted", fmt.Sprintf("%s %q %d", wasmer.F64, wasmer.TABLE, wasmer.MEMORY))
	},
}
