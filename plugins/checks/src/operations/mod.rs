//! Checks over how the installation is kept.

use keelmark_sdk::{Facts, HostError};

use crate::checks;

checks! {
    unused_image => UNUSED_IMAGE,
    stopped_container => STOPPED_CONTAINER,
    overdue_security_audit => OVERDUE_SECURITY_AUDIT,
    unmonitored_container => UNMONITORED_CONTAINER,
    missing_endpoint_protection => MISSING_ENDPOINT_PROTECTION,
    missing_data_backup => MISSING_DATA_BACKUP,
    uncollected_container_log => UNCOLLECTED_CONTAINER_LOG,
}

/// A setting that is a number of things; none where it is unset.
fn setting_count(facts: &Facts, key: &str) -> Result<Option<usize>, HostError> {
    let Some(value) = facts.setting(key)? else { return Ok(None) };
    let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
    let wrong = || HostError::failed(format!("setting {key} should be a number of at least 0, but is {value}"));
    count.map(Some).ok_or_else(wrong)
}
