//! CIS Docker Benchmark v1.8.0, section 4: Container Images and Build File Configuration.

use keelmark_sdk::section;

section! {
    benchmark: "cis-docker-1.8.0",
    number: "4",
    title: "Container Images and Build File Configuration",
    rows: [
    ]
}
