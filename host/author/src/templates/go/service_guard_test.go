package main

import (
	"testing"

	"github.com/keelmark/keelmark/sdk/go/keelmark"
	"github.com/keelmark/keelmark/sdk/go/keelmarktest"
)

// Without Wasm, in milliseconds: go test. The recordings are those of keelmark plugin test.
func TestAGuardedServicePassesAndAnOpenOneFails(t *testing.T) {
	for recording, expected := range map[string]keelmark.Status{
		"tests/guarded.json": keelmark.StatusPass,
		"tests/open.json":    keelmark.StatusFail,
	} {
		keelmarktest.Replay(t, recording)
		if finding := keelmark.Decide("1.1"); finding.Status != expected {
			t.Errorf("%s: %s, not %s: %s", recording, finding.Status, expected, finding.Message)
		}
	}
}
