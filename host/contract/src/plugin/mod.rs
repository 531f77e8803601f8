//! Plugins as they are known before any of their code runs: form, imports, manifest, and how far one is vouched for.

mod custom;
mod description;
mod embed;
mod form;
mod imports;
mod level;
mod manifest;
mod reserved;

pub use description::{DESCRIPTION_SECTION, DescriptionError, describe, description};
pub use embed::append_custom_section;
pub use form::{Form, FormError};
pub use imports::{Import, Imports, is_tolerated_wasi};
pub use level::Level;
pub use manifest::{API, Manifest, ManifestError, SECTION_NAME, is_valid_id};
pub use reserved::reserved;
