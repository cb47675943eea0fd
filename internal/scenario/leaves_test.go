package scenario_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

func TestParseChoice(t *testing.T) {
	tests := []struct {
		text, want string
		choice     scenario.Choice
	}{
		{"html-login", "html-login", scenario.Choice{Fault: "html-login"}},
		{" HTML-login@ALL ", "html-login", scenario.Choice{Fault: "html-login"}},
		{"html-login@2", "html-login@2", scenario.Choice{Fault: "html-login", At: 2}},
		{"Leaf-Null@2:data.4.eMail", "leaf-null@2:data.4.eMail", scenario.Choice{Fault: "leaf-null", At: 2, Path: "data.4.eMail"}},
		{"leaf-null@2:a:b", "leaf-null@2:a:b", scenario.Choice{Fault: "leaf-null", At: 2, Path: "a:b"}},
	}
	for _, test := range tests {
		got, err := scenario.ParseChoice(test.text)
		if err != nil || got != test.choice || got.String() != test.want {
			t.Errorf("%q: got %+v, %q, %v", test.text, got, got, err)
		}
	}
	for text, want := range map[string]string{
		"html-logout": "there is no fault", "html-login@0": "names no request", "html-login@x": "names no request",
		"html-login@2:data": "names no value", "leaf-null@2:": "names no value", "leaf-null@all:data": "names no request",
	} {
		if _, err := scenario.ParseChoice(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// talk is the transcript of a module that reads two pages and then the details
// of one account.
func talk(t *testing.T) *transcript.Transcript {
	t.Helper()
	return transcripttest.Talking(t).Transcript()
}

func TestExtendWithLeaves(t *testing.T) {
	of := func(changes string, path string) []string {
		var ids []string
		for c := range strings.FieldsSeq(changes) {
			ids = append(ids, "leaf:"+c+"@1:"+path)
		}
		return ids
	}
	tests := []struct {
		name  string
		run   scenario.Run
		count transcript.LeafCount
		want  []string
	}{
		{"a budget", scenario.Run{Budget: 2}, transcript.LeafCount{Possible: 18, Tried: 2, Kinds: 3, KindsTried: 2, Reason: "the budget of 2 ended there; --budget sets another"},
			[]string{"replay", "leaf:empty@1:total", "leaf:empty@1:accounts.0.name"}},
		{"one change", choose(t, "leaf-null@1:accounts.0.name"), transcript.LeafCount{Possible: 18, Tried: 1, Kinds: 3, KindsTried: 1, Reason: "only the faults that were asked for were tried"},
			append([]string{"replay"}, of("null", "accounts.0.name")...)},
		{"one kind of change", choose(t, "leaf-order"), transcript.LeafCount{Possible: 18, Tried: 1, Kinds: 3, KindsTried: 1, Reason: "only the faults that were asked for were tried"},
			append([]string{"replay"}, of("order", "accounts")...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sessions, extension := scenario.Extend([]contract.Need{contract.NeedLeaves}, test.run, talk(t))
			if diff := cmp.Diff(test.want, scenario.IDs(sessions)); diff != "" {
				t.Errorf("sessions (-want +got):\n%s", diff)
			}
			if extension == nil {
				t.Fatal("nothing says how much was tried")
			}
			if diff := cmp.Diff(&test.count, extension.Leaves); diff != "" {
				t.Errorf("count (-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing is repeated where nothing is to be changed.
func TestExtendWithoutLeaves(t *testing.T) {
	sessions, extension := scenario.Extend([]contract.Need{contract.NeedLeaves}, choose(t, "leaf-null@2"), talk(t))
	if len(sessions) > 0 || extension != nil {
		t.Errorf("got %v, %+v", scenario.IDs(sessions), extension)
	}
}

func choose(t *testing.T, text string) scenario.Run {
	t.Helper()
	c, err := scenario.ParseChoice(text)
	if err != nil {
		t.Fatal(err)
	}
	return scenario.Run{Faults: []scenario.Choice{c}}
}

func TestExtendWithPages(t *testing.T) {
	sessions, _ := scenario.Extend([]contract.Need{contract.NeedPages}, scenario.Run{}, talk(t))
	got := map[string]scenario.Upstream{}
	for _, s := range sessions {
		u := *s.Upstream
		got[s.ID+" "+u.Fault.ID] = scenario.Upstream{At: u.At, Page: u.Page, Paths: u.Paths}
	}
	want := map[string]scenario.Upstream{
		"replay ":                        {},
		"page:same-page@2 same-page":     {At: 2, Page: 1},
		"page:page-shift@2 page-shift":   {At: 2, Page: 1, Paths: []string{"accounts"}},
		"page:total-more@all total-more": {Paths: []string{"total"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPagedLists(t *testing.T) {
	get := func(target string, status int) transcript.Exchange {
		return transcript.Exchange{Method: "GET", URL: "https://panel.example" + target, Status: status}
	}
	tests := []struct {
		name string
		talk []transcript.Exchange
		want []scenario.Series
	}{
		{"a login and three pages", []transcript.Exchange{get("/login", 200), get("/a", 200), get("/a?page=2", 200), get("/a?page=3", 200)}, []scenario.Series{{First: 2, Second: 3}}},
		{"two lists", []transcript.Exchange{get("/a?page=1", 200), get("/b?page=1", 200), get("/b?page=2", 200), get("/a?page=2", 200)}, []scenario.Series{{First: 2, Second: 3}, {First: 1, Second: 4}}},
		{"asked twice", []transcript.Exchange{get("/a", 200), get("/a", 200)}, nil},
		{"asked twice, and then the next page", []transcript.Exchange{get("/a", 200), get("/a", 200), get("/a?page=2", 200)}, []scenario.Series{{First: 1, Second: 3}}},
		{"an error ends the pages", []transcript.Exchange{get("/a?page=1", 200), get("/a?page=2", 404)}, nil},
		{"details", []transcript.Exchange{get("/a/1", 200), get("/a/2", 200)}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, scenario.PagedLists(test.talk)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
