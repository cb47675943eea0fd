package suites

import "encoding/binary"

// seenTable remembers at which row an identifier stood first. It takes some 40
// bytes for each, where a map of Go takes 150 while it grows: there may be a
// million. It is cut into parts that grow on their own, so that growing never
// takes twice the memory.
type seenTable struct{ parts [256]seenPart }

type seenPart struct {
	slots []seenSlot
	n     int
}

// seenSlot is one identifier. Two of the same digest are the same identifier but
// for case; exact is part of the digest that tells case apart.
type seenSlot struct {
	loose digest
	exact uint64
	// row is the row, counted from 1; 0 marks an empty slot.
	row uint32
}

// first returns the slot of an identifier that was there before, or remembers
// this one.
func (t *seenTable) first(loose, exact digest, row int) (seenSlot, bool) {
	p := &t.parts[loose[0]]
	if p.n*8 >= len(p.slots)*7 {
		p.grow()
	}
	at := p.find(loose)
	if p.slots[at].row != 0 {
		return p.slots[at], true
	}
	p.slots[at] = seenSlot{loose: loose, exact: exactOf(exact), row: uint32(row) + 1}
	p.n++
	return seenSlot{}, false
}

func exactOf(d digest) uint64 { return binary.LittleEndian.Uint64(d[8:]) }

// find is where an identifier stands, or can be put.
func (p *seenPart) find(loose digest) int {
	at := int(binary.LittleEndian.Uint32(loose[1:5]) % uint32(len(p.slots)))
	for p.slots[at].row != 0 && p.slots[at].loose != loose {
		if at++; at == len(p.slots) {
			at = 0
		}
	}
	return at
}

func (p *seenPart) grow() {
	old := p.slots
	p.slots = make([]seenSlot, max(8, len(old)+len(old)/2))
	for _, s := range old {
		if s.row != 0 {
			p.slots[p.find(s.loose)] = s
		}
	}
}
