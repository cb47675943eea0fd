package report_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a headless Chromium with what it complained about and asked for.
type browser struct {
	ctx context.Context

	mu         sync.Mutex
	complaints []string
	requests   map[network.RequestID]string
}

// openBrowser needs Debian's chromium, or another Chromium of that name.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		const advice = "chromium is not installed (Debian: chromium)"
		if os.Getenv("SYNCPROOF_REQUIRE_TOOLS") == "1" {
			t.Fatal(advice)
		}
		t.Skip(advice)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		// Root, as in a container, cannot have the sandbox; the page is ours.
		chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true), chromedp.WSURLReadTimeout(2*time.Minute))
	outer, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	inner, closeTab := chromedp.NewContext(outer)
	t.Cleanup(closeTab)
	timed, cancel := context.WithTimeout(inner, 5*time.Minute)
	t.Cleanup(cancel)
	b := &browser{ctx: timed, requests: map[network.RequestID]string{}}
	chromedp.ListenTarget(timed, b.hear)
	return b
}

func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		for _, a := range e.Args {
			b.complaints = append(b.complaints, string(a.Value)+a.Description)
		}
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Error())
	case *network.EventRequestWillBeSent:
		b.requests[e.RequestID] = e.Request.URL
	case *network.EventLoadingFailed:
		// What the policy held back was never asked for.
		if e.BlockedReason == network.BlockedReasonCsp {
			delete(b.requests, e.RequestID)
		}
	}
}

// heard is what the page did that it must not do; its own file is no request.
func (b *browser) heard(own string) (complaints, requests []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.requests {
		if r, _, _ = strings.Cut(r, "#"); r != own {
			requests = append(requests, r)
		}
	}
	return b.complaints, requests
}

// watchPolicy notes breaches of the content policy before the page begins.
const watchPolicy = `document.addEventListener("securitypolicyviolation", e => console.error("policy: " + e.violatedDirective + " " + e.blockedURI));`

func (b *browser) open(t *testing.T, content []byte) (own string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	own = (&url.URL{Scheme: "file", Path: file}).String()
	b.run(t, network.Enable(), log.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(watchPolicy).Do(ctx)
		return err
	}), chromedp.Navigate(own))
	return own
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// value evaluates an expression of JavaScript.
func value[T any](t *testing.T, b *browser, expression string) (got T) {
	t.Helper()
	b.run(t, chromedp.Evaluate(expression, &got))
	return got
}

const visibleRules = `[...document.querySelectorAll("details.rule")].filter(r => r.checkVisibility())`

func TestHTMLInABrowser(t *testing.T) {
	b := openBrowser(t)
	own := b.open(t, hostileReport(t))
	total := value[int](t, b, `document.querySelectorAll("details.rule").length`)
	expect := func(what string, want int) {
		t.Helper()
		if got := value[int](t, b, visibleRules+".length"); got != want {
			t.Errorf("%s: %d rules show, want %d", what, got, want)
		}
		words := fmt.Sprintf("%d of %d rules", want, total)
		if got := value[string](t, b, `document.getElementById("shown").textContent`); got != words {
			t.Errorf("%s: it says %q, want %q", what, got, words)
		}
	}
	count := func(attribute, value string) string {
		return fmt.Sprintf(`document.querySelectorAll('details.rule[data-%s="%s"]').length`, attribute, value)
	}
	expect("at first", total)
	for _, f := range [][2]string{{"outcome", "fail"}, {"level", "SHOULD"}, {"hazard", "terminate"}} {
		want := value[int](t, b, count(f[0], f[1]))
		if want == 0 || want == total {
			t.Errorf("%s %s: %d rules, which shows nothing", f[0], f[1], want)
		}
		choose := fmt.Sprintf(`const s = document.getElementById(%q); s.value = %q; s.dispatchEvent(new Event("input", {bubbles: true})); 0`, f[0], f[1])
		b.run(t, chromedp.Evaluate("{"+choose+"}", nil))
		expect(f[0]+" "+f[1], want)
		b.run(t, chromedp.Click(`button[type=reset]`), chromedp.Poll(visibleRules+".length === "+fmt.Sprint(total), nil))
		expect("after a reset", total)
	}
	b.run(t, chromedp.SendKeys("#q", "flt-11"), chromedp.Poll(visibleRules+`.some(r => r.id === "FLT-11")`, nil))
	if value[int](t, b, visibleRules+".length") == total {
		t.Error("the search leaves nothing out")
	}
	if value[int](t, b, `[...document.querySelectorAll(".area")].filter(a => a.checkVisibility() && !a.querySelector("details.rule:not([hidden])")).length`) != 0 {
		t.Error("an area without rules shows")
	}
	// A link to a rule that is filtered out shows and opens it.
	b.run(t, chromedp.SendKeys("#q", " nothing-has-this"), chromedp.Poll(visibleRules+".length === 0", nil))
	expect("nothing found", 0)
	b.run(t, chromedp.Evaluate(`location.hash = "#LOAD-01"; 0`, nil), chromedp.Poll(`document.activeElement.parentElement.id === "LOAD-01"`, nil))
	if !value[bool](t, b, `document.getElementById("LOAD-01").open`) {
		t.Error("a link to a rule does not open it")
	}
	b.run(t, chromedp.Click("#close"), chromedp.Poll(`!document.querySelector("details.rule[open]")`, nil))
	b.run(t, chromedp.Click("#open"), chromedp.Poll(`!document.querySelector("details.rule:not([open])")`, nil))
	if pwned := value[bool](t, b, `"pwned" in window`); pwned {
		t.Error("a value of the module ran as a script")
	}
	complaints, requests := b.heard(own)
	if len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
	if len(requests) > 0 {
		t.Errorf("the page asked for %q", requests)
	}
}

// Whatever would break the policy is noticed, so that silence above means
// something.
func TestHTMLPolicyHoldsInABrowser(t *testing.T) {
	b := openBrowser(t)
	content := strings.Replace(string(hostileReport(t)), "</main>",
		`</main><script>window.pwned = 1</script><img src="https://evil.example/x.png"><style>body { display: none }</style>`, 1)
	own := b.open(t, []byte(content))
	if value[bool](t, b, `"pwned" in window`) || !value[bool](t, b, `document.body.checkVisibility()`) {
		t.Error("the policy let a script or a style through")
	}
	complaints, requests := b.heard(own)
	for _, directive := range []string{"script-src-elem", "style-src-elem", "img-src"} {
		if !strings.Contains(strings.Join(complaints, "\n"), "policy: "+directive) {
			t.Errorf("nothing was said of %s: %q", directive, complaints)
		}
	}
	if len(requests) > 0 {
		t.Errorf("the page asked for %q", requests)
	}
}

// Everything is there without JavaScript, at any width, in both colour schemes
// and on paper. SYNCPROOF_SCREENSHOTS names a folder to look at them in.
func TestHTMLShowsEverywhere(t *testing.T) {
	b := openBrowser(t)
	b.run(t, emulation.SetScriptExecutionDisabled(true))
	b.open(t, hostileReport(t))
	b.run(t, emulation.SetScriptExecutionDisabled(false))
	if value[int](t, b, visibleRules+".length") != value[int](t, b, `document.querySelectorAll("details.rule").length`) {
		t.Error("rules are hidden without JavaScript")
	}
	if value[bool](t, b, `document.getElementById("filter").checkVisibility()`) {
		t.Error("without JavaScript there are filters that do nothing")
	}
	b.open(t, hostileReport(t))
	for _, look := range []struct {
		name, scheme, media string
		width               int64
	}{{"light", "light", "screen", 1200}, {"dark", "dark", "screen", 1200}, {"mobile", "light", "screen", 360}, {"print", "light", "print", 800}} {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}
		b.run(t, emulation.SetEmulatedMedia().WithMedia(look.media).WithFeatures(features),
			emulation.SetDeviceMetricsOverride(look.width, 900, 1, false))
		if wide := value[int64](t, b, `document.documentElement.scrollWidth`); wide > look.width {
			t.Errorf("%s: the page is %d wide on a screen of %d because of %s", look.name, wide, look.width, value[string](t, b, widest))
		}
		for _, low := range value[[]string](t, b, lowContrast) {
			t.Errorf("%s: %s", look.name, low)
		}
		if folder := os.Getenv("SYNCPROOF_SCREENSHOTS"); folder != "" {
			b.run(t, chromedp.Evaluate(`document.querySelectorAll("#FLT-11 details.evidence").forEach(d => { d.open = true; }); 0`, nil))
			b.picture(t, filepath.Join(folder, look.name+".png"))
		}
	}
}

// widest names the elements that stick out, innermost last.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.parentElement.closest(".scroll, pre") && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(-5).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).join("; ")`

// lowContrast lists texts whose colour is too close to the ground's (WCAG AA).
const lowContrast = `(() => {
  const parse = c => c.match(/[\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const found = new Set();
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || e.closest("svg, .unseen, .skip") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.add(e.tagName + "." + e.className + " has a contrast of " + ratio.toFixed(2));
  }
  return [...found].slice(0, 20);
})()`

// picture shows the page's beginning, and its parts from the map of faults on.
func (b *browser) picture(t *testing.T, file string) {
	t.Helper()
	for part, from := range map[string]string{"": "0", "-evidence": `document.getElementById("FLT-11").offsetTop`, "-map": `document.getElementById("map").offsetTop`} {
		b.part(t, strings.TrimSuffix(file, ".png")+part+".png", value[float64](t, b, from))
	}
}

func (b *browser) part(t *testing.T, file string, from float64) {
	t.Helper()
	var png []byte
	b.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		const most = 1500
		size := value[[]float64](t, b, `[document.documentElement.scrollWidth, document.documentElement.scrollHeight]`)
		png, err = page.CaptureScreenshot().WithCaptureBeyondViewport(true).
			WithClip(&page.Viewport{Y: from, Width: size[0], Height: min(size[1]-from, most), Scale: 1}).Do(ctx)
		return err
	}))
	if err := os.WriteFile(file, png, 0o600); err != nil {
		t.Fatal(err)
	}
}
