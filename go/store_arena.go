package wasmer

import "sync"

// A sharedArena is the arena that a store makes for objects which are used before an instance
// imports them. All of them share it, so that one instance can import them all. Once an instance
// has joined, the next object starts a new arena. A linked store has only one.
type sharedArena struct {
	mu     sync.Mutex
	arena  *arena
	linked bool
	closed bool
}

// stagingArena returns that arena, with a hold.
func (s *Store) stagingArena() (*arena, error) {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	if s.shared.closed {
		return nil, closedError("store")
	}
	// One that was closed with its last instance, or with the only one that could not be made, is
	// followed by another.
	if s.shared.arena == nil || !s.shared.arena.hold() {
		a, err := s.newArena()
		if err != nil {
			return nil, err
		}
		a.hold()
		s.shared.arena = a
	}
	return s.shared.arena, nil
}

// instanceArena returns the arena for an instance whose imports belong to bound, which may be nil.
// The arena is held.
func (s *Store) instanceArena(bound *arena) (*arena, error) {
	if s.shared.linked {
		shared, err := s.stagingArena()
		if err == nil && bound != nil && bound != shared {
			shared.letGo()
			return nil, twoArenas("an import")
		}
		return shared, err
	}
	s.shared.mu.Lock()
	closed := s.shared.closed
	if bound != nil && bound == s.shared.arena {
		s.shared.arena = nil
	}
	s.shared.mu.Unlock()
	if closed {
		return nil, closedError("store")
	}
	if bound == nil {
		var err error
		if bound, err = s.newArena(); err != nil {
			return nil, err
		}
	}
	if !bound.hold() {
		return nil, closedError("arena")
	}
	return bound, nil
}

func (s *sharedArena) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.arena != nil {
		s.arena.close()
		s.arena = nil
	}
}
