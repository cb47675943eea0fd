package php

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

// troubled is an error that is about the way to PHP, not about the module.
type troubled struct{ transcript.Trouble }

func (t troubled) Error() string { return t.Message }

// hung says that a command did not come to an end, so that trying it in
// another way would take as long.
func hung(err error) bool {
	var t troubled
	return errors.As(err, &t) && t.Kind == transcript.TroubleTimeout
}

// accept refuses a PHP that is too old.
func accept(e *engine) error {
	if e.id < oldest {
		return troubled{transcript.Trouble{
			Kind:    transcript.TroubleStart,
			Message: fmt.Sprintf("PHP %s is too old: WHMCS and syncproof need PHP 7.4 or newer", e.version),
			Advice:  "name a newer PHP with --php",
		}}
	}
	return nil
}

func (t *Target) missing() error {
	return troubled{transcript.Trouble{
		Kind:    transcript.TroubleStart,
		Message: fmt.Sprintf("PHP could not be started: there is no program %q here", t.options.PHP[0]),
		Advice:  installAdvice(),
	}}
}

func installAdvice() string {
	switch runtime.GOOS {
	case "darwin":
		return "install PHP with: brew install php. If you have it elsewhere, name it with --php"
	case "windows":
		return "install PHP from windows.php.net and add its folder to PATH. If you have it elsewhere, name it with --php"
	}
	return "install PHP with: apt-get install php-cli php-curl php-mbstring php-xml (or your system's packages of those names). " +
		"If you have it elsewhere, name it with --php, for example --php php8.2"
}

// unanswered describes a command that ran but does not act like PHP.
func (t *Target) unanswered(res process.Result) error {
	command := strings.Join(t.options.PHP, " ")
	said := lastWords(res)
	trouble := transcript.Trouble{
		Kind:    transcript.TroubleStart,
		Message: fmt.Sprintf("%s ran, but not as PHP (status %d)%s", command, res.Status, said),
		Advice: "see whether this command runs a PHP file: " + command + " file.php. A container must be given the folder " +
			os.TempDir() + " under the same path, for example docker run --rm -v " + os.TempDir() + ":" + os.TempDir() + " php:8.2-cli php",
	}
	if res.TimedOut {
		trouble.Kind = transcript.TroubleTimeout
		trouble.Message = fmt.Sprintf("%s did not start PHP within %v%s", command, min(probeTime, t.options.Timeout), said)
	}
	return troubled{trouble}
}

// lastWords quotes the first line a program complained with.
func lastWords(res process.Result) string {
	for _, text := range [][]byte{res.Stderr.Kept, res.Stdout.Kept} {
		if line := strings.TrimSpace(string(firstLine(bytes.TrimSpace(text)))); line != "" {
			const most = 300
			return fmt.Sprintf(": %q", strings.ToValidUTF8(line[:min(len(line), most)], "?"))
		}
	}
	return ""
}

// silent describes a PHP that ran without ever speaking through the channel.
func (p *pump) silent(o Options, res process.Result) *transcript.Trouble {
	command := strings.Join(o.PHP, " ")
	said := p.labels.text.Replace(lastWords(res))
	if res.TimedOut {
		return &transcript.Trouble{
			Kind:    transcript.TroubleTimeout,
			Message: fmt.Sprintf("%s did not start the test within %v%s", command, o.Timeout, said),
			Advice:  "allow more time with --timeout, or use another PHP with --php",
		}
	}
	if o.Bootstrap != "" && !p.session.WithoutWHMCS {
		return &transcript.Trouble{
			Kind:    transcript.TroubleStart,
			Message: fmt.Sprintf("PHP ended while %s was loaded, before the module was%s", o.Bootstrap, said),
			Advice:  "mend the bootstrap file, or run syncproof without it; php -l shows whether it can be parsed",
		}
	}
	return &transcript.Trouble{
		Kind:    transcript.TroubleAnswer,
		Message: fmt.Sprintf("%s ended before the test began (%s)%s", command, p.manner(res), said),
		Advice:  "run this PHP by hand on any file; an extension or a setting in its php.ini may stop it. Another PHP can be named with --php",
	}
}

func startTrouble(err error) *transcript.Trouble {
	return &transcript.Trouble{
		Kind:    transcript.TroubleStart,
		Message: "PHP could not be started: " + err.Error(),
		Advice:  "see whether this machine can start more programs, or name another PHP with --php",
	}
}
