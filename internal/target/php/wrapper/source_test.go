package wrapper

import (
	"io/fs"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources yields every PHP file of the wrapper.
func sources(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(Files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Files, path)
		files[path] = string(text)
		return err
	})
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files are embedded (%v)", len(files), err)
	}
	return files
}

func TestSourcesParse(t *testing.T) {
	t.Parallel()
	for path := range sources(t) {
		if out, err := exec.Command(php(t), "-n", "-l", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", path, out)
		}
	}
}

// main.php names every class file, and each after those it builds on.
func TestSourcesAreIncluded(t *testing.T) {
	t.Parallel()
	files := sources(t)
	for path := range files {
		if strings.HasPrefix(path, "src/") && strings.Count(files["main.php"], "'/"+path+"'") != 1 {
			t.Errorf("main.php does not include %s once", path)
		}
	}
}

// What PHP 7.4 cannot parse or lacks. Each pattern is proved by an example, so
// that none can rot.
func TestSyntaxOf74(t *testing.T) {
	t.Parallel()
	banned := []struct{ what, pattern, example string }{
		{"match", `\bmatch\s*\(`, `$x = match ($y) {`},
		{"nullsafe operator", `\?->`, `$a?->b`},
		{"union or mixed types", `[(,]\s*\??(?:\w+\|\w+|mixed) \$|\): (?:\w+\|\w+|mixed|never|static)\b`, `function f(int|string $x)`},
		{"union property", `(?:private|protected|public) (?:static )?\w+\|\w+ \$`, `private int|string $x;`},
		{"promotion", `__construct\([^)]*(?:private|protected|public) `, `function __construct(private int $x)`},
		{"readonly", `\breadonly `, `readonly int $x`},
		{"enum", `^\s*enum \w+`, `enum A {}`},
		{"attribute", `#\[`, `#[Attr]`},
		{"catch without variable", `catch \([\\\w| ]+\)`, `} catch (\Throwable) {`},
		{"throw as expression", `(?:\?\?|=>|\?|:) throw `, `$x ?? throw new E()`},
		{"::class on an object", `\$\w+::class`, `$x::class`},
		{"trailing comma in parameters", `function[^;{]*,\s*\)`, "function f(\n$a,\n)"},
		{"named argument", `[(,]\s*[a-z]\w*: [^:]`, `f(name: 1)`},
		{"first-class callable", `\(\.\.\.\)`, `strlen(...)`},
		{"functions of PHP 8", `\b(?:get_debug_type|array_is_list|str_contains|str_starts_with|str_ends_with|get_resource_id|fdiv|array_find|array_any)\(`, `str_contains($a, $b)`},
		{"non-capturing or octal of 8.1", `\b0o[0-7]`, `0o17`},
	}
	for _, b := range banned {
		pattern := regexp.MustCompile("(?m)" + b.pattern)
		if !pattern.MatchString(b.example) {
			t.Errorf("the pattern for %s does not find %q", b.what, b.example)
		}
		for path, text := range sources(t) {
			if found := pattern.FindString(comments().ReplaceAllString(text, "")); found != "" {
				t.Errorf("%s has %s: %q", path, b.what, found)
			}
		}
	}
}

func comments() *regexp.Regexp { return regexp.MustCompile(`(?s)/\*.*?\*/|(?m://[^\n]*$)`) }

// What leads a module's clients is loaded file by file, none forgotten.
func TestInterceptFilesAreComplete(t *testing.T) {
	t.Parallel()
	var want []string
	for path := range sources(t) {
		if strings.HasPrefix(path, "intercept/") {
			want = append(want, path)
		}
	}
	got := InterceptFiles()
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// In the wrapper's namespace a module can define functions of PHP's names. A
// call that begins with a backslash is not led astray.
func TestCallsAreGlobal(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`(?:^|[^\w\\$>:])([a-z_0-9]+)\(`)
	language := regexp.MustCompile(`^(?:if|for|foreach|while|switch|catch|function|array|isset|unset|empty|list|exit|fn|and|or|return|declare|self|eval)$`)
	quoted := regexp.MustCompile(`'(?:[^'\\]|\\.)*'`)
	for path, text := range sources(t) {
		if !strings.HasPrefix(path, "src/") && !strings.HasPrefix(path, "intercept/") {
			continue
		}
		for line := range strings.Lines(comments().ReplaceAllString(text, "")) {
			for _, match := range call.FindAllStringSubmatch(quoted.ReplaceAllString(line, "''"), -1) {
				if !language.MatchString(match[1]) && !strings.Contains(line, "function "+match[1]+"(") {
					t.Errorf("%s: %s is called without a backslash: %s", path, match[1], strings.TrimSpace(line))
				}
			}
		}
	}
}
