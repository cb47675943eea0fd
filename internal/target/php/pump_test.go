package php

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

func testSession() *session {
	dir := filepath.FromSlash("/tmp/syncproof-1/s-2")
	return &session{
		Session: scenario.Session{
			ID: "list", Purpose: "list the accounts",
			Steps: []scenario.Step{{Call: "list", Function: "ListAccounts"}, {Call: "again", Function: "ListAccounts"}},
		},
		nonce: "N0NCE", network: transcript.NetworkNone,
		dir: dir, root: filepath.Join(dir, "whmcs"), temp: filepath.Join(dir, "tmp"), home: filepath.Join(dir, "home"),
		scratch: filepath.FromSlash("/tmp/syncproof-1"), wrapper: filepath.FromSlash("/tmp/syncproof-1/wrapper"),
	}
}

// testLabels are those of a module at the top of a repository in /home/vendor/acme.
func testLabels(s *session) *relabel {
	work := filepath.FromSlash("/home/vendor/acme")
	m := module{named: work, file: filepath.Join(work, "src", "acme", "acme.php"), name: "acme"}
	return newRelabel(m, []mount{
		{"lang", filepath.Join(work, "lang")},
		{"modules/servers/acme", filepath.Join(work, "src", "acme")},
	}, s)
}

func line(text string) []byte {
	return []byte(strings.Replace(text, "{", `{"nonce":"N0NCE",`, 1))
}

func TestRelabelPointsIntoTheRepository(t *testing.T) {
	r := testLabels(testSession())
	for name, tc := range map[string]struct{ got, want string }{
		"the module's file":     {r.file("modules/servers/acme/acme.php"), "src/acme/acme.php"},
		"its folder":            {r.file("modules/servers/acme"), "src/acme"},
		"another folder":        {r.file("modules/servers/acmeother/x.php"), "<whmcs>/modules/servers/acmeother/x.php"},
		"a language file":       {r.file("lang/german.php"), "lang/german.php"},
		"one of ours":           {r.file("init.php"), "<whmcs>/init.php"},
		"absolute":              {r.file("/tmp/syncproof-1/s-2/whmcs/modules/servers/acme/a.php"), "src/acme/a.php"},
		"elsewhere":             {r.file("/usr/share/php/x.php"), "/usr/share/php/x.php"},
		"none":                  {r.file(""), ""},
		"text":                  {r.text.Replace("in /tmp/syncproof-1/s-2/whmcs/modules/servers/acme/a.php:3, not"), "in src/acme/a.php:3, not"},
		"text, the root":        {r.text.Replace("/tmp/syncproof-1/s-2/whmcs/x"), "<whmcs>/x"},
		"text, temporary files": {r.text.Replace("/tmp/syncproof-1/s-2/tmp/abc"), "<temp>/abc"},
		"text, the home":        {r.text.Replace("/tmp/syncproof-1/s-2/home"), "<home>"},
		"text, our code":        {r.text.Replace("#1 /tmp/syncproof-1/wrapper/main.php"), "#1 <syncproof>/main.php"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %q, want %q", name, tc.got, tc.want)
		}
	}
}

func TestRelabelOfAFolderNamedItself(t *testing.T) {
	s := testSession()
	m := module{named: "/home/vendor/acme", file: "/home/vendor/acme/acme.php", name: "acme"}
	r := newRelabel(m, []mount{{"modules/servers/acme", "/home/vendor/acme"}}, s)
	if got := r.file("modules/servers/acme/lib/a.php"); got != "lib/a.php" {
		t.Errorf("file: got %q", got)
	}
	if got := r.text.Replace("no /tmp/syncproof-1/s-2/whmcs/modules/servers/acme/lib/a.php!"); got != "no lib/a.php!" {
		t.Errorf("text: got %q", got)
	}
}

// What prints its own path prints as much in every session, wherever that lies.
func TestPrintedPathsCountAsTheVendorsOwn(t *testing.T) {
	const path = "/tmp/syncproof-1/s-2/whmcs/modules/servers/acme/a.php"
	bytes := func(text string) map[string]any {
		return map[string]any{"$php": "bytes", "b64": base64.StdEncoding.EncodeToString([]byte(text))}
	}
	for name, tc := range map[string]struct{ got, want transcript.Output }{
		"text":        {transcript.Output{Bytes: int64(len(path)) + 4, Text: "in " + path + "."}, transcript.Output{Bytes: 18, Text: "in src/acme/a.php."}},
		"cut":         {transcript.Output{Bytes: int64(len(path)) + 5000, Text: path}, transcript.Output{Bytes: 5014, Text: "src/acme/a.php"}},
		"not UTF-8":   {transcript.Output{Bytes: int64(len(path)) + 1, Text: bytes(path + "\xff")}, transcript.Output{Bytes: 15, Text: bytes("src/acme/a.php\xff")}},
		"no path":     {transcript.Output{Bytes: 2, Text: "ok"}, transcript.Output{Bytes: 2, Text: "ok"}},
		"no text":     {transcript.Output{}, transcript.Output{}},
		"wrong count": {transcript.Output{Bytes: 1, Text: "ok"}, transcript.Output{Bytes: 2, Text: "ok"}},
	} {
		testLabels(testSession()).output(&tc.got)
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestNoScratchPathGetsOut puts the scratch path wherever an event can hold
// text.
func TestNoScratchPathGetsOut(t *testing.T) {
	const (
		path = `/tmp/syncproof-1/s-2/whmcs/modules/servers/acme/a.php`
		// The same, followed by a byte that is no UTF-8.
		raw  = `{"$php":"bytes","b64":"L3RtcC9zeW5jcHJvb2YtMS9zLTIvd2htY3MvbW9kdWxlcy9zZXJ2ZXJzL2FjbWUvYS5waHD/"}`
		text = `"at ` + path + `"`
		warn = `[{"level":"warning","message":` + text + `,"file":"` + path + `"}]`
		eff  = `"output":{"bytes":1,"text":` + text + `},"warnings":` + warn + `,"headers":[` + text + `],"files":["` + path + `"],` +
			`"state":[{"name":"x","before":` + text + `,"after":` + text + `}]`
	)
	lines := []string{
		`{"event":"boot","php":"8.2.0"}`,
		`{"event":"loaded","ok":true,` + eff + `,"throwable":{"class":"X","message":` + text + `,"file":"` + path + `"},` +
			`"functions":[{"name":"a","file":"` + path + `"}]}`,
		`{"event":"call","call":"list","function":"ListAccounts","params":{"x":` + text + `}}`,
		`{"event":"record","call":"list","function":"logActivity","args":[` + text + `,` + raw + `],"file":"` + path + `"}`,
		`{"event":"account","call":"list","key":` + text + `,"value":{"domain":` + text + `,` + text + `:1.0,"b":` + raw + `}}`,
		`{"event":"returned","call":"list","value":{"error":[` + text + `,` + raw + `]},` + eff + `}`,
		`{"event":"call","call":"again","function":"ListAccounts","params":[]}`,
		`{"event":"threw","call":"again","throwable":{"class":"X","message":` + text + `,"file":"` + path + `"},` + eff + `}`,
		`{"event":"shutdown","phase":"end","fatal":{"message":` + text + `,"file":"` + path + `"},` + eff + `}`,
		`{"event":"final"}`,
	}
	s := testSession()
	var out strings.Builder
	p := newPump(s, testLabels(s), transcript.NewRecorder(&out, nil))
	for _, l := range lines {
		p.take(line(l))
	}
	if p.err != nil || p.broken+p.foreign > 0 {
		t.Fatalf("error %v, %d broken, %d foreign", p.err, p.broken, p.foreign)
	}
	if got := strings.Count(out.String(), "\n"); got != len(lines)+1 {
		t.Errorf("%d events, want %d", got, len(lines)+1)
	}
	for l := range strings.Lines(out.String()) {
		if strings.Contains(l, "syncproof-1") || strings.Contains(l, "L3RtcC9zeW5jcHJvb2YtMS9z") || strings.Contains(l, "N0NCE") {
			t.Errorf("this gets out: %s", l)
		}
		if strings.Contains(l, `"account"`) && !strings.Contains(l, "1.0") {
			t.Errorf("the float has become an int: %s", l)
		}
	}
}

func TestOnlyTheWrapperIsHeard(t *testing.T) {
	s := testSession()
	rec := transcript.NewRecorder(io.Discard, nil)
	p := newPump(s, testLabels(s), rec)
	for _, l := range []string{
		`{"nonce":"N0NCE","event":"loaded","ok":true}`, // before boot
		`{"nonce":"N0NCE","event":"boot","php":"8.2.0"}`,
		`{"nonce":"N0NCE","event":"boot","php":"9"}`,             // again
		`{"event":"loaded","ok":true}`,                           // without the nonce
		`{"event":"loaded","ok":true,"x":"\"nonce\":\"N0NCE\""}`, // in a string
		`{"nonce":"wrong","event":"loaded","ok":true}`,           // another
		`nonsense`, // no JSON
		`{"nonce":"N0NCE","event":"exit","status":0}`,                                           // not the wrapper's to say
		`{"nonce":"N0NCE","event":"session","purpose":"x"}`,                                     // nor this
		`{"nonce":"N0NCE","event":"returned","call":"list","value":1}`,                          // never began
		`{"nonce":"N0NCE","event":"call","call":"list","function":"ListAccounts","params":[]}`,  // before loaded
		`{"nonce":"N0NCE","event":"loaded","ok":true}`,                                          //
		`{"nonce":"N0NCE","event":"call","call":"again","function":"ListAccounts","params":[]}`, //
		`{"nonce":"N0NCE","event":"call","call":"again","function":"ListAccounts","params":[]}`, // again
		`{"nonce":"N0NCE","session":"other","event":"returned","call":"again","value":"first"}`, // of another session
		`{"nonce":"N0NCE","event":"returned","call":"again","value":"second"}`,                  // again
		`{"nonce":"N0NCE","event":"account","call":"again","key":0,"value":{}}`,                 // after the end
		`{"nonce":"N0NCE","event":"final"}`,                                                     // before shutdown
		`{"nonce":"N0NCE","event":"shutdown","phase":"end"}`,                                    //
		`{"nonce":"N0NCE","event":"shutdown","phase":"call","fatal":{"message":"x"}}`,           // again
		`{"nonce":"N0NCE","event":"final"}` + `{"nonce":"N0NCE","event":"final"}`,               // two on a line
		`{"nonce":"N0NCE","event":"surprise"}`,                                                  // unknown
	} {
		p.take([]byte(l))
	}
	if p.err != nil {
		t.Fatal(p.err)
	}
	p.unreached()
	got := rec.Transcript().Session("list")
	type summary struct {
		PHP, Again, List string
		Value            any
		Accounts         int
		Down             string
		Final            bool
		Foreign, Broken  int
	}
	want := summary{
		PHP: "8.2.0", Again: transcript.EndReturned, Value: "first", Down: "end", Foreign: 4, Broken: 13, List: transcript.EndNotReached,
	}
	s2 := summary{PHP: got.Boot.PHP, Down: got.Shutdown.Phase, Final: got.Final, Foreign: p.foreign, Broken: p.broken}
	for _, c := range got.Calls {
		switch c.ID {
		case "again":
			s2.Again, s2.Value, s2.Accounts = c.Ending, c.Value, c.Len()
		case "list":
			s2.List = c.Ending
		}
	}
	if diff := cmp.Diff(want, s2); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// FuzzPump checks that whatever a module writes to the result channel, even
// with the nonce, leaves a transcript that folds.
func FuzzPump(f *testing.F) {
	f.Add([]byte("{\"nonce\":\"N0NCE\",\"event\":\"boot\"}\n{\"nonce\":\"N0NCE\",\"event\":\"loaded\",\"ok\":true}"))
	f.Add([]byte("{\"nonce\":\"N0NCE\",\"event\":\"boot\"}\n{\"nonce\":\"N0NCE\",\"event\":\"loaded\"}\n" +
		"{\"nonce\":\"N0NCE\",\"event\":\"call\",\"call\":\"list\"}\n{\"nonce\":\"N0NCE\",\"event\":\"account\",\"call\":\"list\",\"value\":1}\n" +
		"{\"nonce\":\"N0NCE\",\"event\":\"threw\",\"call\":\"list\"}"))
	f.Add([]byte("{\"nonce\":\"N0NCE\",\"event\":\"record\",\"call\":\"x\",\"args\":{\"$php\":\"bytes\"}}"))
	f.Add([]byte("{\"nonce\":\"N0NCE\",\"event\":\"account\",\"call\":\"list\"}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := testSession()
		var out strings.Builder
		p := newPump(s, testLabels(s), transcript.NewRecorder(&out, nil))
		for l := range strings.Lines(string(text)) {
			p.take([]byte(strings.TrimSuffix(l, "\n")))
		}
		p.begin(nil)
		p.unreached()
		p.emit(transcript.EventExit, "", &transcript.Exit{})
		if p.err != nil {
			t.Fatalf("the transcript broke: %v", p.err)
		}
		for l := range strings.Lines(out.String()) {
			if !json.Valid([]byte(l)) {
				t.Errorf("not JSON: %q", l)
			}
		}
	})
}
