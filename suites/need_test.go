package suites_test

import (
	"testing"

	"syncproof/internal/transcript/transcripttest"
)

// What to supply depends on whether a server was named already.
func TestARefusedListSaysWhatToSupply(t *testing.T) {
	for name, tc := range map[string]struct {
		live bool
		want string
	}{
		"no server named": {false, "name a server that the module can list: --server-hostname, --server-port, --server-username, --server-password-env"},
		"server named":    {true, "name a server, and credentials, that the module can list"},
	} {
		t.Run(name, func(t *testing.T) {
			run := transcripttest.Conformant(t)
			run.Header.Live = tc.live
			run.List().Returns(transcripttest.Failure("no server"))
			for _, id := range []string{"ENV-02", "ENV-05", "ACC-02", "PAR-01", "DET-02"} {
				if got := judgeOne(t, id, run.Transcript()).Supply; got != tc.want {
					t.Errorf("%s asks for %q, want %q", id, got, tc.want)
				}
			}
		})
	}
}
