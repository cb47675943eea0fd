package endpoint

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// What the network of a test machine cannot be made to do.
func TestUnanswered(t *testing.T) {
	address, err := parseAddress("https://dev.example.com/acme.php?key=s3cret")
	if err != nil {
		t.Fatal(err)
	}
	c := client{address: address, timeout: time.Minute}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := []struct {
		name string
		err  error
		want transcript.Trouble
	}{
		{
			"no such host", dial(&net.DNSError{Err: "no such host", Name: "dev.example.com", IsNotFound: true}),
			transcript.Trouble{Kind: "start", Message: "there is no host named dev.example.com", Advice: "check the address"},
		},
		{
			"no name server", dial(&net.DNSError{Err: "server misbehaving", Name: "dev.example.com", IsTemporary: true}),
			transcript.Trouble{Kind: "start", Message: "the host name dev.example.com could not be looked up", Advice: "check the name server of this machine and its network"},
		},
		{
			"a slow name server", dial(&net.DNSError{Err: "timeout", Name: "dev.example.com", IsTimeout: true}),
			transcript.Trouble{Kind: "start", Message: "the host name dev.example.com could not be looked up", Advice: "check the name server of this machine and its network"},
		},
		{
			"no connection in time", dial(os.ErrDeadlineExceeded),
			transcript.Trouble{Kind: "timeout", Message: "dev.example.com did not accept a connection within 10 seconds", Advice: "check host and port of the address, and the firewalls on the way"},
		},
		{
			"no handshake in time", errors.New("net/http: TLS handshake timeout"),
			transcript.Trouble{Kind: "timeout", Message: "dev.example.com did not finish the TLS handshake within 10 seconds", Advice: "check the port; without TLS the address begins with http://"},
		},
		{
			"anything else", errors.New("odd"),
			transcript.Trouble{Kind: "start", Message: "https://dev.example.com/acme.php?… could not be asked: odd", Advice: "check the address, and try it with curl"},
		},
	}
	// Windows has other numbers for it.
	if runtime.GOOS != "windows" {
		tests = append(tests, struct {
			name string
			err  error
			want transcript.Trouble
		}{
			"no network", dial(os.NewSyscallError("connect", syscall.ENETUNREACH)),
			transcript.Trouble{Kind: "start", Message: "there is no way to dev.example.com: the network is unreachable", Advice: "check the network of this machine, and the address"},
		})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := c.unanswered(context.Background(), tt.err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("trouble (-want +got):\n%s", diff)
			}
		})
	}
}
