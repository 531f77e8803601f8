//! What a plugin says that it audits, carried by the component itself, so that nobody compiles a plugin to list it.
//!
//! `keelmark plugin build` asks the plugin and writes its answer down; `keelmark plugin install` asks again and refuses
//! a plugin that answers otherwise. A plugin without it is asked each time.

use super::append_custom_section;
use super::custom::custom_sections;
use crate::{SectionError, SectionInfo};

/// The component's custom section that holds it, as JSON.
pub const DESCRIPTION_SECTION: &str = "keelmark:description";

/// The longest that is read: 500 recommendations with a page of text each.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Why what a component carries is not believed.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    #[error("it has {0} sections {DESCRIPTION_SECTION}; one is allowed")]
    Several(usize),
    #[error("its section {DESCRIPTION_SECTION} has {0} bytes; the limit is {MAX_BYTES}")]
    TooLarge(usize),
    #[error("its section {DESCRIPTION_SECTION} cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("its section {DESCRIPTION_SECTION} is wrong: {0}")]
    Section(#[from] SectionError),
}

/// What the component says that it audits; none where it carries no description.
///
/// # Errors
/// Where there is one that cannot be read, or that no plugin could give.
pub fn description(component: &[u8]) -> Result<Option<SectionInfo>, DescriptionError> {
    match custom_sections(component, DESCRIPTION_SECTION).as_slice() {
        [] => Ok(None),
        [json] if json.len() > MAX_BYTES => Err(DescriptionError::TooLarge(json.len())),
        [json] => Ok(Some(serde_json::from_slice::<SectionInfo>(json)?.checked()?)),
        several => Err(DescriptionError::Several(several.len())),
    }
}

/// Lets the component carry a description. It must not have one.
///
/// # Errors
/// Where it would be longer than what is read.
pub fn describe(component: &mut Vec<u8>, section: &SectionInfo) -> Result<(), DescriptionError> {
    let json = serde_json::to_vec(section)?;
    if json.len() > MAX_BYTES {
        return Err(DescriptionError::TooLarge(json.len()));
    }
    append_custom_section(component, DESCRIPTION_SECTION, &json);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recommendation;

    /// A component with nothing in it.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn section() -> SectionInfo {
        let info = vec![("level".to_owned(), "1".to_owned())];
        let first = Recommendation::new("7.1".into(), "No idle managers".into(), "idle-manager".into(), info);
        let text = str::to_owned;
        SectionInfo { benchmark: text("acme-1"), number: text("7"), title: text("Swarm"), recommendations: vec![first] }
    }

    #[test]
    fn what_is_carried_is_read_back() {
        let mut component = EMPTY.to_vec();
        assert_eq!(description(&component).unwrap(), None);
        describe(&mut component, &section()).unwrap();
        assert_eq!(description(&component).unwrap(), Some(section()));
    }

    #[test]
    fn what_no_plugin_could_say_is_refused() {
        let refused = |json: &str| {
            let mut component = EMPTY.to_vec();
            append_custom_section(&mut component, DESCRIPTION_SECTION, json.as_bytes());
            description(&component).unwrap_err().to_string()
        };
        assert!(refused("{").contains("cannot be read"));
        let json = serde_json::to_value(section()).unwrap();
        let with = |pointer: &str, value: serde_json::Value| {
            let mut json = json.clone();
            *json.pointer_mut(pointer).unwrap() = value;
            refused(&json.to_string())
        };
        assert!(with("/recommendations", serde_json::json!([])).contains("no recommendation"));
        assert!(with("/recommendations/0/id", "a b".into()).contains("malformed"));
        assert!(with("/recommendations/0/id", 7.into()).contains("cannot be read"));
        let mut twice = EMPTY.to_vec();
        describe(&mut twice, &section()).unwrap();
        describe(&mut twice, &section()).unwrap();
        assert!(matches!(description(&twice), Err(DescriptionError::Several(2))));
    }
}
