package answer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
)

func askedTwice() answer.Call {
	call := asked("ListAccounts")
	call.Again = "c2"
	return call
}

func honouring(events ...string) string {
	return strings.Replace(envelope(events...), `"events"`, `"honoured":["again"],"events"`, 1)
}

func TestSecondCall(t *testing.T) {
	second := strings.NewReplacer(`"call":"c"`, `"call":"c2"`)
	again := strings.Replace(begin, `"call":"y"`, `"call":"c2"`, 1)
	cut := `{"event":"shutdown","phase":"call","fatal":{"message":"Cannot redeclare acme_x()"},"output":{"bytes":0},"seconds":1}`
	cutStored := strings.Replace(cut, `"phase"`, `"session":"s","phase"`, 1)
	unreached := strings.Replace(listCall, `"event":"call"`, `"event":"unreached"`, 1)
	tests := []struct {
		name, body string
		want       []string
	}{
		{
			"both return", honouring(boot, load, begin, failed, again,
				`{"event":"account","call":"c2","key":0,"value":1}`, strings.Replace(counted1, `"value"`, `"call":"c2","value"`, 1), end, final),
			[]string{
				bootStored, loadStored, listCall, failedSave, second.Replace(listCall),
				second.Replace(account("0", "1")), second.Replace(counted1St), endStored, finalSaved,
			},
		},
		{
			"a list that was not taken apart", honouring(failed, again,
				`{"event":"returned","call":"c2","value":{"success":true,"accounts":[1]},"seconds":1}`),
			[]string{
				listCall, failedSave, second.Replace(listCall), second.Replace(account("0", "1")),
				second.Replace(returned(accounts("1", "true"), `,"output":{"bytes":0},"seconds":1}`)),
			},
		},
		{
			"the second dies", honouring(boot, load, begin, failed, again, cut, final),
			[]string{bootStored, loadStored, listCall, failedSave, second.Replace(listCall), cutStored, finalSaved},
		},
		{
			"the first dies", honouring(boot, load, begin, cut, final),
			[]string{bootStored, loadStored, listCall, cutStored, finalSaved, second.Replace(unreached)},
		},
		{
			"the file does not load", honouring(boot, `{"event":"shutdown","phase":"load","output":{"bytes":0},"seconds":0}`),
			[]string{
				bootStored, `{"event":"shutdown","session":"s","phase":"load","output":{"bytes":0},"seconds":0}`,
				unreached, second.Replace(unreached),
			},
		},
		{"not honoured", envelope(failed), []string{listCall, failedSave}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), askedTwice())
			if trouble != nil {
				t.Fatalf("trouble: %+v", *trouble)
			}
			if diff := cmp.Diff(tt.want, lines(t, got.Events)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			record(t, got.Events)
		})
	}
}

// What PHP runs after its shutdown was told of is told of at the top.
func TestLateError(t *testing.T) {
	const late = `{"message":"Uncaught Exception: late","file":"acme.php","line":7}`
	with := func(body string) string { return strings.Replace(body, `"events"`, `"fatal":`+late+`,"events"`, 1) }
	exit := `{"event":"shutdown","phase":"call","output":{"bytes":0},"seconds":0}`
	for name, tt := range map[string]struct{ body, want string }{
		"after the call": {
			with(envelope(boot, load, failed, end, final)),
			`{"event":"shutdown","session":"s","phase":"end","fatal":` + late + `,"output":{"bytes":0},"seconds":0}`,
		},
		// The call ended with exit, whatever came later.
		"after exit": {with(envelope(boot, load, begin, exit, final)), strings.Replace(exit, `"phase"`, `"session":"s","phase"`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			got, trouble := answer.Read([]byte(tt.body), asked("ListAccounts"))
			if trouble != nil {
				t.Fatalf("trouble: %+v", *trouble)
			}
			stored := lines(t, got.Events)
			if down := stored[len(stored)-2]; down != tt.want {
				t.Errorf("got  %s\nwant %s", down, tt.want)
			}
		})
	}
}
