//! Checks over images and how they were built.

mod config;
mod history;
mod packages;
pub mod secret_names;
mod secret_traces;
mod shell;

use keelmark_sdk::{Status, Verdict};

use crate::checks;

checks! {
    root_container_user => ROOT_CONTAINER_USER,
    untrusted_image_registry => UNTRUSTED_IMAGE_REGISTRY,
    unneeded_image_package => UNNEEDED_IMAGE_PACKAGE,
    unpatched_image => UNPATCHED_IMAGE,
    content_trust_disabled => CONTENT_TRUST_DISABLED,
    missing_image_healthcheck => MISSING_IMAGE_HEALTHCHECK,
    update_instruction_alone => UPDATE_INSTRUCTION_ALONE,
    image_setuid_files => IMAGE_SETUID_FILES,
    add_instruction => ADD_INSTRUCTION,
    secret_in_image => SECRET_IN_IMAGE,
    unverified_image_package => UNVERIFIED_IMAGE_PACKAGE,
    unvalidated_image_signature => UNVALIDATED_IMAGE_SIGNATURE,
}

/// Says what the reader of a manual verdict should look for; any other verdict speaks for itself.
fn asking(verdict: Verdict, question: &str) -> Verdict {
    if verdict.status() == Status::Manual { verdict.message(question) } else { verdict }
}
