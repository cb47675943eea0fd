package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// desk is where files are laid out before they are put in place. Whatever else
// a machine lacks, it has this folder, and it gets a fresh content anyway.
const desk = "/proc"

// arrange puts files of ours where programs look for how to find names and
// whom to trust. Nothing on disk changes: other processes see other mounts.
func arrange(s setup) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making the cell's mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", desk, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("making room for the cell's files: %w", err)
	}
	var err error
	if !s.Bare {
		err = layOut(s)
	}
	if err == nil {
		err = s.Sandbox.seclude(s.Outside)
	}
	// What has been put in place stays there.
	if failed := unix.Unmount(desk, unix.MNT_DETACH); err == nil && failed != nil {
		err = fmt.Errorf("clearing the cell's files away: %w", failed)
	}
	if err != nil {
		return err
	}
	err = unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	if err != nil && !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("mounting /proc in the cell: %w", err)
	}
	if err == nil {
		s.Sandbox.boundProcesses()
	}
	// In a container that hides parts of /proc no other one can be had. The
	// one that is there knows processes by their numbers outside; /proc/self
	// works all the same.
	return nil
}

func layOut(s setup) error {
	hosts := "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
	if name, err := os.Hostname(); err == nil && name != "localhost" {
		hosts += "127.0.1.1 " + name + "\n"
	}
	replaced := map[string]string{
		"/etc/resolv.conf": "nameserver 127.0.0.1\n",
		"/etc/hosts":       hosts,
	}
	if text, err := os.ReadFile("/etc/nsswitch.conf"); err == nil {
		replaced["/etc/nsswitch.conf"] = onlyFilesAndDNS(string(text))
	}
	for path, text := range replaced {
		if err := replace(path, []byte(text)); err != nil {
			return err
		}
	}
	if err := hideNameCache(); err != nil || len(s.CA) == 0 {
		return err
	}
	return replaceAuthorities(s)
}

// replace puts text in the place of a file, if there is one.
func replace(path string, text []byte) error {
	ours := filepath.Join(desk, strings.ReplaceAll(path, "/", "_"))
	if err := write(ours, text); err != nil {
		return err
	}
	return cover(ours, path)
}

// write makes a file everybody can read, whatever the umask.
func write(path string, text []byte) error {
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("writing the cell's files: %w", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		return fmt.Errorf("writing the cell's files: %w", err)
	}
	return nil
}

// cover mounts a file or folder of ours over another, if there is one.
func cover(ours, path string) error {
	err := unix.Mount(ours, path, "", unix.MS_BIND, "")
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ENOTDIR) {
		return fmt.Errorf("putting a file of the cell in the place of %s: %w", path, err)
	}
	return nil
}

// onlyFilesAndDNS takes out services that ask a daemon outside the cell, such
// as systemd-resolved, through a socket that is a file.
func onlyFilesAndDNS(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if name, _, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "hosts" {
			continue
		}
		b.WriteString(line)
	}
	return strings.TrimSuffix(b.String(), "\n") + "\nhosts: files dns\n"
}

// hideNameCache keeps the C library from asking the name service cache, which
// would ask the outer network.
func hideNameCache() error {
	empty := filepath.Join(desk, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		return fmt.Errorf("writing the cell's files: %w", err)
	}
	for _, dir := range []string{"/run/nscd", "/var/run/nscd"} {
		if err := cover(empty, dir); err != nil {
			return err
		}
	}
	return nil
}

// replaceAuthorities makes CA the only authority programs find.
func replaceAuthorities(s setup) error {
	folder := filepath.Join(desk, "authorities")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return fmt.Errorf("writing the cell's files: %w", err)
	}
	bundle := filepath.Join(folder, "ca-certificates.crt")
	names := []string{bundle}
	for _, name := range []string{"ca-bundle.crt", "ca-bundle.trust.crt", "ca-bundle.pem"} {
		names = append(names, filepath.Join(folder, name))
	}
	for _, name := range lookupNames(s.CA) {
		names = append(names, filepath.Join(folder, name))
	}
	for _, name := range names {
		if err := write(name, s.CA); err != nil {
			return err
		}
	}
	for _, dir := range authorityFolders() {
		if err := cover(folder, dir); err != nil {
			return err
		}
	}
	for _, file := range append(authorityFiles(), s.Bundles...) {
		if err := cover(bundle, file); err != nil {
			return err
		}
	}
	return nil
}
