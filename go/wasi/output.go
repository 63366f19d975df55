package wasi

import (
	"bytes"
	"fmt"
)

// defaultOutput is how many bytes of an output are kept, as many as the library captures.
const defaultOutput = 64 << 20

// An outputBuffer keeps what a guest writes, up to a limit.
type outputBuffer struct {
	bytes.Buffer
	most int64
	full bool
}

func (c *Cmd) newOutput() *outputBuffer {
	if c.MaxOutput > 0 {
		return &outputBuffer{most: c.MaxOutput}
	}
	return &outputBuffer{most: defaultOutput}
}

func (b *outputBuffer) Write(bytes []byte) (int, error) {
	if room := b.most - int64(b.Len()); int64(len(bytes)) > room {
		b.full = true
		count, _ := b.Buffer.Write(bytes[:room])
		return count, ErrnoNospc
	}
	return b.Buffer.Write(bytes)
}

// end is the error of a guest that has ended, or that its output is not all there.
func (b *outputBuffer) end(err error) error {
	if err == nil && b.full {
		return fmt.Errorf("wasi: the output is longer than the %d bytes of Cmd.MaxOutput", b.most)
	}
	return err
}

// endsBuffer keeps the beginning and the end of what is written to it.
type endsBuffer struct {
	first, last []byte
	omitted     int
}

const endsSize = 32 << 10

func (b *endsBuffer) Write(bytes []byte) (int, error) {
	count := len(bytes)
	room := min(endsSize-len(b.first), count)
	b.first = append(b.first, bytes[:room]...)
	b.last = append(b.last, bytes[room:]...)
	if surplus := len(b.last) - endsSize; surplus > endsSize {
		b.last = append(b.last[:0], b.last[surplus:]...)
		b.omitted += surplus
	}
	return count, nil
}

// Bytes says how much is missing in the middle, if anything is.
func (b *endsBuffer) Bytes() []byte {
	last, omitted := b.last, b.omitted
	if surplus := len(last) - endsSize; surplus > 0 {
		last, omitted = last[surplus:], omitted+surplus
	}
	if omitted == 0 {
		return append(b.first, last...)
	}
	return append(fmt.Appendf(b.first, "\n... omitting %d bytes ...\n", omitted), last...)
}
