package php

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"syncproof/internal/transcript"
)

// A list of which a part was lost on its way is not judged as if it were whole.
func TestLostAccountsAreTold(t *testing.T) {
	const account = `{"nonce":"N0NCE","event":"account","call":"list","key":%d,"value":{}}`
	for name, tc := range map[string]struct {
		came, count int
		want        string
	}{
		"all":      {2, 2, ""},
		"none":     {0, 0, ""},
		"too few":  {1, 2, "of 2 accounts that the module returned 1 arrived at syncproof"},
		"too many": {3, 2, "of 2 accounts that the module returned 3 arrived at syncproof"},
	} {
		s := testSession()
		rec := transcript.NewRecorder(io.Discard, nil)
		p := newPump(s, testLabels(s), rec)
		lines := []string{
			`{"nonce":"N0NCE","event":"boot","php":"8.2.0"}`, `{"nonce":"N0NCE","event":"loaded","ok":true}`,
			`{"nonce":"N0NCE","event":"call","call":"list","function":"ListAccounts","params":[]}`,
		}
		for i := range tc.came {
			lines = append(lines, fmt.Sprintf(account, i))
		}
		lines = append(lines, fmt.Sprintf(`{"nonce":"N0NCE","event":"returned","call":"list","value":{"success":true,"accounts":{"$php":"accounts","count":%d,"list":true}}}`, tc.count))
		for _, l := range lines {
			p.take([]byte(l))
		}
		var got []string
		for _, trouble := range rec.Transcript().Session("list").Troubles {
			got = append(got, trouble.Message)
		}
		if p.err != nil || strings.Join(got, "; ") != tc.want {
			t.Errorf("%s: got %q, want %q (%v)", name, got, tc.want, p.err)
		}
	}
}
