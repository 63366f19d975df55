//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// Kinds of imports and exports.
const (
	KindFunc   = uint8(C.LIBWASMER_EXTERN_FUNC)
	KindGlobal = uint8(C.LIBWASMER_EXTERN_GLOBAL)
	KindTable  = uint8(C.LIBWASMER_EXTERN_TABLE)
	KindMemory = uint8(C.LIBWASMER_EXTERN_MEMORY)
	KindTag    = uint8(C.LIBWASMER_EXTERN_TAG)
)

// ExternType describes an import, an export or an object. See libwasmer.h.
type ExternType struct {
	Kind             uint8
	Value            uint8
	Mutable, Shared  bool
	HasMaximum       bool
	Minimum, Maximum uint32
	Params, Results  []byte
}

// Item is an import or an export of a module.
type Item struct {
	Module, Name string
	Type         ExternType
}

func externType(t *C.libwasmer_externtype_t) ExternType {
	return ExternType{
		Kind:       uint8(t.kind),
		Value:      uint8(t.value),
		Mutable:    bool(t.is_mutable),
		Shared:     bool(t.is_shared),
		HasMaximum: bool(t.has_maximum),
		Minimum:    uint32(t.minimum),
		Maximum:    uint32(t.maximum),
		Params:     C.GoBytes(unsafe.Pointer(t.params), C.int(t.param_count)),
		Results:    C.GoBytes(unsafe.Pointer(t.results), C.int(t.result_count)),
	}
}

// Module is compiled code.
type Module struct{ m *C.libwasmer_module_t }

// NewModule compiles.
func NewModule(engine Engine, wasm []byte) (Module, *Error) {
	var module *C.libwasmer_module_t
	data, size := bytes(wasm)
	err := take(C.wasmer_go_module_new(engine.ptr(), data, size, &module))
	return Module{module}, err
}

// DeserializeModule loads what Serialize gave.
func DeserializeModule(engine Engine, serialized []byte) (Module, *Error) {
	var module *C.libwasmer_module_t
	data, size := bytes(serialized)
	err := take(C.wasmer_go_module_deserialize(engine.ptr(), data, size, &module))
	return Module{module}, err
}

// ValidateModule checks without compiling.
func ValidateModule(engine Engine, wasm []byte) *Error {
	data, size := bytes(wasm)
	return take(C.wasmer_go_module_validate(engine.ptr(), data, size))
}

// Delete frees the module.
func (m Module) Delete() { C.libwasmer_module_delete(m.ptr()) }

// Serialize returns the bytes for DeserializeModule.
func (m Module) Serialize() ([]byte, *Error) {
	var serialized *C.libwasmer_bytes_t
	if e := take(C.wasmer_go_module_serialize(m.ptr(), &serialized)); e != nil {
		return nil, e
	}
	return takeBytes(serialized), nil
}

// Name is the name in the name section.
func (m Module) Name() string { return viewString(C.wasmer_go_module_name(m.ptr())) }

// Compiler is the number of the compiler whose code this is.
func (m Module) Compiler() uint32 { return uint32(C.libwasmer_module_compiler(m.ptr())) }

// Imports lists the imports in order.
func (m Module) Imports() []Item {
	items := make([]Item, int(C.libwasmer_module_import_count(m.ptr())))
	for number := range items {
		var item C.libwasmer_item_t
		if take(C.wasmer_go_module_import(m.ptr(), C.size_t(number), &item)) == nil {
			items[number] = Item{viewString(item.module), viewString(item.name), externType(&item.ty)}
		}
	}
	return items
}

// Exports lists the exports in order.
func (m Module) Exports() []Item {
	items := make([]Item, int(C.libwasmer_module_export_count(m.ptr())))
	for number := range items {
		var item C.libwasmer_item_t
		if take(C.wasmer_go_module_export(m.ptr(), C.size_t(number), &item)) == nil {
			items[number] = Item{"", viewString(item.name), externType(&item.ty)}
		}
	}
	return items
}

// CustomSection returns the contents of a custom section.
func (m Module) CustomSection(name string) ([]byte, *Error) {
	var contents C.libwasmer_view_t
	data, size := text(name)
	if e := take(C.wasmer_go_module_custom_section(m.ptr(), data, size, &contents)); e != nil {
		return nil, e
	}
	return view(contents), nil
}
