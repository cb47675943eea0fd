package recording

import (
	"path/filepath"
	"testing"

	"syncproof/internal/upstream"
)

// What was not answered in full, or by a fault, is no answer of the panel.
func TestFromExchangesKeepsWhatThePanelAnswered(t *testing.T) {
	r, a := request("GET http://p/"), reply("x")
	got := FromExchanges([]upstream.Exchange{
		{N: 1, Request: &r, Reply: &a, Started: at(1), Seconds: 0.5},
		{N: 2, Request: &r, Reply: &a, Fault: "html-login"},
		{N: 3, Request: &r, Reply: &a, Problem: "the server is gone"},
		{N: 4, Request: &r},
		{N: 5},
	})
	if len(got.Entries) != 1 || !got.Entries[0].Started.Equal(at(1)) || got.Entries[0].Seconds != 0.5 {
		t.Errorf("got %+v", got.Entries)
	}
}

func TestSaveLeavesNothingWhereItCannotWrite(t *testing.T) {
	if err := Save(filepath.Join(t.TempDir(), "no", "such", "folder.har"), []byte("x")); err == nil {
		t.Error("a file was written into a folder that is not there")
	}
	// A folder cannot be replaced by a file.
	dir := t.TempDir()
	if err := Save(dir, []byte("x")); err == nil {
		t.Error("a folder was overwritten")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); len(left) != 0 {
		t.Errorf("files were left: %v", left)
	}
}
