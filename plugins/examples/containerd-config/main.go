// containerd-config is a keelmark plugin: it looks at the configuration of the containerd below Docker and Kubernetes.
package main

import "github.com/keelmark/keelmark/sdk/go/keelmark"

func init() {
	keelmark.Register(keelmark.Section{
		Benchmark: "containerd-config-1",
		Number:    "1",
		Title:     "containerd",
		Checks:    []keelmark.Check{configFiles, sockets, hostDevices, listeners, registries, unusedCRI},
	})
}

// A plugin is called, not run: Go wants this function all the same.
func main() {}
