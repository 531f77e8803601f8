// Package host says what a plugin can ask and tell, with one method per function of the contract. In a plugin the
// component's imports stand behind it, in a native test the fake of package keelmarktest.
package host

import "fmt"

// Pair is an entry of an info list: the contract's room to grow in.
type Pair struct{ Key, Value string }

// Kind is why the host could not answer.
type Kind uint8

// The kinds, in the contract's order.
const (
	Denied Kind = iota
	NotFound
	Invalid
	Timeout
	TooLarge
	Unavailable
	Permission
	Failed
	Other
)

var kinds = [...]string{
	"denied", "not-found", "invalid", "timeout", "too-large", "unavailable", "permission", "failed", "other",
}

// String is the kind's name in the contract, and in recordings.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return kinds[Other]
}

// KindOf is the kind of that name; a name this version does not know is Other.
func KindOf(name string) Kind {
	for kind, known := range kinds {
		if known == name {
			return Kind(kind)
		}
	}
	return Other
}

// Error is a fact that could not be read.
type Error struct {
	Kind Kind
	// Message is one sentence for the operator, complete without context.
	Message string
	Info    []Pair
}

func (e *Error) Error() string { return e.Message }

// Errorf is an error of a kind.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Status is a verdict.
type Status uint8

// The verdicts, in the contract's order.
const (
	Pass Status = iota
	Fail
	Manual
	NotApplicable
	Broken
)

var statuses = [...]string{"pass", "fail", "manual", "not-applicable", "error"}

// String is the status's name in the contract, and in reports.
func (s Status) String() string {
	if int(s) < len(statuses) {
		return statuses[s]
	}
	return statuses[Broken]
}

// Evidence is one fact that a verdict rests on.
type Evidence struct {
	// Subject is what the fact is about: "container web", "file /etc/docker/daemon.json", "daemon".
	Subject string
	// Property is named in the words of its source: "HostConfig.Privileged".
	Property string
	Found    string
	// Expected is what would have been right; empty where there is nothing to compare with.
	Expected string
	Info     []Pair
}

// From says where the fact was read: "docker info", "systemctl show".
func (e Evidence) From(source string) Evidence {
	e.Info = append(e.Info[:len(e.Info):len(e.Info)], Pair{Key: "source", Value: source})
	return e
}

// Finding is the verdict on one recommendation.
type Finding struct {
	ID       string
	Status   Status
	Message  string
	Evidence []Evidence
}

// Output is how a program that the host ran ended.
type Output struct {
	// Code is the exit code; nil when a signal ended the program.
	Code   *int32
	Stdout string
	Stderr string
	// Truncated says that there was more than the host's limit.
	Truncated bool
}

// Metadata is what a file is.
type Metadata struct {
	// Kind is "file", "directory", "symlink", "socket" or "other".
	Kind string
	// Mode has the permission bits, 0o7777 at most.
	Mode     uint32
	UID, GID uint32
	// Owner and Group are the names behind the numbers; empty where there are none.
	Owner, Group string
	Size         uint64
	// Modified is in seconds since 1970-01-01T00:00:00Z.
	Modified int64
	// Device is the filesystem's, as "major:minor".
	Device string
	// Target is where a link points that was not followed.
	Target string
	// Resolved is the path that a followed link led to; empty where none was followed.
	Resolved string
}

// Process is a process of the audited host.
type Process struct {
	PID  uint32
	Argv []string
	// EUID is the effective user id.
	EUID uint32
	// Started is when it started, in seconds since 1970; 0 where that is not known.
	Started int64
}

// Facts is what the audited host is.
type Facts struct {
	Hostname     string
	Kernel       string
	Architecture string
	OSID         string
	OSVersion    string
	OSName       string
	// Privileged says whether keelmark runs with uid 0.
	Privileged bool
	// EngineIsLocal says whether the engine runs on the host whose files are read.
	EngineIsLocal bool
}

// Answer is what the engine said about one of several objects: JSON, or why there is none.
type Answer struct {
	ID   string
	JSON string
	Err  error
}

// Level is how much a log line matters.
type Level uint8

// The levels, in the contract's order.
const (
	Debug Level = iota
	Notice
	Warn
)

// Host is everything that a plugin can do.
type Host interface {
	Docker

	Run(program string, args []string) (Output, error)
	Stat(path string, follow bool) (Metadata, error)
	ReadText(path string) (string, error)
	ListDir(path string) ([]string, error)
	FindProcesses(name string) ([]Process, error)
	Facts() (Facts, error)
	Now() (int64, error)
	// Setting is JSON; nil where it is unset.
	Setting(key string) (*string, error)

	Emit(finding Finding) error
	Progress(done, total uint32) error
	Log(level Level, message string) error
}

// Current is the host that answers. Natively it is nil until a test puts a fake here.
var Current Host
