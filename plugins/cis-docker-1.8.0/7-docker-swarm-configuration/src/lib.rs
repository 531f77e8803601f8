//! CIS Docker Benchmark v1.8.0, section 7: Docker Swarm Configuration.

use keelmark_sdk::section;

section! {
    benchmark: "cis-docker-1.8.0",
    number: "7",
    title: "Docker Swarm Configuration",
    rows: [
    ]
}
