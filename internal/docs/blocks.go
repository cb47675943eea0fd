// Package docs reads the commands that the guides show, so that a test can run
// them.
package docs

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Block is a fenced block of commands.
type Block struct {
	// Line is where the block begins, from 1.
	Line int
	// Run says that its commands are to be run; otherwise Reason says why not.
	Run    bool
	Reason string
	// Words prepare the run, and Exit is the code that the last command ends with.
	Words    []string
	Exit     string
	Commands []Command
}

// Command is one command and the lines that are shown below it.
type Command struct {
	Line   string
	Output []string
}

// ErrUnmarked says that a block shows commands, and nothing says whether they are run.
var ErrUnmarked = errors.New("a block of commands has no mark before it; write <!-- run: … --> or <!-- not run: reason -->")

var (
	fence = regexp.MustCompile("^[ ]*```([a-z]*)\\s*$")
	mark  = regexp.MustCompile(`^<!-- (not run|run):\s*(.*?)\s*-->$`)
	// ours is a command of syncproof, perhaps after variables that are set for it.
	ours = regexp.MustCompile(`^\s*(?:\$ )?(?:[A-Z_]+=\S* )*(?:bin/)?syncproof [a-z]`)
	exit = regexp.MustCompile(`^exit=([0-9]+)$`)
)

// Blocks finds the blocks of commands of a page in Markdown: those of console and
// sh, and any that begins with a command of syncproof. Each needs a mark on the
// line before it.
func Blocks(page string) ([]Block, error) {
	var blocks []Block
	var problems []error
	lines := strings.Split(page, "\n")
	for i := 0; i < len(lines); i++ {
		m := fence.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		end := i + 1
		for end < len(lines) && strings.TrimSpace(lines[end]) != "```" {
			end++
		}
		body := lines[i+1 : min(end, len(lines))]
		before := ""
		if i > 0 {
			before = lines[i-1]
		}
		if shows(m[1], body) {
			b, err := blockOf(m[1], before, body)
			if err != nil {
				problems = append(problems, fmt.Errorf("line %d: %w", i+1, err))
			}
			b.Line = i + 1
			blocks = append(blocks, b)
		}
		i = end
	}
	return blocks, errors.Join(problems...)
}

// shows says that a block shows commands.
func shows(language string, body []string) bool {
	if language == "console" || language == "sh" {
		return true
	}
	return len(body) > 0 && ours.MatchString(body[0])
}

func blockOf(language, before string, body []string) (Block, error) {
	m := mark.FindStringSubmatch(strings.TrimSpace(before))
	if m == nil {
		return Block{}, ErrUnmarked
	}
	if m[1] == "not run" {
		if m[2] == "" {
			return Block{}, errors.New("the mark gives no reason")
		}
		return Block{Reason: m[2]}, nil
	}
	b := Block{Run: true, Exit: "0"}
	for _, word := range strings.Fields(m[2]) {
		if code := exit.FindStringSubmatch(word); code != nil {
			b.Exit = code[1]
		} else {
			b.Words = append(b.Words, word)
		}
	}
	b.Commands = commands(language, body)
	if len(b.Commands) == 0 {
		return b, errors.New("the block shows no command")
	}
	return b, nil
}

// commands takes a block apart. In a console what follows "$ " is a command and
// other lines are output; a backslash at the end continues a command.
func commands(language string, body []string) []Command {
	var list []Command
	going := false
	for _, line := range body {
		line = strings.TrimRight(line, " ")
		text, prompted := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		switch {
		case going:
			list[len(list)-1].Line += " " + plain(line)
		case prompted || language != "console" && text != "" && !strings.HasPrefix(text, "#"):
			list = append(list, Command{Line: plain(text)})
		case len(list) > 0 && text != "":
			list[len(list)-1].Output = append(list[len(list)-1].Output, line)
		}
		going = strings.HasSuffix(line, `\`) && len(list) > 0
	}
	return list
}

// plain is a line without a comment behind it and without the backslash at its end.
func plain(line string) string {
	line, _, _ = strings.Cut(line, "  #")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), `\`))
}
