//! CIS Docker Benchmark v1.8.0, section 6: Docker Security Operations.

use keelmark_checks::operations;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.8.0",
    number: "6",
    title: "Docker Security Operations",
    rows: [
        row("6.1", "Ensure that image sprawl is avoided", &operations::UNUSED_IMAGE).level(1).profile("Docker - Linux").manual(),
        row("6.2", "Ensure that container sprawl is avoided", &operations::STOPPED_CONTAINER).level(1).profile("Docker - Linux").manual(),
    ]
}
