package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// The passwords that a played panel holds are looked for in the list that counts
// as well.
func TestPlantedPasswordsInTheList(t *testing.T) {
	named := func(username string) func(*tt.Run) {
		return both(gives(transcript.CallList, tt.Success(account(tt.Array{"username": username}))), session(transcript.SessionList, func(s *tt.Session) {
			s.Info.Upstream = &transcript.Upstream{Answers: transcript.AnswersPanel, Fleet: transcript.FleetAccounts, Size: 3}
		}))
	}
	testVerdicts(t, onPlayed([]verdict{
		{name: "of an account", rule: "ACC-05", change: named(transcript.PlantedPassword("2")), findings: []contract.Finding{{
			Call: transcript.CallList, At: "accounts[0].username", Want: "no password, token or key", Got: "string",
			Note: "it holds the account's password on the panel", File: "acme.php", Line: listLine,
		}}},
		{name: "of no account", rule: "ACC-05", change: named(transcript.PlantedPassword("4"))},
	}))
}
