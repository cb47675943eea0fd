package suites

func scaleSuite() Suite {
	return Suite{Area: "scale", Title: "Time and size", Rules: []Rule{perf01(), perf02(), perf03(), perf04()}}
}
