package main

import (
	"path"
	"strings"

	"containerd-config/toml"
	"github.com/keelmark/keelmark/sdk/go/keelmark"
)

var registries = keelmark.Check{
	ID:      "1.5",
	Title:   "Ensure that images come from registries that prove who they are",
	Slug:    "containerd-insecure-registry",
	Level:   1,
	Means:   "No mirror or registry is asked over http or without checking its certificate, but on the loopback interface.",
	Why:     "Whoever stands between the host and the registry chooses what the host runs.",
	Audited: "registry.mirrors and registry.configs of the CRI plugin, and the hosts.toml files below its config_path.",
	Fix:     "https:// in the endpoints; no insecure_skip_verify, no skip_verify; the registry's authority in ca",
	Audit: func() (keelmark.Verdict, error) {
		return over("registries", func(daemon daemon, judge *keelmark.Judge) {
			for _, cri := range daemon.cri() {
				registry, _ := cri["registry"].(toml.Table)
				judgeMirrors(daemon, registry, judge)
				folders, _ := registry["config_path"].(string)
				for _, folder := range strings.Split(folders, ":") {
					if folder != "" {
						judgeFolder(folder, judge)
					}
				}
			}
		})
	},
}

// judgeMirrors is about what the configuration itself says, as versions before 2 did.
func judgeMirrors(daemon daemon, registry toml.Table, judge *keelmark.Judge) {
	mirrors, _ := registry["mirrors"].(toml.Table)
	for _, name := range sorted(mirrors) {
		var wrong []keelmark.Evidence
		endpoints, _ := lookup(mirrors, name, "endpoint").([]any)
		for _, endpoint := range endpoints {
			if text, _ := endpoint.(string); isOpen(text) {
				wrong = append(wrong, keelmark.Expected(daemon.subject+" mirror of "+name, "endpoint", text, "https"))
			}
		}
		judge.BadIf(wrong)
	}
	configs, _ := registry["configs"].(toml.Table)
	for _, name := range sorted(configs) {
		var wrong []keelmark.Evidence
		if lookup(configs, name, "tls", "insecure_skip_verify") == true && !isLoopback(name) {
			wrong = append(wrong, keelmark.Expected(daemon.subject+" registry "+name, "tls.insecure_skip_verify", true, false))
		}
		judge.BadIf(wrong)
	}
}

// judgeFolder is about FOLDER/REGISTRY/hosts.toml.
func judgeFolder(folder string, judge *keelmark.Judge) {
	names, err := keelmark.ListDir(folder)
	if keelmark.Is(err, keelmark.NotFound) {
		return // containerd asks registries over https then
	}
	if err != nil {
		judge.Unread("folder "+folder, err)
		return
	}
	for _, name := range names {
		file := path.Join(folder, name, "hosts.toml")
		text, err := keelmark.ReadText(file)
		if keelmark.Is(err, keelmark.NotFound) {
			judge.Skip() // certificates alone, or no folder
			continue
		}
		table := toml.Table{}
		if err == nil {
			table, err = toml.Parse(text)
		}
		if err != nil {
			judge.Unread("file "+file, err)
			continue
		}
		judge.BadIf(openHosts(file, table))
	}
}

func openHosts(file string, table toml.Table) []keelmark.Evidence {
	subject := "file " + file
	var wrong []keelmark.Evidence
	if server, _ := table["server"].(string); isOpen(server) {
		wrong = append(wrong, keelmark.Expected(subject, "server", server, "https"))
	}
	if server, _ := table["server"].(string); table["skip_verify"] == true && !isLoopback(authority(server)) {
		wrong = append(wrong, keelmark.Expected(subject, "skip_verify", true, false))
	}
	hosts, _ := table["host"].(toml.Table)
	for _, host := range sorted(hosts) {
		if isOpen(host) {
			wrong = append(wrong, keelmark.Expected(subject, "host", host, "https"))
		}
		if lookup(hosts, host, "skip_verify") == true && !isLoopback(authority(host)) {
			wrong = append(wrong, keelmark.Expected(subject+" host "+host, "skip_verify", true, false))
		}
	}
	return wrong
}

// isOpen says whether an address is asked over http across a network.
func isOpen(url string) bool {
	return strings.HasPrefix(strings.ToLower(url), "http://") && !isLoopback(authority(url))
}

// authority is the host and port of an address.
func authority(url string) string {
	if _, rest, hasScheme := strings.Cut(url, "://"); hasScheme {
		url = rest
	}
	host, _, _ := strings.Cut(url, "/")
	return host
}
