package recording

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream"
)

func TestReplayMatchesFieldByField(t *testing.T) {
	const base = "https://panel.example.com"
	cases := map[string]struct {
		recorded, asked upstream.Request
		volatile        []string
		// miss is what the message says, "" for a match.
		miss string
	}{
		"the same":                  {request("GET " + base + "/a?x=1"), request("GET " + base + "/a?x=1"), nil, ""},
		"order of the query":        {request("GET " + base + "/a?x=1&y=2"), request("GET " + base + "/a?y=2&x=1"), nil, ""},
		"order under one name":      {request("GET " + base + "/a?x=1&x=2"), request("GET " + base + "/a?x=2&x=1"), nil, "has query x=1 where this one has x=2, and they also differ in query x#2"},
		"spelling of escapes":       {request("GET " + base + "/a%2Db?x=a+b"), request("GET " + base + "/a-b?x=a%20b"), nil, ""},
		"escaped slash":             {request("GET " + base + "/a%2Fb"), request("GET " + base + "/a/b"), nil, "has the path /a%2Fb"},
		"headers":                   {request("GET "+base+"/a", "X-A: 1"), request("GET "+base+"/a", "X-A: 2", "X-B: 3"), nil, ""},
		"page":                      {request("POST " + base + "/api/list?page=1"), request("POST " + base + "/api/list?page=3"), nil, "the recording has no answer to POST " + base + "/api/list: its nearest request, number 1, has query page=1 where this one has page=3"},
		"method":                    {request("GET " + base + "/a"), request("POST " + base + "/a"), nil, "number 1, is a GET"},
		"scheme":                    {request("GET " + base + "/a"), request("GET http://panel.example.com/a"), nil, "number 1, went to " + base},
		"port":                      {request("GET " + base + ":8443/a"), request("GET " + base + "/a"), nil, "went to " + base + ":8443"},
		"more":                      {request("GET " + base + "/a"), request("GET " + base + "/a?x=1"), nil, "has no query x where this one has x=1"},
		"less":                      {request("GET " + base + "/a?x=1"), request("GET " + base + "/a"), nil, "has query x=1 where this one has none"},
		"form":                      {request("POST "+base+"/a", form, "", "a=1&b=2"), request("POST "+base+"/a", form, "", "b=2&a=1"), nil, ""},
		"form differs":              {request("POST "+base+"/a", form, "", "a=1&b=2"), request("POST "+base+"/a", form, "", "b=2&a=7"), nil, "has body a=1 where this one has a=7"},
		"json":                      {request("POST "+base+"/a", form, "", `{"a":1,"b":[1,2]}`), request("POST "+base+"/a", form, "", `{ "b":[1,2], "a":1}`), nil, ""},
		"json order of a list":      {request("POST "+base+"/a", "", `[1,2]`), request("POST "+base+"/a", "", `[2,1]`), nil, "has body 0=1 where this one has 0=2, and they also differ in body 1"},
		"json types":                {request("POST "+base+"/a", "", `{"a":{"p":1}}`), request("POST "+base+"/a", "", `{"a":{"p":"1"}}`), nil, `has body a.p=1 where this one has a.p="1"`},
		"json empties":              {request("POST "+base+"/a", "", `{"a":{}}`), request("POST "+base+"/a", "", `{"a":[]}`), nil, "has body a={} where this one has a=[]"},
		"soap layout":               {request("POST "+base+"/a", "", `<e:E xmlns:e="x"><p a="1" b="2">3</p></e:E>`), request("POST "+base+"/a", "", "<e:E xmlns:e='x'>\n <p b='2' a='1'>3</p></e:E>"), nil, ""},
		"soap differs":              {request("POST "+base+"/a", "", `<E><p>1</p><p>2</p></E>`), request("POST "+base+"/a", "", `<E><p>1</p><p>3</p></E>`), nil, "has body E.p[2]=2 where this one has E.p[2]=3"},
		"text":                      {request("POST "+base+"/a", "", "hello"), request("POST "+base+"/a", "", "hullo"), nil, "has body=hello where this one has hullo"},
		"bytes":                     {request("POST "+base+"/a", "", "\xff\x00\x01"), request("POST "+base+"/a", "", "\xff\x00\x01"), nil, ""},
		"broken json":               {request("POST "+base+"/a", "", `{"a":1`), request("POST "+base+"/a", "", `{"a":1`), nil, ""},
		"parts, other boundary":     {request("POST "+base+"/a", "Content-Type: multipart/form-data; boundary=xx", "", "--xx\r", "Content-Disposition: form-data; name=\"a\"\r", "\r", "1\r", "--xx--\r", ""), request("POST "+base+"/a", "Content-Type: multipart/form-data; boundary=yyy", "", "--yyy\r", "Content-Disposition: form-data; name=\"a\"\r", "\r", "1\r", "--yyy--\r", ""), nil, ""},
		"declared in the query":     {request("GET " + base + "/a?ts=1&x=1"), request("GET " + base + "/a?ts=2&x=1"), []string{"query:ts"}, ""},
		"declared and left out":     {request("GET " + base + "/a?ts=1&x=1"), request("GET " + base + "/a?x=1"), []string{"query:ts"}, ""},
		"declared, another differs": {request("GET " + base + "/a?ts=1&x=1"), request("GET " + base + "/a?ts=2&x=2"), []string{"query:ts"}, "has query x=1 where this one has x=2"},
		"declared in json":          {request("POST "+base+"/a", "", `{"auth":{"n":"1"}}`), request("POST "+base+"/a", "", `{"auth":{"n":"2"}}`), []string{"body:auth.n"}, ""},
		"declared body":             {request("POST "+base+"/a", "", "x"), request("POST "+base+"/a", "", "y"), []string{"body"}, ""},
		"declared part of the path": {request("GET " + base + "/cpsess1/list"), request("GET " + base + "/cpsess2/list"), []string{"path:1"}, ""},
		"another part of the path":  {request("GET " + base + "/cpsess1/list"), request("GET " + base + "/cpsess2/all"), []string{"path:1"}, "has the path /*/list"},
		"declared path":             {request("GET " + base + "/a"), request("GET " + base + "/b"), []string{"path"}, ""},
		"times":                     {request("GET " + base + "/a?t=1772359200"), request("GET " + base + "/a?t=1772445600"), nil, ""},
		"times in text":             {request("GET " + base + "/a?t=2026-03-01T10:00:00Z"), request("GET " + base + "/a?t=2026-03-02+09:59:59"), nil, ""},
		"times of something else":   {request("GET " + base + "/a?since=1672531200"), request("GET " + base + "/a?since=1672617600"), nil, "has query since=1672531200"},
		"nonces":                    {request("GET " + base + "/a?nonce=0123456789abcdef"), request("GET " + base + "/a?nonce=fedcba9876543210"), nil, ""},
		"signatures":                {request("GET " + base + "/a?api_sig=0123456789abcdef"), request("GET " + base + "/a?api_sig=fedcba9876543210"), nil, ""},
		"ids are no nonces":         {request("GET " + base + "/a?id=0123456789abcdef"), request("GET " + base + "/a?id=fedcba9876543210"), nil, "has query id="},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := (&Conversation{Entries: []Entry{{c.recorded, reply("yes"), at(0), 0}}, Volatile: c.volatile}).Replay()
			p.now = func() time.Time { return at(0).Add(24 * time.Hour) }
			got, err := p.Respond(t.Context(), c.asked)
			if c.miss == "" {
				if err != nil || string(got.Body) != "yes" || len(p.Misses()) != 0 {
					t.Errorf("got %q, %v, want the recorded answer", got.Body, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.miss) {
				t.Errorf("got %v, want a miss that says %q", err, c.miss)
			}
			if n := len(p.Misses()); n != 1 {
				t.Errorf("got %d misses, want 1", n)
			}
		})
	}
}

func answers(t *testing.T, p *Replay, asked ...upstream.Request) []string {
	t.Helper()
	var got []string
	for _, r := range asked {
		a, err := p.Respond(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(a.Body))
	}
	return got
}

func TestReplayAnswersRepeatsInOrderAndStartsOver(t *testing.T) {
	poll, list := request("GET http://p/poll"), request("GET http://p/list")
	c := talk(poll, "wait", list, "rows", poll, "done")
	p := c.Replay()
	if diff := cmp.Diff([]string{"wait", "done", "rows", "wait"}, answers(t, p, poll, poll, list, poll)); diff != "" {
		t.Error(diff)
	}
	// A look does not count, and another replay begins at the beginning.
	q := c.Replay()
	for range 3 {
		if a, err := q.Peek(t.Context(), poll); err != nil || string(a.Body) != "wait" {
			t.Errorf("peeked %q, %v", a.Body, err)
		}
	}
	if diff := cmp.Diff([]string{"wait", "done"}, answers(t, q, poll, poll)); diff != "" {
		t.Error(diff)
	}
}

// A cursor that need not match still says which page is meant where it does.
func TestReplayPrefersTheExactRequest(t *testing.T) {
	page := func(cursor string) upstream.Request { return request("GET http://p/list?cursor=" + cursor) }
	c := talk(page("a"), "1", page("b"), "2", page("c"), "3")
	c.Volatile = []string{"query:cursor"}
	if diff := cmp.Diff([]string{"2", "2", "1", "3"}, answers(t, c.Replay(), page("b"), page("b"), page("new"), page("newer"))); diff != "" {
		t.Error(diff)
	}
}

func TestReplayIsSafeForConcurrentUse(t *testing.T) {
	poll := request("GET http://p/poll")
	c := talk(poll, "1", poll, "2")
	p := c.Replay()
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for range 20 {
		wg.Go(func() {
			a, err := p.Respond(t.Context(), poll)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			seen[string(a.Body)]++
			_ = c.Replay()
		})
	}
	wg.Wait()
	if diff := cmp.Diff(map[string]int{"1": 10, "2": 10}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestMissNamesTheNearestRequest(t *testing.T) {
	c := talk(
		request("POST http://p/login", form, "", "user=a"), "in",
		request("GET http://p/list?page=1&per=4"), "1",
		request("GET http://p/list?page=2&per=4"), "2",
	)
	p := c.Replay()
	for _, r := range []upstream.Request{
		request("GET http://p/list?page=2&per=8"), request("GET http://p/list?a=1&b=2&c=3"), request("GET http://p/else"),
	} {
		if _, err := p.Respond(t.Context(), r); err == nil {
			t.Errorf("%s was answered", r.Target)
		}
	}
	want := []Miss{
		{Nearest: 3, Fields: []string{"query:per"}, Message: "the recording has no answer to GET http://p/list: its nearest request, number 3, has query per=4 where this one has per=8"},
		{Nearest: 2, Fields: []string{"query:a", "query:b", "query:c", "query:page", "query:per"}, Message: "the recording has no answer to GET http://p/list: its nearest request, number 2, has no query a where this one has a=1, and they differ in 4 more parts, such as query b"},
		{Nearest: 2, Fields: []string{"path", "query:page", "query:per"}, Message: "the recording has no answer to GET http://p/else: its nearest request, number 2, has the path /list, and they differ in 2 more parts, such as query page"},
	}
	if diff := cmp.Diff(want, p.Misses()); diff != "" {
		t.Error(diff)
	}
	if _, err := talk().Replay().Respond(t.Context(), request("GET http://p/a")); err == nil || !strings.HasSuffix(err.Error(), "it holds no request at all") {
		t.Errorf("got %v", err)
	}
}

func TestMissIsShortAndHoldsNoSecret(t *testing.T) {
	f := &File{
		Params: map[string]any{"serverpassword": "canary-1234567", "serverusername": "root"}, Secrets: []string{"serverpassword"},
		Conversations: []*Conversation{talk(request("GET http://p/a?key=canary-1234567&x="+strings.Repeat("a", 5000)), "1")},
	}
	p := f.Conversation(map[string]string{"serverpassword": "tr&ub 4dor%"}).Replay()
	asked := request("GET http://p/a?key=tr%26ub+4dor%25&x=" + strings.Repeat("a", 4990) + "\x1b[31mtr%26ub+4dor%25" + strings.Repeat("b", 5000))
	_, err := p.Respond(t.Context(), asked)
	if err == nil {
		t.Fatal("a request that differs was answered")
	}
	if m := err.Error(); len(m) > 400 || strings.Contains(m, "tr&ub") || strings.Contains(m, "4dor") || strings.Contains(m, "\x1b") || !strings.Contains(m, "query x=…aaa") {
		t.Errorf("got %q", m)
	}
}
