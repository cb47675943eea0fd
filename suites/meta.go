package suites

func metaSuite() Suite {
	return Suite{Area: "meta", Title: "MetaData", Rules: []Rule{}}
}
