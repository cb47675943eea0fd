package nearest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/nearest"
)

func TestWords(t *testing.T) {
	keys := []string{"password", "hostname", "port", "META-01", "META-02", "META-12", "load", "list"}
	tests := []struct {
		name, word string
		most       int
		want       []string
	}{
		{"a letter missing", "pasword", 3, []string{"password"}},
		{"a letter too many", "hosttname", 3, []string{"hostname"}},
		{"a letter changed", "pirt", 3, []string{"port"}},
		{"neighbours swapped count once", "laod", 3, []string{"load"}},
		{"case does not count", "PORT", 3, []string{"port"}},
		{"nearest first, then in order", "meta-2", 3, []string{"META-02", "META-12", "META-01"}},
		{"no more than asked for", "meta-2", 1, []string{"META-02"}},
		{"nothing near", "xyzzy", 3, nil},
		{"a short word is not near everything", "ab", 3, nil},
		{"nothing typed", "", 3, nil},
		{"too long to be a slip", strings.Repeat("p", 65), 3, nil},
		{"letters outside ASCII count as one", "pört", 3, []string{"port"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, nearest.Words(tt.word, keys, tt.most)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWordsLeavesOutLongCandidates(t *testing.T) {
	if got := nearest.Words("port", []string{strings.Repeat("port", 20)}, 3); got != nil {
		t.Errorf("got %q", got)
	}
}

func TestQuestion(t *testing.T) {
	tests := []struct {
		words []string
		want  string
	}{
		{nil, ""},
		{[]string{"a"}, `; did you mean "a"?`},
		{[]string{"a", "b"}, `; did you mean "a" or "b"?`},
		{[]string{"a", "b", "c"}, `; did you mean "a", "b" or "c"?`},
	}
	for _, tt := range tests {
		if got := nearest.Question(tt.words); got != tt.want {
			t.Errorf("Question(%q) = %q, want %q", tt.words, got, tt.want)
		}
	}
}
