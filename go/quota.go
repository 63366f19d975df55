package wasmer

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Quota is a limit that an engine or a store can be given another value of than the default. What
// would exceed it is an error that is ErrLimit and says what was asked for; a guest that grows a memory
// or a table beyond it gets -1.
//
// Each group of instances that are linked to each other counts for itself: an instance of an ordinary
// Store with what it imports, all instances of one that NewLinkedStore made.
type Quota uint32

const (
	// QuotaMemoryPages: pages of 65,536 bytes that all memories of a group have together. 65,536
	// (4 GiB) by default, 4,294,967,295 at most; a single memory has 65,536 at most.
	QuotaMemoryPages Quota = 0
	// QuotaMemories: memories of a group, each of which takes 8 GiB of address space, whatever its
	// size, or what Config.SetMemoryReservation says. 100 by default, 16,000 at most.
	QuotaMemories Quota = 1
	// QuotaTableElements: elements that all tables of one instance have together, declared or grown;
	// and elements of a table that NewTable makes. 10,000,000 by default, 134,217,728 at most. An element
	// takes 8 bytes, and a table that grows may take room for twice as many. Tables of equal limits that
	// are not exported take 40 bytes an element, as far as those of an instance have 131,072 together.
	QuotaTableElements Quota = 2
	// QuotaInstances: instances of a group. 10,000 by default, 10,000,000 at most.
	QuotaInstances Quota = 3
	// QuotaModuleBytes: bytes of a module, in its binary form, before it is compiled. For engines
	// only. 1,073,741,824 (1 GiB) by default, 4,294,967,295 at most.
	QuotaModuleBytes Quota = 4
	// QuotaFunctions: functions of a module, imported ones too. For engines only. 1,000,000 by
	// default and at most.
	QuotaFunctions Quota = 5
	// QuotaFunctionCost: what one function may cost to compile beyond what its size explains, in units of a
	// simple instruction: one to five microseconds of Cranelift's time. The size explains 4 units for each
	// byte of code. The cost is estimated before the function is compiled. For engines only. 3,000,000 by
	// default, 4,294,967,295 at most.
	QuotaFunctionCost Quota = 6
	// QuotaModuleCost: the same for all that is compiled for a module. For engines only. 10,000,000 by
	// default, 4,294,967,295 at most.
	QuotaModuleCost Quota = 7
	// QuotaExceptionBytes: bytes, about, of the exceptions that guests throw. They are kept until no call into
	// the group is running, or as long as the group if one of its modules has a global or table of type exnref.
	// An exception takes some hundred bytes, and some 50 for each function that is being called. A guest that
	// throws more gets ErrLimit. 268,435,456 (256 MiB) by default, 1,099,511,627,776 at most.
	QuotaExceptionBytes Quota = 8
)

// String says what is limited.
func (q Quota) String() string {
	names := [...]string{"memory pages", "memories", "table elements", "instances", "bytes of a module", "functions of a module",
		"units of cost beyond its size", "units of cost of a module beyond its size", "bytes of exceptions"}
	if int(q) < len(names) {
		return names[q]
	}
	return fmt.Sprintf("quota %d", uint32(q))
}

type quotaSetting struct {
	quota Quota
	most  uint64
}

// SetQuota sets a limit for the modules and stores of an engine. A value that there cannot be is an
// error of the engine's first use. DeserializeModule takes modules of any size.
func (c *Config) SetQuota(quota Quota, most uint64) *Config {
	c.quotas = append(c.quotas, quotaSetting{quota, most})
	return c
}

// SetQuota sets a limit for each group of linked instances that begins in the store after this, in place
// of what its engine says. Groups that are there keep the limits that they began with. All instances of
// a store of NewLinkedStore are one group, for which the new value counts at once, but not for tables that
// are there; it then waits until no call runs in the store, unless a host function calls it.
func (s *Store) SetQuota(quota Quota, most uint64) error {
	if err := s.check(); err != nil {
		return err
	}
	if quota >= QuotaModuleBytes && quota <= QuotaModuleCost {
		return newError(capi.StatusInvalidArgument, "quota of %v: it is set for an engine, not for a store", quota)
	}
	native := capi.NewConfig()
	defer native.Delete()
	if e := native.SetQuota(uint32(quota), most); e != nil {
		return wrap(e)
	}
	s.quotas.put(quota, most)
	s.shared.mu.Lock()
	a, closed := s.shared.arena, s.shared.closed
	s.shared.mu.Unlock()
	if closed {
		return closedError("store")
	}
	if a == nil {
		return nil
	}
	err := a.do(background, func() *capi.Error {
		// What another goroutine may have set meanwhile.
		return a.native.SetQuota(uint32(quota), s.quotas.all()[quota])
	})
	if errors.Is(err, ErrClosed) {
		// With its last instance. The next one is made with the value.
		return nil
	}
	return err
}

// storeQuotas are the limits that a store has of its own.
type storeQuotas struct {
	mu  sync.Mutex
	set map[Quota]uint64
}

func (q *storeQuotas) put(quota Quota, most uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.set == nil {
		q.set = make(map[Quota]uint64)
	}
	q.set[quota] = most
}

func (q *storeQuotas) all() map[Quota]uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return maps.Clone(q.set)
}

// newArena makes an arena with the limits of the store.
func (s *Store) newArena() (*arena, error) {
	a, err := newArena(s.Engine)
	if err != nil {
		return nil, err
	}
	for quota, most := range s.quotas.all() {
		err := a.do(background, func() *capi.Error { return a.native.SetQuota(uint32(quota), most) })
		if err != nil {
			a.close()
			return nil, err
		}
	}
	return a, nil
}
