package bench

import (
	"fmt"
	"math"
	"strings"
)

// The measures of a plot in pixels.
const (
	plotWidth, plotHeight   = 640, 320
	plotLeft, plotRight     = 70, 45
	plotTop, plotBottom     = 40, 60
	innerWidth, innerHeight = plotWidth - plotLeft - plotRight, plotHeight - plotTop - plotBottom
	// grey can be read on white and on black.
	grey = "#808080"
)

func colours() []string { return []string{"#2f81f7", "#d9822b", "#3fa34d", "#b65fcf"} }

// SVG draws the plot, with the lengths of lists on a logarithmic axis and costs from
// zero on. It has no background, so that it can be read on light and dark pages.
func (p Plot) SVG() string {
	low, high, top := math.Inf(1), math.Inf(-1), 0.0
	for _, c := range p.Curves {
		for _, at := range c.Points {
			low, high, top = min(low, at.X), max(high, at.X), max(top, at.Y)
		}
	}
	top = roundUp(top)
	x := func(v float64) float64 {
		if high == low {
			return plotLeft
		}
		return plotLeft + innerWidth*math.Log(v/low)/math.Log(high/low)
	}
	y := func(v float64) float64 { return plotTop + innerHeight*(1-v/top) }
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="sans-serif" font-size="12" fill="%s">`+"\n",
		plotWidth, plotHeight, p.Title, grey)
	fmt.Fprintf(&s, `<text x="%d" y="20" font-size="14">%s (%s)</text>`+"\n", plotLeft, p.Title, p.YLabel)
	for i := range 5 {
		v := top * float64(i) / 4
		fmt.Fprintf(&s, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s" stroke-opacity="0.35"/>`+"\n", plotLeft, plotWidth-plotRight, y(v), y(v), grey)
		fmt.Fprintf(&s, `<text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", plotLeft-8, y(v)+4, trim(v))
	}
	for v := math.Pow(10, math.Ceil(math.Log10(low)-1e-9)); v <= high*1.001; v *= 10 {
		fmt.Fprintf(&s, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x(v), plotHeight-plotBottom+18, grouped(int64(v+0.5)))
	}
	for i, c := range p.Curves {
		colour := colours()[i%len(colours())]
		var points []string
		for _, at := range c.Points {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(at.X), y(at.Y)))
			fmt.Fprintf(&s, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`+"\n", x(at.X), y(at.Y), colour)
		}
		fmt.Fprintf(&s, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colour)
		left := plotLeft + i*190
		fmt.Fprintf(&s, `<rect x="%d" y="%d" width="12" height="12" fill="%s"/><text x="%d" y="%d">%s</text>`+"\n",
			left, plotHeight-24, colour, left+18, plotHeight-14, c.Name)
	}
	s.WriteString("</svg>\n")
	return s.String()
}

// roundUp is the next number of one digit, so that the axis has even marks.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 4, 6, 8, 10} {
		if v <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
