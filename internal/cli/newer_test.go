package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/cli"
)

// Files of every kind that a newer version wrote, with parts this one cannot know.
func TestFilesOfANewerVersionAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	module := filepath.Join("modules", "servers", "acme")
	if err := os.MkdirAll(module, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		filepath.Join(module, "acme.php"): "<?php\nfunction acme_ListAccounts(array $p) { return []; }\n",
		"report.json":                     `{"version":2,"tool":"syncproof 9.1","verdict":{"word":"CONFORMANT"},"results":{"ENV-01":"pass"}}`,
		"transcript.ndjson":               `{"event":"run","version":2,"target":["php"],"plan":{"list":1}}` + "\n" + `{"event":"wholly-new"}` + "\n",
		"recording.har":                   `{"log":{"version":"1.3","creator":"syncproof","_syncproof":{"version":2,"module":{"name":"acme"},"more":[]}}}`,
		"panel.yaml":                      "version: 2\npanel: {name: Acme}\nflows: [a, b]\n",
		"config.yaml":                     "version: 2\ntarget: [a, b]\nmoons: 3\n",
		"waivers.yaml":                    "version: 2\nwaivers:\n  ENV-01: {until: next year}\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"report": {[]string{"diff", "report.json", "report.json"}, cli.ExitUsage,
			"syncproof: report.json: this report was written by a newer version (syncproof 9.1); use that one"},
		"transcript, judged": {[]string{"judge", "transcript.ndjson"}, cli.ExitNotDriven,
			"syncproof: transcript.ndjson: the transcript was written by a newer version of syncproof (format 2, this version reads up to 1)"},
		"transcript, compared": {[]string{"diff", "transcript.ndjson", "transcript.ndjson"}, cli.ExitUsage,
			"syncproof: transcript.ndjson: the transcript was written by a newer version of syncproof (format 2, this version reads up to 1)"},
		"recording": {[]string{"run", module, "--recording", "recording.har"}, cli.ExitUsage,
			"recording.har: the recording is written in version 2 of the format, and this version of syncproof reads version 1; record again, or update syncproof"},
		"panel profile": {[]string{"run", module, "--panel", "panel.yaml"}, cli.ExitUsage,
			"panel.yaml:1:1: this profile names a version of its format, which no profile for this version of syncproof does; update syncproof, or remove the line if the profile is not from a newer one"},
		"configuration": {[]string{"run", "--config", "config.yaml"}, cli.ExitUsage,
			"config.yaml:1:1: this file names a version of its format, which no file for this version of syncproof does; update syncproof, or remove the line if the file is not from a newer one"},
		"waivers": {[]string{"run", module, "--config", "waivers.yaml"}, cli.ExitUsage,
			"waivers.yaml:1:1: this file names a version of its format, which no file for this version of syncproof does; update syncproof, or remove the line if the file is not from a newer one"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := cli.Main(tc.args, cli.System{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) (string, bool) { return "", false }})
			if code != tc.code || !strings.Contains(errs.String(), tc.says+"\n") || out.Len() > 0 {
				t.Errorf("exit code %d, want %d\nprinted %q\nsaid    %q\nwant    %q", code, tc.code, out.String(), errs.String(), tc.says)
			}
		})
	}
}
