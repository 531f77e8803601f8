//! CIS Docker Benchmark v1.8.0, section 5: Container Runtime Configuration.

use keelmark_checks::containers;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.8.0",
    number: "5",
    title: "Container Runtime Configuration",
    rows: [
        row("5.5", "Ensure that privileged containers are not used", &containers::PRIVILEGED_CONTAINER).level(1).profile("Docker - Linux").manual(),
    ]
}
