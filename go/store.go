package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// Store is where modules, host functions and instances are made. It holds no lock and no memory of
// its own. Instances made in one Store are independent and run in parallel. Any number of
// goroutines may use it.
type Store struct {
	// Engine is the engine of the store.
	Engine *Engine
	shared sharedArena
	quotas storeQuotas
}

// NewStore returns a store for an engine, or for a new default engine if engine is nil.
func NewStore(engine *Engine) *Store {
	if engine == nil {
		engine = NewEngine()
	}
	return &Store{Engine: engine}
}

// NewLinkedStore returns a store whose instances all live in one arena. Any of them can import from
// any other. One call at a time runs in all of them together, and their memory is freed with the
// last one.
func NewLinkedStore(engine *Engine) *Store {
	store := NewStore(engine)
	store.shared.linked = true
	return store
}

// Close frees what the store itself holds, which is the arena of a linked store and of objects that
// no instance uses yet, and ends calls in them as Instance.Close does. The instances of an ordinary
// store are not affected. Close may be called more than once.
func (s *Store) Close() { s.shared.close() }

func (s *Store) check() error {
	if s == nil {
		return newError(capi.StatusNullArgument, "store is nil")
	}
	if s.Engine == nil || s.Engine.native == (capi.Engine{}) && s.Engine.err == nil {
		return newError(capi.StatusNullArgument, "store has no engine: use NewStore and NewEngine")
	}
	return s.Engine.err
}
