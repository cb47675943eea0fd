package answer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// The answers shown in docs/protocol.md are answers.
func TestDocumentedAnswers(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(manual), "```json\n")[1:]
	// The first one is the request.
	endings := []string{transcript.EndReturned, transcript.EndMissing, transcript.EndReturned}
	if len(blocks) != len(endings)+1 {
		t.Fatalf("docs/protocol.md shows %d JSON documents, want a request and %d answers", len(blocks), len(endings))
	}
	for i, want := range endings {
		body, _, _ := strings.Cut(blocks[i+1], "```")
		got, trouble := answer.Read([]byte(body), asked("ListAccounts"))
		if trouble != nil {
			t.Errorf("answer %d: %s", i+1, trouble.Message)
			continue
		}
		call := record(t, got.Events).Call("c")
		if call.Ending != want {
			t.Errorf("answer %d ended as %q, want %q", i+1, call.Ending, want)
		}
		if want == transcript.EndReturned && call.Len() != 1 {
			t.Errorf("answer %d lists %d accounts, want 1", i+1, call.Len())
		}
	}
}
