package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"syncproof/internal/transcript"
)

const sizeLimit = 20_000_000

func (b *Bench) size(_ context.Context) error {
	info, err := os.Stat(b.o.Binary)
	if err != nil {
		return fmt.Errorf("finding the program: %w", err)
	}
	b.add(Figure{Name: "size of the program", Value: float64(info.Size()), Unit: "bytes", Bound: AtMost, Target: sizeLimit})
	return nil
}

// start is how long it takes until something is to be read.
func (b *Bench) start(ctx context.Context) error {
	bare, err := Best(ctx, 10, Command{Args: []string{"php", "-n", "-r", "echo 1;"}})
	if err != nil {
		return err
	}
	beside := fmt.Sprintf("php -n: %s ms", trim(bare.First.Seconds()*1000))
	line, err := Best(ctx, 10, Command{Args: []string{b.o.Binary, "version"}})
	if err != nil {
		return err
	}
	b.add(Figure{Name: "start to first line", Value: line.First.Seconds() * 1000, Unit: "ms", Bound: AtMost, Target: 50, Beside: beside})
	stored := filepath.Join(b.o.Root, "fixtures", "transcripts", "failure-called-success.ndjson")
	verdict, err := Best(ctx, 10, Command{Args: []string{b.o.Binary, "judge", stored, "--out", b.out("start")}, Codes: []int{1}})
	if err != nil {
		return err
	}
	b.add(Figure{
		Name: "start to the verdict on a stored run", Value: verdict.First.Seconds() * 1000, Unit: "ms", Bound: AtMost, Target: 1000,
		Beside: fmt.Sprintf("%s; %s ms of processor time, all rules and reports", beside, trim(verdict.CPU.Seconds()*1000)),
	})
	return nil
}

// calls compares a run with its own calls made bare.
func (b *Bench) calls(ctx context.Context) error {
	module := filepath.Join(b.o.Root, "fixtures", "modules", "reference", "acmepanel")
	profile := filepath.Join(b.o.Root, "fixtures", "panels", "rest.yaml")
	args := []string{b.o.Binary, "run", module, "--panel", profile, "-q", "--allow-incomplete", "--no-progress", "--out"}
	run, err := Run(ctx, Command{Args: append(args, b.out("default"))})
	if err != nil {
		return err
	}
	made, err := readRun(ctx, b.stored("default"), profile)
	if err != nil {
		return err
	}
	bare, requests, err := b.replay(ctx, made, filepath.Join(module, "acmepanel.php"))
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d calls in %d sessions, %d of them waiting; %d requests / %d", made.calls, len(made.sessions), made.waiting, made.requests, requests)
	b.add(Figure{
		Name: "default run of the reference module / the same calls bare", Value: ratio(run.Wall, bare.Wall), Unit: "ratio", Bound: AtMost, Target: 1.25,
		Beside: fmt.Sprintf("%s / %s; %s", seconds(run.Wall), seconds(bare.Wall), what),
	})
	b.add(Figure{
		Name: "the same in processor time", Value: ratio(run.CPU, bare.CPU), Unit: "ratio",
		Beside: fmt.Sprintf("%s / %s, the bare panel's not counted", seconds(run.CPU), seconds(bare.CPU)),
	})
	full, err := Run(ctx, Command{Args: append(append([]string{}, args...), b.out("full"), "--budget", "0")})
	if err != nil {
		return err
	}
	all, err := readRun(ctx, b.stored("full"), profile)
	if err != nil {
		return err
	}
	b.add(Figure{Name: "calls of the full run", Value: float64(all.calls), Unit: "calls", Bound: AtLeast, Target: 2000})
	b.add(Figure{
		Name: "full run of the reference module", Value: full.Wall.Seconds(), Unit: "s", Bound: AtMost, Target: 10,
		Beside: fmt.Sprintf("%s of processor time; the module waits for 10 s; the default run: %s", seconds(full.CPU), seconds(run.Wall)),
	})
	return b.hasty(ctx, module, append(append([]string{}, args[3:]...), b.out("hasty"), "--budget", "0"), all.calls)
}

// hasty is the full run of a module that gives up after a second, so that what is
// measured is work and not the module's patience.
func (b *Bench) hasty(ctx context.Context, module string, args []string, calls int) error {
	folder := b.out("acmepanel")
	if err := os.CopyFS(folder, os.DirFS(module)); err != nil {
		return fmt.Errorf("copying the reference module: %w", err)
	}
	file := filepath.Join(folder, "acmepanel.php")
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the reference module: %w", err)
	}
	hasty := strings.NewReplacer("CURLOPT_CONNECTTIMEOUT => 5", "CURLOPT_CONNECTTIMEOUT => 1", "min(10, $seconds)", "min(1, $seconds)").Replace(string(text))
	if len(hasty) != len(text)-1 {
		return errors.New("the reference module sets its limits otherwise than make bench expects")
	}
	if err := os.WriteFile(file, []byte(hasty), 0o600); err != nil {
		return fmt.Errorf("changing the limits of a copy of the reference module: %w", err)
	}
	run, err := Run(ctx, Command{Args: append([]string{b.o.Binary, "run", folder}, args...)})
	if err != nil {
		return err
	}
	b.add(Figure{
		Name: "the same where the module waits for 1 s", Value: run.Wall.Seconds(), Unit: "s",
		Beside: fmt.Sprintf("%s of processor time, %.0f calls a second", seconds(run.CPU), float64(calls)/run.Wall.Seconds()),
	})
	return nil
}

// violations writes every report of a run in which each of many accounts is wrong.
func (b *Bench) violations(ctx context.Context) error {
	const n = 50_000 // two rules are broken by each
	listed := b.listing(fmt.Sprintf("%d wrong", n), "wrong")
	if _, err := Run(ctx, listed); err != nil {
		return err
	}
	judged := []string{b.o.Binary, "judge", b.stored("wrong"), "-q", "--out", b.out("judged")}
	plain, err := Best(ctx, 3, Command{Args: []string{b.o.Binary, "judge", b.stored("wrong"), "-q", "--only", "LOAD-01", "--out", b.out("judged")}, Codes: []int{4, 1}})
	if err != nil {
		return err
	}
	for _, kind := range []string{"html", "junit", "json", "markdown", "sarif", "annotations", "code-quality", "tap", "badge"} {
		judged = append(judged, "--"+kind, filepath.Join(b.scratch, "report-"+kind))
	}
	cost, err := Best(ctx, 3, Command{Args: judged, Codes: []int{1}})
	if err != nil {
		return err
	}
	var size int64
	reports, _ := filepath.Glob(filepath.Join(b.scratch, "report-*"))
	for _, r := range reports {
		if info, err := os.Stat(r); err == nil {
			size += info.Size()
		}
	}
	b.add(Figure{
		Name: "judging 100,000 violations and all reports", Value: cost.Wall.Seconds(), Unit: "s", Bound: AtMost, Target: 1,
		Beside: fmt.Sprintf("%s of processor time; reading the transcript for one rule alone: %s", seconds(cost.CPU), seconds(plain.Wall)),
	})
	b.add(Figure{Name: "all nine reports of it", Value: megabytes(size), Unit: "MB", Bound: AtMost, Target: 5})
	return nil
}

// listsIn counts the lists in a stored run that hold accounts.
func listsIn(path string) (int, error) {
	opened, err := transcript.Open(path)
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", filepath.Base(path), err)
	}
	defer func() { _ = opened.Close() }()
	n := 0
	for _, s := range opened.Sessions {
		for _, c := range s.Calls {
			if c.Len() > 0 {
				n++
			}
		}
	}
	return n, nil
}
