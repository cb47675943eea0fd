package suites_test

import (
	"fmt"
	"os"

	"syncproof/suites"
)

// A vendor's Go test judges the transcript of a run: in its own words, by the rules
// it cares about, with the evidence at hand. Here it is the stored run of a module
// that calls a failure a success.
func Example() {
	file, err := os.Open("../fixtures/transcripts/failure-called-success.ndjson")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	judge, err := suites.Read(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	for result := range judge.Results() {
		if result.Rule.ID != "ENV-05" && result.Rule.ID != "ENV-09" {
			continue
		}
		fmt.Printf("%s %s: %s\n", result.Rule.ID, result.Outcome, result.Rule.Title)
		for _, f := range result.Findings {
			fmt.Printf("  %s: want %s, got %s\n", f.At, f.Want, f.Got)
		}
	}
	// Output:
	// ENV-05 fail: success => true never comes with an error
	//   ListAccounts()["error"]: want no error beside success => true, got "The panel lists an account in a state this module does not know." (string)
	// ENV-09 pass: ListAccounts() returns: it throws nothing, and PHP survives it
}

// The rules are a table: what each says, rests on and prevents can be listed
// without any run.
func ExampleRules() {
	for _, rule := range suites.Rules() {
		if rule.Area == "envelope" && rule.Level == "MUST" && rule.Hazard == "terminate" {
			fmt.Println(rule.ID, rule.Basis)
			break
		}
	}
	// Output:
	// ENV-02 documented
}
