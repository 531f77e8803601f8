//! CIS Docker Benchmark v1.4.0, section 4: Container Images and Build File Configuration.

use keelmark_checks::images;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.4.0",
    number: "4",
    title: "Container Images and Build File Configuration",
    rows: [
        row("4.1", "Ensure that a user for the container has been created", &images::ROOT_CONTAINER_USER).automated(),
        row("4.2", "Ensure that containers use only trusted base images", &images::UNTRUSTED_IMAGE_REGISTRY).manual(),
        row("4.3", "Ensure that unnecessary packages are not installed in the container", &images::UNNEEDED_IMAGE_PACKAGE).manual(),
        row("4.4", "Ensure images are scanned and rebuilt to include security patches", &images::UNPATCHED_IMAGE).manual(),
        row("4.5", "Ensure Content trust for Docker is Enabled", &images::CONTENT_TRUST_DISABLED).automated(),
        row("4.6", "Ensure that HEALTHCHECK instructions have been added to container images", &images::MISSING_IMAGE_HEALTHCHECK).automated(),
        row("4.7", "Ensure update instructions are not used alone in Dockerfiles", &images::UPDATE_INSTRUCTION_ALONE).manual(),
        row("4.8", "Ensure setuid and setgid permissions are removed", &images::IMAGE_SETUID_FILES).manual(),
        row("4.9", "Ensure that COPY is used instead of ADD in Dockerfiles", &images::ADD_INSTRUCTION).manual(),
        row("4.10", "Ensure secrets are not stored in Dockerfiles", &images::SECRET_IN_IMAGE).manual(),
        row("4.11", "Ensure only verified packages are installed", &images::UNVERIFIED_IMAGE_PACKAGE).manual(),
        row("4.12", "Ensure all signed artifacts are validated", &images::UNVALIDATED_IMAGE_SIGNATURE).manual(),
    ]
}
