// Package bench measures what syncproof costs and holds it against what it is to
// cost. Everything is a ratio, or stands beside what it is to be compared with:
// times by themselves say more about the machine.
package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Bound says on which side of the target a figure has to be.
type Bound string

// The bounds.
const (
	AtMost  Bound = "at most"
	AtLeast Bound = "at least"
	// Shown is a figure without a target, to compare others with.
	Shown Bound = ""
)

// Figure is one thing that was measured.
type Figure struct {
	// Name says what, in a few words that stay the same.
	Name string `json:"name"`
	// Value is what was measured, in Unit: "ratio", "s", "MB", "ns", "µs", "bytes",
	// "per second" or "calls".
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Bound Bound   `json:"bound,omitempty"`
	// Target is what Value has to be at the most or at the least.
	Target float64 `json:"target,omitempty"`
	// Beside is what the value stands beside: the figures it was made of.
	Beside string `json:"beside,omitempty"`
	// Missing says why there is no value.
	Missing string `json:"missing,omitempty"`
}

// Met reports whether a figure that has a target meets it.
func (f Figure) Met() bool {
	switch f.Bound {
	case AtMost:
		return f.Missing == "" && f.Value <= f.Target
	case AtLeast:
		return f.Missing == "" && f.Value >= f.Target
	case Shown:
	}
	return f.Missing == ""
}

func (f Figure) verdict() string {
	switch {
	case f.Missing != "":
		return "not measured"
	case f.Bound == Shown:
		return ""
	case f.Met():
		return "met"
	}
	return "NOT MET"
}

// Point is one point of a curve.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Curve is how one cost grows with the length of a list.
type Curve struct {
	Name   string  `json:"name"`
	Points []Point `json:"points"`
}

// Plot is a set of curves over the same axes.
type Plot struct {
	// File is the plot's file name without its ending.
	File   string  `json:"file"`
	Title  string  `json:"title"`
	YLabel string  `json:"yLabel"`
	Curves []Curve `json:"curves"`
}

// Report is everything one run of the benchmarks found.
type Report struct {
	// Machine says what it was measured on, and Load how many processes wanted a
	// core when it began: more than there are cores make times on the clock longer.
	Machine string   `json:"machine"`
	Cores   int      `json:"cores"`
	Load    float64  `json:"load"`
	PHP     string   `json:"php"`
	Figures []Figure `json:"figures"`
	Plots   []Plot   `json:"plots"`
}

// Unmet lists the figures that miss their target or could not be measured.
func (r Report) Unmet() []Figure {
	var unmet []Figure
	for _, f := range r.Figures {
		if !f.Met() {
			unmet = append(unmet, f)
		}
	}
	return unmet
}

// WriteTable prints the figures for people.
func (r Report) WriteTable(w io.Writer) error {
	fmt.Fprintf(w, "%s, %d cores, load %.1f, PHP %s\n\n", r.Machine, r.Cores, r.Load, r.PHP)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "WHAT\tTARGET\tMEASURED\t\tBESIDE")
	for _, f := range r.Figures {
		measured, beside := amount(f.Value, f.Unit), f.Beside
		if f.Missing != "" {
			measured, beside = "–", "not measured: "+f.Missing
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", f.Name, f.target(), measured, f.verdict(), beside)
	}
	return t.Flush()
}

func (f Figure) target() string {
	if f.Bound == Shown {
		return ""
	}
	return string(f.Bound) + " " + amount(f.Target, f.Unit)
}

func amount(v float64, unit string) string {
	switch unit {
	case "ratio":
		return trim(v) + " ×"
	case "bytes":
		return grouped(int64(v)) + " bytes"
	case "calls", "per second":
		return grouped(int64(v+0.5)) + " " + unit
	}
	return trim(v) + " " + unit
}

// trim keeps three digits.
func trim(v float64) string {
	switch {
	case v >= 100:
		return grouped(int64(v + 0.5))
	case v >= 10:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	text := fmt.Sprintf("%.3g", v)
	if strings.Contains(text, "e") {
		text = fmt.Sprintf("%.4f", v)
	}
	return text
}

func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Read reads a report that Write wrote.
func Read(raw []byte) (Report, error) {
	var r Report
	if err := json.Unmarshal(raw, &r); err != nil {
		return Report{}, fmt.Errorf("reading the figures: %w", err)
	}
	return r, nil
}

// Write renders the report as JSON.
func (r Report) Write() ([]byte, error) {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the figures: %w", err)
	}
	return append(raw, '\n'), nil
}
