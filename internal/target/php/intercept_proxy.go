package php

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php/wrapper"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

//go:embed probe/request.php
var requestScript []byte

// prependFile is where the session finds what leads PHP's own functions to the
// panel.
func (s *session) prependFile() string { return filepath.Join(s.dir, "prepend.php") }

// prepended is the file PHP is to run before all others, "" for none.
func (s *session) prepended() string {
	if s.Upstream == nil || s.level != transcript.InterceptPrepend {
		return ""
	}
	return s.prependFile()
}

// replaced are the functions of PHP that the session has replaced. Those that
// php.ini switches off are missing for WHMCS as well.
func (s *session) replaced() []string {
	if s.prepended() == "" {
		return nil
	}
	off := strings.Split(s.engine.disabled, ",")
	return slices.DeleteFunc(wrapper.InterceptedFunctions(s.engine.extensions), func(f string) bool {
		return slices.ContainsFunc(off, func(o string) bool { return strings.EqualFold(strings.TrimSpace(o), f) })
	})
}

// proxied leads the session's clients to the panel as far as they let
// themselves be led.
func (st *stage) proxied(s *session, o *process.Options) error {
	o.Env.Proxy = "http://" + st.proxy.Addr()
	// Variables the user passes on win over all others, and must not here.
	o.Env.Extra = slices.DeleteFunc(slices.Clone(o.Env.Extra), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return strings.HasSuffix(strings.ToLower(name), "_proxy")
	})
	// For the programs a module starts; ext/curl and PHP's streams heed the
	// settings of trust instead.
	o.Env.Extra = append(o.Env.Extra, "SSL_CERT_FILE="+s.caFile(), "CURL_CA_BUNDLE="+s.caFile())
	if s.prepended() == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(st.proxy.Addr())
	if err != nil {
		return fmt.Errorf("reading the address of the control panel: %w", err)
	}
	files := wrapper.InterceptFiles()
	last := len(files) - 1
	var text strings.Builder
	text.WriteString("<?php\n")
	for _, name := range files[:last] {
		fmt.Fprintf(&text, "require %s;\n", phpString(filepath.Join(s.wrapper, filepath.FromSlash(name))))
	}
	functions := s.replaced()
	for i, f := range functions {
		functions[i] = phpString(f)
	}
	fmt.Fprintf(&text, "\\Syncproof\\Intercept\\Panel::open(%s, %s, %s, [%s]);\n", phpString(host), port, phpString(s.caFile()), strings.Join(functions, ", "))
	fmt.Fprintf(&text, "require %s;\n", phpString(filepath.Join(s.wrapper, filepath.FromSlash(files[last]))))
	if err := os.WriteFile(s.prependFile(), []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("writing what leads session %s to the control panel: %w", s.ID, err)
	}
	return nil
}

// reachTime bounds the two requests that show whether a level works.
const reachTime = 20 * time.Second

// offersProxy makes requests as a module would and sees whether they arrive.
func (t *Target) offersProxy(ctx context.Context, level string, like *session) error {
	e := like.engine
	switch {
	case e.proxy == "":
		return unplayable{
			fmt.Sprintf("the command that starts PHP does not hand proxy settings on to it, which the interception level %s needs", level),
			"name a PHP of this machine with --php",
		}
	case level == transcript.InterceptPrepend && e.id < 80000:
		return unplayable{
			fmt.Sprintf("the interception level prepend needs PHP 8.0 or newer, and this is PHP %s: only there can functions of PHP be replaced", e.version),
			"name a newer PHP with --php, or use --intercept proxy",
		}
	case level == transcript.InterceptProxy && !slices.Contains(e.extensions, "curl"):
		return unplayable{
			"this PHP has no curl extension, and at the interception level proxy no other client of PHP's own is caught",
			"install the extension (on Debian: apt install php-curl), or use --intercept prepend",
		}
	}
	if level == transcript.InterceptPrepend {
		file, by, err := readsHeaders((&scratch{dir: like.scratch}).pristine())
		if err != nil {
			return err
		}
		if file != "" {
			return unplayable{
				fmt.Sprintf("%s uses %s, which does not work where PHP's streams are replaced, as at the interception level prepend", file, by),
				wholeCell,
			}
		}
	}
	made, seen, err := t.tryLevel(ctx, level, like)
	if err != nil {
		return err
	}
	if len(made) == 0 {
		return unplayable{
			fmt.Sprintf("at the interception level %s no request could be made for a test: PHP's functions for it are switched off, or do not work", level),
			"see disable_functions in php.ini, or name another PHP with --php",
		}
	}
	for _, want := range made {
		if !slices.ContainsFunc(seen, func(x upstream.Exchange) bool { return x.Request != nil && x.Request.Target == want }) {
			return unplayable{
				fmt.Sprintf("at the interception level %s a request made for a test did not arrive%s", level, problemOf(seen)),
				"see whether a setting in php.ini leads PHP's clients elsewhere, or name another PHP with --php",
			}
		}
	}
	return nil
}

func problemOf(seen []upstream.Exchange) string {
	for _, x := range seen {
		if x.Problem != "" {
			return " (" + x.Problem + ")"
		}
	}
	return ""
}

// tryLevel has PHP make requests, without the module, and returns the paths of
// those it made and what arrived.
func (t *Target) tryLevel(ctx context.Context, level string, like *session) (made []string, seen []upstream.Exchange, err error) {
	planned := scenario.Session{ID: "interception", Upstream: &scenario.Upstream{Scheme: scenario.HTTPS}}
	dir, err := makeTemp(like.scratch, "i-")
	if err != nil {
		return nil, nil, fmt.Errorf("making a folder to try the interception level: %w", err)
	}
	s := &session{
		Session: planned, level: level, engine: like.engine, dir: dir, temp: dir, home: dir, scratch: like.scratch, wrapper: like.wrapper,
	}
	defer func() { err = errors.Join(err, s.remove()) }()
	st, err := t.openStage(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	defer st.proxy.Close()
	script := filepath.Join(dir, "request.php")
	if err := os.WriteFile(script, requestScript, 0o600); err != nil {
		return nil, nil, fmt.Errorf("unpacking syncproof's PHP code: %w", err)
	}
	o := process.Options{
		Dir: dir, Env: s.engine.environment(t.options, dir, dir),
		Limits: process.Limits{Time: min(reachTime, t.options.Timeout)},
	}
	if err := st.furnish(s, &o); err != nil {
		return nil, nil, err
	}
	o.Command = append(slices.Clone(t.options.PHP), s.engine.flags(t.options, s)...)
	o.Command = append(o.Command, script)
	res, err := process.Run(ctx, o)
	if err != nil {
		return nil, nil, fmt.Errorf("starting PHP to try the interception level %s: %w", level, err)
	}
	st.proxy.Close()
	return strings.Fields(string(res.Stdout.Kept)), st.exchanges, nil
}
