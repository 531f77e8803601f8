//! Plugins as the host knows them before it runs any of their code.

mod builtin;
mod embed;
mod manifest;

pub use builtin::{builtin_components, builtin_editions};
pub use embed::append_custom_section;
pub use manifest::{Manifest, ManifestError, RawCapability, SECTION_NAME};
