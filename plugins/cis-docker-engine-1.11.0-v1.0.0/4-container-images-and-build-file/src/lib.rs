//! CIS Docker 1.11.0 Benchmark v1.0.0, section 4: Container Images and Build File.

use keelmark_checks::images;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.11.0-v1.0.0",
    number: "4",
    title: "Container Images and Build File",
    rows: [
        row("4.1", "Create a user for the container", &images::ROOT_CONTAINER_USER).level(1).profile("Docker").scored(),
        row("4.2", "Use trusted base images for containers", &images::UNTRUSTED_IMAGE_REGISTRY).level(1).profile("Docker").not_scored(),
        row("4.3", "Do not install unnecessary packages in the container", &images::UNNEEDED_IMAGE_PACKAGE).level(1).profile("Docker").not_scored(),
        row("4.4", "Rebuild the images to include security patches", &images::UNPATCHED_IMAGE).level(1).profile("Docker").not_scored(),
        row("4.5", "Enable Content trust for Docker", &images::CONTENT_TRUST_DISABLED).level(2).profile("Docker").scored(),
    ]
}
