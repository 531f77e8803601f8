/* __NAME__: a keelmark plugin. This file is the table of what it audits; each check has a file of its own. */
#include "checks.h"

static const km_check CHECKS[] = {
    {
        .id = "1.1",
        .title = "Ensure that the Docker service is guarded",
        .slug = "service-guard",
        .audit = service_guard,
        .level = "1",
        .assessment = "automated",
        .means = "Only root can change the unit file of the Docker service, and live restore is on.",
        .why = "Whoever can write the unit file chooses what root runs at the next start.",
        .audited = "systemctl names the unit file; its owner and mode decide, and so does LiveRestoreEnabled of docker info.",
        .fix = "chown root:root FILE && chmod 644 FILE; \"live-restore\": true in /etc/docker/daemon.json",
    },
};

const km_section keelmark_section = {
    .benchmark = "__NAME__-1",
    .number = "1",
    .title = "Examples",
    .checks = CHECKS,
    .count = KM_COUNT(CHECKS),
};
