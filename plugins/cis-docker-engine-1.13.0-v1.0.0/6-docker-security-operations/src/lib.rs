//! CIS Docker 1.13.0 Benchmark v1.0.0, section 6: Docker Security Operations.

use keelmark_checks::operations;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.13.0-v1.0.0",
    number: "6",
    title: "Docker Security Operations",
    rows: [
        row("6.1", "Perform regular security audits of your host system and containers", &operations::OVERDUE_SECURITY_AUDIT).level(1).profile("Docker").not_scored(),
        row("6.2", "Monitor Docker containers usage, performance and metering", &operations::UNMONITORED_CONTAINER).level(1).profile("Docker").not_scored(),
        row("6.3", "Backup container data", &operations::MISSING_DATA_BACKUP).level(1).profile("Docker").not_scored(),
        row("6.4", "Avoid image sprawl", &operations::UNUSED_IMAGE).level(1).profile("Linux Host OS").not_scored(),
        row("6.5", "Avoid container sprawl", &operations::STOPPED_CONTAINER).level(1).profile("Linux Host OS").not_scored(),
    ]
}
