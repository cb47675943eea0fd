package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

// shown is how many messages of one side are shown, and longest how many
// characters of each.
const (
	shown   = 5
	longest = 300
)

// Text writes the difference for a person.
func Text(w io.Writer, d Difference) error {
	var b strings.Builder
	fmt.Fprintf(&b, "DIFF  %s\n\n", d.headline())
	fmt.Fprintf(&b, "  old  %s\n  new  %s\n", d.Old.words(), d.New.words())
	if note := d.mismatch(); note != "" {
		fmt.Fprintf(&b, "  note %s\n", note)
	}
	for _, e := range d.Entries {
		fmt.Fprintf(&b, "\n%-8s  %s  %s  %s\n", strings.ToUpper(string(e.Change)), e.Rule, e.Level, line(e.Title))
		fmt.Fprintf(&b, "          %s -> %s\n", outcome(e.Old), outcome(e.New))
		for _, m := range e.lines() {
			fmt.Fprintf(&b, "          %s\n", m)
		}
	}
	_, err := io.WriteString(w, phpvalue.Printable(b.String()))
	return err
}

// Markdown writes the difference for a comment or a job's summary.
func Markdown(w io.Writer, d Difference) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### syncproof: %s\n\n", escaped(d.headline()))
	fmt.Fprintf(&b, "- old: %s\n- new: %s\n", escaped(d.Old.words()), escaped(d.New.words()))
	if note := d.mismatch(); note != "" {
		fmt.Fprintf(&b, "- note: %s\n", escaped(note))
	}
	if len(d.Entries) > 0 {
		b.WriteString("\n| | rule | level | what | before | now |\n| --- | --- | --- | --- | --- | --- |\n")
	}
	for _, e := range d.Entries {
		what := []string{escaped(line(e.Title))}
		for _, m := range e.lines() {
			what = append(what, escaped(m))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n",
			e.Change, e.Rule, e.Level, strings.Join(what, "<br>"), outcome(e.Old), outcome(e.New))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// JSON writes the difference for programs.
func JSON(w io.Writer, d Difference) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	for i := range d.Entries {
		e := &d.Entries[i]
		e.Gone, e.Come = printable(e.Gone), printable(e.Come)
	}
	if err := encoder.Encode(d); err != nil {
		return fmt.Errorf("writing the difference: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func printable(list []string) []string {
	var out []string
	for _, text := range list {
		out = append(out, phpvalue.Printable(text))
	}
	return out
}

func (d Difference) headline() string {
	var parts []string
	for _, change := range Changes() {
		if n := d.Counts[change]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words(change)))
		}
	}
	if len(parts) == 0 {
		return "no rule ended differently"
	}
	return strings.Join(parts, ", ")
}

func words(c Change) string {
	switch c {
	case Untested:
		return "now untested"
	case Waived:
		return "now waived"
	case Tested:
		return "newly tested"
	default:
		return string(c)
	}
}

func (s Side) words() string {
	return line(fmt.Sprintf("%s: %s  %s  %s", s.Name, s.Verdict, s.Module, s.Started))
}

// mismatch says why the two may not be comparable.
func (d Difference) mismatch() string {
	switch {
	case d.Old.Module != d.New.Module:
		return line(fmt.Sprintf("these are runs of two modules, %s and %s", d.Old.Module, d.New.Module))
	case d.Old.Tool != d.New.Tool:
		return line(fmt.Sprintf("these were judged by two versions, %s and %s, which may know other rules", d.Old.Tool, d.New.Tool))
	}
	return ""
}

// lines are the messages that only one side has, those of the old one after a
// minus and those of the new one after a plus.
func (e Entry) lines() []string {
	var list []string
	for _, part := range []struct {
		sign  string
		texts []string
	}{{"- ", e.Gone}, {"+ ", e.Come}} {
		for i, text := range part.texts {
			if i == shown {
				list = append(list, fmt.Sprintf("%s… and %d more", part.sign, len(part.texts)-shown))
				break
			}
			list = append(list, part.sign+line(text))
		}
	}
	if e.More != 0 {
		list = append(list, fmt.Sprintf("%+d places that are counted only", e.More))
	}
	return list
}

func outcome(o contract.Outcome) string {
	switch o {
	case "":
		return "no part in the run"
	case contract.NotTestable:
		return "not tested"
	default:
		return strings.ReplaceAll(string(o), "-", " ")
	}
}

// line makes one line of characters that show, cut to a length that is read.
func line(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", `\r`), "\n", `\n`)
	runes := []rune(phpvalue.Printable(text))
	if len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return string(runes)
}

// escaped keeps text from being read as Markdown or HTML.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '@':
			// A mention would notify someone.
			b.WriteString("&#64;")
		case '\\', '`', '*', '_', '[', ']', '|', '#', '~', '!':
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
