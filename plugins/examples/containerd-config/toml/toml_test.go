package toml

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhatContainerdWrites(t *testing.T) {
	root, err := Parse(`# comment
version = 2
disabled_plugins = ["cri"] # another
empty = []
  oom_score = -0x10
[grpc]
  address = "/run/containerd/containerd.sock"
  uid = 0
[plugins."io.containerd.grpc.v1.cri".registry.mirrors.'docker.io']
  endpoint = [
    "https://a", # one
    "http://b",
  ]
[plugins]
  [plugins.other]
    x = { y = true, z.w = 1.5 }
    text = "a\tb\u00e9"
    block = '''
two
lines'''
[[proxy]]
name = "p"
[[proxy]]
name = "q"
since = 2026-01-01T00:00:00Z
`)
	if err != nil {
		t.Fatal(err)
	}
	for path, expected := range map[string]any{
		"version": int64(2), "oom_score": int64(-16), "grpc.address": "/run/containerd/containerd.sock",
		"plugins.other.x.y": true, "plugins.other.x.z.w": 1.5, "plugins.other.text": "a\tbé", "plugins.other.block": "two\nlines",
		"disabled_plugins": "[cri]", "empty": "[]",
		"plugins.io/containerd/grpc/v1/cri.registry.mirrors.docker/io.endpoint": "[https://a http://b]",
		"proxy": "[map[name:p] map[name:q since:2026-01-01T00:00:00Z]]",
	} {
		var found any = root
		for _, name := range strings.Split(path, ".") {
			found = found.(Table)[strings.ReplaceAll(name, "/", ".")]
		}
		if fmt.Sprint(found) != fmt.Sprint(expected) {
			t.Errorf("%s is %v, not %v", path, found, expected)
		}
	}
}

func TestWhatIsNotUnderstoodIsAnErrorWithItsLine(t *testing.T) {
	for text, expected := range map[string]string{
		"\na = ":                          `line 2: "" is no value`,
		"a = 1\na = 2":                    "line 2: a is said twice",
		"a = 1\n[a]":                      "line 2: a is no table",
		"a = \"x\n":                       "line 1: a string does not end",
		"a = \"\\q\"":                     `line 1: the escape \q is not known`,
		"a = 1 2":                         "line 1: there is more on the line",
		"[a":                              `line 1: "]" is missing`,
		"= 1":                             "line 1: a key is missing",
		"a = [1 2]":                       `line 1: "]" is missing`,
		"a = {b = 1":                      `line 1: "," is missing`,
		"a = '''x":                        "line 1: a string does not end",
		"a = yes":                         `line 1: "yes" is no value`,
		"a = []\n[a.b]":                   "line 2: a is no table",
		"a = {}\n[[a]]":                   "line 2: a is no array of tables",
		"a = \"\\ud":                      `line 1: the escape \u is not known`,
		strings.Repeat("[", 3):            "line 1: a key is missing",
		"a = " + strings.Repeat("[", 200): "line 1: it is nested deeper than 64",
	} {
		if _, err := Parse(text); err == nil || !strings.HasPrefix(err.Error(), expected) {
			t.Errorf("%q: %v, not %q", text, err, expected)
		}
	}
}
