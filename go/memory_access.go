package wasmer

import (
	"encoding/binary"
	"math"
	"sync/atomic"
	"unsafe"
)

// The numbers of a memory are little-endian, as are the machines that the library runs on. An address need
// not be a multiple of the size; where it is one, the number is read or written as a whole, in sequence with
// other such accesses and with the atomic instructions of guests.

// ReadUint8 reads a byte. It fails with ErrOutOfBounds if the address is outside the memory.
func (m *Memory) ReadUint8(address uint32) (uint8, error) {
	number, err := m.readNumber(address, 1)
	return uint8(number), err
}

// ReadUint16 reads two bytes. It fails with ErrOutOfBounds if some of them are outside the memory.
func (m *Memory) ReadUint16(address uint32) (uint16, error) {
	number, err := m.readNumber(address, 2)
	return uint16(number), err
}

// ReadUint32 reads four bytes. It fails with ErrOutOfBounds if some of them are outside the memory.
func (m *Memory) ReadUint32(address uint32) (uint32, error) {
	number, err := m.readNumber(address, 4)
	return uint32(number), err
}

// ReadUint64 reads eight bytes. It fails with ErrOutOfBounds if some of them are outside the
// memory.
func (m *Memory) ReadUint64(address uint32) (uint64, error) { return m.readNumber(address, 8) }

// ReadFloat32 reads a number of four bytes. It fails with ErrOutOfBounds if some of them are
// outside the memory.
func (m *Memory) ReadFloat32(address uint32) (float32, error) {
	bits, err := m.ReadUint32(address)
	return math.Float32frombits(bits), err
}

// ReadFloat64 reads a number of eight bytes. It fails with ErrOutOfBounds if some of them are
// outside the memory.
func (m *Memory) ReadFloat64(address uint32) (float64, error) {
	bits, err := m.ReadUint64(address)
	return math.Float64frombits(bits), err
}

// WriteUint8 writes a byte. It fails with ErrOutOfBounds if the address is outside the memory.
func (m *Memory) WriteUint8(address uint32, value uint8) error {
	return m.writeNumber(address, uint64(value), 1)
}

// WriteUint16 writes two bytes. It fails with ErrOutOfBounds, and writes nothing, if they do not
// fit.
func (m *Memory) WriteUint16(address uint32, value uint16) error {
	return m.writeNumber(address, uint64(value), 2)
}

// WriteUint32 writes four bytes. It fails with ErrOutOfBounds, and writes nothing, if they do not
// fit.
func (m *Memory) WriteUint32(address uint32, value uint32) error {
	return m.writeNumber(address, uint64(value), 4)
}

// WriteUint64 writes eight bytes. It fails with ErrOutOfBounds, and writes nothing, if they do not
// fit.
func (m *Memory) WriteUint64(address uint32, value uint64) error {
	return m.writeNumber(address, value, 8)
}

// WriteFloat32 writes four bytes. It fails with ErrOutOfBounds, and writes nothing, if they do not
// fit.
func (m *Memory) WriteFloat32(address uint32, value float32) error {
	return m.WriteUint32(address, math.Float32bits(value))
}

// WriteFloat64 writes eight bytes. It fails with ErrOutOfBounds, and writes nothing, if they do not
// fit.
func (m *Memory) WriteFloat64(address uint32, value float64) error {
	return m.WriteUint64(address, math.Float64bits(value))
}

// readNumber reads a number of 1, 2, 4 or 8 bytes, as a whole if the address is a multiple of the
// size.
func (m *Memory) readNumber(address uint32, size int) (number uint64, err error) {
	a, part, err := m.part(uint64(address), size)
	if err != nil {
		return 0, err
	}
	place := unsafe.Pointer(unsafe.SliceData(part))
	aligned := address%uint32(size) == 0
	switch {
	case size == 1:
		number = uint64(part[0])
	case aligned && size == 8:
		number = atomic.LoadUint64((*uint64)(place))
	case aligned && size == 4:
		number = uint64(atomic.LoadUint32((*uint32)(place)))
	case aligned && size == 2:
		number = uint64(*(*uint16)(place))
	default:
		var bytes [8]byte
		copy(bytes[:], part)
		number = binary.LittleEndian.Uint64(bytes[:])
	}
	m.unlook(a)
	return number, nil
}

func (m *Memory) writeNumber(address uint32, number uint64, size int) error {
	a, part, err := m.part(uint64(address), size)
	if err != nil {
		return err
	}
	place := unsafe.Pointer(unsafe.SliceData(part))
	aligned := address%uint32(size) == 0
	switch {
	case size == 1:
		part[0] = byte(number)
	case aligned && size == 8:
		atomic.StoreUint64((*uint64)(place), number)
	case aligned && size == 4:
		atomic.StoreUint32((*uint32)(place), uint32(number))
	case aligned && size == 2:
		*(*uint16)(place) = uint16(number)
	default:
		var bytes [8]byte
		binary.LittleEndian.PutUint64(bytes[:], number)
		copy(part, bytes[:])
	}
	m.unlook(a)
	return nil
}
