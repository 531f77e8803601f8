//! CIS Docker Benchmark v1.8.0, section 6: Docker Security Operations.

use keelmark_sdk::section;

section! {
    benchmark: "cis-docker-1.8.0",
    number: "6",
    title: "Docker Security Operations",
    rows: [
    ]
}
