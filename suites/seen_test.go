package suites

import (
	"strconv"
	"testing"
)

// What is seen again is found at the row it stood first, however many there are.
func TestSeenTable(t *testing.T) {
	const most = 50_000
	var table seenTable
	for i := range most {
		if row, _, twice := table.first(digestOf(strconv.Itoa(i)), digestOf("a"), i); twice {
			t.Fatalf("%d was never there, but is said to stand at row %d", i, row)
		}
	}
	for i := range most {
		detail := "a"
		if i%2 == 1 {
			detail = "b"
		}
		row, same, twice := table.first(digestOf(strconv.Itoa(i)), digestOf(detail), most+i)
		if !twice || row != i || same != (i%2 == 0) {
			t.Fatalf("%d: row %d, same %v, twice %v", i, row, same, twice)
		}
	}
	bytes := 0
	for i := range table.parts {
		bytes += cap(table.parts[i].slots) * 20
	}
	if bytes > most*32 {
		t.Errorf("%d bytes for %d entries, want at most 32 each", bytes, most)
	}
}
