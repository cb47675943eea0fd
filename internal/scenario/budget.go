package scenario

import (
	"cmp"
	"slices"
	"strconv"

	"syncproof/internal/transcript"
)

// firstOf takes n points so that every kind of request has met every fault
// before any kind meets one again: the third of three hundred detail calls shows
// little that the first did not. The points stay in order.
func firstOf(points []Point, talk []transcript.Exchange, n int) []Point {
	round := rounds(talk)
	order := slices.Clone(points)
	slices.SortStableFunc(order, func(a, b Point) int { return cmp.Compare(turn(a, round), turn(b, round)) })
	kept := map[string]bool{}
	for _, p := range order[:n] {
		kept[p.ID()] = true
	}
	return slices.DeleteFunc(slices.Clone(points), func(p Point) bool { return !kept[p.ID()] })
}

// turn is when a point's request has its turn. What waits comes after what does
// not: it takes longest.
func turn(p Point, round []int) int {
	if p.At == everyRequest {
		return 0
	}
	t := 2 * round[p.At-1]
	if p.Fault.Hangs() {
		t++
	}
	return t
}

// kindOf tells kinds of requests apart. The first request is one of its own:
// nothing has gone well before it.
func kindOf(at int, talk []transcript.Exchange) string {
	if at <= 1 {
		return strconv.Itoa(at)
	}
	return talk[at-1].Shape()
}

// rounds numbers the requests of each kind: the first of a kind has the first
// turn, the last the second, and the others follow.
func rounds(talk []transcript.Exchange) []int {
	of := map[string][]int{}
	for i := range talk {
		kind := kindOf(i+1, talk)
		of[kind] = append(of[kind], i)
	}
	round := make([]int, len(talk))
	for _, same := range of {
		last := len(same) - 1
		for k, i := range same {
			switch k {
			case 0:
				round[i] = 0
			case last:
				round[i] = 1
			default:
				round[i] = k + 1
			}
		}
	}
	return round
}
