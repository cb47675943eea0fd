package panel

import (
	"fmt"

	"syncproof/internal/yamlfile"
)

// MaxSize bounds a profile, in bytes.
const MaxSize = 256 << 10

// Error is one thing that is wrong with a profile.
type Error = yamlfile.Error

type (
	node  = yamlfile.Node
	entry = yamlfile.Entry
	place = yamlfile.Place
)

// readYAML reads YAML into nodes that know where they stand.
func readYAML(file string, raw []byte) (*yamlfile.File, error) {
	f, err := yamlfile.Read(file, raw, yamlfile.Options{
		Kind:          "a profile",
		MaxSize:       MaxSize,
		TooLarge:      fmt.Sprintf("the file is larger than %d KiB; this is probably another file", MaxSize>>10),
		MaxMarks:      60_000,
		MaxTokens:     20_000,
		MaxLineTokens: 300,
		Templates:     true,
	})
	if err != nil {
		return nil, err
	}
	if f.Root == nil {
		return nil, &Error{File: file, Message: "the file is empty; a profile has at least the keys panel, states, errors and routes"}
	}
	return f, nil
}
