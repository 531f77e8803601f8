//! CIS Docker Benchmark v1.8.0, section 2: Docker daemon configuration.

use keelmark_sdk::section;

section! {
    benchmark: "cis-docker-1.8.0",
    number: "2",
    title: "Docker daemon configuration",
    rows: [
    ]
}
