package cli

import (
	"sort"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rerun is the command line that makes the same run again, without what only
// chooses rules or reports: those a reader adds as needed. It holds no secret,
// since none can be given on the command line.
func rerun(c *cobra.Command, args, php []string) string {
	skip := map[string]bool{
		// Of several only the one that was used.
		"php":  true,
		"only": true, "skip": true, "fault": true, "shard": true, "fail-fast": true, "max-transcript": true, "out": true, "junit": true, "json": true,
		"quiet": true, "rerun-failed": true, "resume": true, "verbose": true, "no-color": true, "no-progress": true, "format": true, "allow-incomplete": true,
		"html": true, "markdown": true, "sarif": true, "annotations": true, "code-quality": true, "tap": true, "badge": true,
	}
	words := []string{"syncproof", "run"}
	for _, a := range args {
		words = append(words, quote(a))
	}
	var flags []string
	c.Flags().Visit(func(f *pflag.Flag) {
		if !skip[f.Name] {
			flags = append(flags, flagWord(f))
		}
	})
	if c.Flags().Changed("php") {
		flags = append(flags, "--php "+quote(commandText(php)))
	}
	sort.Strings(flags)
	return strings.Join(append(words, flags...), " ")
}

// commandText is a command as --php takes it.
func commandText(words []string) string {
	quoted := make([]string, 0, len(words))
	for _, w := range words {
		quoted = append(quoted, quote(w))
	}
	return strings.Join(quoted, " ")
}

func flagWord(f *pflag.Flag) string {
	if f.Value.Type() == "bool" {
		if f.Value.String() == "true" {
			return "--" + f.Name
		}
		return "--" + f.Name + "=false"
	}
	return "--" + f.Name + " " + quote(strings.Join(flagValues(f), ","))
}

// quote writes a word so that a POSIX shell reads it back as it is.
func quote(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,@%+="
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
