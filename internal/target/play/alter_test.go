package play

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// pages answers as a panel with three pages does.
type pages struct{}

func (pages) Respond(_ context.Context, r upstream.Request) (upstream.Reply, error) {
	return upstream.Reply{Status: http.StatusOK, Body: fmt.Appendf(nil, `{"at":"%s","total":3,"rows":[{"id":%d}]}`, r.Target, r.N)}, nil
}

func TestAlteredAnswers(t *testing.T) {
	good := func(target string, n int) string {
		return fmt.Sprintf(`{"at":"%s","total":3,"rows":[{"id":%d}]}`, target, n)
	}
	const one, two, login, three = "/list?page=1", "/list?page=2", "/login", "/list?page=3"
	tests := []struct {
		name string
		spec scenario.Upstream
		want []string
	}{
		{
			"the first page again", scenario.Upstream{Fault: known(t, fault.SamePage), Page: 1, At: 2},
			[]string{good(one, 1), good(one, 1), good(login, 3), good(one, 1)},
		},
		{
			"a larger total", scenario.Upstream{Fault: known(t, fault.TotalMore), Paths: []string{"total"}},
			[]string{
				`{"at":"/list?page=1","total":8,"rows":[{"id":1}]}`, `{"at":"/list?page=2","total":8,"rows":[{"id":2}]}`,
				`{"at":"/login","total":8,"rows":[{"id":3}]}`, `{"at":"/list?page=3","total":8,"rows":[{"id":4}]}`,
			},
		},
		{
			"a row twice", scenario.Upstream{Fault: known(t, fault.PageShift), Page: 1, At: 2, Paths: []string{"rows"}},
			[]string{good(one, 1), `{"at":"/list?page=2","total":3,"rows":[{"id":1},{"id":2}]}`, good(login, 3), good(three, 4)},
		},
		{
			"a value", scenario.Upstream{Fault: known(t, "leaf-null"), At: 2, Paths: []string{"rows.0.id"}},
			[]string{good(one, 1), `{"at":"/list?page=2","total":3,"rows":[{"id":null}]}`, good(login, 3), good(three, 4)},
		},
		{
			"a value that is not there", scenario.Upstream{Fault: known(t, "leaf-null"), At: 2, Paths: []string{"rows.7.id"}},
			[]string{good(one, 1), good(two, 2), good(login, 3), good(three, 4)},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := &alter{good: pages{}, spec: test.spec}
			var got []string
			for i, target := range []string{one, two, login, three} {
				reply, err := a.Respond(t.Context(), upstream.Request{N: i + 1, Method: "GET", Scheme: "https", Host: "panel.example", Target: target})
				if err != nil || reply.Status != http.StatusOK {
					t.Fatalf("status %d, %v", reply.Status, err)
				}
				got = append(got, string(reply.Body))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func known(t *testing.T, id string) fault.Fault {
	t.Helper()
	f, ok := fault.Find(id)
	if !ok {
		t.Fatalf("there is no fault %q", id)
	}
	return f
}

// What later replies to such requests hold as well is not noted again.
func TestLeavesOfAConversation(t *testing.T) {
	exchange := func(target, body string) upstream.Exchange {
		return upstream.Exchange{
			Request: &upstream.Request{Method: "GET", Scheme: "https", Host: "panel.example", Target: target},
			Reply:   &upstream.Reply{Status: http.StatusOK, Body: []byte(body)},
		}
	}
	talk := []upstream.Exchange{
		exchange("/list?page=1", `{"total":2,"rows":[{"id":1}]}`), exchange("/list?page=2", `{"total":2,"rows":[{"id":2,"mail":"b"}]}`),
		exchange("/list?page=3", `{"total":2,"rows":[]}`), {},
	}
	told := make([]*transcript.Exchange, 0, len(talk))
	for _, x := range talk {
		told = append(told, exchanged(x))
	}
	leaves(talk, told)
	want := []*transcript.Leaves{
		{
			Kinds: 2, List: []transcript.Leaf{{Path: "total", Kind: "total", Type: "number", Value: "2"}, {Path: "rows.0.id", Kind: "rows.*.id", Type: "number"}},
			Rows: []transcript.LeafRow{{Path: "rows.0", List: "rows", Of: 1, Values: []transcript.LeafValue{{Name: "id", Value: "1"}}}},
		},
		{
			Kinds: 2, List: []transcript.Leaf{{Path: "rows.0", Kind: "rows.*", Type: "object"}, {Path: "rows.0.mail", Kind: "rows.*.mail", Type: "string"}},
			Rows: []transcript.LeafRow{{Path: "rows.0", List: "rows", Of: 1, Values: []transcript.LeafValue{{Name: "id", Value: "2"}, {Name: "mail", Value: "b"}}}},
		},
		nil, nil,
	}
	for i, x := range told {
		if diff := cmp.Diff(want[i], x.Leaves); diff != "" {
			t.Errorf("request %d (-want +got):\n%s", i+1, diff)
		}
	}
}
