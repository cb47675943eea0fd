package process

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"
)

// trace knows the processes of a run wherever they are in the process tree.
// A daemon that forked twice has neither the program as its parent nor its
// group; it is found by its environment, by its tag, or by its user namespace,
// which it cannot leave. Other children of this process are never touched.
type trace struct {
	root   int
	born   uint64
	marker []byte
	tag    tag
	userns string
	// groupKilled says that the program's group was killed with it: whoever of
	// it is still about did not outlive the program, it is only not dead yet.
	groupKilled bool
}

func newTrace(pid int, marker string, isolated bool) trace {
	t := trace{root: pid, marker: []byte(marker)}
	if s, ok := readStat(pid); ok {
		t.born = s.born
	}
	if isolated {
		t.userns = namespaceOf(pid)
	}
	return t
}

func namespaceOf(pid int) string {
	link, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/user", pid))
	return link
}

// find returns the ids of the run's processes that are alive, without the
// program itself.
func (t trace) find() []int {
	var found []int
	young := t.young()
	for pid, s := range young {
		if t.groupKilled && s.group == t.root {
			continue
		}
		if pid != t.root && s.state != 'Z' && s.state != 'X' && t.owns(pid, young) {
			found = append(found, pid)
		}
	}
	return found
}

// young returns what is known of every process that is not older than the run.
func (t trace) young() map[int]stat {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	young := map[int]stat{}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == os.Getpid() {
			continue
		}
		if s, ok := readStat(pid); ok && s.born >= t.born {
			young[pid] = s
		}
	}
	return young
}

func (t trace) owns(pid int, young map[int]stat) bool {
	s := young[pid]
	if s.group == t.root || t.tag.on(pid) || t.descends(pid, young) {
		return true
	}
	if t.userns != "" && namespaceOf(pid) == t.userns {
		return true
	}
	env, err := environOf(pid)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	for entry := range bytes.SplitSeq(env, []byte{0}) {
		if bytes.Equal(entry, t.marker) {
			return true
		}
	}
	return false
}

// environOf reads a process's environment. For a moment after it turned into
// another program it has none to read.
func environOf(pid int) ([]byte, error) {
	for tries := 0; ; tries++ {
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err != nil || len(env) > 0 || tries == 3 {
			return env, err
		}
		time.Sleep(time.Millisecond)
	}
}

func (t trace) descends(pid int, young map[int]stat) bool {
	for range young {
		s, ok := young[pid]
		if !ok {
			return false
		}
		if s.parent == t.root {
			return true
		}
		pid = s.parent
	}
	return false
}

// stat is what /proc/<pid>/stat tells.
type stat struct {
	state         byte
	parent, group int
	// born is the start time in clock ticks since the machine started.
	born uint64
}

func readStat(pid int) (stat, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, false
	}
	return parseStat(text)
}

// parseStat reads the fields after the program's name, which is in brackets
// and may itself hold brackets and spaces.
func parseStat(text []byte) (stat, bool) {
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return stat{}, false
	}
	fields := bytes.Fields(text[end+1:])
	const wanted = 20 // state is field 3 of the manual's count, start time 22
	if len(fields) < wanted || len(fields[0]) != 1 {
		return stat{}, false
	}
	parent, err1 := strconv.Atoi(string(fields[1]))
	group, err2 := strconv.Atoi(string(fields[2]))
	born, err3 := strconv.ParseUint(string(fields[19]), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return stat{}, false
	}
	return stat{state: fields[0][0], parent: parent, group: group, born: born}, true
}
