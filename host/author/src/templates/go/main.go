// __NAME__ is a keelmark plugin. This file is the table of what it audits; each check has a file of its own.
package main

import "github.com/keelmark/keelmark/sdk/go/keelmark"

func init() {
	keelmark.Register(keelmark.Section{
		Benchmark: "__NAME__-1",
		Number:    "1",
		Title:     "Examples",
		Checks:    []keelmark.Check{serviceGuard},
	})
}

// A plugin is called, not run: Go wants this function all the same.
func main() {}
