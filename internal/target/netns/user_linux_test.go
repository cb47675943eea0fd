package netns_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"syncproof/internal/target/netns"
)

// The program is who it would be outside, and can do no more.
const whoami = `
	echo posix_getuid(), ' ', posix_geteuid(), ' ', posix_getgid(), "\n";
	preg_match('/CapEff:\s*(\S+)\s.*CapBnd:\s*(\S+)\s*CapAmb:\s*(\S+)/s', file_get_contents('/proc/self/status'), $m);
	// CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_PTRACE, CAP_SYS_ADMIN
	echo (hexdec($m[1]) & (1 << 10 | 1 << 12 | 1 << 13 | 1 << 19 | 1 << 21)) === 0 ? 'may not' : 'may', ' ', hexdec($m[3]), "\n";
	echo fileowner('/etc/passwd'), ' ', fileowner(getcwd()), ' ', is_writable(getcwd()) ? 'writable' : 'not writable', "\n";
	file_put_contents('made', 'x'); echo fileowner('made'), "\n";`

func TestTheProgramStaysWhoItIs(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	uid := strconv.Itoa(os.Getuid())
	owner := "0"
	if uid != "0" {
		// Other users cannot be mapped.
		owner = "65534"
	}
	want := uid + " " + uid + " " + strconv.Itoa(os.Getgid()) + "\nmay not 0\n" + owner + " " + uid + " writable\n" + uid + "\n"
	if out := run(t, netns.Options{}, nil, "php", script(t, whoami)); out.stdout != want {
		t.Errorf("inside: %q, want %q; stderr %q", out.stdout, want, out.stderr)
	}
}

// The usual case is a user who is not root. Root can play one.
func TestAsAnOrdinaryUser(t *testing.T) {
	requireCells(t)
	if os.Getuid() != 0 {
		t.Skip("the other tests are run by an ordinary user already")
	}
	dir, err := os.MkdirTemp("", "ordinary")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	const nobody = 65534
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe", "-test.count=1", "-test.v",
		"-test.run=^(TestTheProgramStaysWhoItIs|TestEndings|TestClientsReachThePanel|TestFaultsBelowHTTPAreTrue|TestAttemptsAreSeen|TestNothingGetsOut)$")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir, "SYNCPROOF_REQUIRE_NETNS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	text, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(text), "\n--- PASS: ") != 6 {
		t.Errorf("as an ordinary user: %v\n%s", err, text)
	}
}
