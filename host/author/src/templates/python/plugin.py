"""__NAME__: a keelmark plugin. This file is the table of what it audits; each check has a file of its own."""

from keelmark import Section

from service_guard import service_guard

section = Section(benchmark="__NAME__-1", number="1", title="Examples")

section.check(
    "1.1",
    "Ensure that the Docker service is guarded",
    slug="service-guard",
    level=1,
    means="Only root can change the unit file of the Docker service, and live restore is on.",
    why="Whoever can write the unit file chooses what root runs at the next start.",
    audited="systemctl names the unit file; its owner and mode decide, and so does LiveRestoreEnabled of docker info.",
    fix='chown root:root FILE && chmod 644 FILE; "live-restore": true in /etc/docker/daemon.json',
    default="The unit file is root's, with mode 0644. Live restore is off.",
    references=["https://docs.docker.com/engine/daemon/live-restore/"],
)(service_guard)

# What the component exports: componentize-py looks for this name.
Guest = section.guest()
