package keelmark

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// audit reports one finding for each id.
func audit(ids []string) error {
	if registered == nil {
		return fmt.Errorf("the plugin registered no section: keelmark.Register is called from an init function")
	}
	for done, id := range ids {
		check := registered.find(id)
		if check == nil {
			return fmt.Errorf("section %s of %s has no recommendation %s", registered.Number, registered.Benchmark, id)
		}
		if err := current().Emit(finding(check)); err != nil {
			return fmt.Errorf("the finding of %s was refused: %w", id, err)
		}
		// A refused progress report must not cost a verdict.
		_ = current().Progress(uint32(done+1), uint32(len(ids)))
	}
	return nil
}

// Decide runs the check of one id as the host would have it run, for tests: the finding is returned, not reported.
func Decide(id string) Finding {
	if registered == nil || registered.find(id) == nil {
		panic("keelmark.Decide: no registered check has the id " + id)
	}
	return finding(registered.find(id))
}

// finding runs a check. What it could not read, and what it panicked with, is an error with its cause.
func finding(check *Check) (found Finding) {
	defer func() {
		if cause := recover(); cause != nil {
			message := fmt.Sprintf("the check panicked: %v (%s)", cause, panicked())
			_ = current().Log(host.Warn, message)
			found = Finding{ID: check.ID, Status: StatusError, Message: message}
		}
	}()
	verdict, err := check.Audit()
	if err != nil {
		return Finding{ID: check.ID, Status: StatusError, Message: err.Error()}
	}
	return Finding{ID: check.ID, Status: verdict.Status, Message: verdict.Message, Evidence: verdict.Evidence}
}

// panicked is where the panic began: the first frame below the runtime's own, as "thing.go:12 in main.thing".
func panicked() string {
	var callers [64]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers[:])])
	inPanic := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			inPanic = true
		case inPanic && !strings.HasPrefix(frame.Function, "runtime."):
			return fmt.Sprintf("%s:%d in %s", path.Base(frame.File), frame.Line, frame.Function)
		}
		if !more {
			return "at an unknown line"
		}
	}
}
