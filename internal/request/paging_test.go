package request_test

import (
	"testing"

	"syncproof/internal/request"
	"syncproof/internal/transcript"
)

func TestSameList(t *testing.T) {
	get := func(url string) transcript.Exchange {
		return transcript.Exchange{Method: "GET", URL: "https://panel.example" + url}
	}
	post := func(body string) transcript.Exchange {
		return transcript.Exchange{Method: "POST", URL: "https://panel.example/api", RequestBody: transcript.Output{Bytes: int64(len(body)), Text: body}}
	}
	tests := []struct {
		name       string
		a, b       transcript.Exchange
		list, page bool
	}{
		{"another page", get("/accounts?page=1&per_page=9"), get("/accounts?page=2&per_page=9"), true, false},
		{"the first page without a number", get("/accounts"), get("/accounts?cursor=abc"), true, false},
		{"the same page", get("/accounts?page=1"), get("/accounts?page=1"), true, true},
		{"a page in the path", get("/accounts/page/1"), get("/accounts/page/2"), true, false},
		{"another list", get("/accounts?page=1"), get("/plans?page=1"), false, false},
		{"another account", get("/accounts/1"), get("/accounts/2"), false, false},
		{"another filter", get("/accounts?type=a&page=1"), get("/accounts?type=b&page=2"), false, false},
		{"in the body", post(`<list offset="0"><all/></list>`), post(`<list offset="9"><all/></list>`), true, false},
		{"another operation", post(`{"action":"login"}`), post(`{"action":"list","page":1}`), false, false},
		{"no request", transcript.Exchange{}, transcript.Exchange{}, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := request.SameList(test.a, test.b); got != test.list {
				t.Errorf("the same list: %v", got)
			}
			if got := request.SamePage(test.a, test.b); got != test.page {
				t.Errorf("the same page: %v", got)
			}
		})
	}
}
