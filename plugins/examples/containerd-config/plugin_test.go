package main

import (
	"strings"
	"testing"

	"github.com/keelmark/keelmark/sdk/go/keelmark"
	"github.com/keelmark/keelmark/sdk/go/keelmarktest"
)

func TestTheRecordedHosts(t *testing.T) {
	for recording, expected := range map[string]string{
		"docker-only": "pass pass not-applicable pass not-applicable pass",
		"kubernetes":  "fail manual manual fail fail manual",
		"broken":      "error error error error error error",
	} {
		keelmarktest.Replay(t, "tests/"+recording+".json")
		var found []string
		for _, id := range []string{"1.1", "1.2", "1.3", "1.4", "1.5", "1.6"} {
			found = append(found, keelmark.Decide(id).Status.String())
		}
		if strings.Join(found, " ") != expected {
			t.Errorf("%s: %v, not %s", recording, found, expected)
		}
	}
}

func TestLoopbackIsAnAddressNotAName(t *testing.T) {
	for address, expected := range map[string]bool{
		"127.0.0.1:1338": true, "localhost:80": true, "[::1]:5000": true, "[::1]": true, "127.9.9.9": true,
		"0.0.0.0:1338": false, ":1338": false, "[::]:80": false, "127.0.0.1.example.org:80": false, "": false,
	} {
		if isLoopback(address) != expected {
			t.Errorf("%q", address)
		}
	}
}
