package process_test

import (
	"errors"
	"net/netip"
	"testing"

	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
)

// BenchmarkStart shows what a cell costs over a plain start.
func BenchmarkStart(b *testing.B) {
	for name, o := range map[string]process.Options{
		"plain":        {},
		"isolated":     {Isolate: true},
		"cell":         {Cell: &netns.Options{}},
		"cell with CA": {Cell: &netns.Options{CA: []byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")}},
		"cell watched": {Cell: &netns.Options{Attempt: func(netip.AddrPort) {}}},
	} {
		b.Run(name, func(b *testing.B) {
			if o.Cell != nil {
				if err := netns.Check(b.Context()); err != nil {
					b.Skip(err)
				}
			}
			o.Command = []string{"/bin/true"}
			for b.Loop() {
				res, err := process.Run(b.Context(), o)
				if errors.Is(err, process.ErrNoIsolation) {
					b.Skip(err)
				}
				if err != nil || res.Status != 0 {
					b.Fatal(res.Status, err)
				}
			}
		})
	}
}
