package suites

import "encoding/binary"

// seenTable remembers at which row something stood first. It takes 20 bytes and
// some room to grow for each, where a map of Go takes 150: there may be a million.
// It is cut into parts that grow on their own, so that growing never takes twice
// the memory.
type seenTable struct{ parts [256]seenPart }

type seenPart struct {
	slots []seenSlot
	n     int
}

// seenSlot is one thing that was seen.
type seenSlot struct {
	// key is the beginning of the digest of what it is known by: 96 bits, of which
	// no two are ever the same by chance.
	key [12]byte
	// detail is the beginning of the digest of what may differ between two of the
	// same key.
	detail uint32
	// row is the row, counted from 1; 0 marks an empty slot.
	row uint32
}

// first returns the row at which a key stood first, and whether it had the same
// detail there; false when it is new, and then remembers it.
func (t *seenTable) first(key, detail digest, row int) (at int, same, twice bool) {
	p := &t.parts[key[15]]
	if p.n*8 >= len(p.slots)*7 {
		p.grow()
	}
	s := seenSlot{key: [12]byte(key[:12]), detail: binary.LittleEndian.Uint32(detail[:4]), row: uint32(row) + 1}
	slot := &p.slots[p.find(s.key)]
	if slot.row != 0 {
		return int(slot.row) - 1, slot.detail == s.detail, true
	}
	*slot = s
	p.n++
	return 0, false, false
}

// find is where a key stands, or can be put.
func (p *seenPart) find(key [12]byte) int {
	at := int(binary.LittleEndian.Uint32(key[:4]) % uint32(len(p.slots)))
	for p.slots[at].row != 0 && p.slots[at].key != key {
		if at++; at == len(p.slots) {
			at = 0
		}
	}
	return at
}

func (p *seenPart) grow() {
	old := p.slots
	p.slots = make([]seenSlot, max(8, len(old)+len(old)/4))
	for _, s := range old {
		if s.row != 0 {
			p.slots[p.find(s.key)] = s
		}
	}
}
