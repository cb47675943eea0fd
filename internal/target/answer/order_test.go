package answer_test

import (
	"encoding/json"
	"testing"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// Metadata names an option by its position, so their order must survive.
func TestOptionsKeepTheirOrder(t *testing.T) {
	for body, want := range map[string]string{
		`{"Region":{"b":1,"a":2},"Plan":"x"}`: `{"$php":"array","entries":[["Region",{"a":2,"b":1}],["Plan","x"]]}`,
		`{"Plan":"x"}`:                        `{"Plan":"x"}`,
		`[{"Type":"text"},"x"]`:               `[{"Type":"text"},"x"]`,
	} {
		got, trouble := answer.Read([]byte(body), asked("ConfigOptions"))
		if trouble != nil {
			t.Fatalf("%s: %+v", body, *trouble)
		}
		returned, ok := got.Events[len(got.Events)-1].Body.(transcript.Returned)
		if !ok {
			t.Fatalf("%s: the last event is %T", body, got.Events[len(got.Events)-1].Body)
		}
		if text, _ := json.Marshal(returned.Value); string(text) != want {
			t.Errorf("%s became %s, want %s", body, text, want)
		}
	}
}
