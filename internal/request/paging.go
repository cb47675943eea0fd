package request

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/transcript"
)

// pagingWords are those of fields that count through a list, or go on where the
// last page ended.
var pagingWords = regexp.MustCompile(`(?i)(page|offset|start|cursor|limit|skip|from|after|before|next|prev|marker|index|position|since|until|last|first|begin|continu|scroll|seek|batch|chunk|size)`)

// IsPaging holds for fields that count pages or requests rather than name an
// account: JSON-RPC numbers its requests.
func IsPaging(fields []Field, at int) bool {
	f := fields[at]
	if f.In == InPath {
		return at > 0 && pagingWords.MatchString(fields[at-1].Value)
	}
	top := strings.TrimPrefix(f.Name, "[].")
	if f.In == InBody && top == "id" && slices.ContainsFunc(fields, isRPC) {
		return true
	}
	return pagingWords.MatchString(f.Name[strings.LastIndexByte(f.Name, '.')+1:])
}

func isRPC(f Field) bool {
	name := strings.TrimPrefix(f.Name, "[].")
	return f.In == InBody && (name == "method" || name == "jsonrpc")
}

// SameList holds for requests that ask for the same list: they are the same but
// for the fields that say which page. Two that are the same altogether do.
func SameList(a, b transcript.Exchange) bool {
	return a.Method != "" && a.Method == b.Method && host(a) == host(b) && slices.Equal(unpaged(a), unpaged(b))
}

// PageOf are the fields that say which page a request asks for.
func PageOf(x transcript.Exchange) []Field {
	fields := Fields(x)
	var paging []Field
	for i, f := range fields {
		if IsPaging(fields, i) && (f.In != InBody || f.Name != "id") {
			paging = append(paging, f)
		}
	}
	return paging
}

// SamePage holds for requests for the same page of the same list.
func SamePage(a, b transcript.Exchange) bool {
	return SameList(a, b) && slices.Equal(Fields(a), Fields(b))
}

func host(x transcript.Exchange) string {
	u, err := url.Parse(x.URL)
	if err != nil {
		return x.URL
	}
	return u.Scheme + "://" + u.Host
}

// unpaged are the fields that do not say which page is meant. Of a path they keep
// the place of the one that does.
func unpaged(x transcript.Exchange) []Field {
	fields := Fields(x)
	var kept []Field
	for i, f := range fields {
		switch {
		case !IsPaging(fields, i):
			kept = append(kept, f)
		case f.In == InPath:
			kept = append(kept, Field{In: InPath, Name: f.Name, Value: "*"})
		}
	}
	slices.SortFunc(kept, func(a, b Field) int {
		return strings.Compare(a.In+" "+a.Name+" "+a.Value, b.In+" "+b.Name+" "+b.Value)
	})
	return kept
}
