package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The marks around what is generated.
const (
	begins = "<!-- figures: written by make bench-docs -->"
	ends   = "<!-- end of figures -->"
)

// Document writes the plots beside the document and the figures into its marked part.
func (r Report) Document(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the document for the figures: %w", err)
	}
	text, err := r.insert(string(raw))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	folder := filepath.Join(filepath.Dir(file), "plots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("making the folder of the plots: %w", err)
	}
	for _, p := range r.Plots {
		if err := os.WriteFile(filepath.Join(folder, p.File+".svg"), []byte(p.SVG()), 0o644); err != nil {
			return fmt.Errorf("writing a plot: %w", err)
		}
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	return nil
}

func (r Report) insert(document string) (string, error) {
	before, rest, found := strings.Cut(document, begins)
	_, after, closed := strings.Cut(rest, ends)
	if !found || !closed {
		return "", errors.New("the marks around the figures are missing")
	}
	return before + begins + "\n" + r.markdown() + ends + after, nil
}

func (r Report) markdown() string {
	var s strings.Builder
	fmt.Fprintf(&s, "\n%s, %d cores, PHP %s. At the beginning %.1f processes wanted a core: with more than\nthere are cores, times on the clock say what the machine had left.\n\n", r.Machine, r.Cores, r.PHP, r.Load)
	s.WriteString("| what | target | measured | | beside |\n| --- | --- | --- | --- | --- |\n")
	for _, f := range r.Figures {
		measured, verdict := amount(f.Value, f.Unit), strings.ToLower(f.verdict())
		if f.Missing != "" {
			measured, verdict = "", "not measured: "+f.Missing
		}
		fmt.Fprintf(&s, "| %s | %s | %s | %s | %s |\n", f.Name, f.target(), measured, verdict, f.Beside)
	}
	s.WriteString("\n")
	for _, p := range r.Plots {
		fmt.Fprintf(&s, "![%s](plots/%s.svg)\n\n", p.Title, p.File)
	}
	return s.String()
}
