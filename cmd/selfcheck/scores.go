package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"syncproof/internal/selfcheck/mutate"
)

// tried keeps what became of mutants, from one run of the command to the next.
type tried struct {
	path string
	// by is the test that noticed, by the mutant's id; "" where none did.
	by map[string]string
	// err is why the log could not be written.
	err error
}

const nobody, somebody = "", "?"

// readTried reads a log, which need not be there yet.
func readTried(path string) (*tried, error) {
	t := &tried{path: path, by: map[string]string{}}
	if path == "" {
		return t, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("reading what became of the mutants: %w", err)
	}
	for line := range strings.Lines(string(raw)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 2 && fields[0] == "noticed":
			t.by[fields[1]] = fields[2]
		case len(fields) > 1 && fields[0] == "noticed":
			t.by[fields[1]] = somebody
		case len(fields) > 1 && fields[0] == "missed":
			t.by[fields[1]] = nobody
		}
	}
	return t, nil
}

// missed says that a mutant was not noticed, or not tried yet.
func (t *tried) missed(id string) bool { return t.by[id] == nobody }

// note adds a line at once: trying takes hours, and may be cut short.
func (t *tried) note(m mutate.Mutant, noticed bool, by string) {
	switch {
	case !noticed:
		by = nobody
	case by == "":
		by = somebody
	}
	t.by[m.ID] = by
	if t.path == "" || t.err != nil {
		return
	}
	file, err := os.OpenFile(t.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.err = fmt.Errorf("noting what became of a mutant: %w", err)
		return
	}
	_, err = file.WriteString(triedLine(m.ID, by))
	t.err = errors.Join(err, file.Close())
}

func triedLine(id, by string) string {
	if by == nobody {
		return "missed\t" + id + "\n"
	}
	return "noticed\t" + id + "\t" + by + "\n"
}

// write leaves one line for each mutant.
func (t *tried) write() error {
	if t.path == "" || t.err != nil {
		return t.err
	}
	var lines []string
	for id, by := range t.by {
		lines = append(lines, triedLine(id, by))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(strings.Fields(a)[1], strings.Fields(b)[1]) })
	if err := os.WriteFile(t.path, []byte(strings.Join(lines, "")), 0o644); err != nil {
		return fmt.Errorf("writing what became of the mutants: %w", err)
	}
	return nil
}

// score is what became of one file's mutants.
type score struct{ all, noticed, explained, missed int }

func (s score) row(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d |", name, s.all, s.noticed, s.explained, s.missed)
}

const scoresHead = "| file | changes | noticed | explained | missed |\n|---|---:|---:|---:|---:|\n"

// updateScores writes the rows of the files of which every mutant was tried, and
// leaves the others of the document as they are.
func updateScores(path string, all []mutate.Mutant, kept *tried, explained mutate.Explanations) error {
	if path == "" {
		return nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the scores: %w", err)
	}
	before, table, found := strings.Cut(string(raw), scoresHead)
	if !found {
		return fmt.Errorf("%s has no table of scores", path)
	}
	rows := map[string]score{}
	for line := range strings.Lines(table) {
		var name string
		var s score
		if n, _ := fmt.Sscanf(line, "| %s | %d | %d | %d | %d |", &name, &s.all, &s.noticed, &s.explained, &s.missed); n == 5 && strings.Contains(name, "/") {
			rows[name] = s
		}
	}
	for name, s := range count(all, kept, explained) {
		rows[name] = s
	}
	var total score
	var lines []string
	for name, s := range rows {
		lines = append(lines, s.row(name))
		total = score{total.all + s.all, total.noticed + s.noticed, total.explained + s.explained, total.missed + s.missed}
	}
	slices.Sort(lines)
	text := before + scoresHead + strings.Join(append(lines, total.row("all")), "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("writing the scores: %w", err)
	}
	return nil
}

// count leaves out files of which some mutants were never tried.
func count(all []mutate.Mutant, kept *tried, explained mutate.Explanations) map[string]score {
	scores, partly := map[string]score{}, map[string]bool{}
	for _, m := range all {
		by, known := kept.by[m.ID]
		s := scores[m.File]
		s.all++
		switch {
		case !known:
			partly[m.File] = true
		case by != nobody:
			s.noticed++
		case explained.Of(m.ID) != "":
			s.explained++
		default:
			s.missed++
		}
		scores[m.File] = s
	}
	for name := range partly {
		delete(scores, name)
	}
	return scores
}
