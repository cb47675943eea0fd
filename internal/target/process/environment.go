package process

import (
	"runtime"
	"slices"
	"strings"
)

// markerName is the variable by which processes that left their parents and
// their group are still known as part of a run.
const markerName = "PROCESS_RUN"

// essential names what a program cannot start without.
func essential() []string {
	if runtime.GOOS == "windows" {
		return []string{"PATH", "PATHEXT", "SystemRoot", "SystemDrive", "ComSpec", "windir"}
	}
	return []string{"PATH"}
}

// list returns the whole environment. lookup reads the caller's.
func (e Environment) list(lookup func(string) (string, bool), marker string) []string {
	var list []string
	pass := append(essential(), e.Pass...)
	if e.Home == "" {
		pass = append(pass, "HOME", "USERPROFILE")
	}
	for _, name := range pass {
		if value, ok := lookup(name); ok {
			list = append(list, name+"="+value)
		}
	}
	list = append(list, e.folders()...)
	locale := e.Locale
	if locale == "" {
		locale = "C"
	}
	list = append(list, "LC_ALL="+locale, "LANG="+locale)
	if e.Timezone != "" {
		list = append(list, "TZ="+e.Timezone)
	}
	list = append(list, e.proxies()...)
	return lastWins(append(append(list, marker), e.Extra...))
}

func (e Environment) folders() []string {
	var list []string
	if e.Home != "" {
		list = append(list, "HOME="+e.Home)
		if runtime.GOOS == "windows" {
			list = append(list, "USERPROFILE="+e.Home)
		}
	}
	if e.Temp != "" {
		list = append(list, "TMPDIR="+e.Temp)
		if runtime.GOOS == "windows" {
			list = append(list, "TEMP="+e.Temp, "TMP="+e.Temp)
		}
	}
	return list
}

// proxies names the proxy in every spelling in use. curl reads http_proxy in
// lower case only, Guzzle reads HTTP_PROXY.
func (e Environment) proxies() []string {
	if e.Proxy == "" {
		return nil
	}
	var list []string
	for _, name := range []string{"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		list = append(list, name+"="+e.Proxy)
	}
	return append(list, "no_proxy=", "NO_PROXY=")
}

// lastWins keeps the last entry of each name.
func lastWins(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, entry := range slices.Backward(list) {
		name, _, _ := strings.Cut(entry, "=")
		if !seen[name] {
			seen[name] = true
			out = append(out, entry)
		}
	}
	slices.Reverse(out)
	return out
}
