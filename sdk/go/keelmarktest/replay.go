// Package keelmarktest runs a plugin's checks natively, over the same recordings as `keelmark plugin test`:
//
//	func TestAnOpenHostFails(t *testing.T) {
//		keelmarktest.Replay(t, "tests/open.json")
//		finding := keelmark.Decide("1.1")
//		if finding.Status != keelmark.StatusFail { t.Error(finding) }
//	}
//
// It is a fake: the gate and its limits are the real host's. A request that the recording does not hold is an error
// that names its key, so that no test passes on a fact it forgot to state.
package keelmarktest

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// Host is a recorded host.
type Host struct {
	// Settings are the operator's, as JSON by their keys.
	Settings map[string]string
	// Findings are those that were emitted, and Lines what was logged.
	Findings []host.Finding
	Lines    []string

	answers map[string]answer
}

type answer struct {
	OK    json.RawMessage `json:"ok"`
	Error *struct {
		Kind    string `json:"kind"`
		Message string `json:"message"`
	} `json:"error"`
}

// Replay makes the host of a recording the current one, until the test ends. Tests that do so cannot run in parallel.
func Replay(t testing.TB, file string) *Host {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("keelmarktest: %v", err)
	}
	return ReplayText(t, string(text))
}

// ReplayText is Replay of a recording's text.
func ReplayText(t testing.TB, text string) *Host {
	t.Helper()
	var recording struct {
		Answers map[string]answer `json:"answers"`
	}
	if err := json.Unmarshal([]byte(text), &recording); err != nil {
		t.Fatalf("keelmarktest: the recording is not as keelmark writes it: %v", err)
	}
	before := host.Current
	answers := map[string]answer{}
	for key, answer := range recording.Answers {
		answers[currentKey(key)] = answer
	}
	fake := &Host{answers: answers, Settings: map[string]string{}}
	host.Current = fake
	t.Cleanup(func() { host.Current = before })
	return fake
}

// currentKey is the key of format 2 for one of recordings of format 1; any other stays.
func currentKey(key string) string {
	question, isDocker := strings.CutPrefix(key, "docker ")
	word, id, _ := strings.Cut(question, " ")
	function, isOld := format1[word]
	if !isDocker || !isOld {
		return key
	}
	return strings.TrimSuffix("docker "+function+" "+id, " ")
}

func ask[T any](h *Host, key string) (T, error) {
	var value T
	answer, isKnown := h.answers[key]
	switch {
	case !isKnown:
		return value, host.Errorf(host.Other, "not recorded: %s", key)
	case answer.Error != nil:
		return value, host.Errorf(host.KindOf(answer.Error.Kind), "%s", answer.Error.Message)
	}
	if err := json.Unmarshal(answer.OK, &value); err != nil {
		return value, host.Errorf(host.Failed, "the recorded answer to %q is not as it should be: %v", key, err)
	}
	return value, nil
}

// word is a word of a command line in a request's key: as it is, or as JSON where its end would be blurred.
func word(text string) string {
	isPlain := func(r rune) bool {
		return r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' ||
			strings.ContainsRune("_./:=,@%+-", r))
	}
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !isPlain(r) }) {
		return text
	}
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// Run answers a recorded command.
func (h *Host) Run(program string, args []string) (host.Output, error) {
	key := "exec " + word(program)
	for _, arg := range args {
		key += " " + word(arg)
	}
	return ask[host.Output](h, key)
}

// Stat answers recorded metadata.
func (h *Host) Stat(path string, follow bool) (host.Metadata, error) {
	key := "lstat " + path
	if follow {
		key = "stat " + path
	}
	recorded, err := ask[struct {
		host.Metadata
		Mode string `json:"mode"`
	}](h, key)
	if err != nil {
		return host.Metadata{}, err
	}
	if _, err := fmt.Sscanf(recorded.Mode, "%o", &recorded.Metadata.Mode); err != nil {
		return host.Metadata{}, host.Errorf(host.Failed, "the recorded mode of %s is not octal: %q", path, recorded.Mode)
	}
	return recorded.Metadata, nil
}

// ReadText answers a recorded text.
func (h *Host) ReadText(path string) (string, error) { return ask[string](h, "read "+path) }

// ListDir answers recorded names.
func (h *Host) ListDir(path string) ([]string, error) {
	names, err := ask[[]string](h, "list "+path)
	sort.Strings(names)
	return names, err
}

// FindProcesses answers recorded processes.
func (h *Host) FindProcesses(name string) ([]host.Process, error) {
	return ask[[]host.Process](h, "process "+name)
}

// Facts answers what the recorded host is.
func (h *Host) Facts() (host.Facts, error) {
	recorded, err := ask[struct {
		Hostname, Kernel, Architecture string
		OSID                           string `json:"os-id"`
		OSVersion                      string `json:"os-version"`
		OSName                         string `json:"os-name"`
		Privileged                     bool
		EngineIsLocal                  bool `json:"engine-is-local"`
	}](h, "facts")
	return host.Facts(recorded), err
}

// Now answers the time of the recording.
func (h *Host) Now() (int64, error) { return ask[int64](h, "now") }

// Setting answers from Settings.
func (h *Host) Setting(key string) (*string, error) {
	if text, isSet := h.Settings[key]; isSet {
		return &text, nil
	}
	return nil, nil
}

// Emit collects the finding.
func (h *Host) Emit(finding host.Finding) error {
	if slices.ContainsFunc(h.Findings, func(known host.Finding) bool { return known.ID == finding.ID }) {
		return host.Errorf(host.Invalid, "a second finding for %s", finding.ID)
	}
	h.Findings = append(h.Findings, finding)
	return nil
}

// Progress is of no interest to tests.
func (h *Host) Progress(uint32, uint32) error { return nil }

// Log collects the line.
func (h *Host) Log(_ host.Level, message string) error {
	h.Lines = append(h.Lines, message)
	return nil
}
