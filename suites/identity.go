package suites

func identitySuite() Suite {
	return Suite{Area: "identity", Title: "Identity", Rules: []Rule{}}
}
