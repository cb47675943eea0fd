package suites

import (
	"slices"

	"syncproof/internal/transcript"
)

// aboutSingleAccounts numbers the requests of a conversation that are about one
// account, as far as the list and the replies show.
func aboutSingleAccounts(talk *transcript.Session) map[int]bool {
	single := map[int]bool{}
	for _, s := range seriesOf(talk) {
		for _, n := range slices.Compact(s.numbers) {
			single[n] = true
		}
	}
	return single
}
