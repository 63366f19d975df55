package wasmer

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Quota is a limit that an engine or a store can set. An operation that would exceed it fails with
// ErrLimit, and the error names the requested size. A guest that grows a memory or table beyond the
// limit gets -1.
//
// Limits apply to each group of linked instances: to an instance of an ordinary Store with its
// imports, and to all instances of a store made by NewLinkedStore.
type Quota uint32

const (
	// QuotaMemoryPages limits the pages of 65,536 bytes of all memories of a group together. The
	// default is 65,536 (4 GiB), the maximum 4,294,967,295. A single memory has at most 65,536
	// pages.
	QuotaMemoryPages Quota = 0
	// QuotaMemories limits the memories of a group. Each takes 8 GiB of address space, whatever its
	// size, or what Config.SetMemoryReservation sets. The default is 1,000, the maximum 16,000.
	QuotaMemories Quota = 1
	// QuotaTableElements limits the elements of all tables of one instance together, declared or
	// grown, and the elements of a table that NewTable makes. The default is 10,000,000, the
	// maximum 134,217,728. An element takes 8 bytes, and a table that grows may take room for twice
	// as many. Tables of equal limits that are not exported take 40 bytes an element, up to 131,072
	// elements of an instance together.
	QuotaTableElements Quota = 2
	// QuotaInstances limits the instances of a group. The default is 10,000, the maximum
	// 10,000,000.
	QuotaInstances Quota = 3
	// QuotaModuleBytes limits the size of a module in its binary form, before it is compiled. It
	// applies to engines only. The default is 1,073,741,824 (1 GiB), the maximum 4,294,967,295.
	QuotaModuleBytes Quota = 4
	// QuotaFunctions limits the functions of a module, including imported ones. It applies to
	// engines only. The default and the maximum are 1,000,000.
	QuotaFunctions Quota = 5
	// QuotaFunctionCost limits the cost of compiling one function beyond the cost that its size
	// explains. The unit is a simple instruction, which takes Cranelift one to five microseconds.
	// The size explains 4 units for each byte of code. The cost is estimated before the function is
	// compiled. The quota applies to engines only. The default is 3,000,000, the maximum
	// 4,294,967,295.
	QuotaFunctionCost Quota = 6
	// QuotaModuleCost limits the same cost for everything that is compiled for a module. It applies
	// to engines only. The default is 10,000,000, the maximum 4,294,967,295.
	QuotaModuleCost Quota = 7
	// QuotaExceptionBytes limits the approximate size of the exceptions that guests throw. They are
	// kept until no call into the group is running, or as long as the group if one of its modules
	// has a global or table of type exnref. An exception takes some hundred bytes, and some 50 for
	// each function on the stack. A guest that throws more gets ErrLimit. The default is
	// 268,435,456 (256 MiB), the maximum 1,099,511,627,776.
	QuotaExceptionBytes Quota = 8
)

// String returns what is limited.
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

// SetQuota sets a limit for the modules and stores of an engine. If the value is not allowed, the
// first use of the engine fails. DeserializeModule accepts modules of any size.
func (c *Config) SetQuota(quota Quota, most uint64) *Config {
	c.quotas = append(c.quotas, quotaSetting{quota, most})
	return c
}

// SetQuota sets a limit for each group of linked instances that starts in the store afterwards, in
// place of the engine's limit. Existing groups keep their limits. It fails if the value is not
// allowed, or if the quota applies to engines only.
//
// All instances of a store made by NewLinkedStore are one group, to which the new value applies at
// once, except for existing tables. SetQuota then waits until no call runs in the store, unless a
// host function calls it.
func (s *Store) SetQuota(quota Quota, most uint64) error {
	if err := s.check(); err != nil {
		return err
	}
	if quota >= QuotaModuleBytes && quota <= QuotaModuleCost {
		return newError(capi.StatusInvalidArgument, "quota of %v: set it for an engine, not for a store", quota)
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

// storeQuotas are the limits that a store sets itself.
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
