package process

import (
	"os"
	"strings"
	"testing"
)

func TestParseStat(t *testing.T) {
	const rest = " S 10 20 20 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 12345 4096 10 0"
	want := stat{state: 'S', parent: 10, group: 20, born: 12345}
	for name, text := range map[string]string{
		"plain": "30 (php)" + rest, "spaces": "30 (my program)" + rest, "brackets": "30 (a) R 1 (b))" + rest,
	} {
		if got, ok := parseStat([]byte(text)); !ok || got != want {
			t.Errorf("%s: got %+v, %v", name, got, ok)
		}
	}
	for _, text := range []string{"", "30", "30 (php", "30 (php) S 10", "30 (php)" + strings.Replace(rest, "10", "x", 1)} {
		if got, ok := parseStat([]byte(text)); ok {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

func TestThisProcessHasAStat(t *testing.T) {
	s, ok := readStat(os.Getpid())
	if !ok || s.parent != os.Getppid() || s.born == 0 {
		t.Errorf("got %+v, %v", s, ok)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("30 (php) S 10 20 20 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 12345 4096 10 0"))
	f.Add([]byte("30 () )"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, ok := parseStat(text)
		if !ok && s != (stat{}) {
			t.Errorf("refused, but %+v", s)
		}
	})
}
