package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// htmlPlot is one drawing, in units of its view box.
type htmlPlot struct {
	ID, Title, Description, Line string
	Width, Height                int
	Points                       []htmlPoint
	Across, Up                   []htmlTick
	Left, Right, Top, Bottom     string
}

type htmlPoint struct{ X, Y, Words string }

type htmlTick struct{ At, Words string }

// htmlSize is the same in a table.
type htmlSize struct {
	Accounts, Calls int
	Seconds, Memory string
}

// The view box and the drawing within it.
const (
	plotWidth, plotHeight                  = 480, 240
	plotLeft, plotRight, plotTop, plotFoot = 64.0, 448.0, 16.0, 200.0
)

// wide is the ratio of sizes from which a plot counts in powers of ten.
const wide = 20

// plots draw what lists of several lengths cost; there are none without them.
func plots(sizes []Size) ([]htmlPlot, []htmlSize) {
	if len(sizes) < 2 {
		return nil, nil
	}
	var table []htmlSize
	remembered := true
	for _, s := range sizes {
		row := htmlSize{Accounts: s.Accounts, Calls: s.Calls, Seconds: seconds(s.Seconds)}
		if s.Memory > 0 {
			row.Memory = mebibytes(s.Memory)
		} else {
			remembered = false
		}
		table = append(table, row)
	}
	all := []htmlPlot{plot("time", "Time by number of accounts", "s", sizes, func(s Size) float64 { return s.Seconds })}
	if remembered {
		all = append(all, plot("memory", "Memory by number of accounts", "MiB", sizes, func(s Size) float64 { return float64(s.Memory) / (1 << 20) }))
	}
	return all, table
}

func mebibytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) }

func plot(id, title, unit string, sizes []Size, value func(Size) float64) htmlPlot {
	first, last := sizes[0], sizes[len(sizes)-1]
	highest := 0.0
	for _, s := range sizes {
		highest = max(highest, finite(value(s)))
	}
	if highest == 0 {
		highest = 1
	}
	p := htmlPlot{
		ID: id, Title: title, Width: plotWidth, Height: plotHeight,
		Left: unitless(plotLeft), Right: unitless(plotRight), Top: unitless(plotTop), Bottom: unitless(plotFoot),
		Description: fmt.Sprintf("From %d accounts with %s %s to %d accounts with %s %s; the table below has every value.",
			first.Accounts, figure(value(first)), unit, last.Accounts, figure(value(last)), unit),
	}
	across := scale(first.Accounts, last.Accounts)
	var line []string
	for _, s := range sizes {
		x := plotLeft + across(s.Accounts)*(plotRight-plotLeft)
		y := plotFoot - finite(value(s))/highest*(plotFoot-plotTop)
		p.Points = append(p.Points, htmlPoint{unitless(x), unitless(y), fmt.Sprintf("%d accounts: %s %s", s.Accounts, figure(value(s)), unit)})
		line = append(line, unitless(x)+","+unitless(y))
	}
	p.Line = strings.Join(line, " ")
	p.Across = ticks(sizes, across)
	for _, part := range []float64{0, 0.5, 1} {
		p.Up = append(p.Up, htmlTick{unitless(plotFoot - part*(plotFoot-plotTop)), figure(part*highest) + " " + unit})
	}
	return p
}

// scale places a number of accounts between 0 and 1, by powers of ten where they
// are far apart.
func scale(first, last int) func(int) float64 {
	if last >= wide*first {
		low, high := math.Log10(float64(first)), math.Log10(float64(last))
		return func(n int) float64 { return (math.Log10(float64(n)) - low) / (high - low) }
	}
	return func(n int) float64 { return float64(n-first) / float64(last-first) }
}

// ticks label the numbers of accounts that have room for it.
func ticks(sizes []Size, across func(int) float64) []htmlTick {
	const room = 0.12
	var list []htmlTick
	before := -1.0
	for i, s := range sizes {
		at := across(s.Accounts)
		isLast := i == len(sizes)-1
		if at-before < room || !isLast && 1-at < room {
			continue
		}
		before = at
		list = append(list, htmlTick{unitless(plotLeft + at*(plotRight-plotLeft)), itoa(s.Accounts)})
	}
	return list
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0
	}
	return v
}

func unitless(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// figure is a measured value with three digits that count.
func figure(v float64) string {
	v = finite(v)
	if v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
