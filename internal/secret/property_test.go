package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncproof/internal/secret"
)

// encoder writes a secret as some program would, with something before and after
// it inside the encoding.
type encoder struct {
	name   string
	encode func(before, secret, after string) string
}

func encoders() []encoder {
	whole := func(name string, f func(string) string) encoder {
		return encoder{name, func(b, s, a string) string { return f(b + s + a) }}
	}
	all := []encoder{
		whole("plain", func(s string) string { return s }),
		whole("query", url.QueryEscape),
		whole("path", url.PathEscape),
		whole("rawurlencode", func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }),
		whole("small percent", func(s string) string { return strings.ToLower(percentAll(s)) }),
		whole("big percent", func(s string) string { return strings.ToUpper(percentAll(s)) }),
		whole("html", html.EscapeString),
		whole("htmlspecialchars", htmlSpecialChars),
		whole("html numbers", func(s string) string {
			var b strings.Builder
			for _, r := range s {
				fmt.Fprintf(&b, "&#%d;", r)
			}
			return b.String()
		}),
		whole("Go JSON", goJSON),
		whole("PHP JSON", phpJSON),
		whole("all \\u", func(s string) string {
			var b strings.Builder
			for _, r := range s {
				if r < 0x10000 {
					fmt.Fprintf(&b, `\u%04X`, r)
				} else {
					b.WriteRune(r)
				}
			}
			return b.String()
		}),
		whole("addslashes", strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`).Replace),
		whole("base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		whole("base64 without padding", func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) }),
		whole("base64url", func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }),
		whole("base64 in lines", func(s string) string {
			var lines []string
			for chunk := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString([]byte(s))), 5) {
				lines = append(lines, string(chunk))
			}
			return strings.Join(lines, "\r\n")
		}),
		whole("hex", func(s string) string { return hex.EncodeToString([]byte(s)) }),
		whole("big hex", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }),
		whole("reversed", func(s string) string {
			runes := []rune(s)
			slices.Reverse(runes)
			return string(runes)
		}),
	}
	single := slices.Clone(all)
	for _, outer := range []encoder{all[1], all[6], all[9], all[10]} {
		for _, inner := range single {
			all = append(all, encoder{outer.name + " of " + inner.name, func(b, s, a string) string {
				return outer.encode("", inner.encode(b, s, a), "")
			}})
		}
	}
	base := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, inner := range []encoder{all[1], all[3], all[6], all[7], all[9], all[10]} {
		all = append(all, encoder{"base64 of " + inner.name, func(b, s, a string) string { return base(inner.encode(b, s, a)) }})
	}
	return all
}

func htmlSpecialChars(s string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#039;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func goJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(quoted[1 : len(quoted)-1])
}

func phpJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '/':
			b.WriteString(`\` + string(r))
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xD800+(r-0x10000)>>10, 0xDC00+(r-0x10000)&0x3FF)
		}
	}
	return b.String()
}

func secrets() *rapid.Generator[string] {
	letters := []rune(`abcXYZ019"'&<>%+\/ -_.:;=#?@!é漢😀`)
	return rapid.Custom(func(t *rapid.T) string {
		return rapid.StringOfN(rapid.SampledFrom(letters), secret.MinLength, 40, -1).Draw(t, "secret")
	}).Filter(func(s string) bool {
		r := secret.New(map[string]string{"s": s})
		return len(r.Weak()) == 0 && strings.TrimSpace(s) != ""
	})
}

// words never hold what secrets are made of, apart from the sign that ends them.
func words() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom([]rune("KLMNOPQRSTUVW23456~^|")), 0, 12, -1)
}

// undone lists a text with escapes taken off in every order, twice, by the
// standard library. It is how a reader who looks for the secret would look.
func undone(text string) []string {
	steps := []func(string) string{
		func(s string) string {
			if u, err := url.PathUnescape(s); err == nil {
				return u
			}
			return s
		},
		func(s string) string {
			if u, err := url.QueryUnescape(s); err == nil {
				return u
			}
			return s
		},
		html.UnescapeString,
		func(s string) string {
			var u string
			if err := json.Unmarshal([]byte(`"`+s+`"`), &u); err == nil {
				return u
			}
			return s
		},
	}
	all := []string{text}
	for _, f := range steps {
		once := f(text)
		all = append(all, once)
		for _, g := range steps {
			all = append(all, g(once))
		}
	}
	return all
}

func TestSecretsNeverSurvive(t *testing.T) {
	all := encoders()
	rapid.Check(t, func(t *rapid.T) {
		value := secrets().Draw(t, "value")
		e := rapid.SampledFrom(all).Draw(t, "encoder")
		before, after := words().Draw(t, "before"), words().Draw(t, "after")
		coded := e.encode(before, value, after)
		text := words().Draw(t, "left") + " " + coded + " " + words().Draw(t, "right")
		r := secret.New(map[string]string{"serverpassword": value})

		got := r.Text(text)
		for _, plain := range undone(got) {
			if strings.Contains(plain, value) {
				t.Fatalf("%s: %q becomes %q, which holds the secret", e.name, text, got)
			}
		}
		if !strings.Contains(got, "[redacted:serverpassword") {
			t.Fatalf("%s: %q becomes %q, without a mark", e.name, text, got)
		}
		if again := r.Text(got); again != got {
			t.Fatalf("a second time %q becomes %q", got, again)
		}
		if !r.Contains(text) || r.Contains(got) {
			t.Fatalf("Contains says %v of %q and %v of %q", r.Contains(text), text, r.Contains(got), got)
		}
		if found, err := r.Find(strings.NewReader(text)); err != nil || len(found) == 0 || found[0].Secret != "serverpassword" {
			t.Fatalf("Find gives %v, %v", found, err)
		}
	})
}

// value builds a random JSON value around texts.
func value(text *rapid.Generator[string], depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		if depth == 0 && kind < 2 {
			kind = 2
		}
		switch kind {
		case 0:
			return rapid.SliceOfN(value(text, depth-1), 0, 3).Draw(t, "list")
		case 1:
			return rapid.MapOfN(text, value(text, depth-1), 0, 3).Draw(t, "map")
		case 2:
			return rapid.Bool().Draw(t, "bool")
		case 3:
			return map[string]any{"$php": "bytes", "b64": []byte("\xFF" + text.Draw(t, "bytes"))}
		default:
			return text.Draw(t, "text")
		}
	})
}

func TestLinesStayJSONWithoutSecrets(t *testing.T) {
	all := encoders()
	rapid.Check(t, func(t *rapid.T) {
		one := secrets().Draw(t, "one")
		text := rapid.Custom(func(t *rapid.T) string {
			if rapid.IntRange(0, 2).Draw(t, "with") > 0 {
				return words().Draw(t, "words")
			}
			e := rapid.SampledFrom(all).Draw(t, "encoder")
			return words().Draw(t, "left") + "|" + e.encode(words().Draw(t, "before"), one, words().Draw(t, "after")) + "|"
		})
		event := map[string]any{"event": "returned", "session": "list", "call": "list", "value": value(text, 3).Draw(t, "value")}
		line, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		r := secret.New(map[string]string{"serverpassword": one})
		got := r.Line(line)
		var after any
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%s is no JSON: %v", got, err)
		}
		eachString(after, func(s string) {
			for _, plain := range undone(s) {
				if strings.Contains(plain, one) {
					t.Fatalf("%s becomes %s, where %q holds the secret", line, got, s)
				}
			}
		})
		if again := r.Line(got); !bytes.Equal(again, got) {
			t.Fatalf("a second time %s becomes %s", got, again)
		}
	})
}

// eachString visits every key and value, and what bytes in base64 stand for.
func eachString(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, e := range v {
			eachString(e, visit)
		}
	case map[string]any:
		for k, e := range v {
			visit(k)
			eachString(e, visit)
		}
		if text, ok := v["b64"].(string); ok {
			raw, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				visit("not base64: " + text)
			}
			visit(string(raw))
		}
	}
}

// Text that has nothing of the secret in it comes back as it was, whatever
// escapes it is full of.
func TestOtherTextIsLeftAlone(t *testing.T) {
	foreign := rapid.StringOf(rapid.SampledFrom([]rune("KLMNOP%&;+\\\"<>u0025xé\r\n/#{}[]:,")))
	rapid.Check(t, func(t *rapid.T) {
		r := secret.New(map[string]string{"serverpassword": "zyxzyxw!" + rapid.StringOfN(rapid.SampledFrom([]rune("zyxw!")), 0, 8, -1).Draw(t, "secret")})
		text := foreign.Draw(t, "text")
		if got := r.Text(text); got != text {
			t.Fatalf("%q becomes %q", text, got)
		}
		line, err := json.Marshal(map[string]any{"event": "returned", "value": value(foreign, 3).Draw(t, "value")})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Line(line); !bytes.Equal(got, line) {
			t.Fatalf("%s becomes %s", line, got)
		}
	})
}

// Foreign bytes never make Line fail, and what was JSON stays JSON.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		`{"event":"final"}`, `{"value":{"b64":"!!"}}`, `{"value":{"b64":"c2VjcmV0LTEyMw=="}}`, `"`, `"\`, `}`, `[[[`, `{"a":"\ud800"}`, `{"a":"secret-123"}`,
		`{"secret-123":"secret%2D123"}`, "{\"value\":{\"secret-123\":\"\xFF\"}}", `secret-123`, `{"a":"secret\u002d123"}`, `{"a":"%&+\\","b":1e5}`, ``, `{"x":"secret-123"}`, `{"x":"secret\u002d123","y":["secret-123"]}`,
	} {
		f.Add([]byte(seed))
	}
	r := secret.New(map[string]string{"serverpassword": "secret-123", "endpointtoken": "a", "serveraccesshash": `q"\q/&%`})
	f.Fuzz(func(t *testing.T, line []byte) {
		before := bytes.Clone(line)
		got := r.Line(line)
		if !bytes.Equal(line, before) {
			t.Fatal("the line given was changed")
		}
		// What was none may become some: a control character is escaped where a
		// string is written anew.
		if json.Valid(before) && !json.Valid(got) || !json.Valid(before) && bytes.Contains(got, []byte("secret-123")) && json.Valid(got) {
			t.Errorf("%q becomes %q", before, got)
		}
		var object map[string]any
		if json.Unmarshal(got, &object) == nil {
			eachString(object["x"], func(s string) {
				if strings.Contains(s, "secret-123") {
					t.Errorf("%q becomes %q, which keeps the secret", before, got)
				}
			})
		}
	})
}
