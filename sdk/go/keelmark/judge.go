package keelmark

import (
	"errors"
	"fmt"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// Judge sums up what a check says about containers, images or other subjects into one verdict, by the rules that all
// of keelmark's own checks follow.
type Judge struct {
	// Noun is the plural of what is judged: "containers".
	Noun string

	good, bad, ask, skipped int
	badEvidence             []Evidence
	askEvidence             []Evidence
	unread                  []Evidence
	firstError              error
}

// Good counts a subject that is as it should be.
func (j *Judge) Good() { j.good++ }

// Bad counts a subject that is not as it should be, with the evidence.
func (j *Judge) Bad(evidence ...Evidence) {
	j.bad++
	j.badEvidence = append(j.badEvidence, evidence...)
}

// Ask counts a subject that a person must judge.
func (j *Judge) Ask(evidence ...Evidence) {
	j.ask++
	j.askEvidence = append(j.askEvidence, evidence...)
}

// Skip counts a subject that the recommendation does not apply to.
func (j *Judge) Skip() { j.skipped++ }

// Unread counts a subject that could not be read.
func (j *Judge) Unread(subject string, err error) {
	j.unread = append(j.unread, Unread(subject, err))
	if j.firstError == nil {
		j.firstError = err
	}
}

// BadIf counts the subject as Bad where there is any evidence against it, else as Good.
func (j *Judge) BadIf(evidence []Evidence) {
	if len(evidence) > 0 {
		j.Bad(evidence...)
	} else {
		j.Good()
	}
}

// Verdict is the sum: one that is bad decides; else one that could not be read; else one to ask about. Nothing to
// judge is never a pass.
func (j *Judge) Verdict() (Verdict, error) {
	judged := j.good + j.bad + j.ask
	if j.bad > 0 {
		// What else there is to say stays in sight: a person's part, and what makes the audit incomplete.
		message := fmt.Sprintf("%d of %d %s", j.bad, judged, j.Noun)
		if j.ask > 0 {
			message += fmt.Sprintf(", and %d to judge", j.ask)
		}
		evidence := append(append(j.badEvidence, j.askEvidence...), j.unread...)
		return Fail(message, evidence...), nil
	}
	if j.firstError != nil {
		return Verdict{}, andMore(j.firstError, len(j.unread)-1)
	}
	switch {
	case j.ask > 0:
		return Manual(fmt.Sprintf("%d of %d %s to judge", j.ask, judged, j.Noun), j.askEvidence...), nil
	case j.good > 0:
		return Verdict{Status: StatusPass, Message: fmt.Sprintf("%d %s", j.good, j.Noun)}, nil
	case j.skipped > 0:
		return NotApplicable(fmt.Sprintf("applies to none of the %d %s", j.skipped, j.Noun)), nil
	default:
		return NotApplicable("no " + j.Noun), nil
	}
}

// andMore is err, with how many others there were.
func andMore(err error, others int) error {
	if others == 0 {
		return err
	}
	kind := host.Failed
	var known *HostError
	if errors.As(err, &known) {
		kind = known.Kind
	}
	if others == 1 {
		return host.Errorf(kind, "%v (and one more could not be read)", err)
	}
	return host.Errorf(kind, "%v (and %d more could not be read)", err, others)
}
