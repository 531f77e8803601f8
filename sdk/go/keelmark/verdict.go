package keelmark

import (
	"fmt"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// Status is one of the five verdicts; they are never overloaded.
type Status = host.Status

// The verdicts. StatusError has no constructor: return the error.
const (
	StatusPass          = host.Pass
	StatusFail          = host.Fail
	StatusManual        = host.Manual
	StatusNotApplicable = host.NotApplicable
	StatusError         = host.Broken
)

// Evidence is one fact that a verdict rests on; Found makes one.
type Evidence = host.Evidence

// Finding is the verdict on one recommendation, as it is reported.
type Finding = host.Finding

// Found is evidence without an expectation: what property of subject was found, in the words of its source.
func Found(subject, property string, found any) Evidence {
	return Evidence{Subject: subject, Property: property, Found: fmt.Sprint(found)}
}

// Expected is evidence with what would have been right.
func Expected(subject, property string, found, expected any) Evidence {
	evidence := Found(subject, property, found)
	evidence.Expected = fmt.Sprint(expected)
	return evidence
}

// Unread is evidence of a subject that could not be read, and why; the audit counts as incomplete.
func Unread(subject string, err error) Evidence {
	return Evidence{Subject: subject, Found: "could not be read", Info: []Pair{{Key: "error", Value: err.Error()}}}
}

// Verdict is a check's answer.
type Verdict struct {
	Status   Status
	Message  string
	Evidence []Evidence
}

// Pass says that the facts are as they should be.
func Pass(evidence ...Evidence) Verdict { return Verdict{Status: StatusPass, Evidence: evidence} }

// Fail says in one sentence what is not as it should be; the evidence says where.
func Fail(message string, evidence ...Evidence) Verdict {
	return Verdict{StatusFail, message, evidence}
}

// Manual says in one sentence what a person must judge, and attaches what there is to go by.
func Manual(message string, evidence ...Evidence) Verdict {
	return Verdict{StatusManual, message, evidence}
}

// NotApplicable says why the recommendation has nothing to apply to.
func NotApplicable(reason string) Verdict { return Verdict{StatusNotApplicable, reason, nil} }
