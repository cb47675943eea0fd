package panel_test

import (
	"context"
	"testing"

	"syncproof/fixtures/panels"
	"syncproof/internal/panel"
)

func TestShippedProfilesPassTheCheck(t *testing.T) {
	names, err := panels.Names()
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		for _, f := range panel.Check(context.Background(), shipped(t, name)) {
			t.Errorf("%s:%d: wrong %v: %s", name, f.Line, f.Wrong, f.Message)
		}
	}
}
