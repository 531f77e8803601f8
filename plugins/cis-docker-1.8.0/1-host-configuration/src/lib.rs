//! CIS Docker Benchmark v1.8.0, section 1: Host Configuration.

use keelmark_sdk::section;

section! {
    benchmark: "cis-docker-1.8.0",
    number: "1",
    title: "Host Configuration",
    rows: [
    ]
}
