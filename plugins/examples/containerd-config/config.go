package main

import (
	"path"
	"strings"

	"containerd-config/toml"
	"github.com/keelmark/keelmark/sdk/go/keelmark"
)

// Where containerd looks when its command line says nothing.
const (
	defaultConfig = "/etc/containerd/config.toml"
	defaultSocket = "/run/containerd/containerd.sock"
)

// maxImports bounds how many files a configuration takes in; containerd itself has no bound.
const maxImports = 50

// daemon is a running containerd. A host can have two: its own, and one that dockerd started for itself.
type daemon struct {
	// subject names it in evidence: "containerd (/etc/containerd/config.toml)".
	subject string
	// config is what all of its files say together; empty where there is none, and containerd's defaults hold.
	config toml.Table
	// files are those that were read.
	files []string
	// socket is where it listens.
	socket string
}

// daemons reads the configuration of every running containerd.
func daemons() ([]daemon, error) {
	processes, err := keelmark.FindProcesses("containerd")
	if err != nil {
		return nil, err
	}
	var found []daemon
	for _, process := range processes {
		// Whoever can start a program can call it containerd; the host's own runs as root.
		if process.EUID != 0 {
			continue
		}
		file := option(process.Argv, "--config", "-c", defaultConfig)
		one := daemon{subject: "containerd (" + file + ")", config: toml.Table{}}
		if err := one.read(file); err != nil {
			return nil, err
		}
		configured, _ := lookup(one.config, "grpc", "address").(string)
		if configured == "" {
			configured = defaultSocket
		}
		one.socket = option(process.Argv, "--address", "-a", configured)
		found = append(found, one)
	}
	return found, nil
}

// option is the value of an option in its forms "--name value" and "--name=value".
func option(argv []string, long, short, otherwise string) string {
	for i, word := range argv {
		if value, isSaid := strings.CutPrefix(word, long+"="); isSaid {
			return value
		}
		if (word == long || word == short) && i+1 < len(argv) {
			return argv[i+1]
		}
	}
	return otherwise
}

// read takes a file in, and then what it imports: what is read later prevails.
func (d *daemon) read(file string) error {
	left := []string{file}
	seen := map[string]bool{}
	for len(left) > 0 {
		file, left = left[0], left[1:]
		if seen[file] {
			continue
		}
		if seen[file] = true; len(seen) > maxImports {
			return keelmark.Failf("%s imports more than %d files", d.files[0], maxImports)
		}
		text, err := keelmark.ReadText(file)
		if keelmark.Is(err, keelmark.NotFound) && len(seen) == 1 {
			return nil // no configuration at all: the defaults hold
		}
		if err != nil {
			return err
		}
		table, err := toml.Parse(text)
		if err != nil {
			return keelmark.Failf("%s: %v", file, err)
		}
		d.files = append(d.files, file)
		imports, err := imported(file, table["imports"])
		if err != nil {
			return err
		}
		left = append(left, imports...)
		merge(d.config, table)
	}
	return nil
}

// imported has the files that an imports list names; the last part of a path may be a pattern.
func imported(file string, list any) ([]string, error) {
	entries, _ := list.([]any)
	var files []string
	for _, entry := range entries {
		name, isText := entry.(string)
		if !isText {
			return nil, keelmark.Failf("%s: imports has an entry that is no path", file)
		}
		if !path.IsAbs(name) {
			name = path.Join(path.Dir(file), name)
		}
		if !strings.ContainsAny(name, "*?[") {
			files = append(files, name)
			continue
		}
		names, err := keelmark.ListDir(path.Dir(name))
		if keelmark.Is(err, keelmark.NotFound) {
			continue // a pattern that matches nothing is no mistake
		}
		if err != nil {
			return nil, err
		}
		for _, found := range names {
			if isMatch, err := path.Match(path.Base(name), found); err == nil && isMatch {
				files = append(files, path.Join(path.Dir(name), found))
			}
		}
	}
	return files, nil
}

func merge(into, from toml.Table) {
	for key, value := range from {
		below, isTable := value.(toml.Table)
		known, wasTable := into[key].(toml.Table)
		if isTable && wasTable {
			merge(known, below)
		} else {
			into[key] = value
		}
	}
}

// lookup is the value at a path; nil where there is none.
func lookup(table toml.Table, names ...string) any {
	var value any = table
	for _, name := range names {
		table, isTable := value.(toml.Table)
		if !isTable {
			return nil
		}
		value = table[name]
	}
	return value
}

// cri has the tables of the CRI plugin, which version 2 and 3 of the configuration call by other names.
func (d *daemon) cri() []toml.Table {
	var tables []toml.Table
	for _, name := range []string{"io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images", "cri"} {
		if table, isTable := lookup(d.config, "plugins", name).(toml.Table); isTable {
			tables = append(tables, table)
		}
	}
	return tables
}

// isDisabled says whether the CRI plugin is switched off, as Docker's packages ship it.
func (d *daemon) isDisabled() bool {
	disabled, _ := d.config["disabled_plugins"].([]any)
	for _, name := range disabled {
		if name == "cri" || name == "io.containerd.grpc.v1.cri" {
			return true
		}
	}
	return false
}

// over judges every running containerd, and makes one verdict of it.
func over(noun string, look func(daemon, *keelmark.Judge)) (keelmark.Verdict, error) {
	all, err := daemons()
	if err != nil {
		return keelmark.Verdict{}, err
	}
	if len(all) == 0 {
		return keelmark.NotApplicable("no containerd runs as root"), nil
	}
	judge := keelmark.Judge{Noun: noun}
	for _, one := range all {
		look(one, &judge)
	}
	return judge.Verdict()
}
