package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func xchk01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "XCHK-01", Level: contract.May, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "GetUserCount() counts the accounts that there are",
			Source: docServerSync,
			Why: "WHMCS's documentation does not mention GetUserCount(), but modules define it, and its number stands beside the server. One that ends with " +
				"the first page of the panel's list tells the administrator that the list is whole where it is not.",
			Fix:   "Count the accounts that the panel announces in total, or all rows of all pages.",
			Good:  "return ['success' => true, 'totalAccounts' => (int) $api->get('/accounts', ['per_page' => 1])['total']];",
			Bad:   "return ['success' => true, 'totalAccounts' => count($api->get('/accounts')['data'])]; // the first page",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedUserCount},
		Check: checkUserCount,
	}
}

// checkUserCount compares the number with the panel's accounts. One that agrees
// with the list is right as far as it goes: whether that is whole is FLT-12's
// concern.
func checkUserCount(c *Case) {
	call := c.T.Call(transcript.CallUserCount)
	key, total := userCount(call)
	n, ok := number(total)
	if !ok {
		c.NotApplicable("GetUserCount() gave no number that is plainly the accounts': it " + serviceWords(call))
		return
	}
	fleet, known := c.T.Fleet(call.Session)
	if !known {
		c.NotTestable("it is not known how many accounts the panel held", "run syncproof again")
		return
	}
	count, list := int(n), c.T.Call(transcript.CallUserCountOf)
	if count == len(fleet.Accounts) || answeredList(list) && count == list.Len() {
		return
	}
	at := "GetUserCount()"
	if key != "" {
		at += "[" + phpvalue.Quote(key) + "]"
	}
	place := c.inFunction(call, at)
	place.Want, place.Got = strconv.Itoa(len(fleet.Accounts))+", as many as the panel has", strconv.Itoa(count)
	c.Fail(place)
}

// userCount finds the number in what GetUserCount() returned: a number alone, or
// the one whose key says that it is the total. It is nil where there is none.
func userCount(call *transcript.Call) (key string, count any) {
	if call == nil {
		return "", nil
	}
	if phpvalue.IsInt(call.Value) {
		return "", call.Value
	}
	if answerOf(call)["success"] == false {
		return "", nil
	}
	for _, p := range phpvalue.Pairs(call.Value) {
		plain := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(p.Name()))
		if slices.Contains([]string{"totalaccounts", "accounttotal", "total", "accountcount", "usercount", "totalusers", "count"}, plain) && phpvalue.IsInt(p.Value) {
			return p.Name(), p.Value
		}
	}
	return "", nil
}
