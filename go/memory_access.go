package wasmer

import (
	"encoding/binary"
	"math"
)

// The numbers of a memory are little-endian, whatever the machine is. An address need not be a
// multiple of the size.

// ReadUint8 reads a byte. ErrOutOfBounds if it is not in the memory.
func (m *Memory) ReadUint8(address uint32) (uint8, error) {
	number, err := m.readNumber(address, 1)
	return uint8(number), err
}

// ReadUint16 reads two bytes. ErrOutOfBounds if not all of them are in the memory.
func (m *Memory) ReadUint16(address uint32) (uint16, error) {
	number, err := m.readNumber(address, 2)
	return uint16(number), err
}

// ReadUint32 reads four bytes. ErrOutOfBounds if not all of them are in the memory.
func (m *Memory) ReadUint32(address uint32) (uint32, error) {
	number, err := m.readNumber(address, 4)
	return uint32(number), err
}

// ReadUint64 reads eight bytes. ErrOutOfBounds if not all of them are in the memory.
func (m *Memory) ReadUint64(address uint32) (uint64, error) { return m.readNumber(address, 8) }

// ReadFloat32 reads a number of four bytes. ErrOutOfBounds if not all of them are in the memory.
func (m *Memory) ReadFloat32(address uint32) (float32, error) {
	bits, err := m.ReadUint32(address)
	return math.Float32frombits(bits), err
}

// ReadFloat64 reads a number of eight bytes. ErrOutOfBounds if not all of them are in the memory.
func (m *Memory) ReadFloat64(address uint32) (float64, error) {
	bits, err := m.ReadUint64(address)
	return math.Float64frombits(bits), err
}

// WriteUint8 writes a byte. ErrOutOfBounds if the memory has no such address.
func (m *Memory) WriteUint8(address uint32, value uint8) error {
	return m.writeNumber(address, uint64(value), 1)
}

// WriteUint16 writes two bytes. ErrOutOfBounds, and nothing is written, if they do not fit.
func (m *Memory) WriteUint16(address uint32, value uint16) error {
	return m.writeNumber(address, uint64(value), 2)
}

// WriteUint32 writes four bytes. ErrOutOfBounds, and nothing is written, if they do not fit.
func (m *Memory) WriteUint32(address uint32, value uint32) error {
	return m.writeNumber(address, uint64(value), 4)
}

// WriteUint64 writes eight bytes. ErrOutOfBounds, and nothing is written, if they do not fit.
func (m *Memory) WriteUint64(address uint32, value uint64) error {
	return m.writeNumber(address, value, 8)
}

// WriteFloat32 writes four bytes. ErrOutOfBounds, and nothing is written, if they do not fit.
func (m *Memory) WriteFloat32(address uint32, value float32) error {
	return m.WriteUint32(address, math.Float32bits(value))
}

// WriteFloat64 writes eight bytes. ErrOutOfBounds, and nothing is written, if they do not fit.
func (m *Memory) WriteFloat64(address uint32, value float64) error {
	return m.WriteUint64(address, math.Float64bits(value))
}

func (m *Memory) readNumber(address uint32, size int) (uint64, error) {
	var bytes [8]byte
	err := m.readInto(uint64(address), bytes[:size])
	return binary.LittleEndian.Uint64(bytes[:]), err
}

func (m *Memory) writeNumber(address uint32, value uint64, size int) error {
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], value)
	return m.Write(address, bytes[:size])
}
