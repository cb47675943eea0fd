package netns

import (
	"bufio"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// enclose asks for the namespaces and for the capabilities the first process
// needs to furnish them. The program is started without those.
func enclose(attr *syscall.SysProcAttr, outside bool) {
	attr.Cloneflags |= syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID
	if !outside {
		attr.Cloneflags |= syscall.CLONE_NEWNET
	}
	attr.AmbientCaps = []uintptr{
		unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_BIND_SERVICE, unix.CAP_NET_RAW, unix.CAP_KILL,
	}
	if uids, gids := idMap("/proc/self/uid_map"), idMap("/proc/self/gid_map"); mayMapAll() && uids != nil && gids != nil {
		attr.UidMappings, attr.GidMappings, attr.GidMappingsEnableSetgroups = uids, gids, true
		return
	}
	// Without CAP_SETUID only the own user can be mapped, and mapped to itself
	// it stays who it was. Ambient capabilities make up for not being root.
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
}

// mayMapAll says that every user can be mapped to itself, so that root finds
// the files of others as they are.
func mayMapAll() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return false
	}
	const needed = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID | 1<<unix.CAP_SETFCAP
	return data[0].Effective&needed == needed
}

// idMap maps all that a file such as /proc/self/uid_map lists to itself.
func idMap(file string) []syscall.SysProcIDMap {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	var all []syscall.SysProcIDMap
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var here, there, count int
		if _, err := fmt.Sscan(lines.Text(), &here, &there, &count); err != nil {
			return nil
		}
		all = append(all, syscall.SysProcIDMap{ContainerID: here, HostID: here, Size: count})
	}
	return all
}

// keptCapabilities are those root's programs keep: they concern files and ids,
// not the cell.
func keptCapabilities() uint64 {
	return 1<<unix.CAP_CHOWN | 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH | 1<<unix.CAP_FOWNER |
		1<<unix.CAP_FSETID | 1<<unix.CAP_KILL | 1<<unix.CAP_SETGID | 1<<unix.CAP_SETUID |
		1<<unix.CAP_SETPCAP | 1<<unix.CAP_SETFCAP
}

// renounce gives up, for programs this thread starts, every capability that
// could change the cell. The thread itself keeps what it has.
func renounce() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&header, &data[0])
	if err == nil {
		// What cannot be inherited is not ambient either.
		data[0].Inheritable, data[1].Inheritable = 0, 0
		err = unix.Capset(&header, &data[0])
	}
	if err != nil {
		return fmt.Errorf("giving up capabilities: %w", err)
	}
	if os.Geteuid() != 0 {
		// A user who is not root has no others.
		return nil
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if keptCapabilities()&(1<<c) != 0 {
			continue
		}
		// Numbers beyond what this kernel knows are no error worth having.
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil && err != unix.EINVAL {
			return fmt.Errorf("giving up capabilities: %w", err)
		}
	}
	return nil
}
