package transcript

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Ways in which transcripts are no parts of one run, for errors.Is.
var (
	ErrNoShard   = errors.New("it is no part of a run: it was not made with --shard")
	ErrOtherRun  = errors.New("it belongs to another run")
	ErrSamePart  = errors.New("this part of the run was given twice")
	ErrOtherPlan = errors.New("the module had another conversation with its panel, so that its part of the plan does not fit the others")
)

// part is one of the transcripts that are merged.
type part struct {
	path  string
	shard int
	t     Opened
}

// Merge records the parts of one run as one run. Sessions that several parts made
// are taken from the first. Where parts are missing, or broke off, the outcome
// says so. The error names the file that does not fit.
func Merge(paths []string, to *Recorder) error {
	var parts []part
	defer func() {
		for _, p := range parts {
			_ = p.t.Close()
		}
	}()
	for _, path := range paths {
		opened, err := Open(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		p := part{path: path, t: opened}
		parts = append(parts, p)
		shard := opened.Header.Shard
		if shard == nil || len(shard.Parts) != 1 {
			return fmt.Errorf("%s: %w", path, ErrNoShard)
		}
		parts[len(parts)-1].shard = shard.Parts[0]
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.shard, b.shard) })
	if err := fit(parts); err != nil {
		return err
	}
	return join(parts, to)
}

// fit makes sure that all parts are of one run.
func fit(parts []part) error {
	first := parts[0]
	for i, p := range parts[1:] {
		switch {
		case p.shard == parts[i].shard:
			return fmt.Errorf("%s: %w", p.path, ErrSamePart)
		case run(p.t.Transcript) != run(first.t.Transcript):
			return fmt.Errorf("%s: %w than %s", p.path, ErrOtherRun, first.path)
		case asText(p.t.Extension) != asText(first.t.Extension) && p.t.Extension != nil && first.t.Extension != nil:
			return fmt.Errorf("%s: %w", p.path, ErrOtherPlan)
		}
	}
	return nil
}

// run is what all parts of a run have in common.
func run(t *Transcript) string {
	h := t.Header
	h.Started, h.Rerun, h.Plan, h.Params = "", "", first(t), nil
	h.Shard = &Shard{Of: h.Shard.Of}
	sum := ""
	if t.Subject != nil {
		sum = t.Subject.SHA256
	}
	return asText(h) + sum
}

// first is the plan without what was added to it.
func first(t *Transcript) []string {
	if t.Extension == nil {
		return t.Header.Plan
	}
	return t.Header.Plan[:len(t.Header.Plan)-len(t.Extension.Sessions)]
}

func asText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// join writes the parts one after the other.
func join(parts []part, to *Recorder) error {
	made := map[string]bool{}
	end := End{}
	whole, extended := true, false
	for i, p := range parts {
		mine := map[string]bool{}
		err := events(p.path, func(e Event) error {
			switch body := e.Body.(type) {
			case *Header:
				if i > 0 {
					return nil
				}
				e.Body = header(*body, parts)
			case *Subject, *Fleet:
				if i > 0 {
					return nil
				}
			case *Extension:
				if extended {
					return nil
				}
				extended = true
			case *End:
				end.Interrupted = end.Interrupted || body.Interrupted
				end.Stopped = end.Stopped || body.Stopped
				end.Seconds = max(end.Seconds, body.Seconds)
				return nil
			case *SessionInfo:
				mine[e.Session] = !made[e.Session]
				made[e.Session] = true
			}
			if e.Session != "" && !mine[e.Session] {
				return nil
			}
			return to.Record(e)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
		whole = whole && p.t.End != nil
	}
	if !whole {
		return nil
	}
	return to.Record(Event{Envelope: Envelope{Event: EventEnd}, Body: end})
}

// header is that of the whole run, which began when its first part did.
func header(h Header, parts []part) *Header {
	numbers := []int{}
	for _, p := range parts {
		h.Started = min(h.Started, p.t.Header.Started)
		numbers = append(numbers, p.shard)
	}
	of := h.Shard.Of
	h.Shard = nil
	if len(numbers) < of {
		h.Shard = &Shard{Of: of, Parts: numbers}
	}
	return &h
}

// events gives each whole event of a stored transcript.
func events(path string, take func(Event) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 64<<10)
	if isPacked(in) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		in = bufio.NewReaderSize(unpacked, 64<<10)
	}
	for {
		line, whole, err := readLine(in)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e, err := DecodeEvent(line)
		if err != nil && !whole {
			return nil
		}
		if err != nil {
			return err
		}
		if err := take(e); err != nil {
			return err
		}
	}
}
