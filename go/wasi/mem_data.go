package wasi

import "math"

// memChunk is how large the pieces are of which a file consists.
const memChunk = 64 << 10

// memSmallest is the smallest allocation for one.
const memSmallest = 64

// memData is what a file holds. Pieces that were never written are not there, the last bytes of one
// neither, and read as zeros. The spare capacity of a piece is zeros, always.
type memData struct {
	size   int64
	chunks map[int64][]byte
}

// readAt copies from offset on and tells how many bytes there were.
func (d *memData) readAt(into []byte, offset int64) int {
	if offset >= d.size {
		return 0
	}
	if left := d.size - offset; int64(len(into)) > left {
		into = into[:left]
	}
	done := 0
	for done < len(into) {
		number, start := offset/memChunk, int(offset%memChunk)
		piece := into[done:min(len(into), done+memChunk-start)]
		copied := 0
		if chunk := d.chunks[number]; start < len(chunk) {
			copied = copy(piece, chunk[start:])
		}
		clear(piece[copied:])
		done += len(piece)
		offset += int64(len(piece))
	}
	return done
}

// writeAt copies to offset, and tells how many bytes could be written.
func (d *memData) writeAt(m *MemFS, from []byte, offset int64) (int, error) {
	if int64(len(from)) > math.MaxInt64-offset {
		return 0, ErrnoFbig
	}
	var failure error
	if limit := m.limit.Load(); limit >= 0 && offset+int64(len(from)) > max(limit, d.size) {
		failure = ErrnoNospc
		from = from[:max(0, max(limit, d.size)-offset)]
	}
	done := 0
	for done < len(from) {
		number, start := offset/memChunk, int(offset%memChunk)
		piece := from[done:min(len(from), done+memChunk-start)]
		chunk, got := grown(m, d.chunks[number], start+len(piece))
		if !got {
			return done, ErrnoNospc
		}
		copy(chunk[start:], piece)
		if d.chunks == nil {
			d.chunks = make(map[int64][]byte, 1)
		}
		d.chunks[number] = chunk
		done += len(piece)
		offset += int64(len(piece))
		d.size = max(d.size, offset)
	}
	return done, failure
}

// grown makes a piece at least as long as wanted. It doubles, so that small writes do not copy it
// each time, unless only what is wanted fits in the limit.
func grown(m *MemFS, chunk []byte, wanted int) ([]byte, bool) {
	if wanted <= len(chunk) {
		return chunk, true
	}
	if wanted <= cap(chunk) {
		return chunk[:wanted], true
	}
	for _, size := range [...]int{min(memChunk, max(wanted, 2*cap(chunk), memSmallest)), wanted} {
		if m.take(int64(size - cap(chunk))) {
			larger := make([]byte, wanted, size)
			copy(larger, chunk)
			return larger, true
		}
	}
	return nil, false
}

// truncate sets the size.
func (d *memData) truncate(m *MemFS, size int64) error {
	if size < 0 {
		return ErrnoInval
	}
	if size >= d.size {
		if limit := m.limit.Load(); limit >= 0 && size > limit && size > d.size {
			return ErrnoNospc
		}
		d.size = size
		return nil
	}
	first, keep := size/memChunk, int(size%memChunk)
	if keep > 0 {
		if chunk := d.chunks[first]; keep < len(chunk) {
			clear(chunk[keep:])
			d.chunks[first] = chunk[:keep]
		}
		first++
	}
	last := (d.size - 1) / memChunk
	if last-first < int64(len(d.chunks)) {
		for number := first; number <= last; number++ {
			d.drop(m, number)
		}
	} else {
		for number := range d.chunks {
			if number >= first {
				d.drop(m, number)
			}
		}
	}
	d.size = size
	return nil
}

func (d *memData) drop(m *MemFS, number int64) {
	if chunk, there := d.chunks[number]; there {
		m.give(int64(cap(chunk)))
		delete(d.chunks, number)
	}
}

// clear gives all of it back.
func (d *memData) clear(m *MemFS) {
	for _, chunk := range d.chunks {
		m.give(int64(cap(chunk)))
	}
	*d = memData{}
}
