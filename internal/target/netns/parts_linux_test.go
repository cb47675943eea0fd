package netns

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAdviceNamesTheSwitch(t *testing.T) {
	for name, tc := range map[string]struct {
		switches map[string]string
		files    string
		want     string
	}{
		"Ubuntu 24.04": {
			switches: map[string]string{"kernel/apparmor_restrict_unprivileged_userns": "1", "kernel/unprivileged_userns_clone": "1"},
			want:     "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
		},
		"an older Debian": {
			switches: map[string]string{"kernel/unprivileged_userns_clone": "0"},
			want:     "sudo sysctl -w kernel.unprivileged_userns_clone=1",
		},
		"Red Hat": {
			switches: map[string]string{"user/max_user_namespaces": "0"},
			want:     "sudo sysctl -w user.max_user_namespaces=10000",
		},
		"a container":    {files: "/.dockerenv", want: "run this one with --privileged"},
		"something else": {switches: map[string]string{"kernel/apparmor_restrict_unprivileged_userns": "0"}, want: "this system does not allow it"},
	} {
		t.Run(name, func(t *testing.T) {
			got := advise(func(s string) string { return tc.switches[s] }, func(s string) bool { return s == tc.files })
			if !strings.Contains(got, tc.want) {
				t.Errorf("advice %q does not contain %q", got, tc.want)
			}
		})
	}
}

func TestUnavailableKeepsTheCause(t *testing.T) {
	err := unavailable(failureOf(fmt.Errorf("mounting /proc in the cell: %w", unix.EPERM)))
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, unix.EPERM) || !strings.Contains(err.Error(), "mounting /proc in the cell: operation not permitted; ") {
		t.Errorf("got %v", err)
	}
}

func TestOnlyFilesAndDNS(t *testing.T) {
	for given, want := range map[string]string{
		"": "\nhosts: files dns\n",
		"passwd: files systemd\nhosts: files mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns\nnetworks: files\n": "passwd: files systemd\nnetworks: files\nhosts: files dns\n",
		"  hosts :\tresolve\ngroup: files":       "group: files\nhosts: files dns\n",
		"# hosts: a comment\nhosts:files\n":      "# hosts: a comment\nhosts: files dns\n",
		"ahosts: kept\nhosts: a\nhosts: twice\n": "ahosts: kept\nhosts: files dns\n",
	} {
		if got := onlyFilesAndDNS(given); got != want {
			t.Errorf("from %q: %q, want %q", given, got, want)
		}
	}
}

func TestIDMap(t *testing.T) {
	file := filepath.Join(t.TempDir(), "uid_map")
	for text, want := range map[string][]syscall.SysProcIDMap{
		"         0          0 4294967295\n":                                   {{ContainerID: 0, HostID: 0, Size: 4294967295}},
		"         0       1000          1\n         1     100000      65536\n": {{ContainerID: 0, HostID: 0, Size: 1}, {ContainerID: 1, HostID: 1, Size: 65536}},
		"nonsense\n": nil,
		"":           nil,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := idMap(file); !reflect.DeepEqual(got, want) {
			t.Errorf("from %q: %v, want %v", text, got, want)
		}
	}
	if got := idMap(filepath.Join(t.TempDir(), "none")); got != nil {
		t.Errorf("from no file: %v", got)
	}
}

func TestMessages(t *testing.T) {
	ours, theirs, err := newLine()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.close()
	// The other side of the process would inherit the descriptor.
	fd, err := unix.Dup(int(theirs.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	inside, err := openLine(fd)
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := inside.send(notice{Sockets: []socketKind{panelSocket}}, w); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if err := inside.send(notice{Failed: failureOf(unix.EPERM)}); err != nil {
		t.Fatal(err)
	}
	var first, second notice
	files, err := ours.receive(&first)
	if err != nil || len(files) != 1 || !reflect.DeepEqual(first, notice{Sockets: []socketKind{panelSocket}}) {
		t.Fatalf("got %+v with %d files, %v", first, len(files), err)
	}
	if _, err := files[0].WriteString("over"); err != nil {
		t.Error(err)
	}
	files[0].Close()
	if text, err := io.ReadAll(r); string(text) != "over" || err != nil {
		t.Errorf("through the descriptor came %q, %v", text, err)
	}
	if _, err := ours.receive(&second); err != nil || !errors.Is(second.Failed, unix.EPERM) {
		t.Errorf("got %+v, %v", second, err)
	}
	if err := inside.send(setup{CA: make([]byte, largest)}); err == nil {
		t.Error("a message that would be cut was sent")
	}
	if err := inside.close(); err != nil {
		t.Error(err)
	}
	if _, err := ours.receive(&second); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v, want io.EOF", err)
	}
}

func TestPorts(t *testing.T) {
	ports := Options{Ports: []int{2087, 53, 0, -1, 65536, 65535, 4444, 4444}}.ports()
	count := map[int]int{}
	for _, p := range ports {
		count[p]++
	}
	if count[2087] != 1 || count[4444] != 1 || count[65535] != 1 || len(ports) != len(DefaultPorts())+2 || len(count) != len(ports) {
		t.Errorf("ports %v", ports)
	}
}

// syn4 and syn6 are packets as the kernel hands them over.
const (
	syn4 = "\x45\x00\x00\x3c\x00\x00\x40\x00\x40\x06\x00\x00\xc6\x12\x00\x01\xcb\x00\x71\x07" + "\xc0\x01\x08\x27\x01\x02\x03\x04\x00\x00\x00\x00\xa0\x02"
	syn6 = "\x60\x00\x00\x00\x00\x28\x06\x40" + "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" +
		"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02" + "\xc0\x01\x00\x50\xff\x00\x00\x01\x00\x00\x00\x00\xa0\x02"
)

func TestOpeningOf(t *testing.T) {
	for packet, want := range map[string]struct {
		from, to string
		sequence uint32
	}{
		syn4: {"198.18.0.1:49153", "203.0.113.7:2087", 0x01020304},
		syn6: {"[2001:db8::1]:49153", "[2001:db8::2]:80", 0xff000001},
		// With options the IP header is longer.
		"\x46" + syn4[1:20] + "\x00\x00\x00\x00" + syn4[20:]: {"198.18.0.1:49153", "203.0.113.7:2087", 0x01020304},
	} {
		o, sequence, ok := openingOf([]byte(packet))
		if !ok || o.from != netip.MustParseAddrPort(want.from) || o.to != netip.MustParseAddrPort(want.to) || sequence != want.sequence {
			t.Errorf("got %v, %x, %v; want %+v", o, sequence, ok, want)
		}
	}
}

func FuzzOpeningOf(f *testing.F) {
	for _, packet := range []string{syn4, syn6, "", "\x45", syn4[:27], syn6[:47], "\x4f" + syn4[1:], "\x40" + syn4[1:], "\x00" + syn4[1:]} {
		f.Add([]byte(packet))
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		o, _, ok := openingOf(packet)
		if ok != (o.to.IsValid() && o.from.IsValid()) {
			t.Errorf("ok %v for %v", ok, o)
		}
	})
}
