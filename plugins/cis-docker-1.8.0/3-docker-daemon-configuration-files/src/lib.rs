//! CIS Docker Benchmark v1.8.0, section 3: Docker daemon configuration files.

use keelmark_sdk::section;

section! {
    benchmark: "cis-docker-1.8.0",
    number: "3",
    title: "Docker daemon configuration files",
    rows: [
    ]
}
