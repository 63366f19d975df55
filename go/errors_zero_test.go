package wasmer

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strings"
	"testing"
)

// Everything that is exported, for TestNilAndZeroAreErrors.
var (
	exportedTypes = []any{
		Caller{}, CompilerKind(0), Config{}, Engine{}, EngineKind(0), Error{}, ExitError{}, ExportType{}, Exports{},
		Extern{}, ExternKind(0), ExternType{}, Frame{}, Function{}, FunctionType{}, Global{}, GlobalMutability(0),
		GlobalType{}, ImportObject{}, ImportType{}, Instance{}, Limits{}, Memory{}, MemoryType{}, Module{}, Opcode(0),
		Pages(0), Quota(0), Source{}, Store{}, Table{}, TableSize(0), TableType{}, Tag{}, TagType{}, Target{}, CpuFeatures{}, Trace{}, Trap{},
		TrapCode(0), TrapError{}, Triple{}, Value{}, ValueKind(0), ValueType{}, Vector{}, WasiEnvironment{},
		WasiStateBuilder{}, WasiVersion(0),
	}
	exportedFunctions = map[string]any{
		"DeserializeModule":          DeserializeModule,
		"GetWasiVersion":             GetWasiVersion,
		"IsCompilerAvailable":        IsCompilerAvailable,
		"IsEngineAvailable":          IsEngineAvailable,
		"LimitMaxUnbound":            LimitMaxUnbound,
		"NewConfig":                  NewConfig,
		"NewCpuFeatures":             NewCpuFeatures,
		"NewDylibEngine":             NewDylibEngine,
		"NewEngine":                  NewEngine,
		"NewEngineWithConfig":        NewEngineWithConfig,
		"NewExportType":              NewExportType,
		"NewExternRef":               NewExternRef,
		"NewF32":                     NewF32,
		"NewF64":                     NewF64,
		"NewFuncRef":                 NewFuncRef,
		"NewFunction":                NewFunction,
		"NewFunctionType":            NewFunctionType,
		"NewFunctionWithEnvironment": NewFunctionWithEnvironment,
		"NewGlobal":                  NewGlobal,
		"NewGlobalType":              NewGlobalType,
		"NewHostFunction":            NewHostFunction,
		"NewI32":                     NewI32,
		"NewI64":                     NewI64,
		"NewImportObject":            NewImportObject,
		"NewImportType":              NewImportType,
		"NewInstance":                NewInstance,
		"NewInstanceContext":         NewInstanceContext,
		"NewJITEngine":               NewJITEngine,
		"NewLimits":                  NewLimits,
		"NewLinkedStore":             NewLinkedStore,
		"NewMemory":                  NewMemory,
		"NewMemoryType":              NewMemoryType,
		"NewModule":                  NewModule,
		"NewModuleContext":           NewModuleContext,
		"NewNativeEngine":            NewNativeEngine,
		"NewSharedMemoryType":        NewSharedMemoryType,
		"NewStore":                   NewStore,
		"NewTable":                   NewTable,
		"NewTableType":               NewTableType,
		"NewTag":                     NewTag,
		"NewTagType":                 NewTagType,
		"NewTarget":                  NewTarget,
		"NewTrap":                    NewTrap,
		"NewTriple":                  NewTriple,
		"NewTripleFromHost":          NewTripleFromHost,
		"NewUniversalEngine":         NewUniversalEngine,
		"NewV128":                    NewV128,
		"NewValue":                   NewValue,
		"NewValueType":               NewValueType,
		"NewValueTypes":              NewValueTypes,
		"NewWasiStateBuilder":        NewWasiStateBuilder,
		"SetStackSize":               SetStackSize,
		"ValidateModule":             ValidateModule,
		"Version":                    Version,
		"Wat2Wasm":                   Wat2Wasm,
	}
)

func TestNilAndZeroAreErrors(t *testing.T) {
	known := map[string]bool{"ReleaseFn": true, "NativeFunction": true, "IntoExtern": true, "IntoExternType": true}
	for _, object := range exportedTypes {
		known[reflect.TypeOf(object).Name()] = true
	}
	files, err := parser.ParseDir(token.NewFileSet(), ".", func(info fs.FileInfo) bool {
		return !strings.HasSuffix(info.Name(), "_test.go")
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files["wasmer"].Files {
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.IsExported() && !known[spec.Name.Name] {
						t.Errorf("the type %s is not looked at", spec.Name.Name)
					}
				}
			case *ast.FuncDecl:
				if declaration.Recv == nil && declaration.Name.IsExported() && exportedFunctions[declaration.Name.Name] == nil {
					t.Errorf("the function %s is not looked at", declaration.Name.Name)
				}
			}
		}
	}
	for _, object := range exportedTypes {
		ty := reflect.TypeOf(object)
		callMethods(t, "zero ", reflect.New(ty))
		callMethods(t, "nil ", reflect.Zero(reflect.PointerTo(ty)))
	}
	for name, function := range exportedFunctions {
		for _, result := range callWithZeros(t, name, reflect.ValueOf(function)) {
			if result.Kind() == reflect.Pointer {
				callMethods(t, name+"() ", result)
			}
		}
	}
}

// What may panic, by its text: that is in the documentation.
var mayPanic = []string{"Cannot create a Wasm", "Cannot convert value", "doesn't include the LLVM compiler"}

func callMethods(t *testing.T, what string, object reflect.Value) {
	for number := range object.NumMethod() {
		name := fmt.Sprintf("%s%s.%s", what, object.Type(), object.Type().Method(number).Name)
		if object.IsNil() {
			// Where there is no error to give, and for errors themselves, it is Go's own panic.
			method := object.Type().Method(number)
			_, byValue := object.Type().Elem().MethodByName(method.Name)
			results, isError := method.Type.NumOut(), object.Type().Implements(reflect.TypeFor[error]())
			if byValue || isError || results == 0 || method.Type.Out(results-1) != reflect.TypeFor[error]() {
				continue
			}
		}
		callWithZeros(t, name, object.Method(number))
	}
}

func callWithZeros(t *testing.T, name string, function reflect.Value) (results []reflect.Value) {
	defer func() {
		if found := recover(); found != nil {
			for _, text := range mayPanic {
				if strings.Contains(fmt.Sprint(found), text) {
					return
				}
			}
			t.Errorf("%s: panic: %v", name, found)
		}
	}()
	ty := function.Type()
	arguments := make([]reflect.Value, 0, ty.NumIn())
	for number := range ty.NumIn() {
		if ty.IsVariadic() && number == ty.NumIn()-1 {
			break
		}
		argument := reflect.Zero(ty.In(number))
		if ty.In(number) == reflect.TypeFor[context.Context]() {
			argument = reflect.ValueOf(context.Background())
		}
		arguments = append(arguments, argument)
	}
	return function.Call(arguments)
}
