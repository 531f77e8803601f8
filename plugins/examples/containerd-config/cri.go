package main

import (
	"sort"

	"containerd-config/toml"
	"github.com/keelmark/keelmark/sdk/go/keelmark"
)

var hostDevices = keelmark.Check{
	ID:      "1.3",
	Title:   "Ensure that privileged pods do not get all devices of the host",
	Slug:    "privileged-with-host-devices",
	Level:   2,
	Means:   "privileged_without_host_devices is true for every runtime of the CRI plugin that does not need them.",
	Why:     "A privileged container then reads the host's disks; under a virtual machine's runtime it would even fail to start.",
	Audited: "The runtimes in plugins…cri.containerd.runtimes. Where the CRI plugin is off, there are no pods.",
	Fix:     "privileged_without_host_devices = true below [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.NAME]",
	Audit: func() (keelmark.Verdict, error) {
		return over("runtimes", func(daemon daemon, judge *keelmark.Judge) {
			if daemon.isDisabled() {
				judge.Skip()
				return
			}
			for _, cri := range daemon.cri() {
				runtimes, _ := lookup(cri, "containerd", "runtimes").(toml.Table)
				for _, name := range sorted(runtimes) {
					if lookup(runtimes, name, "privileged_without_host_devices") == true {
						judge.Good()
					} else {
						judge.Ask(keelmark.Expected(daemon.subject+" runtime "+name, "privileged_without_host_devices", false, true))
					}
				}
			}
		})
	},
}

var unusedCRI = keelmark.Check{
	ID:      "1.6",
	Title:   "Ensure that the CRI plugin is off where no Kubernetes uses it",
	Slug:    "unused-cri-plugin",
	Level:   2,
	Means:   "disabled_plugins names cri on hosts that run Docker alone.",
	Why:     "The plugin is a second way to start containers, with a streaming server of its own, and nobody looks after it.",
	Audited: "disabled_plugins of the configuration. Whether a kubelet uses the plugin is a person's to know.",
	Fix:     `disabled_plugins = ["cri"] in config.toml`,
	Audit: func() (keelmark.Verdict, error) {
		return over("containerds", func(daemon daemon, judge *keelmark.Judge) {
			if daemon.isDisabled() {
				judge.Good()
			} else {
				judge.Ask(keelmark.Expected(daemon.subject, "disabled_plugins", "without cri", "cri, unless a kubelet needs it"))
			}
		})
	},
}

// sorted has a table's keys in order: findings are the same in every run.
func sorted(table toml.Table) []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
