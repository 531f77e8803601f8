package keelmark

import (
	"errors"
	"strings"
	"testing"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// silent is a host that only takes findings.
type silent struct {
	host.Host
	findings []Finding
	lines    []string
}

func (s *silent) Emit(finding Finding) error          { s.findings = append(s.findings, finding); return nil }
func (s *silent) Progress(uint32, uint32) error       { return nil }
func (s *silent) Log(_ host.Level, line string) error { s.lines = append(s.lines, line); return nil }

// register makes a section of the checks the plugin's, and a silent host the current one, for one test.
func register(t *testing.T, checks ...Check) *silent {
	t.Helper()
	fake := &silent{}
	host.Current, registered = fake, nil
	Register(Section{Benchmark: "acme-docker-1", Number: "1", Title: "Tests", Checks: checks})
	t.Cleanup(func() { host.Current, registered = nil, nil })
	return fake
}

func TestAPanicIsAnErrorWithItsLineAndTheOthersGoOn(t *testing.T) {
	fake := register(t,
		Check{ID: "1.1", Audit: func() (Verdict, error) {
			var empty []int
			return Pass(Found("x", "y", empty[len(empty)+3])), nil
		}},
		Check{ID: "1.2", Audit: func() (Verdict, error) { return Verdict{}, errors.New("no answer") }},
		Check{ID: "1.3", Audit: func() (Verdict, error) { return Pass(), nil }},
	)
	if err := audit([]string{"1.1", "1.2", "1.3"}); err != nil {
		t.Fatal(err)
	}
	var statuses []string
	for _, finding := range fake.findings {
		statuses = append(statuses, finding.ID+" "+finding.Status.String())
	}
	if got := strings.Join(statuses, ", "); got != "1.1 error, 1.2 error, 1.3 pass" {
		t.Error(got)
	}
	message := fake.findings[0].Message
	for _, part := range []string{"index out of range [3] with length 0", "keelmark_test.go:36 in "} {
		if !strings.Contains(message, part) {
			t.Errorf("%q is not in %q", part, message)
		}
	}
	if len(fake.lines) != 1 || fake.findings[1].Message != "no answer" {
		t.Error(fake.lines, fake.findings[1])
	}
}

func TestAnUnknownIdIsRefused(t *testing.T) {
	register(t, Check{ID: "1.1", Audit: func() (Verdict, error) { return Pass(), nil }})
	if err := audit([]string{"9.9"}); err == nil || !strings.Contains(err.Error(), "no recommendation 9.9") {
		t.Error(err)
	}
}

func TestOneBadDecidesAndHidesNothing(t *testing.T) {
	judge := Judge{Noun: "things"}
	judge.Good()
	judge.Ask(Found("b", "p", "x"))
	judge.BadIf([]Evidence{Expected("c", "p", 1, 2)})
	judge.Unread("d", Failf("no answer"))
	verdict, err := judge.Verdict()
	if err != nil || verdict.Status != StatusFail || verdict.Message != "1 of 3 things, and 1 to judge" {
		t.Error(verdict, err)
	}
	if len(verdict.Evidence) != 3 || verdict.Evidence[2].Info[0] != (Pair{"error", "no answer"}) {
		t.Error(verdict.Evidence)
	}
}

func TestUnreadIsAnErrorThatCounts(t *testing.T) {
	judge := Judge{Noun: "things"}
	judge.Good()
	for range 3 {
		judge.Unread("a", host.Errorf(host.Timeout, "no answer"))
	}
	_, err := judge.Verdict()
	if err == nil || err.Error() != "no answer (and 2 more could not be read)" || !Is(err, Timeout) {
		t.Error(err)
	}
}

func TestNothingToJudgeIsNeverAPass(t *testing.T) {
	for _, test := range []struct {
		skipped int
		message string
	}{{0, "no things"}, {2, "applies to none of the 2 things"}} {
		judge := Judge{Noun: "things"}
		for range test.skipped {
			judge.Skip()
		}
		verdict, err := judge.Verdict()
		if err != nil || verdict.Status != StatusNotApplicable || verdict.Message != test.message {
			t.Error(verdict, err)
		}
	}
}

func TestWhatIsWrittenDownOfFiles(t *testing.T) {
	file := Metadata{Mode: 0o640, Owner: "root", GID: 999}
	if got := Ownership(file) + " " + Mode(file.Mode); got != "root:999 0640" {
		t.Error(got)
	}
}
