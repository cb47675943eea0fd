package playedpanel

import (
	"net"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream"
)

func doorsFor(given, told place) *doors {
	return &doors{list: []*door{{given: given, meant: given, told: told}}}
}

// What arrives is about the server that was meant.
func TestArrivingRequests(t *testing.T) {
	named := doorsFor(place{"panel.example", "198.51.100.1", "2087"}, place{"127.0.0.1", "127.0.0.1", "40001"})
	address := doorsFor(place{"", "198.51.100.1", "2087"}, place{"", "127.0.0.1", "40001"})
	usual := doorsFor(place{"panel.example", "", ""}, place{"host.docker.internal", "", "40001"})
	six := doorsFor(place{"", "2001:db8::10", "2087"}, place{"", "::1", "40001"})
	here := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40001}
	for _, tt := range []struct {
		name           string
		doors          *doors
		at             net.Addr
		host, scheme   string
		wantHost, want string
	}{
		{"by name", named, here, "127.0.0.1:40001", "https", "panel.example:2087", "panel.example:2087"},
		{"by another name", named, here, "elsewhere.example", "https", "elsewhere.example", "panel.example:2087"},
		{"by address", address, here, "127.0.0.1:40001", "http", "198.51.100.1:2087", "198.51.100.1:2087"},
		{"at the usual port", usual, here, "Host.Docker.Internal:40001", "https", "panel.example", "panel.example:443"},
		{"by an IPv6 address", six, &net.TCPAddr{IP: net.IPv6loopback, Port: 40001}, "[::1]:40001", "https", "[2001:db8::10]:2087", "[2001:db8::10]:2087"},
		{"at nobody's door", named, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}, "127.0.0.1:9", "http", "127.0.0.1:9", "as it came"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := upstream.Request{Host: tt.host, Scheme: tt.scheme, Address: "as it came", Target: "/"}
			tt.doors.arrived(tt.at, &r)
			if r.Host != tt.wantHost || r.Address != tt.want {
				t.Errorf("got %s at %s, want %s at %s", r.Host, r.Address, tt.wantHost, tt.want)
			}
		})
	}
}

// Addresses in requests are put back, and those in answers lead here; a host's bare
// name is an account's as well.
func TestAddressesInText(t *testing.T) {
	d := doorsFor(place{"panel.example", "198.51.100.1", "2087"}, place{"127.0.0.1", "127.0.0.1", "40001"})
	r := upstream.Request{
		Host: "127.0.0.1:40001", Scheme: "https", Target: "/x?back=https%3A%2F%2F127.0.0.1%3A40001%2Fy",
		Header: http.Header{"Referer": {"https://127.0.0.1:40001/z"}}, Body: []byte(`{"callback":"https:\/\/127.0.0.1:40001\/c","ip":"127.0.0.1"}`),
	}
	d.arrived(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40001}, &r)
	want := upstream.Request{
		Host: "panel.example:2087", Address: "panel.example:2087", Scheme: "https", Target: "/x?back=https%3A%2F%2Fpanel.example%3A2087%2Fy",
		Header: http.Header{"Referer": {"https://panel.example:2087/z"}}, Body: []byte(`{"callback":"https:\/\/panel.example:2087\/c","ip":"127.0.0.1"}`),
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
	given := upstream.Reply{
		Status: 302, Header: http.Header{"Location": {"https://panel.example:2087/y"}, "Set-Cookie": {"a=b; Domain=panel.example"}},
		Body: []byte(`{"next":"https:\/\/panel.example:2087\/n","host":"panel.example"}`),
	}
	kept := given.Header.Clone()
	told := upstream.Reply{
		Status: 302, Header: http.Header{"Location": {"https://127.0.0.1:40001/y"}, "Set-Cookie": {"a=b; Domain=127.0.0.1"}},
		Body: []byte(`{"next":"https:\/\/127.0.0.1:40001\/n","host":"panel.example"}`),
	}
	if diff := cmp.Diff(told, d.leaving(given)); diff != "" {
		t.Errorf("the answer (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(kept, given.Header); diff != "" {
		t.Errorf("what is recorded of it has changed (-want +got):\n%s", diff)
	}
}

// A closed port refuses, and is nobody else's until the run is over.
func TestClosedPortsAreHeld(t *testing.T) {
	target := New(Options{})
	l, err := target.listen(t.Context(), target.Listen)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("a connection to a closed port came about")
	}
	if len(target.held) == 0 {
		t.Skip("ports cannot be held on this system")
	}
	if other, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", l.Addr().String()); err == nil {
		_ = other.Close()
		t.Error("somebody else could listen at a closed port")
	}
	for range 2 * mostHeld {
		l, err := target.listen(t.Context(), target.Listen)
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
	}
	if len(target.held) > mostHeld {
		t.Errorf("%d ports are held, want %d at the most", len(target.held), mostHeld)
	}
	if err := target.Close(); err != nil || len(target.held) > 0 {
		t.Errorf("after Close %d ports are held: %v", len(target.held), err)
	}
}
