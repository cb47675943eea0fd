package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"syncproof/suites"
)

// listing lists that many accounts from PHP and judges them by every rule that looks
// at each. No panel is asked.
func (b *Bench) listing(username, out string) Command {
	return Command{
		Args: []string{
			b.o.Binary, "run", b.fixture("listing/acmebench"), "--server-hostname", "127.0.0.1", "--server-username", username,
			"--only", rowRules(), "--out", b.out(out), "-q", "--no-progress", "--allow-incomplete", "--timeout", "120s", "--max-memory", "4GiB",
		},
		Codes: []int{1},
	}
}

func rowRules() string {
	var ids []string
	for _, r := range suites.Rules() {
		if r.Row != nil || r.Claims != nil {
			ids = append(ids, r.ID)
		}
	}
	return strings.Join(ids, ",")
}

// accounts follows long lists from PHP, from an endpoint and from a stored run.
func (b *Bench) accounts(ctx context.Context) error {
	lengths := []int{b.o.Long / 100, b.o.Long / 10, b.o.Long}
	fromPHP, bare, stored := Curve{Name: "from PHP"}, Curve{Name: "bare PHP"}, Curve{Name: "from a transcript"}
	memory := Curve{Name: "run"}
	var php, alone, judged Cost
	for _, n := range lengths {
		name := fmt.Sprint("list", n)
		var err error
		if php, err = Best(ctx, 3, b.listing(strconv.Itoa(n), name)); err != nil {
			return err
		}
		lists, err := listsIn(b.stored(name))
		if err != nil {
			return err
		}
		if alone, err = Best(ctx, 2, Command{Args: []string{"php", b.fixture("list.php"), b.fixture("listing/acmebench/acmebench.php"), strconv.Itoa(n)}, Discard: true}); err != nil {
			return err
		}
		if judged, err = Best(ctx, 2, Command{Args: []string{b.o.Binary, "judge", b.stored(name), "-q", "--only", rowRules(), "--out", b.out("again"), "--allow-incomplete"}, Codes: []int{1}}); err != nil {
			return err
		}
		add := func(c *Curve, cpu time.Duration, times int) {
			c.Points = append(c.Points, Point{X: float64(n), Y: cpu.Seconds() * 1e9 / float64(n*times)})
		}
		add(&fromPHP, php.CPU, max(1, lists))
		add(&bare, alone.CPU, 1)
		add(&stored, judged.CPU, max(1, lists))
		memory.Points = append(memory.Points, Point{X: float64(n), Y: megabytes(php.Peak)})
		if n == b.o.Long {
			b.longList(n, lists, php, alone, judged)
		}
	}
	first, last := stored.Points[0].Y, stored.Points[len(stored.Points)-1].Y
	b.add(Figure{
		Name:  fmt.Sprintf("cost of an account at %s / at %s", grouped(int64(b.o.Long)), grouped(int64(b.o.Long/100))),
		Value: last / first, Unit: "ratio", Bound: AtMost, Target: 1.15,
		Beside: fmt.Sprintf("%s ns / %s ns of processor time, from a transcript, the start of the program included", trim(last), trim(first)),
	})
	b.report.Plots = append(b.report.Plots,
		Plot{File: "account-cost", Title: "Processor time for each account", YLabel: "ns", Curves: []Curve{fromPHP, stored, bare}},
		Plot{File: "account-memory", Title: "Resident memory of syncproof", YLabel: "MB", Curves: []Curve{memory}})
	b.endpoint(ctx)
	return nil
}

func (b *Bench) longList(n, lists int, php, alone, judged Cost) {
	name := grouped(int64(n)) + " accounts "
	share := fmt.Sprintf("%d lists of them; ", lists)
	b.add(Figure{
		Name: name + "through PHP and all row rules", Value: php.Wall.Seconds(), Unit: "s", Bound: AtMost, Target: 6,
		Beside: share + fmt.Sprintf("%s of processor time; bare PHP that writes one as JSON: %s, ratio %s",
			seconds(php.CPU), seconds(alone.Wall), trim(ratio(php.CPU, alone.CPU))),
	})
	b.add(Figure{Name: name + "through PHP: resident memory", Value: megabytes(php.Peak), Unit: "MB", Bound: AtMost, Target: 128})
	b.add(Figure{
		Name: name + "from a transcript", Value: judged.Wall.Seconds(), Unit: "s", Bound: AtMost, Target: 4,
		Beside: share + seconds(judged.CPU) + " of processor time",
	})
	b.add(Figure{Name: name + "from a transcript: resident memory", Value: megabytes(judged.Peak), Unit: "MB", Bound: AtMost, Target: 128})
}

// endpoint lists the accounts from an address. Its answer is made piece by piece, so
// that what is measured is how syncproof takes it.
func (b *Bench) endpoint(ctx context.Context) {
	name := grouped(int64(b.o.Long)) + " accounts from an endpoint"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answerCall(w, r, b.o.Long) }))
	defer server.Close()
	cost, err := Best(ctx, 3, Command{
		Args: []string{
			b.o.Binary, "run", server.URL + "/acmebench.php", "--module", "acmebench", "--server-hostname", "127.0.0.1", "--only", rowRules(),
			"--out", b.out("endpoint"), "-q", "--no-progress", "--allow-incomplete", "--timeout", "120s",
		},
		Codes: []int{1, 4},
	})
	if err != nil {
		b.add(Figure{Name: name, Missing: err.Error()})
		return
	}
	lists, err := listsIn(b.stored("endpoint"))
	if err != nil || lists == 0 {
		b.add(Figure{Name: name, Missing: "the answer was not taken; a list of this length is more than an endpoint may answer"})
		return
	}
	b.add(Figure{
		Name: name, Value: cost.Wall.Seconds(), Unit: "s", Bound: AtMost, Target: 4,
		Beside: fmt.Sprintf("%d lists of them; %s of processor time", lists, seconds(cost.CPU)),
	})
	b.add(Figure{Name: name + ": resident memory", Value: megabytes(cost.Peak), Unit: "MB", Bound: AtMost, Target: 128})
}

// answerCall answers as a vendor's endpoint would, without bridge.php.
func answerCall(w http.ResponseWriter, r *http.Request, n int) {
	var request struct{ Function string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, "that is no request", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch request.Function {
	case "ListAccounts":
		_, _ = io.WriteString(w, `{"success":true,"accounts":[`)
		for i := range n {
			if i > 0 {
				_, _ = io.WriteString(w, ",")
			}
			_, _ = fmt.Fprintf(w, `{"email":"customer%[1]d@example.net","username":"cust%[1]d","domain":"customer%[1]d.example.com","uniqueIdentifier":"customer%[1]d.example.com","product":"business-%[2]d","primaryip":"192.0.2.%[3]d","created":"2019-07-02 13:15:00","status":"Active"}`, i, i%7, i%250+1)
		}
		_, _ = io.WriteString(w, `]}`)
	case "MetaData":
		_, _ = io.WriteString(w, `{"DisplayName":"Acme Long List","APIVersion":"1.1","RequiresServer":true,"ListAccountsUniqueIdentifierDisplayName":"Domain","ListAccountsUniqueIdentifierField":"domain","ListAccountsProductField":"configoption1"}`)
	default:
		_, _ = io.WriteString(w, `{"Plan":{"Type":"text","Size":"25","Description":"The plan on the panel"}}`)
	}
}
