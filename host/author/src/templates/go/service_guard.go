package main

import (
	"fmt"
	"strings"

	"github.com/keelmark/keelmark/sdk/go/keelmark"
)

// The Docker service: who can change its unit file, and whether containers outlive a restart of the daemon. An example
// that asks for all three kinds of facts: a program's output, a file's metadata, the engine's own account.
var serviceGuard = keelmark.Check{
	ID:         "1.1",
	Title:      "Ensure that the Docker service is guarded",
	Slug:       "service-guard",
	Level:      1,
	Assessment: "automated",
	Means:      "Only root can change the unit file of the Docker service, and live restore is on.",
	Why:        "Whoever can write the unit file chooses what root runs at the next start.",
	Audited:    "systemctl names the unit file; its owner and mode decide, and so does LiveRestoreEnabled of docker info.",
	Fix:        `chown root:root FILE && chmod 644 FILE; "live-restore": true in /etc/docker/daemon.json`,
	Audit:      auditServiceGuard,
}

// othersWrite has the permission bits that let others than the owner write.
const othersWrite = 0o022

func auditServiceGuard() (keelmark.Verdict, error) {
	// An error that is returned becomes the verdict "error", with the host's own words.
	shown, err := keelmark.Run("systemctl", "show", "--property=FragmentPath", "docker.service")
	if err != nil {
		return keelmark.Verdict{}, err
	}
	if shown.Code == nil || *shown.Code != 0 {
		return keelmark.Verdict{}, keelmark.Failf("systemctl show failed: %s", strings.TrimSpace(shown.Stderr))
	}
	path, isShown := strings.CutPrefix(strings.TrimSpace(shown.Stdout), "FragmentPath=")
	if !isShown || path == "" {
		return keelmark.NotApplicable("the host has no docker.service"), nil
	}
	file, err := keelmark.Stat(path)
	if err != nil {
		return keelmark.Verdict{}, err
	}
	info, err := keelmark.Info[struct{ LiveRestoreEnabled *bool }]("LiveRestoreEnabled")
	if err != nil {
		return keelmark.Verdict{}, err
	}
	if info.LiveRestoreEnabled == nil {
		return keelmark.Verdict{}, keelmark.Failf("docker info does not tell LiveRestoreEnabled")
	}

	isGuarded := file.UID == 0 && file.GID == 0 && file.Mode&othersWrite == 0
	isRestored := *info.LiveRestoreEnabled
	found := fmt.Sprintf("%s %s", keelmark.Ownership(file), keelmark.Mode(file.Mode))
	evidence := []keelmark.Evidence{
		keelmark.Found("unit docker.service", "FragmentPath", path).From("systemctl show"),
		keelmark.Expected("file "+path, "owner and mode", found, "root:root, written by root alone"),
		keelmark.Expected("daemon", "LiveRestoreEnabled", isRestored, true).From("docker info"),
	}
	if !isGuarded || !isRestored {
		return keelmark.Fail("the Docker service is not guarded", evidence...), nil
	}
	verdict := keelmark.Pass(evidence...)
	verdict.Message = "only root can change docker.service, and containers outlive a restart of the daemon"
	return verdict, nil
}
