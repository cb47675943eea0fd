package suites

func statusSuite() Suite {
	return Suite{Area: "status", Title: "Status", Rules: []Rule{}}
}
