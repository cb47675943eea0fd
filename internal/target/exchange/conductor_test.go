package exchange_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/exchange"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

// asked is a request as an implementation sees it.
type asked struct {
	Version      int            `json:"version"`
	Module       string         `json:"module"`
	Function     string         `json:"function"`
	Params       map[string]any `json:"params"`
	NoParams     bool           `json:"noParams"`
	Loaders      bool           `json:"loaders"`
	Session      string         `json:"session"`
	Call         string         `json:"call"`
	WithoutWHMCS bool           `json:"withoutWHMCS"`
	Locale       bool           `json:"locale"`
	Request      string         `json:"request"`
	Again        string         `json:"again"`
}

// fake is an implementation in the test's own memory.
type fake struct {
	answer func(ctx context.Context, a asked) (exchange.Reply, error)
	mu     sync.Mutex
	asked  []asked
}

func (f *fake) Exchange(ctx context.Context, raw []byte) (exchange.Reply, error) {
	var a asked
	if err := json.Unmarshal(raw, &a); err != nil {
		return exchange.Reply{}, err
	}
	f.mu.Lock()
	f.asked = append(f.asked, a)
	f.mu.Unlock()
	return f.answer(ctx, a)
}

func body(text string) func(context.Context, asked) (exchange.Reply, error) {
	return func(context.Context, asked) (exchange.Reply, error) {
		return exchange.Reply{Body: []byte(text), Exit: transcript.Exit{Status: 200}}, nil
	}
}

func conductor(f *fake) *exchange.Conductor { return exchange.NewConductor(f, "acme", "this endpoint") }

const (
	none       = `{"load":false,"output":false,"warnings":false,"state":false,"types":false,"ending":false,"process":false,"network":false,"locale":false,"files":false}`
	everything = `{"load":true,"output":true,"warnings":true,"state":true,"types":true,"ending":true,"process":false,"network":false,"locale":false,"files":false}`
	exit200    = `,"status":200,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`
	silent     = `,"output":{"bytes":0},"seconds":0}`
)

// envelope is what a wrapper answers to any call.
func envelope(honoured, locale string) string {
	return fmt.Sprintf(`{"syncproof":1,"honoured":[%s],"events":[{"event":"boot","php":"8.2","locale":%q},
		{"event":"loaded","ok":true,"output":{"bytes":0},"seconds":0},
		{"event":"returned","value":null,"output":{"bytes":0},"seconds":0},{"event":"final"}]}`, honoured, locale)
}

func TestRequests(t *testing.T) {
	list := map[string]any{"serverhostname": "panel.example"}
	tests := []struct {
		session string
		want    []asked
	}{
		{transcript.SessionMetaData, []asked{{Function: "MetaData", NoParams: true, Call: "metadata", Request: "admin"}}},
		{transcript.SessionOptions, []asked{{Function: "ConfigOptions", NoParams: true, Loaders: true, Params: list, Call: "options", Request: "admin"}}},
		{transcript.SessionList, []asked{{Function: "ListAccounts", Params: list, Call: "list", Request: "admin"}}},
		{transcript.SessionEmpty, []asked{{Function: "ListAccounts", Call: "list-empty", Request: "admin"}}},
		{transcript.SessionRepeat, []asked{
			{Function: "ListAccounts", Params: list, Call: "repeat-1", Request: "admin", Again: "repeat-2"},
			{Function: "ListAccounts", Params: list, Call: "repeat-2", Request: "admin"},
		}},
		// The first request finds out whether there are envelopes.
		{transcript.SessionDirect, []asked{
			{Function: "MetaData", NoParams: true, Session: "metadata", Call: "metadata"}, {WithoutWHMCS: true},
		}},
		{transcript.SessionMetaDataWeb, []asked{
			{Function: "MetaData", NoParams: true, Session: "metadata", Call: "metadata"},
			{Function: "MetaData", NoParams: true, Call: "metadata-web", Request: "other"},
		}},
		{transcript.SessionLocale, []asked{
			{Function: "MetaData", NoParams: true, Session: "metadata", Call: "metadata"},
			{Function: "ListAccounts", Params: list, Call: "list-locale", Locale: true, Request: "admin"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.session, func(t *testing.T) {
			f := &fake{answer: body(envelope("", "C"))}
			exchangetest.Run(t.Context(), t, conductor(f), exchangetest.Session(t, tt.session))
			for i := range tt.want {
				w := &tt.want[i]
				w.Version, w.Module = 1, "acme"
				if w.Session == "" {
					w.Session = tt.session
				}
				if w.Params == nil {
					w.Params = map[string]any{}
				}
			}
			if diff := cmp.Diff(tt.want, f.asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBareValueSessions(t *testing.T) {
	const unsupported = `{"event":"trouble","session":%q,"kind":"unsupported","message":"this endpoint answers with the bare return value, which cannot show %s",` +
		`"advice":"put bridge.php in front of the module (syncproof bridge), or point syncproof at the module's folder"}`
	tests := []struct {
		session string
		want    []string
	}{
		{transcript.SessionList, []string{
			`{"event":"session","session":"list","purpose":"list the accounts","network":"open","sees":` + none + `}`,
			`{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`,
			`{"event":"returned","session":"list","call":"list","value":{"error":"no","success":false}` + silent,
			`{"event":"exit","session":"list"` + exit200,
		}},
		{transcript.SessionRepeat, []string{
			`{"event":"session","session":"repeat","purpose":"list the accounts again, twice in one process","network":"open","sees":` + none + `}`,
			`{"event":"call","session":"repeat","call":"repeat-1","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`,
			`{"event":"returned","session":"repeat","call":"repeat-1","value":{"error":"no","success":false}` + silent,
			`{"event":"call","session":"repeat","call":"repeat-2","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`,
			`{"event":"returned","session":"repeat","call":"repeat-2","value":{"error":"no","success":false}` + silent,
			`{"event":"exit","session":"repeat"` + exit200,
		}},
		{transcript.SessionMetaData, []string{
			`{"event":"session","session":"metadata","purpose":"load the module and read its metadata","network":"open","sees":` + none + `}`,
			`{"event":"call","session":"metadata","call":"metadata","function":"MetaData","params":null}`,
			`{"event":"returned","session":"metadata","call":"metadata","value":{"error":"no","success":false}` + silent,
			`{"event":"exit","session":"metadata"` + exit200,
		}},
		{transcript.SessionDirect, []string{
			`{"event":"session","session":"direct","purpose":"run the file without WHMCS","network":"open","withoutWHMCS":true,"sees":` + none + `}`,
			fmt.Sprintf(unsupported, "direct", "what the module's file does when it is run without WHMCS"),
		}},
		{transcript.SessionMetaDataWeb, []string{
			`{"event":"session","session":"metadata-web","purpose":"read the metadata during another web request","network":"open","sees":` + none + `}`,
			fmt.Sprintf(unsupported, "metadata-web", "whether another web request makes a difference"),
		}},
		{transcript.SessionLocale, []string{
			`{"event":"session","session":"locale","purpose":"list the accounts under another locale","network":"open","sees":` + none + `}`,
			fmt.Sprintf(unsupported, "locale", "whether the locale makes a difference"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.session, func(t *testing.T) {
			f := &fake{answer: body(`{"success":false,"error":"no"}`)}
			got := exchangetest.Run(t.Context(), t, conductor(f), exchangetest.Session(t, tt.session))
			if diff := cmp.Diff(tt.want, got.Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnvelopeSessions(t *testing.T) {
	boot := func(session, locale string) string {
		return fmt.Sprintf(`{"event":"boot","session":%q,"php":"8.2","locale":%q}`, session, locale)
	}
	loaded := func(session string) string {
		return fmt.Sprintf(`{"event":"loaded","session":%q,"ok":true,"output":{"bytes":0},"seconds":0}`, session)
	}
	trouble := func(session, message, advice string) string {
		return fmt.Sprintf(`{"event":"trouble","session":%q,"kind":"unsupported","message":"this endpoint %s","advice":%q}`, session, message, advice)
	}
	const folder = "point syncproof at the module's folder to have this checked"
	listCall := `"function":"ListAccounts","params":{"serverhostname":"panel.example"}}`
	direct := `{"syncproof":1,"honoured":["withoutWHMCS"],"events":[{"event":"boot","php":"8.2"},{"event":"shutdown","phase":"load","output":{"bytes":0},"seconds":0}]}`
	result := `{"event":"returned","value":null,"output":{"bytes":0},"seconds":0`
	twice := `{"syncproof":1,"honoured":["again"],"events":[{"event":"boot","php":"8.2"},` + result + `},` +
		`{"event":"call","call":"repeat-2","function":"ListAccounts","params":{}},` + result + `,"call":"repeat-2"}]}`
	tests := []struct {
		name, session, answer string
		want                  []string
	}{
		{"repeated", transcript.SessionRepeat, envelope(`"request"`, "C"), []string{
			`{"event":"session","session":"repeat","purpose":"list the accounts again, twice in one process","network":"open","request":"admin","sees":` + everything + `}`,
			boot("repeat", "C"), loaded("repeat"),
			`{"event":"call","session":"repeat","call":"repeat-1",` + listCall,
			`{"event":"returned","session":"repeat","call":"repeat-1","value":null` + silent,
			`{"event":"final","session":"repeat"}`,
			`{"event":"call","session":"repeat","call":"repeat-2",` + listCall,
			`{"event":"returned","session":"repeat","call":"repeat-2","value":null` + silent,
			`{"event":"final","session":"repeat"}`,
			`{"event":"exit","session":"repeat"` + exit200,
		}},
		{"repeated in one process", transcript.SessionRepeat, twice, []string{
			`{"event":"session","session":"repeat","purpose":"list the accounts again, twice in one process","network":"open","sees":` +
				strings.Replace(everything, `"process":false`, `"process":true`, 1) + `}`,
			`{"event":"boot","session":"repeat","php":"8.2"}`,
			`{"event":"call","session":"repeat","call":"repeat-1",` + listCall,
			`{"event":"returned","session":"repeat","call":"repeat-1","value":null` + silent,
			`{"event":"call","session":"repeat","call":"repeat-2",` + listCall,
			`{"event":"returned","session":"repeat","call":"repeat-2","value":null` + silent,
			`{"event":"exit","session":"repeat"` + exit200,
		}},
		{"another request", transcript.SessionMetaDataWeb, envelope(`"request"`, "C"), []string{
			`{"event":"session","session":"metadata-web","purpose":"read the metadata during another web request","network":"open","request":"other","sees":` + everything + `}`,
			boot("metadata-web", "C"), loaded("metadata-web"),
			`{"event":"call","session":"metadata-web","call":"metadata-web","function":"MetaData","params":null}`,
			`{"event":"returned","session":"metadata-web","call":"metadata-web","value":null` + silent,
			`{"event":"final","session":"metadata-web"}`,
			`{"event":"exit","session":"metadata-web"` + exit200,
		}},
		{"another request, disregarded", transcript.SessionMetaDataWeb, envelope("", "C"), []string{
			`{"event":"session","session":"metadata-web","purpose":"read the metadata during another web request","network":"open","sees":` + none + `}`,
			`{"event":"call","session":"metadata-web","call":"metadata-web","function":"MetaData","params":null}`,
			trouble("metadata-web", "does not call the module as part of another web request", folder),
			`{"event":"exit","session":"metadata-web"` + exit200,
		}},
		{"another locale", transcript.SessionLocale, envelope("", "de_DE.UTF-8"), []string{
			`{"event":"session","session":"locale","purpose":"list the accounts under another locale","network":"open","locale":"de_DE.UTF-8","sees":` +
				everything[:len(everything)-len(`"locale":false,"files":false}`)] + `"locale":true,"files":false}}`,
			boot("locale", "de_DE.UTF-8"), loaded("locale"),
			`{"event":"call","session":"locale","call":"list-locale",` + listCall,
			`{"event":"returned","session":"locale","call":"list-locale","value":null` + silent,
			`{"event":"final","session":"locale"}`,
			`{"event":"exit","session":"locale"` + exit200,
		}},
		{"another locale, not installed", transcript.SessionLocale, envelope("", "C"), []string{
			`{"event":"session","session":"locale","purpose":"list the accounts under another locale","network":"open","sees":` + none + `}`,
			`{"event":"call","session":"locale","call":"list-locale",` + listCall,
			trouble("locale", "could not set another locale", "install one, such as de_DE.UTF-8, where the module runs"),
			`{"event":"exit","session":"locale"` + exit200,
		}},
		{"without WHMCS", transcript.SessionDirect, direct, []string{
			`{"event":"session","session":"direct","purpose":"run the file without WHMCS","network":"open","withoutWHMCS":true,"sees":` + everything + `}`,
			`{"event":"boot","session":"direct","php":"8.2"}`,
			`{"event":"shutdown","session":"direct","phase":"load","output":{"bytes":0},"seconds":0}`,
			`{"event":"exit","session":"direct"` + exit200,
		}},
		{"without WHMCS, disregarded", transcript.SessionDirect, `{"syncproof":1,"events":[{"event":"boot","php":"8.2"}]}`, []string{
			`{"event":"session","session":"direct","purpose":"run the file without WHMCS","network":"open","withoutWHMCS":true,"sees":` + none + `}`,
			trouble("direct", "does not run the module's file without WHMCS", folder),
			`{"event":"exit","session":"direct"` + exit200,
		}},
		{"noise without a call", transcript.SessionDirect, "early\n" + direct, []string{
			`{"event":"session","session":"direct","purpose":"run the file without WHMCS","network":"open","withoutWHMCS":true,"sees":` + everything + `}`,
			`{"event":"boot","session":"direct","php":"8.2"}`,
			`{"event":"shutdown","session":"direct","phase":"load","output":{"bytes":0},"seconds":0}`,
			`{"event":"exit","session":"direct","status":200,"stdout":{"bytes":6,"text":"early\n"},"stderr":{"bytes":0},"seconds":0}`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{answer: func(_ context.Context, a asked) (exchange.Reply, error) {
				if a.Session == transcript.SessionMetaData {
					return body(envelope("", "C"))(t.Context(), a)
				}
				return body(tt.answer)(t.Context(), a)
			}}
			got := exchangetest.Run(t.Context(), t, conductor(f), exchangetest.Session(t, tt.session))
			if diff := cmp.Diff(tt.want, got.Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}

// Of two answers only what both show was seen, but noise in one is noise.
func TestEvidenceOfSeveralAnswers(t *testing.T) {
	answers := map[string]string{
		"repeat-1": `{"syncproof":1,"events":[{"event":"returned","value":null,"output":{"bytes":0},"warnings":[]}]}`,
		"repeat-2": `{"syncproof":1,"events":[{"event":"returned","value":null,"warnings":[],"state":[]}]}`,
	}
	f := &fake{answer: func(ctx context.Context, a asked) (exchange.Reply, error) { return body(answers[a.Call])(ctx, a) }}
	got := exchangetest.Run(t.Context(), t, conductor(f), exchangetest.Session(t, transcript.SessionRepeat))
	want := transcript.Sees{Output: true, Warnings: true, Types: true}
	if sees := got.Transcript.Session(transcript.SessionRepeat).Sees; sees != want {
		t.Errorf("sees %+v, want %+v", sees, want)
	}
}
