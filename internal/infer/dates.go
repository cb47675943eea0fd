package infer

import (
	"strconv"
	"strings"
	"time"
)

// notation is a way to write a time, in PHP's letters and in Go's.
type notation struct {
	php, layout string
	// exact says that the zone is part of it, or does not matter.
	exact bool
}

func notations() []notation {
	return []notation{
		{`Y-m-d\TH:i:sp`, "2006-01-02T15:04:05Z07:00", true},
		{"c", "2006-01-02T15:04:05-07:00", true},
		{`Y-m-d\TH:i:s.vp`, "2006-01-02T15:04:05.000Z07:00", true},
		{`Y-m-d\TH:i:sO`, "2006-01-02T15:04:05-0700", true},
		{"r", "Mon, 02 Jan 2006 15:04:05 -0700", true},
		{"Y-m-d H:i:s", "2006-01-02 15:04:05", false},
		{`Y-m-d\TH:i:s`, "2006-01-02T15:04:05", false},
		{`Ymd\TH:i:s`, "20060102T15:04:05", false},
		{"Y-m-d H:i", "2006-01-02 15:04", false},
		{"Y-m-d", "2006-01-02", false},
		{"Y/m/d H:i:s", "2006/01/02 15:04:05", false},
		{"Y/m/d", "2006/01/02", false},
		{"d.m.Y H:i:s", "02.01.2006 15:04:05", false},
		{"d.m.Y", "02.01.2006", false},
		{"d/m/Y", "02/01/2006", false},
		{"m/d/Y", "01/02/2006", false},
		{"d-m-Y", "02-01-2006", false},
		{"D M d H:i:s Y", "Mon Jan 02 15:04:05 2006", false},
		{"y M d H:i", "06 Jan 02 15:04", false},
		{"j M Y", "2 Jan 2006", false},
		{"M d Y", "Jan 02 2006", false},
		{"Ymd", "20060102", false},
	}
}

// dating is a notation that fits the dates of records.
type dating struct {
	notation
	// zone is the offset that all dates have, such as +02:00; "" for UTC or none.
	zone string
}

// epoch reads seconds since 1970, of 1990 to 2100.
func epoch(text string) (time.Time, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 631152000 || n > 4102444800 || strings.HasPrefix(text, "+") {
		return time.Time{}, false
	}
	return time.Unix(n, 0).UTC(), true
}

// parse reads a text in the notation, and wants to get the same text back.
func (n notation) parse(text string) (time.Time, bool) {
	if n.php == "U" {
		return epoch(text)
	}
	at, err := time.Parse(n.layout, text)
	return at, err == nil && at.Format(n.layout) == text
}

// dateFormat finds the notation of dates, nil when they have none in common.
// Texts without a digit are words for no date.
func dateFormat(texts []string) *dating {
	var dates []string
	for _, t := range texts {
		if strings.ContainsAny(t, "123456789") {
			dates = append(dates, t)
		}
	}
	if len(dates) == 0 || len(dates)*2 < len(texts) {
		return nil
	}
	for _, n := range append([]notation{{"U", "", true}}, notations()...) {
		zone, all := "", true
		for i, text := range dates {
			at, ok := n.parse(text)
			if !ok {
				all = false
				break
			}
			offset := at.Format("-07:00")
			if i > 0 && offset != zone {
				offset = "+00:00"
			}
			zone = offset
		}
		if all {
			if zone == "+00:00" || n.php == "U" {
				zone = ""
			}
			return &dating{n, zone}
		}
	}
	return nil
}

// alsoDate finds the notation in which texts are the same times as those.
func alsoDate(texts []string, times []*time.Time) *notation {
	for _, n := range append([]notation{{"U", "", true}}, notations()...) {
		same, seen := true, 0
		for i, text := range texts {
			if times[i] == nil || text == "" {
				continue
			}
			seen++
			if n.php == "U" && text != strconv.FormatInt(times[i].Unix(), 10) || n.php != "U" && times[i].Format(n.layout) != text {
				same = false
				break
			}
		}
		if same && seen > 0 {
			return &n
		}
	}
	return nil
}
