package transcript_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// A file that is put in the place of another one, in the middle of a list, goes on
// there, whichever form the two have.
func TestMove(t *testing.T) {
	const accounts = 12_000
	text := lists(accounts)
	for name, c := range map[string]struct {
		packAt int64
		before string
		want   string
	}{
		"text over text":             {1 << 40, transcript.FileName, transcript.FileName},
		"text over compressed":       {1 << 40, transcript.PackedFileName, transcript.FileName},
		"compressed over text":       {1, transcript.FileName, transcript.PackedFileName},
		"compressed over compressed": {1, transcript.PackedFileName, transcript.PackedFileName},
		"text, compressed later":     {int64(len(text) * 3 / 4), transcript.FileName, transcript.PackedFileName},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			beside := filepath.Join(dir, "beside")
			if err := os.Mkdir(beside, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, c.before), []byte("the earlier one"), 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := transcript.Create(beside, transcript.FileOptions{PackAt: c.packAt})
			if err != nil {
				t.Fatal(err)
			}
			recorder := transcript.NewRecorder(file, nil)
			n := 0
			for line := range strings.Lines(text) {
				if n++; n == accounts {
					if err := file.Move(dir); err != nil {
						t.Fatal(err)
					}
				}
				e, err := transcript.DecodeEvent([]byte(line))
				if err != nil {
					t.Fatal(err)
				}
				if err := recorder.Record(e); err != nil {
					t.Fatal(err)
				}
			}
			live := dump(t, recorder.Transcript())
			if err := file.Close(); err != nil || recorder.Err() != nil || recorder.Transcript().Err() != nil {
				t.Fatal(err, recorder.Err(), recorder.Transcript().Err())
			}
			want, err := transcript.Read(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(dump(t, want), live); diff != "" {
				t.Errorf("live:\n%.2000s", diff)
			}
			found, err := filepath.Glob(filepath.Join(dir, "*", "*"))
			if err != nil || len(found) > 0 {
				t.Errorf("left behind: %v %v", found, err)
			}
			if found, _ = filepath.Glob(filepath.Join(dir, "transcript*")); !cmp.Equal(found, []string{filepath.Join(dir, c.want)}) {
				t.Errorf("the folder holds %v, want %s", found, c.want)
			}
			opened, err := transcript.Open(filepath.Join(dir, c.want))
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			if diff := cmp.Diff(live, dump(t, opened.Transcript)); diff != "" {
				t.Errorf("stored:\n%.2000s", diff)
			}
		})
	}
}

// Wherever a file was cut off, the sessions that were over are taken over whole.
func TestTakeOverFromAnyCut(t *testing.T) {
	for _, packAt := range []int64{1, 1 << 40} {
		file, _ := store(t, lists(6), transcript.FileOptions{PackAt: packAt})
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		path, most := filepath.Join(t.TempDir(), "cut"), 0
		for n := range raw {
			if err := os.WriteFile(path, raw[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			cut, err := transcript.Open(path)
			if err != nil {
				continue
			}
			over := cut.Over()
			to := transcript.NewRecorder(io.Discard, nil)
			if err := transcript.TakeOver(path, over, to); err != nil {
				t.Fatalf("after %d of %d bytes: %v", n, len(raw), err)
			}
			taken := to.Transcript()
			if len(taken.Sessions) != len(over) || !cmp.Equal(taken.Over(), over) {
				t.Fatalf("after %d bytes: %d sessions were taken over, want %d", n, len(taken.Sessions), len(over))
			}
			for _, s := range taken.Sessions {
				if s.Calls[0].Len() != 6 {
					t.Fatalf("after %d bytes: session %s has %d accounts", n, s.ID, s.Calls[0].Len())
				}
			}
			most = max(most, len(over))
			if err := cut.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if most != 2 {
			t.Errorf("at the most %d sessions were over, want 2", most)
		}
	}
}

// What was over and cannot be read any more is not lost without a word.
func TestTakeOverSaysWhatIsMissing(t *testing.T) {
	file, _ := store(t, lists(2), transcript.FileOptions{})
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	err := transcript.TakeOver(file.Name(), map[string]bool{"a": true, "gone": true}, transcript.NewRecorder(io.Discard, nil))
	if err == nil || !strings.Contains(err.Error(), "1 sessions of") {
		t.Errorf("got %v", err)
	}
}
