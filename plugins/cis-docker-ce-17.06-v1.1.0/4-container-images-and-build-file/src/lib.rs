//! CIS Docker Community Edition Benchmark v1.1.0, section 4: Container Images and Build File.

use keelmark_checks::images;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-ce-17.06-v1.1.0",
    number: "4",
    title: "Container Images and Build File",
    rows: [
        row("4.1", "Ensure a user for the container has been created", &images::ROOT_CONTAINER_USER).level(1).profile("Docker").scored(),
        row("4.2", "Ensure that containers use trusted base images", &images::UNTRUSTED_IMAGE_REGISTRY).level(1).profile("Docker").not_scored(),
        row("4.3", "Ensure unnecessary packages are not installed in the container", &images::UNNEEDED_IMAGE_PACKAGE).level(1).profile("Docker").not_scored(),
        row("4.4", "Ensure images are scanned and rebuilt to include security patches", &images::UNPATCHED_IMAGE).level(1).profile("Docker").not_scored(),
        row("4.5", "Ensure Content trust for Docker is Enabled", &images::CONTENT_TRUST_DISABLED).level(2).profile("Docker").scored(),
        row("4.6", "Ensure HEALTHCHECK instructions have been added to the container image", &images::MISSING_IMAGE_HEALTHCHECK).level(1).profile("Docker").scored(),
        row("4.7", "Ensure update instructions are not use alone in the Dockerfile", &images::UPDATE_INSTRUCTION_ALONE).level(1).profile("Docker").not_scored(),
        row("4.8", "Ensure setuid and setgid permissions are removed in the images", &images::IMAGE_SETUID_FILES).level(2).profile("Docker").not_scored(),
        row("4.9", "Ensure COPY is used instead of ADD in Dockerfile", &images::ADD_INSTRUCTION).level(1).profile("Docker").not_scored(),
        row("4.10", "Ensure secrets are not stored in Dockerfiles", &images::SECRET_IN_IMAGE).level(1).profile("Docker").not_scored(),
        row("4.11", "Ensure verified packages are only Installed", &images::UNVERIFIED_IMAGE_PACKAGE).level(2).profile("Docker").not_scored(),
    ]
}
