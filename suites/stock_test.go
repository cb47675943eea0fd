package suites_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"syncproof/fixtures"
	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/judge"
	"syncproof/internal/target/netns"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

func TestMain(m *testing.M) {
	// Playing the control panel starts this program again in another role.
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// TestSuites runs the conformance suites under the stock runners, with their
// own filters and reports:
//
//	SYNCPROOF_TARGET=modules/servers/acme go test ./suites -run TestSuites -v
//	SYNCPROOF_TARGET=… ginkgo --label-filter 'level:MUST && area:envelope' ./suites
//
// SYNCPROOF_TARGET is a path (from the repository's root, or absolute), an address
// or a stored transcript; SYNCPROOF_CONFIG names a syncproof.yaml with everything else. Without a target the suites test
// themselves, on a stored run of the reference module.
func TestSuites(t *testing.T) {
	rules := suites.Rules()
	judge.Declare("ListAccounts", rules, func() (*suites.Judge, error) {
		recorded, err := evidence(t.Context(), rules)
		if err != nil {
			return nil, err
		}
		return suites.NewJudge(rules, recorded)
	}, nil)
	ginkgo.RunSpecs(t, "syncproof conformance suites")
}

// fromRoot finds a relative path from the repository's root as well: go test
// runs in the package's folder.
func fromRoot(path string) string {
	if _, err := os.Stat(path); err != nil && path != "" && !filepath.IsAbs(path) {
		if above := filepath.Join("..", path); exists(above) {
			return above
		}
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func evidence(ctx context.Context, rules []suites.Rule) (*transcript.Transcript, error) {
	ref := fromRoot(os.Getenv("SYNCPROOF_TARGET"))
	if ref == "" {
		raw, err := fixtures.Transcript("reference")
		if err != nil {
			return nil, err
		}
		return transcript.Read(bytes.NewReader(raw))
	}
	if file, err := os.Open(ref); err == nil {
		defer file.Close()
		if recorded, err := transcript.Read(file); err == nil {
			return recorded, nil
		}
	}
	cfg := config.Default()
	if path := fromRoot(os.Getenv("SYNCPROOF_CONFIG")); path != "" {
		var err error
		if cfg, err = config.Load(ctx, path); err != nil {
			return nil, err
		}
	}
	cfg.Target = ref
	params, secrets, err := cfg.Params(os.Getenv)
	if err != nil {
		return nil, err
	}
	opened, err := harness.Open(ctx, cfg, os.Getenv, func(string) {})
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return harness.Capture(ctx, harness.Options{
		Target: opened.Target, Rules: rules, Params: params, Secrets: secrets, Live: cfg.Server.Live(), Out: io.Discard,
	})
}
