package wasmer

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Instance is a module alive with its imports. Instances of a Store are independent of each other
// unless one imports from another: then they live, run and are freed together. A shared memory links nothing.
type Instance struct {
	// Exports gives what the instance exports.
	Exports *Exports

	module *Module
	arena  *arena
	handle capi.Handle
	held   *held
	closed atomic.Bool
}

// NewInstance makes an instance and runs the module's start function. All imports that are missing
// or do not fit are named in one error. A start function that traps is a *TrapError.
func NewInstance(module *Module, imports *ImportObject) (*Instance, error) {
	return NewInstanceContext(background, module, imports)
}

// NewInstanceContext is NewInstance with a context, which host functions get that the start function
// calls, and whose end ends the start function. See CallContext.
func NewInstanceContext(ctx context.Context, module *Module, imports *ImportObject) (*Instance, error) {
	native, err := module.use()
	if err != nil {
		return nil, err
	}
	defer module.unuse()
	if err := check(ctx); err != nil {
		return nil, err
	}
	externs, err := imports.externs(module)
	if err != nil {
		return nil, err
	}
	instance := &Instance{module: module}
	instance.Exports = &Exports{instance: instance}
	if instance.arena, err = arenaFor(module, externs); err != nil {
		return nil, err
	}
	if err := instance.make(ctx, native, imports, externs); err != nil {
		// A host function that the start function called may have kept it.
		instance.closed.Store(true)
		instance.arena.letGo()
		return nil, err
	}
	return instance, nil
}

func (i *Instance) make(ctx context.Context, native capi.Module, imports *ImportObject, externs []*Extern) error {
	a := i.arena
	handles := make([]capi.Handle, len(externs))
	// The instance keeps what it imports.
	var taken taken
	defer func() { taken.drop(a) }()
	defer runtime.KeepAlive(externs)
	if imports != nil && imports.wasi != nil {
		if err := imports.wasi.importIn(ctx, a, native, handles); err != nil {
			return err
		}
		for _, handle := range handles {
			if handle != 0 {
				taken.handles = append(taken.handles, handle)
			}
		}
		if err := unknown(i.module, externs, handles); err != nil {
			return err
		}
	}
	for place, extern := range externs {
		if extern == nil {
			continue
		}
		var err error
		if extern.function != nil {
			// Each instance gets host functions of its own, which know it.
			handles[place], err = extern.function.importIn(ctx, a, i, &taken)
		} else if extern.memory.isShared() {
			handles[place], err = extern.memory.shareIn(ctx, a)
			taken.handles = append(taken.handles, handles[place])
		} else {
			handles[place], err = extern.bound().in(ctx, a, "an imported "+extern.Kind().String())
		}
		if err != nil {
			return err
		}
	}
	r, err := a.begin(ctx, i)
	if err != nil {
		return err
	}
	defer a.end(r)
	instantiate := func() (e *capi.Error) {
		var handle capi.Handle
		if r.interrupt == nil {
			handle, e = a.native.NewInstance(native, handles, r.data)
		} else {
			handle, e = a.native.NewInstanceUnder(native, handles, r.data, r.interrupt.native)
		}
		// The start function's host calls may have set it.
		if i.handle == 0 {
			i.handle = handle
		}
		return e
	}
	err = a.do(ctx, instantiate)
	if errors.Is(err, ErrOutOfMemory) {
		// The address space may be full of what only waits to be collected.
		runtime.GC()
		runtime.GC()
		i.handle = 0
		err = a.do(ctx, instantiate)
	}
	if err != nil {
		return a.explained(&r, err)
	}
	i.held = newHeld(i, a, i.handle)
	return i.Exports.view(ctx)
}

// view gets the exported memories and globals that are to be had while a guest runs.
func (e *Exports) view(ctx context.Context) error {
	for _, place := range e.instance.module.viewed {
		extern, err := e.Get(e.instance.module.exports[place].name)
		if err != nil {
			return err
		}
		a, handle, err := extern.bound().use(ctx)
		if err != nil {
			return err
		}
		if memory := extern.memory; memory.isShared() {
			// So that it can be had while a guest runs, by other instances too.
			err = memory.shared.takeOut(ctx, a, handle)
		} else if memory != nil {
			_, err = memory.viewer.find(ctx, a, handle, capi.Arena.ViewMemory)
		} else {
			_, err = extern.global.viewer.find(ctx, a, handle, capi.Arena.ViewGlobal)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Function) importIn(ctx context.Context, a *arena, instance *Instance, taken *taken) (capi.Handle, error) {
	if f.host != nil {
		handle, err := a.bindHost(ctx, f.host, instance)
		if err == nil {
			taken.handles = append(taken.handles, handle)
		}
		return handle, err
	}
	return f.bound.in(ctx, a, "an imported function")
}

// arenaFor chooses the arena of an instance: that of its imports, or a new one.
func arenaFor(module *Module, externs []*Extern) (*arena, error) {
	var found *arena
	for _, extern := range externs {
		if extern == nil || extern.function != nil && extern.function.host != nil || extern.memory.isShared() {
			continue
		}
		where := extern.bound().where()
		if where == nil {
			continue
		}
		if found != nil && where != found {
			return nil, twoArenas("an imported " + extern.Kind().String())
		}
		found = where
	}
	return module.store.instanceArena(found)
}

// Close ends the instance: its exports cannot be used any more. What it took is freed at once, or
// when the call that is running has returned, or with the last of the instances that it is linked
// to. Calls of its functions that are running end with ErrClosed if their context can end, and go on
// if it cannot. Never waits, and is harmless if repeated.
func (i *Instance) Close() {
	if i == nil || i.arena == nil || i.closed.Swap(true) {
		return
	}
	i.arena.interruptRunning(i)
	i.arena.letGo()
	i.held.drop()
	i.Exports.drop()
	i.arena.tidy()
}

// drop gives up what is held of the exports of a closed instance.
func (e *Exports) drop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, extern := range e.known {
		if b := extern.bound(); b != nil {
			b.mu.Lock()
			b.held.drop()
			b.mu.Unlock()
		}
	}
	e.known = nil
}

// ReleaseFn ends the use of what it is given.
type ReleaseFn[T any] func(T)

// GetFunctionSafe gives an exported function as a Go function, and a function to be called with the
// instance when it is not used any more. A function keeps its instance alive by itself here, so that
// GetFunction does as well, and the second one does nothing.
func (i *Instance) GetFunctionSafe(name string) (NativeFunction, ReleaseFn[*Instance], error) {
	if i == nil {
		return nil, nil, unmade()
	}
	function, err := i.Exports.GetFunction(name)
	if err != nil {
		return nil, nil, err
	}
	return function, func(instance *Instance) { runtime.KeepAlive(instance) }, nil
}

// Exports gives the exports of an instance by name. Safe for any number of goroutines.
type Exports struct {
	instance *Instance
	mu       sync.Mutex
	known    map[string]*Extern
}

// Get gives an export. It waits for nobody, whatever the instance does.
func (e *Exports) Get(name string) (*Extern, error) {
	if e == nil || e.instance == nil {
		return nil, unmade()
	}
	if e.instance.closed.Load() {
		return nil, closedError("instance")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if extern := e.known[name]; extern != nil {
		return extern, nil
	}
	place, found := e.instance.module.places[name]
	if !found {
		return nil, newError(capi.StatusNotFound, "Export `%s` does not exist", name)
	}
	extern, err := e.instance.export(place)
	if err != nil {
		return nil, err
	}
	if e.known == nil {
		e.known = make(map[string]*Extern)
	}
	e.known[name] = extern
	return extern, nil
}

func (i *Instance) export(place int) (*Extern, error) {
	a := i.arena
	var handle capi.Handle
	if i.handle == 0 {
		return nil, notReady()
	}
	find := func() (e *capi.Error) {
		handle, e = a.native.Export(i.handle, place)
		return e
	}
	busy, err := a.try(find)
	if err != nil {
		return nil, err
	}
	ty := i.module.exports[place].ty
	where := boundTo(a, handle, i)
	if busy {
		// It has no handle before its first use, which waits for a turn as it would anyway.
		where.late = true
		where.make = func(ctx context.Context, a *arena) (found capi.Handle, err error) {
			err = a.do(ctx, func() (e *capi.Error) {
				found, e = a.native.Export(i.handle, place)
				return e
			})
			return found, err
		}
	}
	extern := &Extern{ty: ty}
	switch ty.Kind() {
	case FUNCTION:
		extern.function = &Function{ty: ty.function, bound: where}
		if !busy {
			extern.function = a.noteFunction(handle, extern.function)
		}
	case GLOBAL:
		extern.global = &Global{ty: ty.global, bound: where}
	case TABLE:
		extern.table = &Table{ty.table, where}
	case MEMORY:
		extern.memory = &Memory{ty: ty.memory, bound: where}
		if ty.memory.shared {
			extern.memory.shared = new(sharedMemory)
		}
	default:
		extern.tag = &Tag{ty: ty.tag, bound: where}
	}
	return extern, nil
}

func notReady() error {
	return newError(capi.StatusInvalidArgument, "the instance is not ready: it is being made")
}

func (e *Exports) get(name string, kind ExternKind) (*Extern, error) {
	extern, err := e.Get(name)
	if err != nil {
		return nil, err
	}
	if found := extern.Kind(); found != kind {
		return nil, newError(capi.StatusType, "Export `%s` is a %s, not a %s", name, found, kind)
	}
	return extern, nil
}

// GetRawFunction gives an exported function.
func (e *Exports) GetRawFunction(name string) (*Function, error) {
	extern, err := e.get(name, FUNCTION)
	if err != nil {
		return nil, err
	}
	return extern.function, nil
}

// GetFunction gives an exported function as a Go function.
func (e *Exports) GetFunction(name string) (NativeFunction, error) {
	function, err := e.GetRawFunction(name)
	if err != nil {
		return nil, err
	}
	return function.Native(), nil
}

// GetGlobal gives an exported global.
func (e *Exports) GetGlobal(name string) (*Global, error) {
	extern, err := e.get(name, GLOBAL)
	if err != nil {
		return nil, err
	}
	return extern.global, nil
}

// GetTable gives an exported table.
func (e *Exports) GetTable(name string) (*Table, error) {
	extern, err := e.get(name, TABLE)
	if err != nil {
		return nil, err
	}
	return extern.table, nil
}

// GetTag gives an exported tag.
func (e *Exports) GetTag(name string) (*Tag, error) {
	extern, err := e.get(name, TAG)
	if err != nil {
		return nil, err
	}
	return extern.tag, nil
}

// GetMemory gives an exported memory.
func (e *Exports) GetMemory(name string) (*Memory, error) {
	extern, err := e.get(name, MEMORY)
	if err != nil {
		return nil, err
	}
	return extern.memory, nil
}

// Close does nothing; closing the instance does.
func (e *Exports) Close() {}

// ImportObject holds what modules import, by namespace and name. It may be used for any number of
// instances, by one goroutine at a time.
type ImportObject struct {
	namespaces map[string]map[string]IntoExtern
	// Provides the functions of WASI that are in no namespace; nil if nothing does.
	wasi *wasiGuest
	// The namespaces of WASI that the module imports for which this was made.
	wasiNamespaces map[string]bool
}

// NewImportObject makes an empty one.
func NewImportObject() *ImportObject {
	return &ImportObject{namespaces: make(map[string]map[string]IntoExtern)}
}

// ContainsNamespace tells whether a namespace was registered.
func (o *ImportObject) ContainsNamespace(name string) bool {
	_, found := o.namespaces[name]
	return found || o.wasiNamespaces[name]
}

// Register adds a namespace; one that is there already gets what is new, and the last wins. The
// first map of a namespace is kept, not copied.
func (o *ImportObject) Register(namespaceName string, namespace map[string]IntoExtern) {
	known := o.namespaces[namespaceName]
	if known == nil {
		if o.namespaces == nil {
			o.namespaces = make(map[string]map[string]IntoExtern)
		}
		o.namespaces[namespaceName] = namespace
		return
	}
	for name, extern := range namespace {
		known[name] = extern
	}
}

// externs lists what a module imports, in its order, nil for what WASI provides, or names all that is
// missing; with it what is
// of the wrong type, as far as types alone tell. If nothing is missing, the library checks the types.
func (o *ImportObject) externs(module *Module) ([]*Extern, error) {
	externs := make([]*Extern, len(module.imports))
	var missing []*ImportType
	var problems []string
	for place, wanted := range module.imports {
		if o != nil {
			if given := o.namespaces[wanted.module][wanted.name]; given != nil {
				externs[place] = given.IntoExtern()
			}
		}
		if extern := externs[place]; extern == nil {
			if o != nil && o.wasi != nil && (isWasi(wanted) || isOfThreads(wanted)) {
				// The library makes it, or does not know it.
				continue
			}
			missing = append(missing, wanted)
			problems = append(problems, missingText(wanted))
		} else if !extern.ty.couldBe(wanted.ty) {
			problems = append(problems, fmt.Sprintf("import `%s`.`%s`: %v wanted, %v found",
				shortened(wanted.module, nameBytes), shortened(wanted.name, nameBytes), wanted.ty, extern.ty))
		}
	}
	if missing == nil {
		return externs, nil
	}
	return nil, missingError(missing, problems)
}

// isOfThreads tells whether a program that may start threads is given it: what starts one, and the memory that they share.
func isOfThreads(wanted *ImportType) bool {
	return wanted.module == "wasi" && wanted.name == "thread-spawn" || wanted.ty.memory.IsShared()
}

// unknown names the functions that are asked of WASI and that it does not have.
func unknown(module *Module, externs []*Extern, handles []capi.Handle) error {
	var missing []*ImportType
	var problems []string
	for place, wanted := range module.imports {
		if externs[place] == nil && handles[place] == 0 {
			missing = append(missing, wanted)
			problems = append(problems, missingText(wanted))
		}
	}
	if missing == nil {
		return nil
	}
	return missingError(missing, problems)
}

func missingText(wanted *ImportType) string {
	return fmt.Sprintf("Missing import: `%s`.`%s` (%v wanted)",
		shortened(wanted.module, nameBytes), shortened(wanted.name, nameBytes), wanted.ty)
}

// missingError tells of imports that are missing, among all problems.
func missingError(missing []*ImportType, problems []string) error {
	err := newError(capi.StatusLink, "%s", listed(problems, "; "))
	if len(problems) == 1 {
		// The text that programs for wasmer-go know.
		err.message = fmt.Sprintf("Missing import: `%s`.`%s`",
			shortened(missing[0].module, nameBytes), shortened(missing[0].name, nameBytes))
	}
	err.missing = missing
	return err
}

// couldBe tells whether something of the type can be imported as `wanted`, but for the sizes of tables
// and memories, which change.
func (t *ExternType) couldBe(wanted *ExternType) bool {
	switch kind := t.Kind(); {
	case kind != wanted.Kind():
		return false
	case kind == FUNCTION:
		return slices.Equal(t.function.params, wanted.function.params) && slices.Equal(t.function.results, wanted.function.results)
	case kind == GLOBAL:
		return *t.global == *wanted.global
	case kind == TABLE:
		return t.table.kind == wanted.table.kind
	}
	return true
}
