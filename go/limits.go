package wasmer

import (
	"fmt"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Limits are the sizes of a table, in elements, or of a memory, in pages of 65,536 bytes.
type Limits struct{ minimum, maximum uint32 }

// NewLimits returns limits. It fails if minimum is greater than maximum. A maximum of
// LimitMaxUnbound means no maximum.
func NewLimits(minimum uint32, maximum uint32) (*Limits, error) {
	if minimum > maximum {
		return nil, newError(capi.StatusInvalidArgument, "The minimum limit is greater than the maximum one")
	}
	return &Limits{minimum, maximum}, nil
}

// LimitMaxUnbound returns the maximum that means no maximum.
func LimitMaxUnbound() uint32 { return 0xffffffff }

// Minimum returns the initial size.
func (l *Limits) Minimum() uint32 { return l.minimum }

// Maximum returns the size that the table or memory can grow to.
func (l *Limits) Maximum() uint32 { return l.maximum }

func (l *Limits) hasMaximum() bool { return l.maximum != LimitMaxUnbound() }

// String returns "minimum..maximum", or "minimum.." if there is no maximum.
func (l *Limits) String() string {
	if !l.hasMaximum() {
		return fmt.Sprintf("%d..", l.minimum)
	}
	return fmt.Sprintf("%d..%d", l.minimum, l.maximum)
}
