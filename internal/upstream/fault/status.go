package fault

const (
	htmlLogin = "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><h1>Control panel</h1>" +
		"<form method=\"post\" action=\"/login\"><input name=\"user\"><input name=\"pass\" type=\"password\"></form></body></html>\n"
	htmlMaintenance = "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body><h1>Back soon</h1>" +
		"<p>The control panel is being updated.</p></body></html>\n"
)

func statusFaults() []Fault {
	page := func(id, rule, title string, status int, header map[string]string) Fault {
		if header == nil {
			header = map[string]string{}
		}
		header["Content-Type"] = "text/html; charset=utf-8"
		return Fault{
			ID: id, Layer: Status, Rule: rule, Title: title,
			Detail: "the status with a short HTML page", Expect: mustFail,
			Play: Play{Status: status, Header: header, Body: []byte("<html><body><h1>" + title + "</h1></body></html>\n")},
		}
	}
	return []Fault{
		page("http-400", "FLT-03", "400 Bad Request", 400, nil),
		page("http-401", "FLT-03", "401 Unauthorized", 401, map[string]string{"WWW-Authenticate": `Basic realm="panel"`}),
		page("http-403", "FLT-03", "403 Forbidden", 403, nil),
		page("http-404", "FLT-04", "404 Not Found", 404, nil),
		page("http-408", "FLT-04", "408 Request Timeout", 408, nil),
		page("http-429", "FLT-04", "429 Too Many Requests", 429, map[string]string{"Retry-After": "1"}),
		page("http-500", "FLT-04", "500 Internal Server Error", 500, nil),
		page("http-502", "FLT-04", "502 Bad Gateway", 502, nil),
		page("http-503", "FLT-04", "503 Service Unavailable", 503, map[string]string{"Retry-After": "1"}),
		page("http-504", "FLT-04", "504 Gateway Timeout", 504, nil),
		{
			ID: "http-401-json", Layer: Status, Rule: "FLT-03", Title: "401 with a JSON error",
			Detail: `status 401 with {"error":"invalid credentials"}`, Expect: mustFail,
			Play: Play{Status: 401, Header: jsonType(), Body: []byte(`{"error":"invalid credentials"}`)},
		},
		echo("echo-403", "FLT-03", "403 with an error that repeats the request", 403),
		{
			ID: "http-500-list", Layer: Status, Rule: "FLT-04", Title: "500 with an empty list",
			Detail: `status 500 with {"accounts":[],"data":[]}: the body looks like an empty panel, the status says it is not`, Expect: mustFail,
			Play: Play{Status: 500, Header: jsonType(), Body: []byte(`{"accounts":[],"data":[]}`)},
		},
		{
			ID: "http-204", Layer: Status, Rule: "FLT-06", Title: "204 No Content",
			Detail: "status 204 without a body", Expect: mustFail,
			Play: Play{Status: 204},
		},
		{
			ID: "redirect-login", Layer: Status, Rule: "FLT-17", Title: "302 to a login page",
			Detail: "a redirect to /login on the same host, which answers with an HTML form", Expect: mustFail,
			Play: Play{Status: 302, Header: map[string]string{"Location": "/login"}},
		},
		{
			ID: "redirect-elsewhere", Layer: Status, Rule: "FLT-17", Title: "301 to another host",
			Detail: "a permanent redirect to another host; what arrives there is looked at for credentials",
			Expect: "not followed with credentials: success => false",
			Play:   Play{Act: RedirectElsewhere, Status: 301},
		},
		{
			ID: "redirect-loop", Layer: Status, Rule: "FLT-17", Title: "redirects without end",
			Detail: "every redirect leads to another one", Expect: mustFail,
			Play: Play{Act: RedirectLoop, Status: 302},
		},
	}
}

func jsonType() map[string]string { return map[string]string{"Content-Type": "application/json"} }
