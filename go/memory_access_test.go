package wasmer

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

func memoryOf(t *testing.T) (*Instance, *Memory) {
	t.Helper()
	instance := start(t, storeOf(CRANELIFT), `(module (memory (export "memory") 1))`, nil)
	memory, err := instance.Exports.GetMemory("memory")
	if err != nil {
		t.Fatal(err)
	}
	return instance, memory
}

func TestNumbersInMemoryAreLittleEndian(t *testing.T) {
	_, memory := memoryOf(t)
	if err := memory.Write(100, []byte{1, 2, 3, 4, 5, 6, 7, 8}); err != nil {
		t.Fatal(err)
	}
	// At an odd address, too.
	if found, err := memory.ReadUint8(101); err != nil || found != 2 {
		t.Error(found, err)
	}
	if found, err := memory.ReadUint16(101); err != nil || found != 0x0302 {
		t.Errorf("%x %v", found, err)
	}
	if found, err := memory.ReadUint32(101); err != nil || found != 0x05040302 {
		t.Errorf("%x %v", found, err)
	}
	if found, err := memory.ReadUint64(100); err != nil || found != 0x0807060504030201 {
		t.Errorf("%x %v", found, err)
	}
	err := errors.Join(memory.WriteUint8(200, 0xaa), memory.WriteUint16(201, 0xbbcc),
		memory.WriteUint32(203, 0x11223344), memory.WriteUint64(207, 0x0102030405060708))
	if err != nil {
		t.Fatal(err)
	}
	expected := []byte{0xaa, 0xcc, 0xbb, 0x44, 0x33, 0x22, 0x11, 8, 7, 6, 5, 4, 3, 2, 1, 0}
	if found, err := memory.Read(200, 16); err != nil || !bytes.Equal(found, expected) {
		t.Errorf("%x %v", found, err)
	}
	if err := errors.Join(memory.WriteFloat32(300, 1.5), memory.WriteFloat64(304, math.Inf(-1))); err != nil {
		t.Fatal(err)
	}
	if found, err := memory.ReadFloat32(300); err != nil || found != 1.5 {
		t.Error(found, err)
	}
	if found, err := memory.ReadFloat64(304); err != nil || found != math.Inf(-1) {
		t.Error(found, err)
	}
}

func TestNumbersOutsideOfAMemoryAreErrors(t *testing.T) {
	instance, memory := memoryOf(t)
	const size = uint32(0x10000)
	reads := map[uint32]func(uint32) error{
		1: func(at uint32) error { _, err := memory.ReadUint8(at); return err },
		2: func(at uint32) error { _, err := memory.ReadUint16(at); return err },
		4: func(at uint32) error {
			_, err := memory.ReadUint32(at)
			_, err2 := memory.ReadFloat32(at)
			if (err == nil) != (err2 == nil) {
				t.Error(err, err2)
			}
			return err
		},
		8: func(at uint32) error {
			_, err := memory.ReadUint64(at)
			_, err2 := memory.ReadFloat64(at)
			if (err == nil) != (err2 == nil) {
				t.Error(err, err2)
			}
			return err
		},
	}
	writes := map[uint32]func(uint32) error{
		1: func(at uint32) error { return memory.WriteUint8(at, 0xff) },
		2: func(at uint32) error { return memory.WriteUint16(at, 0xffff) },
		4: func(at uint32) error { return memory.WriteUint32(at, 0xffffffff) },
		8: func(at uint32) error { return memory.WriteUint64(at, math.MaxUint64) },
	}
	for width := range reads {
		for _, access := range []func(uint32) error{reads[width], writes[width]} {
			for _, outside := range []uint32{size - width + 1, size, math.MaxUint32, math.MaxUint32 - width + 1} {
				if err := access(outside); !errors.Is(err, ErrOutOfBounds) {
					t.Errorf("%d bytes at %d: %v", width, outside, err)
				}
			}
		}
		if last, err := memory.ReadUint64(size - 8); err != nil || last != 0 {
			t.Errorf("%d bytes: a part was written: %x %v", width, last, err)
		}
		if err := errors.Join(reads[width](size-width), writes[width](size-width)); err != nil {
			t.Errorf("the last %d bytes: %v", width, err)
		}
		if err := memory.WriteUint64(size-8, 0); err != nil {
			t.Error(err)
		}
	}
	instance.Close()
	if _, err := memory.ReadUint32(0); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := memory.WriteUint32(0, 1); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func BenchmarkReadUint32(b *testing.B) {
	instance := start(b, storeOf(CRANELIFT), `(module (memory (export "memory") 1))`, nil)
	memory, err := instance.Exports.GetMemory("memory")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := memory.ReadUint32(8); err != nil {
			b.Fatal(err)
		}
	}
}
