package setup

import "strings"

// ProfileFile is what the first panel profile is called.
const ProfileFile = "syncproof-panel.yaml"

// settings is what the template of the configuration is filled with.
type settings struct {
	Findings
	ProfileName string
}

// Reads reports whether the module reads a server parameter.
func (s settings) Reads(param string) bool { return s.reads(param) }

// PHPFlags name the versions as --php takes them on Debian.
func (s settings) PHPFlags() string {
	var b strings.Builder
	for _, v := range s.Versions {
		b.WriteString(" --php php" + v)
	}
	return b.String()
}

// Config writes syncproof.yaml.
func Config(f Findings) ([]byte, error) {
	return render("syncproof.yaml", settings{f, ProfileFile}, "<<", ">>")
}
