package suites

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/request"
	"syncproof/internal/transcript"
)

func perf02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PERF-02", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Crash,
			Title:  "the number of requests grows with the pages of the list, not with the accounts",
			Source: sources(docSync, docMetrics),
			Why: "The administrator's page waits for the list. With a request for each account, a server with a thousand of them takes " +
				"minutes, runs into the limits of PHP and of the web server, and can never be synced.",
			Fix:   "Ask for lists that hold what is needed, with as many rows a page as the panel gives, or for several accounts at once.",
			Good:  "$rows = $api->get('/accounts', ['page' => $page, 'per_page' => 100, 'include' => 'plan,addresses']);",
			Bad:   "foreach ($api->get('/accounts') as $row) {\n    $details = $api->get('/accounts/' . $row['id']); // once for each account\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedConversation},
		Check: checkRequestCount,
	}
}

// fewestAccounts is how many accounts a list must have before requests for each
// of them can be told from others.
const fewestAccounts = 3

func checkRequestCount(c *Case) {
	talk := c.T.Conversation()
	accounts := talk.Calls[0].Len()
	if accounts < fewestAccounts {
		c.NotTestable("the list has "+plural(int64(accounts), "account", "accounts")+", too few to tell whether each takes a request of its own",
			fmt.Sprintf("name a server that has at least %d accounts", fewestAccounts))
		return
	}
	for _, s := range seriesOf(talk) {
		if len(s.accounts) < accounts {
			continue
		}
		x := talk.Exchanges[s.first]
		place := c.inFunction(talk.Calls[0], fmt.Sprintf("request %d, %s %s, and %s like it",
			s.first+1, x.Method, shortURL(x.URL), plural(int64(s.requests-1), "other", "others")))
		place.Want = "as many requests as the list has pages"
		place.Got = fmt.Sprintf("%d requests for %d accounts", s.requests, accounts)
		place.Note = fmt.Sprintf("a server with 1,000 accounts would take about %s such requests", thousands(1000*s.requests/accounts))
		c.Fail(place)
	}
}

// thousands writes a number with separators.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// series are requests that differ in one value, which names an account.
type series struct {
	first, requests int
	// numbers are those of the requests, from 1.
	numbers  []int
	accounts map[int]bool
	values   []string
	// plain says that nothing but the value itself shows what it means.
	plain bool
}

// seriesOf finds the requests that name one account each.
func seriesOf(talk *transcript.Session) []*series {
	names := namesOfAccounts(talk)
	var all []*series
	at := map[string]*series{}
	for i, x := range talk.Exchanges {
		if x.Method == "" {
			continue
		}
		for _, slot := range slotsOf(x, names) {
			s := at[slot.key]
			if s == nil {
				s = &series{first: i, accounts: map[int]bool{}, plain: slot.plain}
				at[slot.key] = s
				all = append(all, s)
			}
			s.requests++
			s.numbers = append(s.numbers, i+1)
			s.accounts[slot.account] = true
			s.values = append(s.values, slot.value)
		}
	}
	// One request can name its account twice, in the path and in the body.
	begun := map[int]bool{}
	return slices.DeleteFunc(all, func(s *series) bool {
		if s.plain && countsUp(s.values) || begun[s.first] {
			return true
		}
		begun[s.first] = len(s.accounts) >= fewestAccounts
		return false
	})
}

// countsUp holds for 0, 1, 2, 3 and 1, 2, 3: pages, as likely as accounts.
func countsUp(values []string) bool {
	for i, v := range values {
		n, err := strconv.Atoi(v)
		first, _ := strconv.Atoi(values[0])
		if err != nil || first > 1 || n != first+i {
			return false
		}
	}
	return true
}

// slot is a place in a request that names an account.
type slot struct {
	key, value string
	account    int
	plain      bool
}

// slotsOf are the places of a request that name just one account. What names
// several asks for them at once.
func slotsOf(x transcript.Exchange, names map[string]int) []slot {
	fields := request.Fields(x)
	var slots []slot
	seen, several := map[string]int{}, map[string]bool{}
	for i, f := range fields {
		account, known := names[strings.ToLower(f.Value)]
		if !known || account == nobody || request.IsPaging(fields, i) {
			continue
		}
		key := seriesKey(x, fields, i)
		if other, again := seen[key]; again {
			several[key] = several[key] || other != account
			continue
		}
		seen[key] = account
		slots = append(slots, slot{key: key, value: f.Value, account: account, plain: isPlain(fields, i)})
	}
	return slices.DeleteFunc(slots, func(s slot) bool { return several[s.key] })
}

// seriesKey is what the requests of one series have in common: all but the
// values of fields, and the part of the path that names the account.
func seriesKey(x transcript.Exchange, fields []request.Field, at int) string {
	host := ""
	if u, err := url.Parse(x.URL); err == nil {
		host = u.Host
	}
	path, names := []string{}, []string{}
	for i, f := range fields {
		switch {
		case f.In == request.InPath && i == at:
			path = append(path, "*")
		case f.In == request.InPath:
			path = append(path, f.Value)
		default:
			names = append(names, f.In+":"+f.Name)
		}
	}
	slices.Sort(names)
	slot := fields[at].In + ":" + fields[at].Name
	return strings.Join([]string{x.Method, host, strings.Join(path, "/"), strings.Join(slices.Compact(names), "&"), slot}, "\n")
}

// isPlain holds where neither a name nor a place in the path tells that the
// value names an account.
func isPlain(fields []request.Field, at int) bool {
	f := fields[at]
	if f.In == request.InPath {
		return at == 0 || wholeListPath.MatchString(fields[at-1].Value)
	}
	return !naming.MatchString(f.Name)
}

var (
	wholeListPath = regexp.MustCompile(`(?i)^(list|index|all|get|show|v?[0-9.]+)?$`)
	// naming matches names of fields that hold what a thing is called by.
	naming = regexp.MustCompile(`(?i)(^|[^a-z]|[a-z])(id|uuid|uid|guid|name|login|user|domain|account|acct|email|mail|key|ref|slug)$`)
	// others matches names of fields that name something else than an account.
	others = regexp.MustCompile(`(?i)(plan|product|package|server|node|group|role|template|image|country|currency|parent|tier|region|type|status|state|display)`)
)

// nobody marks a name that several accounts share.
const nobody = -1

// namesOfAccounts maps what an account is called by, in the list or by the
// panel's replies, to its row.
func namesOfAccounts(talk *transcript.Session) map[string]int {
	names := map[string]int{}
	for a := range talk.Calls[0].Accounts() {
		for _, field := range []string{contract.FieldUniqueIdentifier, contract.FieldUsername, contract.FieldDomain, contract.FieldEmail} {
			if text, ok := scalarText(a.Fields[field]); ok {
				claimName(names, text, a.Row)
			}
		}
	}
	learned := map[string]int{}
	for _, x := range talk.Exchanges {
		for _, object := range request.Objects(request.Text(x.ReplyBody)) {
			row := objectOwner(object, names)
			for _, f := range object {
				if row != nobody && naming.MatchString(f.Name) && !others.MatchString(f.Name) {
					claimName(learned, f.Value, row)
				}
			}
		}
	}
	for name, row := range learned {
		if _, known := names[name]; !known {
			names[name] = row
		}
	}
	return names
}

func claimName(names map[string]int, text string, row int) {
	if text = strings.ToLower(text); text == "" {
		return
	}
	if other, taken := names[text]; taken && other != row {
		row = nobody
	}
	names[text] = row
}

// objectOwner is the account an object of a reply is about: the one that its values
// name, when they name one only.
func objectOwner(object []request.Field, names map[string]int) int {
	owner := nobody
	for _, f := range object {
		row, known := names[strings.ToLower(f.Value)]
		switch {
		case !known || row == nobody || smallNumber.MatchString(f.Value) && !naming.MatchString(f.Name):
		case owner != nobody && owner != row:
			return nobody
		default:
			owner = row
		}
	}
	return owner
}

// smallNumber matches what counts pages and rows as well as accounts.
var smallNumber = regexp.MustCompile(`^[0-9]{1,5}$`)
