package suites_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
)

// talks makes a conversation as rows of method, address, body and reply.
func talks(rows ...[4]string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		s := r.Session(transcript.SessionConversation)
		s.Exchanges = nil
		for i, row := range rows {
			s.Exchanges = append(s.Exchanges, transcript.Exchange{
				N: i + 1, Via: "direct", Method: row[0], URL: "https://panel.example" + row[1], Status: 200,
				RequestBody: transcripttest.Printed(row[2]), ReplyBody: transcripttest.Printed(row[3]),
			})
		}
	}
}

func gets(path string) [4]string { return [4]string{"GET", path, "", "{}"} }

func posts(path, body string) [4]string { return [4]string{"POST", path, body, "{}"} }

func listed(reply string) [4]string { return [4]string{"GET", "/accounts?page=1", "", reply} }

// oneEach is the finding about requests for each of the three accounts.
func oneEach(at string) []contract.Finding {
	return []contract.Finding{{
		Call: transcript.CallConversation, At: at, Want: "as many requests as the list has pages", Got: "3 requests for 3 accounts",
		Note: "a server with 1,000 accounts would take about 1,000 such requests", File: "acme.php", Line: listLine,
	}}
}

const (
	// byNumber is a list whose accounts have numbers that the module does not show.
	byNumber = `{"total":3,"accounts":[{"id":71,"name":"one"},{"id":72,"name":"two"},{"id":73,"name":"three"}]}`
	// byPosition has numbers that could be pages.
	byPosition = `[{"id":1,"name":"one"},{"id":2,"name":"two"},{"id":3,"name":"three"}]`
)

// unlikeNames makes a list whose accounts have nothing in common with their names,
// and the last of which lacks an address.
func unlikeNames(r *transcripttest.Run) {
	var accounts []any
	for i, domain := range []string{"a.example", "b.example", "c.example"} {
		n := strconv.Itoa(i + 1)
		accounts = append(accounts, transcripttest.Account(domain, transcripttest.Array{"uniqueIdentifier": "u-" + n, "username": "n-" + n}))
	}
	accounts[2].(transcripttest.Array)["email"] = ""
	r.Call(transcript.CallConversation).Returns(transcripttest.Success(accounts...))
}

func TestRequestCount(t *testing.T) {
	verdicts := []verdict{
		{name: "pages, and the details of one account"},
		{name: "by domain in the path", change: talks(listed("{}"), gets("/accounts/one.example"), gets("/accounts/two.example"), gets("/accounts/three.example")),
			findings: oneEach("request 2, GET /accounts/one.example, and 2 others like it")},
		{name: "by name in the query", change: talks(listed("{}"), gets("/quota?user=ONE&t=1"), gets("/quota?user=two&t=2"), gets("/quota?t=3&user=three")),
			findings: oneEach("request 2, GET /quota?user=ONE&t=1, and 2 others like it")},
		{name: "by name in a form", change: talks(posts("/rpc", "op=show&user=one"), posts("/rpc", "op=show&user=two"), posts("/rpc", "op=show&user=three")),
			findings: oneEach("request 1, POST /rpc, and 2 others like it")},
		{name: "by a number of the panel", change: talks(listed(byNumber), gets("/accounts/71/ips"), gets("/accounts/72/ips"), gets("/accounts/73/ips")),
			findings: oneEach("request 2, GET /accounts/71/ips, and 2 others like it")},
		{name: "by a number that only the details show", change: talks(gets("/accounts"),
			[4]string{"GET", "/accounts/71", "", `{"id":71,"name":"one"}`}, [4]string{"GET", "/accounts/72", "", `{"id":72,"name":"two"}`},
			[4]string{"GET", "/accounts/73", "", `{"id":73,"name":"three"}`}), findings: oneEach("request 2, GET /accounts/71, and 2 others like it")},
		{name: "by the keys of a list", change: talks(listed(`{"accounts":{"71":{"name":"one"},"72":{"name":"two"},"73":{"name":"three"}}}`),
			gets("/accounts/71"), gets("/accounts/72"), gets("/accounts/73")), findings: oneEach("request 2, GET /accounts/71, and 2 others like it")},
		{name: "in the form of JSON:API", change: talks(listed(`{"data":[{"id":"71","attributes":{"name":"one"}},{"id":"72","attributes":{"name":"two"}},{"id":"73","attributes":{"name":"three"}}]}`),
			gets("/accounts/71"), gets("/accounts/72"), gets("/accounts/73")), findings: oneEach("request 2, GET /accounts/71, and 2 others like it")},
		{name: "in XML", change: talks(listed(`<r><account id="71"><name>one</name></account><account id="72"><name>two</name></account><account id="73"><name>three</name></account>`),
			gets("/accounts/71"), gets("/accounts/72"), gets("/accounts/73")), findings: oneEach("request 2, GET /accounts/71, and 2 others like it")},
		{name: "by calls of a procedure", change: talks(listed(byPosition), posts("/rpc", `{"jsonrpc":"2.0","id":8,"method":"a.info","params":{"id":1}}`),
			posts("/rpc", `{"jsonrpc":"2.0","id":9,"method":"a.info","params":{"id":2}}`), posts("/rpc", `{"jsonrpc":"2.0","id":10,"method":"a.info","params":{"id":3}}`)),
			findings: oneEach("request 2, POST /rpc, and 2 others like it")},
		{name: "in the path and the body", change: talks(listed("{}"), posts("/accounts/one", "user=one"), posts("/accounts/two", "user=two"), posts("/accounts/three", "user=three")),
			findings: oneEach("request 2, POST /accounts/one, and 2 others like it")},
		{name: "by a number in a bare path", change: talks(listed(byNumber), gets("/list/71"), gets("/list/72"), gets("/list/73")),
			findings: oneEach("request 2, GET /list/71, and 2 others like it")},
		{name: "by a number alone", change: talks(listed(byNumber), gets("/71"), gets("/72"), gets("/73")),
			findings: oneEach("request 2, GET /71, and 2 others like it")},
		{name: "by numbers that are no pages", change: talks(listed(`[{"id":1,"name":"one"},{"id":3,"name":"two"},{"id":5,"name":"three"}]`),
			gets("/list/1"), gets("/list/3"), gets("/list/5")), findings: oneEach("request 2, GET /list/1, and 2 others like it")},
		{name: "by numbers from 2 on", change: talks(listed(`[{"id":2,"name":"one"},{"id":3,"name":"two"},{"id":4,"name":"three"}]`),
			gets("/list/2"), gets("/list/3"), gets("/list/4")), findings: oneEach("request 2, GET /list/2, and 2 others like it")},
		{name: "by numbers after a name", change: talks(listed(`[{"id":"x","name":"one"},{"id":1,"name":"two"},{"id":2,"name":"three"}]`),
			gets("/list/x"), gets("/list/1"), gets("/list/2")), findings: oneEach("request 2, GET /list/x, and 2 others like it")},
		{name: "by a position below what it is one of", change: talks(listed(byPosition), gets("/accounts/1"), gets("/accounts/2"), gets("/accounts/3")),
			findings: oneEach("request 2, GET /accounts/1, and 2 others like it")},
		{name: "in the query and the body", change: talks(listed("{}"), posts("/rpc?id=one", "user=one"), posts("/rpc?id=two", "user=two"), posts("/rpc?id=three", "user=three")),
			findings: oneEach("request 2, POST /rpc?id=one, and 2 others like it")},
		{name: "twice in a body", change: talks(listed(byNumber), posts("/d", `{"ids":[71,71]}`), posts("/d", `{"ids":[72,72]}`), posts("/d", `{"ids":[73,73]}`)),
			findings: oneEach("request 2, POST /d, and 2 others like it")},
		{name: "by address", change: talks(listed("{}"), gets("/x?m=owner@one.example"), gets("/x?m=owner@two.example"), gets("/x?m=owner@three.example")),
			findings: oneEach("request 2, GET /x?m=owner@one.example, and 2 others like it")},
		{name: "by identifier, domain and name", change: both(unlikeNames, talks(listed("{}"), gets("/x?q=u-1"), gets("/x?q=b.example"), gets("/x?q=n-3"))),
			findings: oneEach("request 2, GET /x?q=u-1, and 2 others like it")},
		{name: "by a number that a plan has too", change: talks(listed(`{"plans":[{"id":71}],"accounts":[{"id":71,"name":"one"},{"id":72,"name":"two"},{"id":73,"name":"three"}]}`),
			gets("/accounts/71"), gets("/accounts/72"), gets("/accounts/73")), findings: oneEach("request 2, GET /accounts/71, and 2 others like it")},

		{name: "connections without requests", change: talks(listed(byNumber), [4]string{"", "/accounts/71"}, [4]string{"", "/accounts/72"}, [4]string{"", "/accounts/73"})},
		{name: "one page each", change: talks(listed(byPosition), gets("/1"), gets("/2"), gets("/3"))},
		{name: "three accounts at once", change: talks(listed(byNumber), posts("/d", `{"ids":[71,72,71]}`), posts("/d", `{"ids":[72,73,72]}`), posts("/d", `{"ids":[73,71,73]}`))},
		{name: "one request each at several servers", change: talks(listed(byNumber), gets("/accounts/71"), gets(".net/accounts/72"), gets(".org/accounts/73"))},
		{name: "one request each in several forms", change: talks(listed(byNumber), gets("/71/accounts"), gets("/accounts/72"), gets("/73/accounts"))},
		{name: "one request each with other fields", change: talks(listed("{}"), gets("/x?user=one"), gets("/x?user=two&quota=x"), gets("/x?user=three&ips=x"))},
		{name: "what accounts have", change: talks(listed(`[{"name":"one","quota":71000},{"name":"two","quota":72000},{"name":"three","quota":73000}]`),
			gets("/x/71000"), gets("/x/72000"), gets("/x/73000"))},
		{name: "no name at all", change: both(unlikeNames, talks(listed("{}"), gets("/x?user=n-1"), gets("/x?user=n-2"), gets("/x?user=")))},
		{name: "pages that could be numbers", change: talks(gets("/accounts?page=1"), gets("/accounts?page=2"), listed(byPosition), gets("/accounts?page=3"))},
		{name: "pages in the path", change: talks(listed(byPosition), gets("/accounts/page/1"), gets("/accounts/page/2"), gets("/accounts/page/3"))},
		{name: "pages in a bare path", change: talks(listed(byPosition), gets("/list/1"), gets("/list/2"), gets("/list/3"))},
		{name: "offsets", change: talks(listed(byNumber), gets("/accounts?startIndex=71"), gets("/accounts?startIndex=72"), gets("/accounts?startIndex=73"))},
		{name: "where the last page ended", change: talks(listed(byNumber), gets("/accounts?after=71"), gets("/accounts?after=72"), gets("/accounts?after=73"))},
		{name: "cursors in a body", change: talks(listed(byNumber), posts("/rpc", `{"q":{"last_id":71}}`), posts("/rpc", `{"q":{"last_id":72}}`), posts("/rpc", `{"q":{"last_id":73}}`))},
		{name: "the numbers of calls", change: talks(listed(byPosition), posts("/rpc", `{"jsonrpc":"2.0","id":1,"method":"l"}`),
			posts("/rpc", `{"jsonrpc":"2.0","id":2,"method":"l"}`), posts("/rpc", `{"jsonrpc":"2.0","id":3,"method":"l"}`))},
		{name: "positions without a name", change: talks(listed(byPosition), posts("/rpc", `{"method":"l","params":[1]}`),
			posts("/rpc", `{"method":"l","params":[2]}`), posts("/rpc", `{"method":"l","params":[3]}`))},
		{name: "the plans", change: talks(listed(`[{"name":"one","plan_id":71},{"name":"two","plan_id":72},{"name":"three","plan_id":73}]`),
			gets("/plans/71"), gets("/plans/72"), gets("/plans/73"))},
		{name: "a plan inside each account", change: talks(listed(`[{"name":"one","plan":{"id":71}},{"name":"two","plan":{"id":72}},{"name":"three","plan":{"id":73}}]`),
			gets("/plans/71"), gets("/plans/72"), gets("/plans/73"))},
		{name: "several accounts at once", change: talks(listed(byNumber), posts("/details", `{"ids":[71,72]}`), posts("/details", `{"ids":[73,71]}`), posts("/details", `{"ids":[72,73]}`))},
		{name: "some of the accounts", change: talks(listed(byNumber), gets("/accounts/71"), gets("/accounts/72"))},
		{name: "one account again and again", change: talks(listed(byNumber), gets("/accounts/71"), gets("/accounts/71"), gets("/accounts/71"), gets("/accounts/72"))},
		{name: "one request each of several kinds", change: talks(listed(byNumber), gets("/a/71"), gets("/b/72"), gets("/c/73"))},
		{
			name: "a number that two accounts share", change: talks(listed(`[{"name":"one","key":71},{"name":"two","key":71},{"name":"three","key":73}]`),
				gets("/x/71"), gets("/x/73"), gets("/x/71")),
		},
		{
			name: "two accounts", outcome: contract.NotTestable, reason: "the list has 2 accounts, too few to tell whether each takes a request of its own",
			change: both(talks(gets("/accounts/one.example"), gets("/accounts/two.example")), func(r *transcripttest.Run) {
				r.Call(transcript.CallConversation).Returns(transcripttest.Success(transcripttest.Account("one.example"), transcripttest.Account("two.example")))
			}),
		},
	}
	for i := range verdicts {
		verdicts[i].rule, verdicts[i].from = "PERF-02", transcripttest.Talking
	}
	testVerdicts(t, verdicts)
}

// What a large server would take is told in proportion, and a long conversation
// is judged in reasonable time.
func TestRequestCountOfManyAccounts(t *testing.T) {
	const n = 3000
	run := transcripttest.Talking(t)
	var accounts []any
	rows := [][4]string{listed("{}")}
	for i := range n {
		name := "acct-" + strconv.Itoa(i)
		accounts = append(accounts, transcripttest.Account(name+".example", transcripttest.Array{"username": name}))
		rows = append(rows, gets("/accounts/"+name), gets("/accounts/"+name))
	}
	run.Call(transcript.CallConversation).Returns(transcripttest.Success(accounts...))
	talks(rows...)(run)
	begun := time.Now()
	got := judgeOne(t, "PERF-02", run.Transcript())
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	want := fmt.Sprintf("%d requests for %d accounts", 2*n, n)
	const note = "a server with 1,000 accounts would take about 2,000 such requests"
	if got.Count != 1 || got.Findings[0].Got != want || got.Findings[0].Note != note {
		t.Errorf("got %d findings, the first is %+v", got.Count, got.Findings)
	}
}
