package wasmer_test

import (
	"unsafe"

	wasmer "github.com/bhojpur/wasmer/go"
)

// All that wasmer-go exported, v1.0.4 and master, with its types: this file compiles as long as
// programs written for it do. A method that had a pointer receiver is taken from the pointer type.

type (
	value        = []wasmer.Value
	hostFunction = func(value) (value, error)
	envFunction  = func(interface{}, value) (value, error)
	types        = []*wasmer.ValueType
)

// Functions.
var (
	_ func() *wasmer.Config                                                                = wasmer.NewConfig
	_ func(wasmer.CompilerKind) bool                                                       = wasmer.IsCompilerAvailable
	_ func(wasmer.EngineKind) bool                                                         = wasmer.IsEngineAvailable
	_ func() *wasmer.Engine                                                                = wasmer.NewEngine
	_ func(*wasmer.Config) *wasmer.Engine                                                  = wasmer.NewEngineWithConfig
	_ func() *wasmer.Engine                                                                = wasmer.NewUniversalEngine
	_ func() *wasmer.Engine                                                                = wasmer.NewDylibEngine
	_ func() *wasmer.Engine                                                                = wasmer.NewJITEngine
	_ func() *wasmer.Engine                                                                = wasmer.NewNativeEngine
	_ func(*wasmer.Engine) *wasmer.Store                                                   = wasmer.NewStore
	_ func(*wasmer.Triple, *wasmer.CpuFeatures) *wasmer.Target                             = wasmer.NewTarget
	_ func(string) (*wasmer.Triple, error)                                                 = wasmer.NewTriple
	_ func() *wasmer.Triple                                                                = wasmer.NewTripleFromHost
	_ func() *wasmer.CpuFeatures                                                           = wasmer.NewCpuFeatures
	_ func(*wasmer.Store, []byte) (*wasmer.Module, error)                                  = wasmer.NewModule
	_ func(*wasmer.Store, []byte) error                                                    = wasmer.ValidateModule
	_ func(*wasmer.Store, []byte) (*wasmer.Module, error)                                  = wasmer.DeserializeModule
	_ func(string) ([]byte, error)                                                         = wasmer.Wat2Wasm
	_ func(*wasmer.Module, *wasmer.ImportObject) (*wasmer.Instance, error)                 = wasmer.NewInstance
	_ func(*wasmer.Store, *wasmer.FunctionType, hostFunction) *wasmer.Function             = wasmer.NewFunction
	_ func(*wasmer.Store, *wasmer.FunctionType, interface{}, envFunction) *wasmer.Function = wasmer.NewFunctionWithEnvironment
	_ func(interface{}, wasmer.ValueKind) wasmer.Value                                     = wasmer.NewValue
	_ func(interface{}) wasmer.Value                                                       = wasmer.NewI32
	_ func(interface{}) wasmer.Value                                                       = wasmer.NewI64
	_ func(interface{}) wasmer.Value                                                       = wasmer.NewF32
	_ func(interface{}) wasmer.Value                                                       = wasmer.NewF64
	_ func(wasmer.ValueKind) *wasmer.ValueType                                             = wasmer.NewValueType
	_ func(...wasmer.ValueKind) types                                                      = wasmer.NewValueTypes
	_ func(types, types) *wasmer.FunctionType                                              = wasmer.NewFunctionType
	_ func(*wasmer.ValueType, wasmer.GlobalMutability) *wasmer.GlobalType                  = wasmer.NewGlobalType
	_ func(*wasmer.ValueType, *wasmer.Limits) *wasmer.TableType                            = wasmer.NewTableType
	_ func(*wasmer.Limits) *wasmer.MemoryType                                              = wasmer.NewMemoryType
	_ func(uint32, uint32) (*wasmer.Limits, error)                                         = wasmer.NewLimits
	_ func() uint32                                                                        = wasmer.LimitMaxUnbound
	_ func(string, string, wasmer.IntoExternType) *wasmer.ImportType                       = wasmer.NewImportType
	_ func(string, wasmer.IntoExternType) *wasmer.ExportType                               = wasmer.NewExportType
	_ func(*wasmer.Store, *wasmer.GlobalType, wasmer.Value) *wasmer.Global                 = wasmer.NewGlobal
	_ func(*wasmer.Store, *wasmer.MemoryType) *wasmer.Memory                               = wasmer.NewMemory
	_ func() *wasmer.ImportObject                                                          = wasmer.NewImportObject
	_ func(*wasmer.Store, string) *wasmer.Trap                                             = wasmer.NewTrap
	_ func(*wasmer.Module) wasmer.WasiVersion                                              = wasmer.GetWasiVersion
	_ func(string) *wasmer.WasiStateBuilder                                                = wasmer.NewWasiStateBuilder
)

// Methods of kinds and sizes.
var (
	_ func(wasmer.CompilerKind) string     = wasmer.CompilerKind.String
	_ func(wasmer.EngineKind) string       = wasmer.EngineKind.String
	_ func(wasmer.ExternKind) string       = wasmer.ExternKind.String
	_ func(wasmer.GlobalMutability) string = wasmer.GlobalMutability.String
	_ func(wasmer.ValueKind) string        = wasmer.ValueKind.String
	_ func(wasmer.ValueKind) bool          = wasmer.ValueKind.IsNumber
	_ func(wasmer.ValueKind) bool          = wasmer.ValueKind.IsReference
	_ func(wasmer.WasiVersion) string      = wasmer.WasiVersion.String
	_ func(*wasmer.Pages) uint32           = (*wasmer.Pages).ToUint32
	_ func(*wasmer.Pages) uint             = (*wasmer.Pages).ToBytes
	_ func(*wasmer.TableSize) uint32       = (*wasmer.TableSize).ToUint32
)

// Methods of configurations, stores and modules.
var (
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseUniversalEngine
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseDylibEngine
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseJITEngine
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseNativeEngine
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseCraneliftCompiler
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseLLVMCompiler
	_ func(*wasmer.Config) *wasmer.Config                                   = (*wasmer.Config).UseSinglepassCompiler
	_ func(*wasmer.Config, *wasmer.Target) *wasmer.Config                   = (*wasmer.Config).UseTarget
	_ func(*wasmer.Config, uint64, map[wasmer.Opcode]uint32) *wasmer.Config = (*wasmer.Config).PushMeteringMiddleware
	_ func(*wasmer.Config, uint64, unsafe.Pointer) *wasmer.Config           = (*wasmer.Config).PushMeteringMiddlewarePtr
	_ func(*wasmer.Store)                                                   = (*wasmer.Store).Close
	_ func(*wasmer.CpuFeatures, string) error                               = (*wasmer.CpuFeatures).Add
	_ func(*wasmer.Module) string                                           = (*wasmer.Module).Name
	_ func(*wasmer.Module) []*wasmer.ImportType                             = (*wasmer.Module).Imports
	_ func(*wasmer.Module) []*wasmer.ExportType                             = (*wasmer.Module).Exports
	_ func(*wasmer.Module) ([]byte, error)                                  = (*wasmer.Module).Serialize
	_ func(*wasmer.Module)                                                  = (*wasmer.Module).Close
)

// Methods of instances and exports.
var (
	_ func(*wasmer.Instance)                                           = (*wasmer.Instance).Close
	_ func(*wasmer.Instance) uint64                                    = (*wasmer.Instance).GetRemainingPoints
	_ func(*wasmer.Instance) bool                                      = (*wasmer.Instance).MeteringPointsExhausted
	_ func(*wasmer.Instance, uint64)                                   = (*wasmer.Instance).SetRemainingPoints
	_ func(*wasmer.Exports, string) (*wasmer.Extern, error)            = (*wasmer.Exports).Get
	_ func(*wasmer.Exports, string) (*wasmer.Function, error)          = (*wasmer.Exports).GetRawFunction
	_ func(*wasmer.Exports, string) (wasmer.NativeFunction, error)     = (*wasmer.Exports).GetFunction
	_ func(*wasmer.Exports, string) (*wasmer.Global, error)            = (*wasmer.Exports).GetGlobal
	_ func(*wasmer.Exports, string) (*wasmer.Table, error)             = (*wasmer.Exports).GetTable
	_ func(*wasmer.Exports, string) (*wasmer.Memory, error)            = (*wasmer.Exports).GetMemory
	_ func(*wasmer.Exports) (wasmer.NativeFunction, error)             = (*wasmer.Exports).GetWasiStartFunction
	_ func(*wasmer.Exports)                                            = (*wasmer.Exports).Close
	_ func(*wasmer.ImportObject, string) bool                          = (*wasmer.ImportObject).ContainsNamespace
	_ func(*wasmer.ImportObject, string, map[string]wasmer.IntoExtern) = (*wasmer.ImportObject).Register

	_ func(*wasmer.Instance, string) (wasmer.NativeFunction, wasmer.ReleaseFn[*wasmer.Instance], error) = (*wasmer.Instance).GetFunctionSafe
)

// Methods of functions, globals, tables, memories and values.
var (
	_ func(*wasmer.Function, ...interface{}) (interface{}, error) = (*wasmer.Function).Call
	_ func(*wasmer.Function) wasmer.NativeFunction                = (*wasmer.Function).Native
	_ func(*wasmer.Function) *wasmer.FunctionType                 = (*wasmer.Function).Type
	_ func(*wasmer.Function) uint                                 = (*wasmer.Function).ParameterArity
	_ func(*wasmer.Function) uint                                 = (*wasmer.Function).ResultArity
	_ func(*wasmer.Global) *wasmer.GlobalType                     = (*wasmer.Global).Type
	_ func(*wasmer.Global, interface{}, wasmer.ValueKind) error   = (*wasmer.Global).Set
	_ func(*wasmer.Global) (interface{}, error)                   = (*wasmer.Global).Get
	_ func(*wasmer.Table) wasmer.TableSize                        = (*wasmer.Table).Size
	_ func(*wasmer.Memory) *wasmer.MemoryType                     = (*wasmer.Memory).Type
	_ func(*wasmer.Memory) wasmer.Pages                           = (*wasmer.Memory).Size
	_ func(*wasmer.Memory) uint                                   = (*wasmer.Memory).DataSize
	_ func(*wasmer.Memory) []byte                                 = (*wasmer.Memory).Data
	_ func(*wasmer.Memory, wasmer.Pages) bool                     = (*wasmer.Memory).Grow
	_ func(*wasmer.Value) wasmer.ValueKind                        = (*wasmer.Value).Kind
	_ func(*wasmer.Value) interface{}                             = (*wasmer.Value).Unwrap
	_ func(*wasmer.Value) int32                                   = (*wasmer.Value).I32
	_ func(*wasmer.Value) int64                                   = (*wasmer.Value).I64
	_ func(*wasmer.Value) float32                                 = (*wasmer.Value).F32
	_ func(*wasmer.Value) float64                                 = (*wasmer.Value).F64
)

// Methods of types and externs.
var (
	_ func(*wasmer.ValueType) wasmer.ValueKind         = (*wasmer.ValueType).Kind
	_ func(*wasmer.FunctionType) types                 = (*wasmer.FunctionType).Params
	_ func(*wasmer.FunctionType) types                 = (*wasmer.FunctionType).Results
	_ func(*wasmer.GlobalType) *wasmer.ValueType       = (*wasmer.GlobalType).ValueType
	_ func(*wasmer.GlobalType) wasmer.GlobalMutability = (*wasmer.GlobalType).Mutability
	_ func(*wasmer.TableType) *wasmer.ValueType        = (*wasmer.TableType).ValueType
	_ func(*wasmer.TableType) *wasmer.Limits           = (*wasmer.TableType).Limits
	_ func(*wasmer.MemoryType) *wasmer.Limits          = (*wasmer.MemoryType).Limits
	_ func(*wasmer.Limits) uint32                      = (*wasmer.Limits).Minimum
	_ func(*wasmer.Limits) uint32                      = (*wasmer.Limits).Maximum
	_ func(*wasmer.ExternType) wasmer.ExternKind       = (*wasmer.ExternType).Kind
	_ func(*wasmer.ExternType) *wasmer.FunctionType    = (*wasmer.ExternType).IntoFunctionType
	_ func(*wasmer.ExternType) *wasmer.GlobalType      = (*wasmer.ExternType).IntoGlobalType
	_ func(*wasmer.ExternType) *wasmer.TableType       = (*wasmer.ExternType).IntoTableType
	_ func(*wasmer.ExternType) *wasmer.MemoryType      = (*wasmer.ExternType).IntoMemoryType
	_ func(*wasmer.ImportType) string                  = (*wasmer.ImportType).Module
	_ func(*wasmer.ImportType) string                  = (*wasmer.ImportType).Name
	_ func(*wasmer.ImportType) *wasmer.ExternType      = (*wasmer.ImportType).Type
	_ func(*wasmer.ImportType)                         = (*wasmer.ImportType).Close
	_ func(*wasmer.ExportType) string                  = (*wasmer.ExportType).Name
	_ func(*wasmer.ExportType) *wasmer.ExternType      = (*wasmer.ExportType).Type
	_ func(*wasmer.ExportType)                         = (*wasmer.ExportType).Close
	_ func(*wasmer.Extern) wasmer.ExternKind           = (*wasmer.Extern).Kind
	_ func(*wasmer.Extern) *wasmer.ExternType          = (*wasmer.Extern).Type
	_ func(*wasmer.Extern) *wasmer.Function            = (*wasmer.Extern).IntoFunction
	_ func(*wasmer.Extern) *wasmer.Global              = (*wasmer.Extern).IntoGlobal
	_ func(*wasmer.Extern) *wasmer.Table               = (*wasmer.Extern).IntoTable
	_ func(*wasmer.Extern) *wasmer.Memory              = (*wasmer.Extern).IntoMemory

	_ wasmer.IntoExternType = (*wasmer.FunctionType)(nil)
	_ wasmer.IntoExternType = (*wasmer.GlobalType)(nil)
	_ wasmer.IntoExternType = (*wasmer.TableType)(nil)
	_ wasmer.IntoExternType = (*wasmer.MemoryType)(nil)
	_ wasmer.IntoExtern     = (*wasmer.Extern)(nil)
	_ wasmer.IntoExtern     = (*wasmer.Function)(nil)
	_ wasmer.IntoExtern     = (*wasmer.Global)(nil)
	_ wasmer.IntoExtern     = (*wasmer.Table)(nil)
	_ wasmer.IntoExtern     = (*wasmer.Memory)(nil)

	_ interface{ IntoExtern() *wasmer.Extern }         = wasmer.IntoExtern(nil)
	_ interface{ IntoExternType() *wasmer.ExternType } = wasmer.IntoExternType(nil)
)

// Methods of errors and traps.
var (
	_ error                                   = (*wasmer.Error)(nil)
	_ error                                   = (*wasmer.TrapError)(nil)
	_ func(*wasmer.TrapError) *wasmer.Frame   = (*wasmer.TrapError).Origin
	_ func(*wasmer.TrapError) []*wasmer.Frame = (*wasmer.TrapError).Trace
	_ func(*wasmer.Trap) string               = (*wasmer.Trap).Message
	_ func(*wasmer.Trap) *wasmer.Frame        = (*wasmer.Trap).Origin
	_ func(*wasmer.Trap) *wasmer.Trace        = (*wasmer.Trap).Trace
	_ func(*wasmer.Frame) uint32              = (*wasmer.Frame).FunctionIndex
	_ func(*wasmer.Frame) uint                = (*wasmer.Frame).FunctionOffset
	_ func(*wasmer.Frame) uint                = (*wasmer.Frame).ModuleOffset
	_ func(*wasmer.Frame)                     = (*wasmer.Frame).Instance
)

// Methods of the WASI types.
var (
	_ func(*wasmer.WasiStateBuilder, string) *wasmer.WasiStateBuilder         = (*wasmer.WasiStateBuilder).Argument
	_ func(*wasmer.WasiStateBuilder, string, string) *wasmer.WasiStateBuilder = (*wasmer.WasiStateBuilder).Environment
	_ func(*wasmer.WasiStateBuilder, string) *wasmer.WasiStateBuilder         = (*wasmer.WasiStateBuilder).PreopenDirectory
	_ func(*wasmer.WasiStateBuilder, string, string) *wasmer.WasiStateBuilder = (*wasmer.WasiStateBuilder).MapDirectory
	_ func(*wasmer.WasiStateBuilder) *wasmer.WasiStateBuilder                 = (*wasmer.WasiStateBuilder).InheritStdin
	_ func(*wasmer.WasiStateBuilder) *wasmer.WasiStateBuilder                 = (*wasmer.WasiStateBuilder).CaptureStdout
	_ func(*wasmer.WasiStateBuilder) *wasmer.WasiStateBuilder                 = (*wasmer.WasiStateBuilder).InheritStdout
	_ func(*wasmer.WasiStateBuilder) *wasmer.WasiStateBuilder                 = (*wasmer.WasiStateBuilder).CaptureStderr
	_ func(*wasmer.WasiStateBuilder) *wasmer.WasiStateBuilder                 = (*wasmer.WasiStateBuilder).InheritStderr
	_ func(*wasmer.WasiStateBuilder) (*wasmer.WasiEnvironment, error)         = (*wasmer.WasiStateBuilder).Finalize

	_ func(*wasmer.WasiEnvironment) []byte = (*wasmer.WasiEnvironment).ReadStdout
	_ func(*wasmer.WasiEnvironment) []byte = (*wasmer.WasiEnvironment).ReadStderr

	_ func(*wasmer.WasiEnvironment, *wasmer.Store, *wasmer.Module) (*wasmer.ImportObject, error) = (*wasmer.WasiEnvironment).GenerateImportObject
)

// Fields, and aliases that are aliases.
var (
	_ *wasmer.Engine                             = wasmer.Store{}.Engine
	_ *wasmer.Exports                            = (&wasmer.Instance{}).Exports
	_ *func(...interface{}) (interface{}, error) = (*wasmer.NativeFunction)(nil)
	_ func(*wasmer.Instance)                     = wasmer.ReleaseFn[*wasmer.Instance](nil)
)
