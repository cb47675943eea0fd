package transcript_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// lists returns the events of two sessions that list accounts at the same time.
func lists(n int) string {
	var b strings.Builder
	b.WriteString(`{"event":"run","version":1,"tool":"t","started":"2026-03-01T10:00:00Z","target":{"kind":"php","ref":"x","module":"x"},"plan":["a","b"],"live":true,"policies":{}}` + "\n")
	for _, s := range []string{"a", "b"} {
		fmt.Fprintf(&b, `{"event":"session","session":"%s","purpose":"p","network":"open","sees":{}}`+"\n", s)
		fmt.Fprintf(&b, `{"event":"call","session":"%s","call":"%s","function":"ListAccounts","params":[]}`+"\n", s, s)
	}
	for i := range n {
		for _, s := range []string{"a", "b"} {
			value := fmt.Sprintf(`{"email":"c%d@example.net","domain":"c%d.example"}`, i, i)
			if i%50 == 7 {
				value = fmt.Sprintf(`{"id":%d,"note":"a \"quoted\" word"}`, i)
			}
			fmt.Fprintf(&b, `{"event":"account","session":"%s","call":"%s","key":%d,"value":%s}`+"\n", s, s, i, value)
		}
	}
	for _, s := range []string{"a", "b"} {
		fmt.Fprintf(&b, `{"event":"returned","session":"%s","call":"%s","value":{"success":true,"accounts":{"$php":"accounts","count":%d,"list":true}},"output":{"bytes":0},"seconds":0}`+"\n", s, s, n)
		fmt.Fprintf(&b, `{"event":"exit","session":"%s","status":0,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":1}`+"\n", s)
	}
	b.WriteString(`{"event":"end","seconds":2}` + "\n")
	return b.String()
}

// store records events into a file and returns what was folded.
func store(t *testing.T, text string, o transcript.FileOptions) (*transcript.File, *transcript.Recorder) {
	t.Helper()
	file, err := transcript.Create(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	recorder := transcript.NewRecorder(file, nil)
	for line := range strings.Lines(text) {
		e, err := transcript.DecodeEvent([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := recorder.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	return file, recorder
}

// However it is stored, a transcript reads back as what was recorded.
func TestFileRoundTrip(t *testing.T) {
	for name, c := range map[string]struct {
		accounts int
		packAt   int64
		file     string
	}{
		"short":                         {3, 0, transcript.FileName},
		"long, in one file of text":     {9000, 1 << 40, transcript.FileName},
		"compressed from the start":     {9000, 1, transcript.PackedFileName},
		"compressed on the way":         {9000, 600_000, transcript.PackedFileName},
		"compressed at the end":         {3, 700, transcript.PackedFileName},
		"compressed between two blocks": {9000, 900_000, transcript.PackedFileName},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := lists(c.accounts)
			want, err := transcript.Read(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			file, recorder := store(t, text, transcript.FileOptions{PackAt: c.packAt})
			live := dump(t, recorder.Transcript())
			if diff := cmp.Diff(dump(t, want), live); diff != "" {
				t.Errorf("live:\n%.2000s", diff)
			}
			if err := errors.Join(recorder.Transcript().Err(), file.Close()); err != nil {
				t.Fatal(err)
			}
			if filepath.Base(file.Name()) != c.file {
				t.Errorf("stored as %s, want %s", file.Name(), c.file)
			}
			opened, err := transcript.Open(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			if diff := cmp.Diff(live, dump(t, opened.Transcript)); diff != "" {
				t.Errorf("opened:\n%.2000s", diff)
			}
			raw, err := os.ReadFile(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			read, err := transcript.Read(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(live, dump(t, read)); diff != "" {
				t.Errorf("read:\n%.2000s", diff)
			}
			if !opened.Call("a").SameAccounts(opened.Call("b")) || opened.Call("a").Len() != c.accounts {
				t.Error("the two lists are not the same any more")
			}
		})
	}
}

// A file that was cut off anywhere reads as the beginning of the run, or says
// that it is none.
func TestCutOffAnywhere(t *testing.T) {
	for _, packAt := range []int64{1, 1 << 40} {
		file, recorder := store(t, lists(12), transcript.FileOptions{PackAt: packAt})
		recorder.Transcript()
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		path, before := filepath.Join(t.TempDir(), "cut"), 0
		for n := range raw {
			if err := os.WriteFile(path, raw[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			cut, err := transcript.Open(path)
			if err != nil {
				if before > 0 || !errors.Is(err, transcript.ErrEmpty) && !errors.Is(err, transcript.ErrNoStart) {
					t.Fatalf("after %d of %d bytes: %v", n, len(raw), err)
				}
				continue
			}
			accounts := 1
			for _, id := range []string{"a", "b"} {
				if c := cut.Call(id); c != nil {
					for range c.Accounts() {
						accounts++
					}
				}
			}
			if cut.Err() != nil || accounts < before {
				t.Fatalf("after %d bytes: %d accounts, before %d: %v", n, accounts, before, cut.Err())
			}
			before = accounts
			if err := cut.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if before != 25 {
			t.Errorf("the longest cut shows %d accounts, want 24", before-1)
		}
	}
}

// A session that is over can be read when syncproof is killed after it.
func TestReadableAfterEachSession(t *testing.T) {
	text := lists(4)
	file, _ := store(t, text[:strings.LastIndex(text, `{"event":"end"`)], transcript.FileOptions{PackAt: 1})
	opened, err := transcript.Open(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	for _, id := range []string{"a", "b"} {
		if s := opened.Session(id); s == nil || s.Exit == nil || opened.Call(id).Len() != 4 {
			t.Errorf("session %s cannot be read before the file is closed", id)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestBudget(t *testing.T) {
	for name, packAt := range map[string]int64{"text": 1 << 40, "compressed": 1} {
		t.Run(name, func(t *testing.T) {
			const budget = 300_000
			file, err := transcript.Create(t.TempDir(), transcript.FileOptions{Budget: budget, PackAt: packAt})
			if err != nil {
				t.Fatal(err)
			}
			recorder := transcript.NewRecorder(file, nil)
			var failed error
			for line := range strings.Lines(lists(60_000)) {
				e, err := transcript.DecodeEvent([]byte(line))
				if err != nil {
					t.Fatal(err)
				}
				if failed = recorder.Record(e); failed != nil {
					break
				}
			}
			if !errors.Is(failed, transcript.ErrBudget) || !errors.Is(recorder.Err(), transcript.ErrBudget) {
				t.Fatalf("recording ended with %v and %v", failed, recorder.Err())
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(file.Name()); err != nil || info.Size() > budget {
				t.Errorf("the file takes %v bytes: %v", info.Size(), err)
			}
			opened, err := transcript.Open(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			if opened.End != nil || opened.Session("a") == nil {
				t.Error("what was captured is not kept, or looks whole")
			}
		})
	}
}

// Text that other tools compressed is read as well.
func TestOneLongMember(t *testing.T) {
	text := lists(9000)
	want, err := transcript.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run.gz")
	if err := os.WriteFile(path, gzipped(t, text), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := transcript.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if diff := cmp.Diff(dump(t, want), dump(t, opened.Transcript)); diff != "" {
		t.Errorf("%.2000s", diff)
	}
}

func FuzzReadPacked(f *testing.F) {
	f.Add([]byte(lists(3)), 10, 4)
	f.Add([]byte(lists(1)), 0, 0)
	f.Fuzz(func(t *testing.T, text []byte, cut, flip int) {
		if len(text) > 1<<20 {
			return
		}
		packed := gzipped(t, string(text))
		packed = packed[:len(packed)-min(max(0, cut), len(packed))]
		if len(packed) > 0 && flip > 0 {
			packed[flip%len(packed)] ^= 0x41
		}
		got, err := transcript.Read(bytes.NewReader(packed))
		if err != nil {
			return
		}
		for _, s := range got.Sessions {
			for _, c := range s.Calls {
				for range c.Accounts() {
				}
			}
		}
	})
}

func gzipped(tb testing.TB, text string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
