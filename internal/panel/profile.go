package panel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"syncproof/internal/yamlfile"
)

// Profile says how a panel's API answers. It does not change once it is read.
type Profile struct {
	// Name is how messages call the panel.
	Name string
	// States are the panel's words, by the names that accounts have for theirs.
	States map[string]State
	// SessionRequests is after how many requests a session expires, 0 for never.
	SessionRequests int

	routes    []route
	auth      []way
	errors    map[string]reply
	templates *templates
	// passwords says that some reply shows the password of an account.
	passwords bool
}

// State is the panel's word for a state.
type State struct {
	Word string
	// Status is the WHMCS status the profile declares to be right for it, "" when
	// it declares none.
	Status string
}

// The kinds of the panel's own error replies.
const (
	ErrorAuth       = "auth"
	ErrorNotFound   = "not_found"
	ErrorBadRequest = "bad_request"
	ErrorServer     = "server"
)

func errorKinds() []string {
	return []string{ErrorAuth, ErrorNotFound, ErrorBadRequest, ErrorServer}
}

// route is one of the panel's routes.
type route struct {
	name    string
	place   place
	methods []string
	path    pattern
	when    []condition
	// auth are the ways to authenticate; open routes ask for none.
	auth          []way
	open          bool
	login, logout bool
	list          *list
	account       *which
	change        *change
	reply         reply
}

// condition is a part of a request and what must stand there. In conditions of
// routes * stands for any text; in ways to authenticate, {password} and the like
// stand for what the client was given.
type condition struct {
	part part
	want string
}

// way is one way to authenticate; all of it must be met.
type way []condition

type reply struct {
	status  int
	kind    string
	headers []header
	body    *compiled
	// given says that the profile has this reply.
	given bool
}

type header struct {
	name  string
	value *compiled
}

// list is how a route pages.
type list struct {
	paging             string
	page, size         part
	hasPage, hasSize   bool
	first              int
	otherwise, maximum int
	beyondIsError      bool
	sort               string
	// bounded says that the profile names a maximum, if only that there is none.
	bounded bool
	// silent says that the panel tells no total.
	silent bool
}

// The kinds of paging.
const (
	pagingNone   = "none"
	pagingPage   = "page"
	pagingOffset = "offset"
	pagingCursor = "cursor"
	pagingToken  = "token"
	pagingLink   = "link"
)

// which account a route is about.
type which struct {
	by      string
	from    part
	missing reply
}

// change is what a writing route does.
type change struct {
	do   string
	set  []assignment
	take []taking
}

type assignment struct{ field, value string }

type taking struct {
	field string
	from  part
}

// Load reads the profile in a file. What is wrong with it comes back as *Error,
// or as several joined.
func Load(ctx context.Context, path string) (*Profile, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &Error{File: path, Message: openWords(err)}
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, &Error{File: path, Message: "this is not a file; name the profile's .yaml file"}
	}
	raw, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, &Error{File: path, Message: "the profile cannot be read: " + err.Error()}
	}
	return Read(path, raw)
}

func openWords(err error) string {
	var problem *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such profile"
	case errors.As(err, &problem):
		return "the profile cannot be opened: " + problem.Err.Error()
	}
	return "the profile cannot be opened: " + err.Error()
}

// Read makes a profile of its bytes; file is its name in messages.
func Read(file string, raw []byte) (*Profile, error) {
	parsed, err := readYAML(file, raw)
	if err != nil {
		return nil, err
	}
	problems, err := checkShape(parsed.Root)
	if err != nil {
		return nil, fmt.Errorf("checking %s: %w", file, err)
	}
	if err := yamlfile.Join(problems); err != nil {
		return nil, err
	}
	b := builder{file: parsed, profile: &Profile{States: map[string]State{}, errors: map[string]reply{}}}
	b.build(parsed.Root)
	if err := yamlfile.Join(b.problems); err != nil {
		return nil, err
	}
	b.profile.passwords = b.profile.uses(".password")
	return b.profile, nil
}

// Routes is how many routes the profile has.
func (p *Profile) Routes() int { return len(p.routes) }
