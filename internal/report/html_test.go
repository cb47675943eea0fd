package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"syncproof/internal/contract"
	"syncproof/internal/report"
	tt "syncproof/internal/transcript/transcripttest"
)

// nodes parses a page as browsers do and yields its elements by name.
func nodes(t *testing.T, page []byte) map[string][]*html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]*html.Node{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all[n.Data] = append(all[n.Data], n)
		}
	}
	return all
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestHTMLInjectsNothing(t *testing.T) {
	page := hostileReport(t)
	all := nodes(t, page)
	for name, want := range map[string]int{"script": 1, "style": 1, "img": 0, "base": 0, "link": 0, "iframe": 0, "b": 0, "svg": 2} {
		if got := len(all[name]); got != want {
			t.Errorf("the page has %d <%s>, want %d", got, name, want)
		}
	}
	for name, list := range all {
		for _, n := range list {
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src", a.Key == "srcdoc":
					t.Errorf("<%s> has the attribute %s", name, a.Key)
				case a.Key == "href" && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "https://"):
					t.Errorf("a link leads to %q", a.Val)
				case a.Key == "http-equiv" && a.Val != "Content-Security-Policy":
					t.Errorf("<meta http-equiv=%q>", a.Val)
				}
			}
		}
	}
	for _, r := range []string{"\u202E", "\u2066", "\x00", "\x1b", "\u200B", "\xff"} {
		if bytes.Contains(page, []byte(r)) {
			t.Errorf("the page holds %q as it is", r)
		}
	}
	for _, want := range []string{"Faults by request", "Time and memory", "PHP versions", "What the panel answered", "WHMCS would show", "just this again"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// The policy names the one script and the one style by what they hold.
func TestHTMLPolicyMatchesItsContent(t *testing.T) {
	all := nodes(t, hostileReport(t))
	hash := func(name string) string {
		sum := sha256.Sum256([]byte(all[name][0].FirstChild.Data))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; script-src " + hash("script") + "; style-src " + hash("style") + "; base-uri 'none'; form-action 'none'"
	if got := attribute(all["meta"][1], "content"); got != want {
		t.Errorf("the policy is\n%s\nwant\n%s", got, want)
	}
}

// Ids are unique, labels name what is there, headings skip no level.
func TestHTMLIsWellStructured(t *testing.T) {
	all := nodes(t, hostileReport(t))
	ids := map[string]bool{}
	for _, list := range all {
		for _, n := range list {
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("two elements are called %q", id)
				}
				ids[id] = true
			}
		}
	}
	for name, list := range all {
		for _, n := range list {
			for _, id := range strings.Fields(attribute(n, "aria-labelledby")) {
				if !ids[id] {
					t.Errorf("<%s> is labelled by %q, which does not exist", name, id)
				}
			}
			if href := attribute(n, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
				t.Errorf("a link leads to %s, which does not exist", href)
			}
		}
	}
	for _, control := range slices.Concat(all["input"], all["select"]) {
		if control.Parent.Data != "label" {
			t.Errorf("%s has no label", attribute(control, "id"))
		}
	}
	for _, cell := range all["th"] {
		if attribute(cell, "scope") == "" {
			t.Error("a heading cell does not say what it is the heading of")
		}
	}
	if len(all["h1"]) != 1 || len(all["main"]) != 1 || attribute(all["html"][0], "lang") != "en" {
		t.Error("the page has not one heading, one main part and a language")
	}
	if live := all["output"]; len(live) != 1 || attribute(live[0], "aria-live") != "polite" {
		t.Error("the number of rules shown is not announced")
	}
}

func TestHTMLIsTheSameEveryTime(t *testing.T) {
	if !bytes.Equal(hostileReport(t), hostileReport(t)) {
		t.Error("the same judgement gave two pages")
	}
}

// Without sizes, faults or several PHPs their sections are absent.
func TestHTMLLeavesOutWhatThereIsNot(t *testing.T) {
	j, _ := judgedFrom(t, tt.Conformant(t).Transcript())
	page := htmlOf(t, j, report.HTMLOptions{})
	for _, head := range []string{"Faults by request", "Time and memory", "PHP versions", "What this can do"} {
		if bytes.Contains(page, []byte(head)) {
			t.Errorf("the page has the section %q", head)
		}
	}
	if got := len(nodes(t, page)["script"]); got != 1 {
		t.Errorf("%d scripts", got)
	}
}

// hugeJudgement has every rule broken in very many places with long values.
func hugeJudgement(t *testing.T) contract.Judgement {
	j, _ := judgedFrom(t, tt.Conformant(t).Transcript())
	long := strings.Repeat("<&\u202E", 20_000)
	places := make([]contract.Finding, 100_000)
	for i := range places {
		places[i] = contract.Finding{
			Call: "list", At: fmt.Sprintf("accounts[%d].username", i), Want: long, Got: long, Note: long, File: long, Line: 1, Fault: "html-login@2",
			Preview: &contract.Preview{Held: 5, Missing: 5, MissingRows: []string{long, long}, Notes: []string{long}},
		}
	}
	for i := range j.Results {
		j.Results[i].Outcome, j.Results[i].Findings, j.Results[i].Count = contract.Fail, places, len(places)
	}
	j.Scope = []string{long}
	return j
}

// A list of 100,000 bad rows under every rule keeps the page small and quick.
func TestHTMLStaysSmall(t *testing.T) {
	j := hugeJudgement(t)
	began := time.Now()
	page := htmlOf(t, j, report.HTMLOptions{})
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	if most := 16 << 20; len(page) > most {
		t.Errorf("the page has %d bytes, want at most %d", len(page), most)
	}
	if !bytes.Contains(page, []byte("… and 99980 more such places.")) {
		t.Error("what was left out is not counted")
	}
	t.Logf("%d bytes", len(page))
}

func TestEvidence(t *testing.T) {
	r := tt.Talking(t)
	r.Point("html-login@2").Calls[0].Returns(tt.Success(tt.Account("one.example", tt.Array{"username": "one"})))
	r.List().Returns(tt.Success(tt.Account("one.example"), tt.Account("two.example", tt.Array{"status": "Locked"})))
	recorded := r.Transcript()
	j, e := judgedFrom(t, recorded)
	point, ok := e.Calls["point:html-login@2"]
	if !ok {
		t.Fatalf("no evidence of the call that broke a rule; %d calls", len(e.Calls))
	}
	if !strings.Contains(point.Returned, `"one.example"`) || !strings.Contains(point.Returned, `"success" => true`) {
		t.Errorf("it returned\n%s", point.Returned)
	}
	if !slices.ContainsFunc(point.Requests, func(x report.Request) bool { return x.Fault == "html-login" }) {
		t.Errorf("the request that met the fault is not there: %+v", point.Requests)
	}
	j.Rerun = "syncproof run acme"
	page := string(htmlOf(t, j, report.HTMLOptions{Evidence: e}))
	for _, want := range []string{"accounts[1]</code><pre>", "Locked", "fault: html-login", "--fault html-login@2", "2 of 3 services missing on the server"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
