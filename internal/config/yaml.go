package config

import "syncproof/internal/yamlfile"

// Error is one thing that is wrong with the configuration: with its file, or with
// a flag. Its excerpt leaves secrets out.
type Error = yamlfile.Error

type (
	node  = yamlfile.Node
	entry = yamlfile.Entry
	place = yamlfile.Place
)

// parse reads YAML into nodes that know where they stand, nil for a file without
// any setting. The limits are far above what a configuration needs.
func parse(file string, raw []byte) (*node, error) {
	f, err := yamlfile.Read(file, raw, yamlfile.Options{
		Kind:          "a configuration",
		MaxSize:       MaxSize,
		TooLarge:      readProblem(errTooLarge),
		MaxMarks:      30_000,
		MaxTokens:     10_000,
		MaxLineTokens: 400,
		Discretion:    discretion{},
	})
	if err != nil {
		return nil, err
	}
	return f.Root, nil
}
