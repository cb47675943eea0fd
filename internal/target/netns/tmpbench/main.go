package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"time"

	"syncproof/internal/target/netns"
)

func main() {
	if s, in := netns.Inside(); in {
		os.Exit(s)
	}
	o := netns.Options{}
	if len(os.Args) > 1 && os.Args[1] == "ca" {
		o.CA = []byte("x")
	}
	if len(os.Args) > 1 && os.Args[1] == "watch" {
		o.Attempt = func(netip.AddrPort) {}
	}
	names := []string{"prepare", "start", "open", "go", "exited", "wait", "close"}
	sum := make([]time.Duration, len(names))
	const n = 100
	for range n {
		t := time.Now()
		i := 0
		lap := func() { now := time.Now(); sum[i] += now.Sub(t); t = now; i++ }
		c, err := netns.Prepare(o)
		lap()
		cmd := &exec.Cmd{Path: "/bin/true", Args: []string{"true"}}
		c.Attach(cmd)
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		lap()
		if err = c.Open(context.Background()); err != nil {
			panic(err)
		}
		lap()
		c.Go(context.Background(), netns.Start{})
		lap()
		<-c.Exited()
		lap()
		cmd.Wait()
		lap()
		c.Close()
		lap()
	}
	for i, s := range sum {
		fmt.Printf("%s %v  ", names[i], s/n)
	}
	fmt.Println()
}
