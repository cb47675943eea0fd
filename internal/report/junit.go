package report

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncproof/internal/contract"
)

// JUnitOptions says how the JUnit file is written.
type JUnitOptions struct {
	// FileLine adds file and line attributes to failed test cases. Some
	// consumers show them beside the code; the published XSDs forbid them.
	FileLine bool
	// Folder is the module's folder as seen from the repository's root, put
	// before file names; "" leaves them relative to the module's folder.
	Folder string
}

// Values of the type attribute beside the hazards.
const (
	typeStaleWaiver  = "stale-waiver"
	typeHarnessError = "harness-error"
	typeNotDriven    = "not-driven"
)

// runArea is the suite of the run as a whole.
const runArea = "run"

// JUnit writes the judgement as a JUnit file: one suite an area, one test case
// a rule. It keeps to what both the Jenkins xUnit plugin's junit-10.xsd and
// windyroad's JUnit.xsd allow, and to schemas/junit.xsd, unless FileLine is set.
func JUnit(w io.Writer, j contract.Judgement, opt JUnitOptions) error {
	return writeJUnit(w, []*junit{{view: newView(j), opt: opt}})
}

func writeJUnit(w io.Writer, parts []*junit) error {
	xml := &xmlWriter{}
	xml.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	xml.open("testsuites")
	n := 0
	for _, d := range parts {
		d.xml = xml
		for _, s := range d.suites() {
			d.suite(n, s)
			n++
		}
	}
	xml.close("testsuites")
	if _, err := w.Write(xml.out.Bytes()); err != nil {
		return fmt.Errorf("writing the JUnit report: %w", err)
	}
	return nil
}

type junit struct {
	*view
	opt JUnitOptions
	xml *xmlWriter
	// of is put before the names of suites, where a file holds those of several
	// modules.
	of string
}

type suite struct {
	area  string
	cases []testcase
}

// testcase is one <testcase> before it is written: at most one of failure,
// error and skipped says what became of it.
type testcase struct {
	name  string
	level contract.Level
	calls []string
	place *contract.Finding
	// child is "failure", "error", "skipped", or "" for a pass.
	child   string
	kind    string
	message string
	text    string
}

// suites groups the results by area in their order. A run that could not be
// driven must not look green, so it gets an error of its own; a judgement
// without any rule still gets a suite, because consumers reject an empty file.
func (d *junit) suites() []suite {
	var all []suite
	if undriven := d.undriven(); undriven != nil || len(d.Results) == 0 {
		all = append(all, suite{area: runArea, cases: undriven})
	}
	for _, r := range d.Results {
		i := slices.IndexFunc(all, func(s suite) bool { return s.area == r.Rule.Area })
		if i < 0 {
			all = append(all, suite{area: r.Rule.Area})
			i = len(all) - 1
		}
		all[i].cases = append(all[i].cases, d.testcase(r))
	}
	return all
}

func (d *junit) undriven() []testcase {
	if len(d.Trouble) == 0 && (d.Verdict != contract.Error || len(d.broken) > 0) {
		return nil
	}
	message, text := d.summary(), d.summary()
	if len(d.Trouble) > 0 {
		message, text = d.Trouble[0], strings.Join(visibleAll(d.Trouble), "\n")
	}
	return []testcase{{
		name: "syncproof could not drive the module", child: "error", kind: typeNotDriven,
		message: oneLine(message, maxMessage), text: text,
	}}
}

func (d *junit) suite(id int, s suite) {
	failures, errors, skipped := 0, 0, 0
	var calls []string
	for _, c := range s.cases {
		switch c.child {
		case "failure":
			failures++
		case "error":
			errors++
		case "skipped":
			skipped++
		}
		calls = append(calls, c.calls...)
	}
	d.xml.open("testsuite",
		attr{"name", d.of + s.area},
		attr{"tests", strconv.Itoa(len(s.cases))},
		attr{"failures", strconv.Itoa(failures)},
		attr{"errors", strconv.Itoa(errors)},
		attr{"skipped", strconv.Itoa(skipped)},
		attr{"time", d.secondsOf(calls)},
		attr{"timestamp", timestamp(d.Started)},
		// Not the machine's name: reports from one transcript are identical.
		attr{"hostname", "syncproof"},
		attr{"id", strconv.Itoa(id)},
		attr{"package", "syncproof." + s.area},
	)
	d.properties(s)
	for _, c := range s.cases {
		d.write(s.area, c)
	}
	d.xml.empty("system-out")
	d.xml.empty("system-err")
	d.xml.close("testsuite")
}

func (d *junit) write(area string, c testcase) {
	attrs := []attr{
		{"name", c.name},
		{"classname", "syncproof." + area + "." + className(d.Target.Module)},
		{"time", d.secondsOf(c.calls)},
	}
	if d.opt.FileLine && c.place != nil {
		attrs = append(attrs, attr{"file", d.path(c.place.File)})
		if c.place.Line > 0 {
			attrs = append(attrs, attr{"line", strconv.Itoa(c.place.Line)})
		}
	}
	if c.child == "" {
		d.xml.empty("testcase", attrs...)
		return
	}
	d.xml.open("testcase", attrs...)
	inner := []attr{{"message", c.message}}
	if c.kind != "" {
		inner = append(inner, attr{"type", c.kind})
	}
	d.xml.text(c.child, c.text, inner...)
	d.xml.close("testcase")
}

// properties say what was run; the counts are those of the suite.
func (d *junit) properties(s suite) {
	d.xml.open("properties")
	set := func(name, value string) {
		if value != "" {
			d.xml.empty("property", attr{"name", oneLine(name, maxMessage)}, attr{"value", clip(value, maxText)})
		}
	}
	for _, level := range contract.Levels() {
		tests, failures := 0, 0
		for _, c := range s.cases {
			if c.level == level {
				tests++
				if c.child == "failure" {
					failures++
				}
			}
		}
		set("level."+string(level)+".tests", strconv.Itoa(tests))
		set("level."+string(level)+".failures", strconv.Itoa(failures))
	}
	set("tool", d.Tool)
	set("verdict", d.verdictWords())
	set("strict", strconv.FormatBool(d.Strict))
	set("module", d.Target.Module)
	set("target.kind", d.Target.Kind)
	set("target.ref", d.Target.Ref)
	set("started", d.Started)
	set("seconds", seconds(d.Seconds))
	set("transcript", d.Transcript)
	set("rerun", d.Rerun)
	for i, line := range d.Scope {
		set(fmt.Sprintf("scope.%d", i+1), line)
	}
	for i, line := range requestLines(d.Upstream) {
		set(fmt.Sprintf("requests.%d", i+1), line)
	}
	for _, k := range slices.Sorted(maps.Keys(d.Environment)) {
		set("environment."+k, d.Environment[k])
	}
	d.xml.close("properties")
}

// secondsOf is how long the named calls took together, each counted once. What
// a rule itself costs is nothing beside them, so a rule that names no call takes
// 0.000.
func (d *junit) secondsOf(calls []string) string {
	total := 0.0
	var seen []string
	for _, id := range calls {
		if c := call(d.Judgement, id); c != nil && !slices.Contains(seen, id) {
			seen = append(seen, id)
			total += c.Seconds
		}
	}
	return seconds(total)
}

// seconds writes a duration with three decimals, the most junit-10.xsd's readers
// take. Exponents and minus signs are no decimal there.
func seconds(s float64) string {
	const most = 999_999_999
	if math.IsNaN(s) || s < 0 {
		s = 0
	}
	return strconv.FormatFloat(min(s, most), 'f', 3, 64)
}

// timestamp drops the zone, which windyroad's pattern forbids; times are UTC. A
// transcript whose time cannot be read gets the epoch, never the clock's time.
func timestamp(started string) string {
	const layout = "2006-01-02T15:04:05"
	t, err := time.Parse(time.RFC3339, started)
	if t = t.UTC(); err != nil || t.Year() < 1 || t.Year() > 9999 {
		t = time.Unix(0, 0).UTC()
	}
	return t.Format(layout)
}

// className is the module's name as the last dotted part of a class name: one
// consumer takes the name of the file to annotate from there.
func className(module string) string {
	name := strings.Map(func(r rune) rune {
		if r == '.' || !isWord(r) {
			return '_'
		}
		return r
	}, module)
	if name == "" {
		return "module"
	}
	return name
}

func isWord(r rune) bool {
	return r == '_' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}
