package fault

import (
	"bytes"
	"compress/gzip"
)

// Sample stands in for a good answer where none is known.
func Sample() []byte { return []byte(sampleJSON) }

const sampleJSON = `{"status":"ok","total":2,"accounts":[{"id":"1","name":"alpha"},{"id":"2","name":"beta"}]}`

func bodyFaults() []Fault {
	ok := func(id, rule, title, contentType, body string) Fault {
		return Fault{
			ID: id, Layer: Body, Rule: rule, Title: title,
			Detail: "status 200, " + contentType + ", the body as described", Expect: mustFail,
			Play: Play{Status: 200, Header: map[string]string{"Content-Type": contentType}, Body: []byte(body)},
		}
	}
	json := func(id, rule, title, body string) Fault { return ok(id, rule, title, "application/json", body) }
	faults := []Fault{
		ok("html-login", "FLT-05", "200 with an HTML login page", "text/html; charset=utf-8", htmlLogin),
		ok("html-maintenance", "FLT-05", "200 with a maintenance page", "text/html; charset=utf-8", htmlMaintenance),
		json("html-as-json", "FLT-05", "200 with HTML labelled as JSON", htmlLogin),
		json("empty", "FLT-06", "200 with an empty body", ""),
		json("spaces", "FLT-06", "200 with white space only", " \r\n\r\n"),
		json("null", "FLT-09", "200 with null", "null"),
		json("object", "FLT-09", "200 with {}, which no panel with accounts answers in place of its own format", "{}"),
		json("no-list", "FLT-09", "200 with JSON that has no list of accounts", `{"version":"11.110.0","hostname":"panel"}`),
		json("array", "FLT-09", "200 with [], which no panel with accounts answers in place of its own format", "[]"),
		json("string", "FLT-09", `200 with ""`, `""`),
		json("false", "FLT-09", "200 with false", "false"),
		json("zero", "FLT-09", "200 with 0", "0"),
		ok("bom", "FLT-05", "200 with a byte order mark and HTML", "text/html; charset=utf-8", "\xEF\xBB\xBF"+htmlMaintenance),
		ok("latin1", "FLT-07", "200 with Latin-1 bytes labelled as UTF-8", "application/json; charset=utf-8", "{\"error\":\"Zugriff verweigert f\xFCr Benutzer\"}"),
	}
	faults = append(faults, errorObjects(json)...)
	return append(faults,
		Fault{
			ID: "truncated-json", Layer: Body, Rule: "FLT-07", Title: "200 with JSON that breaks off",
			Detail: "half of a good answer, with a Content-Length that fits the half", Expect: mustFail,
			Play: Play{Status: 200, Header: jsonType(), Mutate: half},
		},
		Fault{
			ID: "json-then-html", Layer: Body, Rule: "FLT-10", Title: "valid JSON followed by HTML",
			Detail: "a good answer with an HTML error page behind it", Expect: "success => false, or the whole list; nothing between",
			Play: Play{Status: 200, Header: jsonType(), Mutate: thenHTML},
		},
	)
}

// errorObjects are the common ways a panel says no with status 200.
func errorObjects(json func(id, rule, title, body string) Fault) []Fault {
	return []Fault{
		json("error-string", "FLT-08", "200 with an error text", `{"error":"Access denied"}`),
		json("error-object", "FLT-08", "200 with an error object", `{"error":{"code":403,"message":"Access denied"}}`),
		json("error-flag", "FLT-08", "200 with success false", `{"success":false,"message":"Access denied"}`),
		json("error-status", "FLT-08", "200 with status error", `{"status":"error","message":"Access denied","data":null}`),
		json("error-result", "FLT-08", "200 with a metadata result of 0", `{"metadata":{"result":0,"reason":"Access denied","version":1}}`),
		json("error-list", "FLT-08", "200 with a list of errors", `{"errors":[{"title":"Access denied","status":"403"}]}`),
		echo("echo-200", "FLT-08", "200 with an error that repeats the request", 200),
	}
}

// echo is a panel that repeats what it was sent, credentials included, in its
// error text. What the module passes on of it shows in the error and the logs.
func echo(id, rule, title string, status int) Fault {
	layer := Status
	if status == 200 {
		layer = Body
	}
	return Fault{
		ID: id, Layer: layer, Rule: rule, Title: title,
		Detail: "a JSON error whose text holds the request's address, headers and body",
		Expect: mustFail + "; and none of the credentials in the error or, unmasked, in the module log",
		Play:   Play{Act: Echo, Status: status},
	}
}

// labelFaults change only what an answer says of itself.
func labelFaults() []Fault {
	harmless := "the whole list, or success => false; never part of it"
	same := func(good []byte) []byte { return good }
	return []Fault{
		{
			ID: "wrong-type", Layer: Body, Rule: "FLT-22", Title: "JSON labelled as HTML",
			Detail: "a good answer with Content-Type text/html", Expect: harmless,
			Play: Play{Status: 200, Header: map[string]string{"Content-Type": "text/html"}, Mutate: same},
		},
		{
			ID: "bom-json", Layer: Body, Rule: "FLT-22", Title: "a byte order mark before the answer",
			Detail: "a good answer behind the three bytes of a UTF-8 byte order mark", Expect: harmless,
			Play: Play{Status: 200, Header: jsonType(), Mutate: withBOM},
		},
		{
			ID: "gzip", Layer: Body, Rule: "FLT-22", Title: "gzip, labelled",
			Detail: "a good answer compressed, with Content-Encoding gzip, whether or not the client asked for it", Expect: harmless,
			Play: Play{
				Status: 200, Header: map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, Mutate: zipped,
			},
		},
		{
			// No client can be expected to read it, so it is not harmless.
			ID: "gzip-unlabelled", Layer: Body, Rule: "FLT-07", Title: "gzip, not labelled",
			Detail: "a good answer compressed, without a word about it", Expect: mustFail,
			Play: Play{Status: 200, Header: jsonType(), Mutate: zipped},
		},
	}
}

func half(good []byte) []byte { return bytes.Clone(good[:len(good)/2]) }

func thenHTML(good []byte) []byte { return append(bytes.Clone(good), "\n"+htmlMaintenance...) }

func withBOM(good []byte) []byte { return append([]byte("\xEF\xBB\xBF"), good...) }

func zipped(good []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	// Writing to memory cannot fail.
	_, _ = z.Write(good)
	_ = z.Close()
	return b.Bytes()
}
