package netns

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unavailable says in plain words why no cell can be made.
func unavailable(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: it was not ready in time; the machine may be too busy: %w", ErrUnavailable, err)
	case errors.Is(err, errGone):
		return fmt.Errorf("%w: %w; it may be that something on this machine kills new processes", ErrUnavailable, err)
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES), errors.Is(err, unix.ENOSPC),
		errors.Is(err, unix.EUSERS), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS):
		return fmt.Errorf("%w: %w; %s", ErrUnavailable, err, advise(readSwitch, exists))
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// advise names the setting that forbids namespaces. read returns the value of a
// kernel setting, "" where there is none.
func advise(read func(string) string, exists func(string) bool) string {
	switch {
	case read("kernel/apparmor_restrict_unprivileged_userns") == "1":
		return "Ubuntu's AppArmor forbids it; to allow it until the next start of the machine: " +
			"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
	case read("kernel/unprivileged_userns_clone") == "0":
		return "this system forbids it to ordinary users; to allow it until the next start of the machine: " +
			"sudo sysctl -w kernel.unprivileged_userns_clone=1"
	case read("user/max_user_namespaces") == "0", read("user/max_net_namespaces") == "0":
		return "this system allows no namespaces; to allow them until the next start of the machine: " +
			"sudo sysctl -w user.max_user_namespaces=10000 user.max_net_namespaces=10000"
	case exists("/.dockerenv"), exists("/run/.containerenv"):
		return "containers may not do this by default; run this one with --privileged, " +
			"or with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
	}
	return "this system does not allow it; inside a container the container's settings decide, elsewhere the kernel's " +
		"(user.max_user_namespaces) and the security module's (AppArmor, SELinux)"
}

func readSwitch(name string) string {
	text, _ := os.ReadFile("/proc/sys/" + name)
	return strings.TrimSpace(string(text))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
