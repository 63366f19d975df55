package wasmer

import "github.com/bhojpur/wasmer/go/internal/capi"

// Store is where modules, host functions and instances are made: an engine with what belongs to
// it. It holds no lock and no memory of its own; instances made in one Store are independent and
// run in parallel. Safe for any number of goroutines.
type Store struct {
	// Engine is the engine of the store.
	Engine *Engine
	shared sharedArena
	quotas storeQuotas
}

// NewStore makes a store.
func NewStore(engine *Engine) *Store {
	if engine == nil {
		engine = NewEngine()
	}
	return &Store{Engine: engine}
}

// NewLinkedStore makes a store whose instances all live in one arena: any of them can import from
// any other, one call at a time runs in all of them together, and their memory is freed with the
// last one.
func NewLinkedStore(engine *Engine) *Store {
	store := NewStore(engine)
	store.shared.linked = true
	return store
}

// Close gives up what the store holds by itself, which is the arena of a linked store and of
// objects that no instance uses yet, and ends calls in them as Instance.Close does. Instances of an
// ordinary store go on. Harmless if repeated.
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
