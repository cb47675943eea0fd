package suites

func accountSuite() Suite {
	return Suite{Area: "account", Title: "Account shape, types and encoding", Rules: []Rule{}}
}
