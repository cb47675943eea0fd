package suites

import (
	"strconv"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript/transcripttest"
)

// A schema that cannot be asked is our own defect, which is told, however long the
// list is; nothing is shown of the entries then.
func TestStreamTellsOfAPanic(t *testing.T) {
	for _, n := range []int{3, parallelRows, 3 * parallelRows} {
		var accounts []any
		for i := range n {
			accounts = append(accounts, transcripttest.Account("a"+strconv.Itoa(i)+".example"))
		}
		run := transcripttest.Calm(t)
		run.List().Returns(transcripttest.Success(accounts...))
		call, shown := run.Transcript().Call("list"), 0
		counts := look{check: func(contract.Account) { shown++ }}
		asks := look{claims: func(schema.Violation) bool { return true }}
		if err := stream(call, nil, []look{counts, asks}); err == nil || !strings.Contains(err.Error(), "defect of syncproof") || shown != 0 {
			t.Errorf("%d entries: %d were shown; %v", n, shown, err)
		}
		if err := stream(call, nil, []look{counts}); err != nil || shown != n {
			t.Errorf("%d entries: %d were shown; %v", n, shown, err)
		}
	}
}
