package secret_test

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/secret"
)

const (
	canary = "syncproof-canary-password-7f3a9c"
	nasty  = `p&s"w<o>r'd %+é/\1`
)

func redactor() *secret.Redactor {
	return secret.New(map[string]string{"serverpassword": canary, "serveraccesshash": nasty, "short": "pwd-1-x"})
}

func TestTextNamesEncodings(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("root:" + canary))
	tests := []struct{ name, text, want string }{
		{"as it is", "login with " + canary + " failed", "login with [redacted:serverpassword] failed"},
		{"twice", canary + canary, "[redacted:serverpassword][redacted:serverpassword]"},
		{"two secrets", canary + ":" + nasty, "[redacted:serverpassword]:[redacted:serveraccesshash]"},
		{"in a query", "https://h/?p=" + url.QueryEscape(nasty) + "&x=1", "https://h/?p=[redacted:serveraccesshash url-encoded]&x=1"},
		{"in a path", "https://h/" + url.PathEscape(nasty) + "/x", "https://h/[redacted:serveraccesshash url-encoded]/x"},
		{"in a query with small letters", "p=" + strings.ToLower(url.QueryEscape(nasty)), "p=[redacted:serveraccesshash url-encoded]"},
		{"every letter encoded", "p=%73" + percentAll(canary[1:]), "p=[redacted:serverpassword url-encoded]"},
		{"encoded twice", "p=" + url.QueryEscape(url.QueryEscape(nasty)), "p=[redacted:serveraccesshash url-encoded]"},
		{"in HTML", "<b>" + html.EscapeString(nasty) + "</b>", "<b>[redacted:serveraccesshash html-escaped]</b>"},
		{"in HTML by names", "p&amp;s&quot;w&lt;o&gt;r&apos;d %+&eacute;/\\1", "[redacted:serveraccesshash html-escaped]"},
		{"in HTML by numbers", "&#112;&#x26;s&#34;w&#060;o&gt;r&#039;d&#32;%+é/\\1", "[redacted:serveraccesshash html-escaped]"},
		{"in JSON as PHP writes it", `{"p":"p&s\"w<o>r'd %+\u00e9\/\\1"}`, `{"p":"[redacted:serveraccesshash json-escaped]"}`},
		{"in JSON as Go writes it", `{"p":"p\u0026s\"w\u003co\u003er'd %+é/\\1"}`, `{"p":"[redacted:serveraccesshash json-escaped]"}`},
		{"in JSON in a form", "body=" + url.QueryEscape(`{"p":"p&s\"w<o>r'd %+\u00e9\/\\1"}`), "body=%7B%22p%22%3A%22[redacted:serveraccesshash url-encoded json-escaped]%22%7D"},
		{"with addslashes", `p&s\"w<o>r\'d %+é/\\1`, "[redacted:serveraccesshash json-escaped]"},
		{"as shown in reports", `p&s\x22w<o>r'd\x20%+\u{00E9}/\\1`, "[redacted:serveraccesshash json-escaped]"},
		{"as Basic auth", "Authorization: Basic " + basic, "Authorization: Basic cm9vdDp[redacted:serverpassword base64]w=="},
		{"as Basic auth in a URL", "h=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("??>"+nasty))), "h=Pz8%2B[redacted:serveraccesshash base64]Q%3D%3D"},
		{"base64 of JSON", base64.StdEncoding.EncodeToString([]byte(`{"password":"p&s\"w<o>r'd %+\u00e9\/\\1"}`)), "eyJwYXNzd29yZCI6In[redacted:serveraccesshash base64]In0="},
		{"base64 over lines", "MTIz\r\nc3lu\r\nY3Byb29mLWNhbmFyeS1wYXNzd29yZC03\r\nZjNhOWM=", "MTIz\r\n[redacted:serverpassword base64]M="},
		{"hex", hex.EncodeToString([]byte(canary)), "[redacted:serverpassword hex]"},
		{"hex in capitals", strings.ToUpper(hex.EncodeToString([]byte(canary))), "[redacted:serverpassword hex]"},
		{"reversed", "c9a3f7-drowssap-yranac-foorpcnys", "[redacted:serverpassword reversed]"},
		{"reversed with letters outside ASCII", "1\\/é+% d'r>o<w\"s&p", "[redacted:serveraccesshash reversed]"},
		{"cut off in a stack trace", "#0 x.php(3): login('root', 'syncproof-canar...')", "#0 x.php(3): login('root', '[redacted:serverpassword cut-off]')"},

		{"part of a secret", "syncproof-canary-password", "syncproof-canary-password"},
		{"in capitals", strings.ToUpper(canary), "[redacted:serverpassword other-case]"},
		{"a short one in capitals", "PWD-1-X", "PWD-1-X"},
		{"each letter in another case", "SyncProof-Canary-Password-7f3a9c", "SyncProof-Canary-Password-7f3a9c"},
		{"across lines", "syncproof-canary-\npassword-7f3a9c", "syncproof-canary-\npassword-7f3a9c"},
		{"broken escapes", `%7 %zz & &; &amp \ \u12 \u{} \x4 + %`, `%7 %zz & &; &amp \ \u12 \u{} \x4 + %`},
		{"nothing", "", ""},
	}
	r := redactor()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := r.Text(tt.text)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if again := r.Text(got); again != got {
				t.Errorf("a second time it becomes %q", again)
			}
			if r.Contains(tt.text) != (tt.text != tt.want) || r.Contains(got) {
				t.Errorf("Contains says %v before and %v after", r.Contains(tt.text), r.Contains(got))
			}
		})
	}
}

func percentAll(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteString("%" + hex.EncodeToString([]byte{c}))
	}
	return b.String()
}

func TestTextOverlappingSecrets(t *testing.T) {
	tests := []struct {
		name    string
		secrets map[string]string
		text    string
		want    string
	}{
		{"one within the other", map[string]string{"a": "hunter22", "b": "xxhunter22xx"}, "-xxhunter22xx-hunter22-", "-[redacted:b]-[redacted:a]-"},
		{"one begins the other", map[string]string{"a": "hunter22", "b": "hunter22xx"}, "hunter22xx hunter22x", "[redacted:b] [redacted:a]x"},
		{"end and beginning", map[string]string{"a": "hunter22", "b": "er22more"}, "hunter22more", "[redacted:a]"},
		{"the same", map[string]string{"b": "hunter22", "a": "hunter22"}, "hunter22", "[redacted:a]"},
		{"repeating itself", map[string]string{"a": "abcabc"}, "xabcabcabcabcx", "x[redacted:a]x"},
		{"two in a row with escapes", map[string]string{"a": "hunter&2"}, "hunter&2hunter%262hunter&amp;2", "[redacted:a][redacted:a url-encoded][redacted:a html-escaped]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := secret.New(tt.secrets)
			if got := r.Text(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWeakSecrets(t *testing.T) {
	r := secret.New(map[string]string{
		"serverpassword": "test", "serveraccesshash": "password", "endpointtoken": "long enough", "empty": "", "ruler": "-=-=-=-=",
	})
	if diff := cmp.Diff([]string{"ruler", "serveraccesshash", "serverpassword"}, r.Weak()); diff != "" {
		t.Error(diff)
	}
	const text = "test password serverpassword latest dGVzdA== tset -=-=-=-="
	if got := r.Text(text); got != text || r.Contains(text) {
		t.Errorf("weak secrets are replaced within text: %q", got)
	}
	if got := r.Text("long enough"); got != "[redacted:endpointtoken]" {
		t.Errorf("got %q", got)
	}
}

func TestNoSecrets(t *testing.T) {
	r := secret.New(nil)
	line := []byte(`{"event":"final","b64":"eA==","x":"\u00e9%+&"}`)
	if got := r.Line(line); &got[0] != &line[0] {
		t.Errorf("got %s", got)
	}
	if got := r.Text("a%20b"); got != "a%20b" || r.Contains("x") {
		t.Errorf("got %q", got)
	}
	if found, err := r.Find(strings.NewReader("x")); found != nil || err != nil {
		t.Errorf("got %v, %v", found, err)
	}
	if r.Weak() != nil {
		t.Errorf("got %q", r.Weak())
	}
}
