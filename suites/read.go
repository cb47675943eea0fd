package suites

import (
	"fmt"
	"io"
	"iter"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// Read reads a transcript, as "syncproof run" leaves one in
// syncproof-results/transcript.ndjson, and prepares every rule for it. The error
// says what is wrong with the transcript.
func Read(r io.Reader) (*Judge, error) {
	t, err := transcript.Read(r)
	if err != nil {
		return nil, fmt.Errorf("reading the transcript: %w", err)
	}
	return NewJudge(Rules(), t)
}

// Results decides the rules one after the other, in report order. A result whose
// Outcome is "pass" was tested; "not-testable" and "not-applicable" say in Reason
// why it was not, and prove nothing. One that is "fail" has the places in Findings,
// or names in Follows the rule whose failure it follows from.
func (j *Judge) Results() iter.Seq[contract.Result] {
	return func(yield func(contract.Result) bool) {
		for i := range j.Len() {
			if !yield(j.Close(i)) {
				return
			}
		}
	}
}
