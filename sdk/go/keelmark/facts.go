package keelmark

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// HostError is a fact that could not be read, and why.
type HostError = host.Error

// Kind is why the host could not answer.
type Kind = host.Kind

// The kinds of a HostError.
const (
	Denied      = host.Denied      // not in the manifest, not granted, or above the host's ceiling
	NotFound    = host.NotFound    // the file, container, image or program does not exist
	Invalid     = host.Invalid     // the argument has a form that is never valid
	Timeout     = host.Timeout     // the answer did not come within the time limit
	TooLarge    = host.TooLarge    // the answer is larger than the limit for one call
	Unavailable = host.Unavailable // the source cannot be asked at all: no engine, no such program
	Permission  = host.Permission  // keelmark runs without the privilege that this fact needs
	Failed      = host.Failed      // the source answered with a failure, or with something that cannot be read
	Other       = host.Other       // a cause that this version has no word for
)

// Metadata is what a file is.
type Metadata = host.Metadata

// Output is how a program that the host ran ended.
type Output = host.Output

// Process is a process of the audited host.
type Process = host.Process

// HostFacts is what the audited host is.
type HostFacts = host.Facts

// Failf is an error of a check's own: the source answered, but not with what the check needs.
func Failf(format string, args ...any) error { return host.Errorf(host.Failed, format, args...) }

// Is says whether err is, or wraps, a HostError of that kind.
func Is(err error, kind Kind) bool {
	var known *HostError
	return errors.As(err, &known) && known.Kind == kind
}

// current is the host, or a panic that says how a native test gets one.
func current() host.Host {
	if host.Current == nil {
		panic("keelmark: there is no host outside WebAssembly; a test gets one from keelmarktest.Replay")
	}
	return host.Current
}

// Run runs one of the host's own programs, without a shell. Capability: op = "exec".
func Run(program string, args ...string) (Output, error) { return current().Run(program, args) }

// Stat is what a file is; links are followed. Capability: op = "fs.stat".
func Stat(path string) (Metadata, error) { return current().Stat(path, true) }

// Lstat is what a file is; a link is not followed. Capability: op = "fs.stat".
func Lstat(path string) (Metadata, error) { return current().Stat(path, false) }

// ReadText is the text of a regular file. Capability: op = "fs.read-text".
func ReadText(path string) (string, error) { return current().ReadText(path) }

// ListDir has the names in a directory, sorted. Capability: op = "fs.list-dir".
func ListDir(path string) ([]string, error) { return current().ListDir(path) }

// FindProcesses has the processes whose program is called name. Capability: op = "process.find".
func FindProcesses(name string) ([]Process, error) { return current().FindProcesses(name) }

// Facts is what the audited host is. Capability: op = "host.facts".
func Facts() (HostFacts, error) { return current().Facts() }

// Now is the time of the audit, in seconds since 1970-01-01T00:00:00Z. Capability: op = "host.now".
func Now() (int64, error) { return current().Now() }

// Setting reads one of the operator's settings into value, and says whether it is set. Capability: op = "host.setting".
func Setting(key string, value any) (bool, error) {
	text, err := current().Setting(key)
	if err != nil || text == nil {
		return false, err
	}
	if err := json.Unmarshal([]byte(*text), value); err != nil {
		return true, fmt.Errorf("the setting %q is not as this plugin needs it: %w", key, err)
	}
	return true, nil
}

// Log writes a line for --verbose. The host limits how many there are, and how long.
func Log(format string, args ...any) { _ = current().Log(host.Notice, fmt.Sprintf(format, args...)) }

// Ownership is "root:docker", with numbers where there is no name.
func Ownership(file Metadata) string {
	owner, group := file.Owner, file.Group
	if owner == "" {
		owner = fmt.Sprint(file.UID)
	}
	if group == "" {
		group = fmt.Sprint(file.GID)
	}
	return owner + ":" + group
}

// Mode is permission bits as chmod takes them: "0644".
func Mode(bits uint32) string { return fmt.Sprintf("%04o", bits) }
