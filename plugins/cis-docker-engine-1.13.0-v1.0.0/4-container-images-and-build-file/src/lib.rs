//! CIS Docker 1.13.0 Benchmark v1.0.0, section 4: Container Images and Build File.

use keelmark_checks::images;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.13.0-v1.0.0",
    number: "4",
    title: "Container Images and Build File",
    rows: [
        row("4.1", "Create a user for the container", &images::ROOT_CONTAINER_USER).level(1).profile("Docker").scored(),
        row("4.2", "Use trusted base images for containers", &images::UNTRUSTED_IMAGE_REGISTRY).level(1).profile("Docker").not_scored(),
        row("4.3", "Do not install unnecessary packages in the container", &images::UNNEEDED_IMAGE_PACKAGE).level(1).profile("Docker").not_scored(),
        row("4.4", "Scan and rebuild the images to include security patches", &images::UNPATCHED_IMAGE).level(1).profile("Docker").not_scored(),
        row("4.5", "Enable Content trust for Docker", &images::CONTENT_TRUST_DISABLED).level(2).profile("Docker").scored(),
        row("4.6", "Add HEALTHCHECK instruction to the container image", &images::MISSING_IMAGE_HEALTHCHECK).level(1).profile("Docker").scored(),
        row("4.7", "Do not use update instructions alone in the Dockerfile", &images::UPDATE_INSTRUCTION_ALONE).level(1).profile("Docker").not_scored(),
        row("4.8", "Remove setuid and setgid permissions in the images", &images::IMAGE_SETUID_FILES).level(2).profile("Docker").not_scored(),
        row("4.9", "Use COPY instead of ADD in Dockerfile", &images::ADD_INSTRUCTION).level(1).profile("Docker").not_scored(),
        row("4.10", "Do not store secrets in Dockerfiles", &images::SECRET_IN_IMAGE).level(1).profile("Docker").not_scored(),
        row("4.11", "Install verified packages only", &images::UNVERIFIED_IMAGE_PACKAGE).level(2).profile("Docker").not_scored(),
    ]
}
