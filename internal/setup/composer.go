package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// composerPHP is the constraint on PHP of the composer.json that belongs to the
// module: its own, or the repository's.
func composerPHP(module, base, root string) (string, error) {
	folders := []string{module, base}
	if root != "" {
		folders = append(folders, filepath.Join(base, root))
	}
	for _, folder := range folders {
		path := filepath.Join(folder, "composer.json")
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("looking for the PHP versions the module is for: %w", err)
		}
		var composer struct {
			Require map[string]string `json:"require"`
		}
		if err := json.Unmarshal(raw, &composer); err != nil {
			return "", fmt.Errorf("%s is not valid JSON: %w", path, err)
		}
		if php := strings.TrimSpace(composer.Require["php"]); php != "" {
			return php, nil
		}
	}
	return "", nil
}

// vendored reports whether the module brings its own libraries.
func vendored(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "vendor", "autoload.php"))
	return err == nil
}

// known are the PHP versions syncproof's own code is tried under, and usual those
// of them a module is tried under when nothing says for which it is made.
func known() []string { return []string{"7.4", "8.0", "8.1", "8.2", "8.3", "8.4", "8.5"} }

func usual() []string { return []string{"8.1", "8.2", "8.3"} }

// versions are the known PHP versions that fit a constraint of composer.json: the
// oldest, the newest, and where there are more, those between.
func versions(constraint string) []string {
	if constraint == "" {
		return usual()
	}
	var fit []string
	for _, v := range known() {
		if allowed(constraint, v) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return usual()
	}
	return fit
}

var bound = regexp.MustCompile(`^(\^|~|>=|>|<=|<|!=|=|)v?([0-9]+)(?:\.([0-9]+|\*|x))?(?:\.([0-9]+|\*|x))?$`)

// allowed reports whether some release of a PHP version, such as 8.1, fits a
// constraint. What it cannot read fits nothing.
func allowed(constraint, version string) bool {
	for _, choice := range strings.Split(strings.ReplaceAll(constraint, "||", "|"), "|") {
		if allowedBy(choice, version) {
			return true
		}
	}
	return false
}

var (
	gap   = regexp.MustCompile(`(\^|~|>=|>|<=|<|!=|=)\s+`)
	hyphs = regexp.MustCompile(`^\s*(\S+)\s+-\s+(\S+)\s*$`)
)

// allowedBy holds a version against bounds that all have to be met.
func allowedBy(bounds, version string) bool {
	if m := hyphs.FindStringSubmatch(bounds); m != nil {
		bounds = ">=" + m[1] + " <=" + m[2]
	}
	fields := strings.FieldsFunc(gap.ReplaceAllString(bounds, "$1"), func(r rune) bool { return r == ',' || r == ' ' })
	for _, b := range fields {
		if b != "*" && !meets(b, version) {
			return false
		}
	}
	return len(fields) > 0
}

// meets compares by major and minor version: a bound on the third number leaves
// later releases of that version, or earlier ones.
func meets(b, version string) bool {
	m := bound.FindStringSubmatch(b)
	if m == nil {
		return false
	}
	op, major, minor := m[1], number(m[2]), number(m[3])
	wild := m[3] == "" || m[3] == "*" || m[3] == "x"
	v := strings.SplitN(version, ".", 2)
	have, want := 100*number(v[0])+number(v[1]), 100*major+minor
	next := 100 * (major + 1)
	switch op {
	case "^":
		return have >= want && have < next
	case "~":
		// ~8.1 allows up to 9.0, ~8.1.2 only 8.1.
		if m[4] != "" {
			return have == want
		}
		return have >= want && have < next
	case ">=":
		return have >= want
	case ">":
		return have > want || have == want && m[4] != ""
	case "<=":
		return have <= want || wild && have < next
	case "<":
		return have < want || have == want && m[4] != "" && number(m[4]) > 0
	case "!=":
		return have != want || m[4] != ""
	}
	if wild {
		return number(v[0]) == major
	}
	return have == want
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
