package transcript_test

import (
	"testing"

	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

func TestSameAccounts(t *testing.T) {
	one, two := tt.Account("one.example"), tt.Account("two.example")
	keyed := func(key any) any { return tt.Entries{{Key: key, Value: one}} }
	for name, tc := range map[string]struct {
		first, again any
		want         bool
	}{
		"same":          {tt.List{one, two}, tt.List{one, two}, true},
		"empty":         {tt.List{}, tt.List{}, true},
		"other order":   {tt.List{one, two}, tt.List{two, one}, false},
		"one less":      {tt.List{one, two}, tt.List{one}, false},
		"other field":   {tt.List{one}, tt.List{tt.Account("one.example", tt.Array{"status": "Suspended"})}, false},
		"other key":     {keyed("a"), keyed("b"), false},
		"int or string": {keyed(5), keyed("5"), false},
		"bytes as key":  {keyed(tt.Text("\xff")), keyed(tt.Text("\xff")), true},
		"other bytes":   {keyed(tt.Text("\xff")), keyed(tt.Text("\xfe")), false},
	} {
		t.Run(name, func(t *testing.T) {
			run := tt.Conformant(t)
			run.List().Returns(tt.Array{"success": true, "accounts": tc.first})
			run.Call(transcript.CallRepeat1).Returns(tt.Array{"success": true, "accounts": tc.again})
			recorded := run.Transcript()
			first, again := recorded.Call(transcript.CallList), recorded.Call(transcript.CallRepeat1)
			if got := first.SameAccounts(again); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			if again.SameAccounts(first) != tc.want {
				t.Error("it is not the same the other way round")
			}
		})
	}
}
