"""The Docker service: who can change its unit file, and whether containers outlive a restart of the daemon.

An example that asks for all three kinds of facts: a program's output, a file's metadata, the engine's own account.
"""

from keelmark import Evidence, Verdict, docker, files, host

#: The permission bits that the unit file may have: nobody but its owner writes it.
WRITTEN_BY_ROOT_ALONE = 0o755


def service_guard() -> Verdict:
    # A fact that cannot be read is raised as a HostError, and becomes the verdict `error` with the host's own words.
    shown = host.run("systemctl", "show", "--property=FragmentPath", "docker.service")
    path = shown.stdout.strip().removeprefix("FragmentPath=")
    if not path:
        return Verdict.not_applicable("the host has no docker.service")
    file = files.stat(path)
    guarded = file.uid == 0 and file.gid == 0 and not file.allows_more_than(WRITTEN_BY_ROOT_ALONE)
    restored = docker.info(["LiveRestoreEnabled"]).read("LiveRestoreEnabled", bool)
    evidence = [
        Evidence("unit docker.service", "FragmentPath", path, source="systemctl show"),
        Evidence(
            f"file {path}",
            "owner and mode",
            f"{file.ownership} {file.octal}",
            expected="root:root, written by root alone",
        ),
        Evidence("daemon", "LiveRestoreEnabled", restored, expected=True, source="docker info"),
    ]
    if guarded and restored:
        message = "only root can change docker.service, and containers outlive a restart of the daemon"
        return Verdict.passed(*evidence, message=message)
    return Verdict.failed("the Docker service is not guarded", *evidence)
