package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/schemas"
)

// everyJUnit calls check with the JUnit file of every sample.
func everyJUnit(t *testing.T, opt JUnitOptions, check func(t *testing.T, s sample, raw []byte)) {
	t.Helper()
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) { check(t, s, junitBytes(t, s, opt)) })
	}
}

func TestJUnitCountsEqualItsElements(t *testing.T) {
	everyJUnit(t, JUnitOptions{}, func(t *testing.T, s sample, raw []byte) {
		root := parseXML(t, raw)
		total := map[string]int{}
		for _, suite := range root.named("testsuite") {
			got := map[string]int{"tests": len(suite.named("testcase"))}
			for _, c := range suite.named("testcase") {
				for _, child := range c.children {
					got[child.name]++
				}
			}
			for attribute, n := range map[string]int{
				"tests": got["tests"], "failures": got["failure"], "errors": got["error"], "skipped": got["skipped"],
			} {
				if suite.attrs[attribute] != strconv.Itoa(n) {
					t.Errorf("suite %s says %s=%s, but has %d", suite.attrs["name"], attribute, suite.attrs[attribute], n)
				}
				total[attribute] += n
			}
		}
		counts := contract.Count(s.judgement.Results)
		undriven := 0
		if len(s.judgement.Trouble) > 0 {
			undriven = 1
		}
		want := map[string]int{
			"tests": counts.Total + undriven, "failures": counts.Fail + counts.StaleWaiver,
			"errors": counts.HarnessError + undriven, "skipped": counts.NotApplicable + counts.NotTestable + counts.Waived,
		}
		for attribute, n := range want {
			if total[attribute] != n {
				t.Errorf("%s: %d in the file, %d in the judgement", attribute, total[attribute], n)
			}
		}
	})
}

func TestJUnitNamesAreUniqueAndEndInTheModule(t *testing.T) {
	className := regexp.MustCompile(`^syncproof\..+\.[A-Za-z0-9_-]+$`)
	everyJUnit(t, JUnitOptions{}, func(t *testing.T, _ sample, raw []byte) {
		seen := map[string]bool{}
		for i, suite := range parseXML(t, raw).named("testsuite") {
			if suite.attrs["id"] != strconv.Itoa(i) {
				t.Errorf("suite %d has the id %s", i, suite.attrs["id"])
			}
			for _, c := range suite.named("testcase") {
				if seen[c.attrs["name"]] {
					t.Errorf("the name %q occurs twice", c.attrs["name"])
				}
				seen[c.attrs["name"]] = true
				if !className.MatchString(c.attrs["classname"]) {
					t.Errorf("classname is %q", c.attrs["classname"])
				}
			}
		}
	})
}

func TestJUnitKeepsToTheShapesReadersAllow(t *testing.T) {
	for _, d := range []dialect{jenkins10(), windyroad(), ours()} {
		t.Run(d.name, func(t *testing.T) {
			everyJUnit(t, JUnitOptions{}, func(t *testing.T, _ sample, raw []byte) {
				for _, problem := range d.check(parseXML(t, raw)) {
					t.Error(problem)
				}
			})
		})
	}
}

func TestJUnitWithFileAndLineKeepsToOurShapeOnly(t *testing.T) {
	raw := junitBytes(t, sample{"hazards", everyHazard()}, JUnitOptions{FileLine: true, Folder: "modules/servers/acme"})
	root := parseXML(t, raw)
	if problems := ours().check(root); len(problems) > 0 {
		t.Errorf("ours: %q", problems)
	}
	for _, strict := range []dialect{jenkins10(), windyroad()} {
		if !slices.ContainsFunc(strict.check(root), func(p string) bool { return strings.Contains(p, `attribute "file"`) }) {
			t.Errorf("%s: the check does not see the attributes it forbids", strict.name)
		}
	}
	c := root.named("testsuite")[0].named("testcase")[0]
	if c.attrs["file"] != "modules/servers/acme/acme.php" || c.attrs["line"] != "12" {
		t.Errorf("file %q line %q", c.attrs["file"], c.attrs["line"])
	}
}

func TestDialectsSeeWhatTheyForbid(t *testing.T) {
	good := string(junitBytes(t, sample{"hazards", everyHazard()}, JUnitOptions{}))
	for name, tt := range map[string]struct {
		old, new string
		// seen are the dialects that must object.
		seen []string
	}{
		"status on a test case":       {`<testcase name="HAZ-01`, `<testcase status="failed" name="HAZ-01`, []string{"junit-10", "windyroad", "ours"}},
		"attributes on testsuites":    {"<testsuites>", `<testsuites name="x">`, []string{"windyroad", "ours"}},
		"no hostname":                 {` hostname="syncproof"`, "", []string{"windyroad", "ours"}},
		"no errors":                   {` errors="0"`, "", []string{"junit-10", "windyroad", "ours"}},
		"time with an exponent":       {`time="1.750" timestamp`, `time="7.9e-05" timestamp`, []string{"junit-10", "windyroad", "ours"}},
		"timestamp with a zone":       {`:00:00" hostname`, `:00:00Z" hostname`, []string{"windyroad", "ours"}},
		"system-out before the cases": {"</properties>", "</properties><system-out/>", []string{"windyroad", "ours"}},
		"properties in a test case":   {"      <failure", "      <properties/><failure", []string{"junit-10", "windyroad", "ours"}},
		"failure without a type":      {` type="terminate"`, "", []string{"windyroad", "ours"}},
		"unknown element":             {"<system-err/>", "<system-err/><extra/>", []string{"junit-10", "windyroad", "ours"}},
		"two verdicts on one case":    {"      <failure", "      <skipped message=\"\"/><failure", []string{"windyroad", "ours"}},
	} {
		bad := strings.Replace(good, tt.old, tt.new, 1)
		if bad == good {
			t.Errorf("%s: the test changes nothing", name)
			continue
		}
		for _, d := range []dialect{jenkins10(), windyroad(), ours()} {
			problems := d.check(parseXML(t, []byte(bad)))
			if want := slices.Contains(tt.seen, d.name); want != (len(problems) > 0) {
				t.Errorf("%s: %s says %q", name, d.name, problems)
			}
		}
	}
}

// xmllint comes with Debian's libxml2-utils.
func xmllint(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("xmllint")
	if err != nil {
		const advice = "xmllint is not installed (Debian: libxml2-utils)"
		if os.Getenv("SYNCPROOF_REQUIRE_TOOLS") == "1" {
			t.Fatal(advice)
		}
		t.Skip(advice)
	}
	return path
}

func TestJUnitSatisfiesOurXMLSchema(t *testing.T) {
	tool, folder := xmllint(t), t.TempDir()
	xsd, err := schemas.JUnit()
	if err != nil {
		t.Fatal(err)
	}
	schemaFile := filepath.Join(folder, "junit.xsd")
	if err := os.WriteFile(schemaFile, xsd, 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(raw []byte) (string, error) {
		file := filepath.Join(folder, "report.xml")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool, "--noout", "--nonet", "--schema", schemaFile, file).CombinedOutput()
		return string(out), err
	}
	for _, s := range samples() {
		for _, opt := range []JUnitOptions{{}, {FileLine: true, Folder: "modules/servers/acme"}} {
			if out, err := check(junitBytes(t, s, opt)); err != nil {
				t.Errorf("%s with %+v: %v\n%s", s.name, opt, err, out)
			}
		}
	}
	good := string(junitBytes(t, sample{"hazards", everyHazard()}, JUnitOptions{}))
	for _, change := range [][2]string{
		{` hostname="syncproof"`, ""},
		{`HAZ-02 a rule whose hazard is duplicate`, `HAZ-01 a rule whose hazard is terminate`},
		{`type="terminate"`, `type="other"`}, {`time="1.750"`, `time="1.75"`},
	} {
		if out, err := check([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("the schema accepts %q for %q\n%s", change[1], change[0], out)
		}
	}
}

// Two consumers find the line to annotate in the text of a failure; these are
// the shapes they look for.
func TestJUnitNamesLinesForConsumers(t *testing.T) {
	raw := junitBytes(t, sample{"hazards", everyHazard()}, JUnitOptions{})
	text := parseXML(t, raw).named("testsuite")[0].named("testcase")[0].children[0].text

	var stack []string
	for _, line := range strings.Split(text, "\n") {
		if regexp.MustCompile(`^at (.*)\((.*):(\d+)\)$`).MatchString(line) {
			stack = append(stack, line)
		}
	}
	if want := "at modules.servers.acme.ListAccounts(acme.php:12)"; !slices.Contains(stack, want) {
		t.Errorf("no line %q among %q", want, stack)
	}
	if want := "at modules.servers.acme.lib.ListAccounts(Client.php:74)"; !slices.Contains(stack, want) {
		t.Errorf("no line %q among %q", want, stack)
	}
	matches := regexp.MustCompile(` [^ ]*acme.*?:\d+`).FindAllString(text, -1)
	if len(matches) == 0 || matches[len(matches)-1] != " acme.php:12" {
		t.Errorf("the last match is not the module's file: %q", matches)
	}
}

func TestJUnitTimestamp(t *testing.T) {
	for started, want := range map[string]string{
		"2026-03-01T10:00:00Z":      "2026-03-01T10:00:00",
		"2026-03-01T10:00:00.75Z":   "2026-03-01T10:00:00",
		"2026-03-01T01:00:00+02:00": "2026-02-28T23:00:00",
		"":                          "1970-01-01T00:00:00",
		"yesterday":                 "1970-01-01T00:00:00",
		"0000-01-01T00:00:00Z":      "1970-01-01T00:00:00",
		"9999-12-31T23:59:59-23:59": "1970-01-01T00:00:00",
	} {
		if got := timestamp(started); got != want {
			t.Errorf("timestamp(%q) is %q, want %q", started, got, want)
		}
	}
}

func TestJUnitErrorVerdictIsNeverGreen(t *testing.T) {
	j := judged(passed(rule("LOAD-01", "load", contract.Must, contract.Crash, "the file loads")))
	j.Verdict = contract.Error
	root := parseXML(t, junitBytes(t, sample{"", j}, JUnitOptions{}))
	first := root.named("testsuite")[0]
	if first.attrs["name"] != "run" || first.attrs["errors"] != "1" {
		t.Errorf("the first suite is %v", first.attrs)
	}
}
