package fault_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream/fault"
)

var update = flag.Bool("update", false, "write testdata/catalogue.txt anew")

// What is done on the wire is a promise: stored runs and waivers name faults by
// their ids, and a fault that quietly turned into another one would prove
// something else. The file is to be read by people, line by line, when it changes.
func TestTheCatalogue(t *testing.T) {
	const path = "testdata/catalogue.txt"
	var got strings.Builder
	for _, f := range fault.All() {
		describe(t, &got, f)
	}
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func describe(t *testing.T, to io.Writer, f fault.Fault) {
	t.Helper()
	fmt.Fprintf(to, "%s %s %s act %d\n", f.ID, f.Layer, f.Rule, f.Play.Act)
	for _, is := range []struct {
		what string
		true bool
	}{
		{"blind", f.Blind()}, {"alters", f.Alters()}, {"hangs", f.Hangs()}, {"breaks", f.Breaks()},
		{"only timed", f.OnlyTimed()}, {"needs a network", f.NeedsNetwork()}, {"needs TLS", f.NeedsTLS()},
	} {
		if is.true {
			fmt.Fprintf(to, "  %s\n", is.what)
		}
	}
	if f.Play.Status != 0 {
		fmt.Fprintf(to, "  status %d\n", f.Play.Status)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Play.Header)) {
		fmt.Fprintf(to, "  %s: %s\n", name, f.Play.Header[name])
	}
	if f.Play.Body != nil {
		fmt.Fprintf(to, "  body %s\n", plain(t, f.Play.Body))
	}
	if f.Play.Mutate != nil {
		fmt.Fprintf(to, "  sample becomes %s\n", plain(t, f.Play.Mutate(fault.Sample())))
	}
}

// plain unpacks what is packed, because packing may differ from one version of
// Go to the next.
func plain(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return fmt.Sprintf("%q", body)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("packed %q", raw)
}
