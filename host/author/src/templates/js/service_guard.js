// The Docker service: who can change its unit file, and whether containers outlive a restart of the daemon.
//
// An example that asks for all three kinds of facts: a program's output, a file's metadata, the engine's own account.

import { Verdict, docker, files, host } from "@keelmark/sdk";

/** The permission bits that the unit file may have: nobody but its owner writes it. */
const WRITTEN_BY_ROOT_ALONE = 0o755;

export function serviceGuard() {
  // A fact that cannot be read is thrown as a HostError, and becomes the verdict `error` with the host's own words.
  const shown = host.run("systemctl", "show", "--property=FragmentPath", "docker.service");
  const path = shown.stdout.trim().replace(/^FragmentPath=/, "");
  if (path === "") return Verdict.notApplicable("the host has no docker.service");
  const file = files.stat(path);
  const isGuarded = file.uid === 0 && file.gid === 0 && !files.allowsMoreThan(file.mode, WRITTEN_BY_ROOT_ALONE);
  const isRestored = docker.info(["LiveRestoreEnabled"]).read("LiveRestoreEnabled", "boolean");
  const evidence = [
    { subject: "unit docker.service", property: "FragmentPath", found: path, source: "systemctl show" },
    {
      subject: `file ${path}`,
      property: "owner and mode",
      found: `${files.ownership(file)} ${files.octal(file.mode)}`,
      expected: "root:root, written by root alone",
    },
    { subject: "daemon", property: "LiveRestoreEnabled", found: isRestored, expected: true, source: "docker info" },
  ];
  if (isGuarded && isRestored) {
    const message = "only root can change docker.service, and containers outlive a restart of the daemon";
    return Verdict.passed(message, ...evidence);
  }
  return Verdict.failed("the Docker service is not guarded", ...evidence);
}
