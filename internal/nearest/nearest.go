// Package nearest finds the words somebody probably meant when they mistyped
// one.
package nearest

import (
	"slices"
	"strings"
)

// maxWord is the longest word, in characters, that is compared: nobody mistypes
// a longer one, and the comparison takes the product of both lengths.
const maxWord = 64

// Words returns at most most candidates that differ from word by a slip or two,
// nearest first and otherwise in the order given. Case does not count.
func Words(word string, candidates []string, most int) []string {
	typed := []rune(strings.ToLower(word))
	if len(typed) == 0 || len(typed) > maxWord {
		return nil
	}
	type near struct {
		word  string
		slips int
	}
	var found []near
	for _, c := range candidates {
		meant := []rune(strings.ToLower(c))
		if len(meant) > maxWord {
			continue
		}
		if d := distance(typed, meant); d <= tolerance(max(len(typed), len(meant))) {
			found = append(found, near{c, d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.slips - b.slips })
	var words []string
	for _, n := range found[:min(most, len(found))] {
		words = append(words, n.word)
	}
	return words
}

// tolerance is how many slips still look like the same word: one in three
// letters, but never so many that short words match anything.
func tolerance(length int) int { return min(3, max(1, length/3)) }

// distance counts the letters to insert, remove or change, and the neighbours
// to swap, that turn a into b.
func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// Question writes words as the end of a message, such as
// `; did you mean "load" or "META-01"?`, and "" for none.
func Question(words []string) string {
	if len(words) == 0 {
		return ""
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = `"` + w + `"`
	}
	last := len(quoted) - 1
	list := quoted[last]
	if last > 0 {
		list = strings.Join(quoted[:last], ", ") + " or " + list
	}
	return "; did you mean " + list + "?"
}
