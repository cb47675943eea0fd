package fault_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream/fault"
)

func TestEveryFaultIsDescribed(t *testing.T) {
	seen, titles := map[string]bool{}, map[string]string{}
	rule := regexp.MustCompile(`^(FLT|PERF)-\d\d$`)
	layers := []fault.Layer{fault.Connect, fault.TLS, fault.Transport, fault.Status, fault.Body}
	for _, f := range fault.All() {
		if seen[f.ID] || f.ID == "" {
			t.Errorf("the id %q is empty or occurs twice", f.ID)
		}
		seen[f.ID] = true
		if other, taken := titles[f.Title]; taken {
			t.Errorf("%s and %s have the same title", f.ID, other)
		}
		titles[f.Title] = f.ID
		if f.Title == "" || f.Detail == "" || f.Expect == "" || !rule.MatchString(f.Rule) || !slices.Contains(layers, f.Layer) {
			t.Errorf("%s is not fully described: %+v", f.ID, f)
		}
		if found, ok := fault.Find(f.ID); !ok || found.Title != f.Title {
			t.Errorf("%s is not found", f.ID)
		}
	}
	if _, ok := fault.Find("no-such-fault"); ok {
		t.Error("a fault is found that does not exist")
	}
}

// Whether a fault is played without knowing a good answer is a promise about
// false alarms.
func TestFaultsThatCouldBeAGoodAnswerAreNotBlind(t *testing.T) {
	var open []string
	for _, f := range fault.All() {
		if !f.Blind() {
			open = append(open, f.ID)
		}
	}
	want := []string{
		"slow", "object", "array", "json-then-html", "wrong-type", "bom-json", "gzip", "same-page", "total-more", "page-shift",
		"leaf-empty", "leaf-null", "leaf-removed", "leaf-type", "leaf-nested", "leaf-object", "leaf-twice", "leaf-order", "leaf-bytes", "leaf-long",
	}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("not blind (-want +got):\n%s", diff)
	}
}

func TestMutationsOfAGoodAnswer(t *testing.T) {
	good := fault.Sample()
	if !json.Valid(good) {
		t.Fatalf("the sample is no JSON: %s", good)
	}
	kept := bytes.Clone(good)
	for _, f := range fault.All() {
		if f.Play.Mutate == nil {
			continue
		}
		t.Run(f.ID, func(t *testing.T) {
			got := f.Play.Mutate(good)
			if !bytes.Equal(good, kept) {
				t.Fatal("the good answer itself was changed")
			}
			switch f.ID {
			case "wrong-type":
				if !bytes.Equal(got, good) {
					t.Errorf("got %q", got)
				}
			case "gzip", "gzip-unlabelled":
				z, err := gzip.NewReader(bytes.NewReader(got))
				if err != nil {
					t.Fatal(err)
				}
				if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, good) {
					t.Errorf("unpacked %q, %v", plain, err)
				}
			default:
				if json.Valid(got) {
					t.Errorf("still good JSON: %s", got)
				}
			}
		})
	}
}
