package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What is held back of files, by the version of Landlock that came to know it.
const (
	readFiles = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE
	readAll   = readFiles | unix.LANDLOCK_ACCESS_FS_READ_DIR
	// ofFiles are the rights that files can have, as opposed to folders.
	ofFiles = readFiles | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV

	withRefer    = 2
	withTruncate = 3
	withDevices  = 5
	withScopes   = 6
)

// landlockVersion is what this kernel offers, 0 for nothing.
func landlockVersion() int {
	v, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(v)
}

// Landlock says whether the kernel can limit a program to named files. Its first
// version counts as none: it forbids every move from one folder to another.
func Landlock() bool { return landlockVersion() >= withRefer }

// handled are the rights that version can take away.
func handled(version int) uint64 {
	all := uint64(unix.LANDLOCK_ACCESS_FS_REFER)<<1 - 1
	if version >= withTruncate {
		all |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= withDevices {
		all |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	return all
}

// restrict limits this thread, and the programs started by it, to the sandbox's
// files. The other threads are the first process's own and stay free.
func (s *Sandbox) restrict() error {
	if s == nil {
		return nil
	}
	// No program gets more rights by being run, setuid or not.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("giving up privileges for good: %w", err)
	}
	if !s.Files {
		return nil
	}
	version := landlockVersion()
	all := handled(version)
	attr := unix.LandlockRulesetAttr{Handled_access_fs: all}
	size := unsafe.Sizeof(attr.Handled_access_fs)
	if version >= withScopes {
		// Sockets with a name but without a file belong to the network namespace,
		// which a session with a real server shares with everybody.
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
		size = unsafe.Offsetof(attr.Scoped) + unsafe.Sizeof(attr.Scoped)
	}
	set, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if errno != 0 {
		return fmt.Errorf("limiting the program to its files: %w", errno)
	}
	defer unix.Close(int(set))
	for _, rule := range []struct {
		paths  []string
		rights uint64
	}{
		{append(systemPaths(), s.Read...), readAll},
		{devices(), ofFiles &^ unix.LANDLOCK_ACCESS_FS_EXECUTE},
		{s.writable(), all},
	} {
		for _, path := range rule.paths {
			if err := permit(int(set), path, rule.rights&all); err != nil {
				return err
			}
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, set, 0, 0); errno != 0 {
		return fmt.Errorf("limiting the program to its files: %w", errno)
	}
	return nil
}

// writable is what the program may change. Its temporary folder is reached by
// other paths than the one it has on disk.
func (s *Sandbox) writable() []string {
	if s.Temp == "" {
		return s.Write
	}
	return append(temporary(), s.Write...)
}

// permit adds rights to a file, or to all in a folder.
func permit(set int, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, fs.ErrPermission) {
		// What cannot even be named here cannot be opened either.
		return nil
	}
	if err != nil {
		return fmt.Errorf("limiting the program to its files: %s: %w", path, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("limiting the program to its files: %s: %w", path, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= ofFiles
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(set), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	// Pipes and the like, to which /dev/stdin may lead, are not limited at all.
	if errno != 0 && errno != unix.EBADFD {
		return fmt.Errorf("limiting the program to its files: %s: %w", path, errno)
	}
	return nil
}

// seclude gives the cell temporary folders of its own and, where the network is
// its own, hides the sockets of services, which are files.
func (s *Sandbox) seclude(outside bool) error {
	if s == nil {
		return nil
	}
	if s.Temp != "" {
		if err := s.ownTemp(); err != nil {
			return err
		}
	}
	if outside {
		return nil
	}
	empty := filepath.Join(desk, "nothing")
	if err := os.Mkdir(empty, 0o755); err != nil {
		return fmt.Errorf("writing the cell's files: %w", err)
	}
	return cover(empty, "/run")
}

// ownTemp puts Temp in the place of the machine's temporary folders, and back
// into it what lies there and has to be found.
func (s *Sandbox) ownTemp() error {
	const doing = "making a temporary folder for the cell: %w"
	inside, err := filepath.Rel(s.Keep, s.Temp)
	if err != nil {
		return fmt.Errorf(doing, err)
	}
	here, err := os.Getwd()
	if err != nil {
		return fmt.Errorf(doing, err)
	}
	// What lies in another comes after it, and what can be changed last.
	also := slices.Clone(s.Also)
	slices.SortFunc(also, func(a, b string) int { return len(a) - len(b) })
	back := []kept{}
	for i, path := range also {
		back = append(back, kept{filepath.Join(desk, "also"+strconv.Itoa(i)), path})
	}
	back = append(back, kept{filepath.Join(desk, "kept"), s.Keep})
	for _, k := range back {
		if err := k.putAside(); err != nil {
			return fmt.Errorf(doing, err)
		}
	}
	for _, dir := range temporary() {
		if err := cover(filepath.Join(desk, "kept", inside), dir); err != nil {
			return err
		}
	}
	for _, k := range back {
		if err := k.putBack(); err != nil {
			return fmt.Errorf(doing, err)
		}
	}
	for _, path := range also {
		if err := freeze(path); err != nil {
			return fmt.Errorf(doing, err)
		}
	}
	// From where this process is, .. would still lead into the machine's folder.
	if err := os.Chdir(here); err != nil {
		return fmt.Errorf(doing, err)
	}
	return nil
}

// kept is a file or folder that is to be found where it was, and where it is put
// aside for the time in between.
type kept struct{ at, path string }

func (k kept) putAside() error {
	info, err := os.Stat(k.path)
	if err != nil {
		return err
	}
	return errors.Join(place(k.at, info.IsDir()), bindTo(k.path, k.at))
}

func (k kept) putBack() error {
	info, err := os.Stat(k.at)
	if err != nil {
		return err
	}
	return errors.Join(place(k.path, info.IsDir()), bindTo(k.at, k.path))
}

// place makes what something can be mounted on.
func place(path string, folder bool) error {
	if folder {
		return os.MkdirAll(path, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		// One that is there and may not be written to will do.
		if _, there := os.Stat(path); there == nil {
			return nil
		}
		return err
	}
	return f.Close()
}

func temporary() []string { return []string{"/tmp", "/var/tmp"} }

func bindTo(from, to string) error { return unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, "") }

// freeze makes a mount of ours one that cannot be written to. What restricted it
// before, such as nosuid, may not be given up and is named again.
func freeze(path string) error {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return err
	}
	// ST_ and MS_ have the same values up to MS_NOEXEC, and for the access times.
	kept := uintptr(st.Flags) & (unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_NODIRATIME)
	if st.Flags&unix.ST_RELATIME != 0 {
		kept |= unix.MS_RELATIME
	}
	return unix.Mount("", path, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|kept, "")
}

// boundProcesses bounds what RLIMIT_NPROC does not bind for root: numbers of
// processes run out. /proc has to be the cell's own.
func (s *Sandbox) boundProcesses() {
	// Before, the number was one for the whole machine, and root could set it.
	if s == nil || s.Processes == 0 || !kernelFrom(6, 14) {
		return
	}
	// Numbers below 300 are not given out again once they have been used up, and
	// the kernel refuses a bound below 301. What cannot be bound goes unbound.
	const reserved = 300
	makeThreads(spareThreads)
	// Where the kernel lets the next number be chosen, those below are never given
	// out, and the bound is what was asked for and not 300 more: as many processes
	// that fork without end take both processors of a small machine for minutes.
	_ = os.WriteFile("/proc/sys/kernel/ns_last_pid", []byte(strconv.Itoa(reserved)), 0)
	_ = os.WriteFile("/proc/sys/kernel/pid_max", []byte(strconv.FormatUint(reserved+max(s.Processes, 1), 10)), 0)
}

func kernelFrom(major, minor int) bool {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return false
	}
	var a, b int
	if _, err := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &a, &b); err != nil {
		return false
	}
	return a > major || a == major && b >= minor
}
