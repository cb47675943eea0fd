package netns

// Sandbox keeps a program from files and processes that are none of its
// business. The zero value keeps it from none.
//
// It prevents accidents and makes mischief visible; it is no security boundary
// against a program that wants to break out.
type Sandbox struct {
	// Files limits the program to the files named below and to those of the
	// system; see Landlock.
	Files bool `json:"files,omitempty"`
	// Read are files and folders the program may read and run, Write those it
	// may change as well. What does not exist is passed over.
	Read  []string `json:"read,omitempty"`
	Write []string `json:"write,omitempty"`
	// Temp is a folder in Keep that takes the place of /tmp and /var/tmp, "" for
	// none. Keep and Also stay where they are, even in /tmp; Also cannot be changed.
	Temp string   `json:"temp,omitempty"`
	Keep string   `json:"keep,omitempty"`
	Also []string `json:"also,omitempty"`
	// Processes bounds how many there may be in the cell at a time, those of the
	// user root included, where the kernel can keep it (Linux 6.14 and newer);
	// 0 for no bound.
	Processes uint64 `json:"processes,omitempty"`
}

// systemPaths are what programs of every kind read: libraries, settings,
// time zones, PHP in its usual places. Homes, temporary files, mounted disks and
// the data of services are not among them.
func systemPaths() []string {
	return []string{
		"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix/store", "/gnu/store",
		"/proc", "/sys", "/dev/fd", "/dev/stdin", "/var/lib/php", "/var/cache/fontconfig",
		// Where /etc/resolv.conf often leads.
		"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	}
}

// devices are those that programs may write to.
func devices() []string {
	return []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"}
}
