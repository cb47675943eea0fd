package suites

func stabilitySuite() Suite {
	return Suite{Area: "stability", Title: "Same answer every time", Rules: []Rule{}}
}
