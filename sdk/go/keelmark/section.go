// Package keelmark is what a keelmark plugin in Go is written with.
//
// A plugin is one section of one benchmark: a table of checks, each with a function that asks the host for facts and
// answers with a verdict. Every question passes the host's gate: what the plugin's manifest does not name is denied.
//
//	func init() {
//		keelmark.Register(keelmark.Section{
//			Benchmark: "acme-docker-1", Number: "1", Title: "Hosts",
//			Checks: []keelmark.Check{{ID: "1.1", Title: "Ensure that …", Slug: "acme-thing", Audit: thing}},
//		})
//	}
//
//	func thing() (keelmark.Verdict, error) {
//		file, err := keelmark.Stat("/etc/acme.conf")
//		if err != nil {
//			return keelmark.Verdict{}, err
//		}
//		…
//		return keelmark.Pass(), nil
//	}
//
// A fact that could not be read is never a pass: return its error, and the verdict is "error" with the cause. A panic
// in a check is such an error too, with its text and line, and the other checks go on.
//
// Natively, package keelmarktest answers from a recording, so that `go test` runs the same functions.
package keelmark

import (
	"strconv"

	"github.com/keelmark/keelmark/sdk/go/internal/host"
)

// Pair is an entry of an info list: more to say about something, for who knows the key.
type Pair = host.Pair

// Section is one section of a benchmark: what a plugin implements.
type Section struct {
	// Benchmark is the id of the whole: "acme-docker-1".
	Benchmark string
	Number    string
	Title     string
	Checks    []Check
}

// Check decides one recommendation of the section.
type Check struct {
	// ID is the recommendation's, as the benchmark prints it: "1.2".
	ID    string
	Title string
	// Slug names what is found, never a number: "world-readable-secret".
	Slug string
	// Audit asks and judges.
	Audit func() (Verdict, error)

	// What a reader of a finding may ask next; `keelmark explain` and the reports show it. Empty is unsaid.
	Means   string // what the recommendation asks for
	Why     string // what an attacker or an accident makes of it
	Audited string // which facts decide, and from where
	Fix     string // the exact lines that mend it
	// Level is 1 or 2; 0 is unknown.
	Level int
	// Assessment is "automated" or "manual".
	Assessment string
	// Info has further pairs; the contract in wit/types.wit lists the keys that keelmark knows.
	Info []Pair
}

// registered is the section of this plugin.
var registered *Section

// Register makes section the one that this plugin implements. It is called once, from an init function or main.
func Register(section Section) {
	if registered != nil {
		panic("keelmark.Register: a plugin implements one section, and this is the second")
	}
	for _, check := range section.Checks {
		if check.Audit == nil {
			panic("keelmark.Register: check " + check.ID + " has no Audit function")
		}
	}
	registered = &section
}

// find is the check of an id.
func (s *Section) find(id string) *Check {
	for i := range s.Checks {
		if s.Checks[i].ID == id {
			return &s.Checks[i]
		}
	}
	return nil
}

// info is what the contract carries about a check beyond its id, title and slug.
func (c *Check) info() []Pair {
	var info []Pair
	if c.Level != 0 {
		info = append(info, Pair{Key: "level", Value: strconv.Itoa(c.Level)})
	}
	for _, pair := range []Pair{{"assessment", c.Assessment}, {"means", c.Means}, {"why", c.Why}, {"audited", c.Audited}, {"fix", c.Fix}} {
		if pair.Value != "" {
			info = append(info, pair)
		}
	}
	return append(info, c.Info...)
}
