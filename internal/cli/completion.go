package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"syncproof/internal/contract"
	"syncproof/internal/panel"
	"syncproof/internal/setup"
	"syncproof/internal/upstream/fault"
	"syncproof/suites"
)

func newCompletion(system System) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print a script that lets a shell complete commands, flags, rules and faults",
		Long: `Completion prints a script for a shell. With it the Tab key completes commands,
flags, ids of rules and faults, areas, fleets and files of the right kind.

For bash put the script where it is read at login, such as
~/.local/share/bash-completion/completions/syncproof; for zsh into a folder of
$fpath as _syncproof; for fish into ~/.config/fish/completions/syncproof.fish.`,
		Example: `  syncproof completion bash > syncproof.bash
  syncproof completion zsh > _syncproof`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			var err error
			switch args[0] {
			case "bash":
				err = root.GenBashCompletionV2(system.Out, true)
			case "zsh":
				err = root.GenZshCompletion(system.Out)
			case "fish":
				err = root.GenFishCompletion(system.Out, true)
			default:
				err = root.GenPowerShellCompletionWithDesc(system.Out)
			}
			if err != nil {
				return notDriven("printing the script: %w", err)
			}
			return nil
		},
	}
}

// completer offers words for what was typed so far.
type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// complete gives every flag of a command and of those below it what a shell can
// complete it with: words, or files of a kind.
func complete(c *cobra.Command) {
	words, kinds := flagWords(), flagFiles()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if list, ok := words[f.Name]; ok {
			_ = c.RegisterFlagCompletionFunc(f.Name, lastOf(list))
		} else if kind, ok := kinds[f.Name]; ok {
			_ = c.MarkFlagFilename(f.Name, kind...)
		}
	})
	for _, name := range []string{"out", "whmcs-root", "resume"} {
		if c.Flags().Lookup(name) != nil {
			_ = c.MarkFlagDirname(name)
		}
	}
	if kind, ok := argFiles()[c.Name()]; ok && c.ValidArgsFunction == nil {
		c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return kind, cobra.ShellCompDirectiveFilterFileExt
		}
	}
	for _, below := range c.Commands() {
		complete(below)
	}
}

// flagWords are the words that flags take, with what each means.
func flagWords() map[string][]string {
	rules := ruleWords()
	return map[string][]string{
		"only": rules, "skip": rules,
		"fault":             faultWords(),
		"fleet":             fleetWords(),
		"intercept":         {"auto", "namespace", "prepend", "proxy"},
		"server-httpprefix": {"http", "https"},
		"as":                {"empty"},
		"ci":                append([]string{ciAuto}, setup.CIs()...),
		"format":            formats(),
	}
}

// flagFiles are the endings of the files that flags take.
func flagFiles() map[string][]string {
	yaml := []string{"yaml", "yml"}
	return map[string][]string{
		"config": yaml, "panel": yaml, "recording": {"har"}, "empty-recording": {"har"},
		"bootstrap": {"php"}, "junit": {"xml"}, "json": {"json"}, "html": {"html"}, "markdown": {"md"}, "sarif": {"sarif"},
		"code-quality": {"json"}, "tap": {"tap"}, "badge": {"svg"}, "endpoint-ca-file": {"pem", "crt"},
	}
}

// argFiles are the endings of the files that commands take as arguments. A target
// may be a folder as well, which is offered with any ending.
func argFiles() map[string][]string {
	yaml := []string{"yaml", "yml"}
	return map[string][]string{
		"run": {"php", "ndjson"}, "record": {"php"}, "doctor": {"php"}, "init": {"php"},
		"judge": {"ndjson"}, "diff": {"ndjson", "json"}, "infer": {"har"}, "check": yaml, "serve": yaml,
	}
}

// lastOf completes the last of several words with commas between.
func lastOf(words []string) completer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		out := make([]string, 0, len(words))
		for _, w := range words {
			if strings.HasPrefix(strings.ToLower(before+w), strings.ToLower(typed)) {
				out = append(out, before+w)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// ruleWords are what selectors take: areas, levels, hazards and ids.
func ruleWords() []string {
	var words []string
	for _, s := range suites.All() {
		words = append(words, described(s.Area, s.Title))
	}
	for _, level := range contract.Levels() {
		words = append(words, described(strings.ToLower(string(level)), "rules of this level"))
	}
	for _, h := range contract.Hazards() {
		words = append(words, described(string(h), hazardWords(h)))
	}
	for _, r := range suites.Rules() {
		words = append(words, described(r.ID, r.Title))
	}
	return words
}

func faultWords() []string {
	var words []string
	for _, f := range fault.All() {
		words = append(words, described(f.ID, f.Title))
	}
	return words
}

func fleetWords() []string {
	var words []string
	for _, f := range panel.Fleets() {
		words = append(words, described(f.Name, f.Title))
	}
	return words
}

// described is a word with its meaning, as a shell shows them.
func described(word, meaning string) string {
	return fmt.Sprintf("%s\t%s", word, strings.ReplaceAll(meaning, "\n", " "))
}
