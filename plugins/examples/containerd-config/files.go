package main

import (
	"fmt"
	"path"

	"github.com/keelmark/keelmark/sdk/go/keelmark"
)

var configFiles = keelmark.Check{
	ID:      "1.1",
	Title:   "Ensure that only root changes containerd's configuration",
	Slug:    "containerd-configuration-writable",
	Level:   1,
	Means:   "The configuration, the files it imports and the folders they are in belong to root:root, and only root writes them.",
	Why:     "A runtime's path in this file is a program that root runs for every container.",
	Audited: "The command line of the running containerd names the file; owner and mode of all files decide.",
	Fix:     "chown root:root FILE && chmod 644 FILE",
	Audit: func() (keelmark.Verdict, error) {
		return over("files and folders", func(daemon daemon, judge *keelmark.Judge) {
			seen := map[string]bool{}
			for _, file := range daemon.files {
				for _, name := range []string{file, path.Dir(file)} {
					if !seen[name] {
						seen[name] = true
						judgeFile(name, judge)
					}
				}
			}
		})
	},
}

const (
	othersWrite = 0o022
	othersAll   = 0o007
)

func judgeFile(name string, judge *keelmark.Judge) {
	subject := "file " + name
	file, err := keelmark.Stat(name)
	if err != nil {
		judge.Unread(subject, err)
		return
	}
	var wrong []keelmark.Evidence
	if file.UID != 0 || file.GID != 0 {
		wrong = append(wrong, keelmark.Expected(subject, "owner", keelmark.Ownership(file), "root:root"))
	}
	if file.Mode&othersWrite != 0 {
		wrong = append(wrong, keelmark.Expected(subject, "mode", keelmark.Mode(file.Mode), "no bit of 0022"))
	}
	judge.BadIf(wrong)
}

var sockets = keelmark.Check{
	ID:      "1.2",
	Title:   "Ensure that only root speaks to containerd",
	Slug:    "containerd-socket-open",
	Level:   1,
	Means:   "The socket belongs to root:root, and others can neither read nor write it.",
	Why:     "Who can speak to containerd starts containers with the host's root inside, past all that dockerd refuses.",
	Audited: "The command line or grpc.address names the socket; its kind, owner and mode decide.",
	Fix:     "grpc.uid = 0 and grpc.gid = 0 in config.toml, then restart containerd",
	Audit: func() (keelmark.Verdict, error) {
		return over("sockets", func(daemon daemon, judge *keelmark.Judge) {
			subject := "socket " + daemon.socket
			file, err := keelmark.Stat(daemon.socket)
			if err != nil {
				judge.Unread(subject, err)
				return
			}
			found := fmt.Sprintf("%s %s %s", file.Kind, keelmark.Ownership(file), keelmark.Mode(file.Mode))
			switch {
			case file.Kind != "socket" || file.UID != 0 || file.Mode&othersAll != 0:
				judge.Bad(keelmark.Expected(subject, "kind, owner and mode", found, "a socket, root:root, nothing for others"))
			case file.GID != 0:
				judge.Ask(keelmark.Expected(subject, "kind, owner and mode", found, "every member of the group is root on this host"))
			default:
				judge.Good()
			}
		})
	},
}
