//! __NAME__: a keelmark plugin. This file is the table of what it audits; each check has a file of its own.

mod service_guard;

use keelmark_sdk::{row, section};

section! {
    benchmark: "__NAME__-1",
    number: "1",
    title: "Examples",
    rows: [
        row("1.1", "Ensure that the Docker service is guarded", &service_guard::SERVICE_GUARD).level(1).automated(),
    ]
}
