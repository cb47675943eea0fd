package suites

func addressSuite() Suite {
	return Suite{Area: "address", Title: "IP address, email, domain and username", Rules: []Rule{}}
}
