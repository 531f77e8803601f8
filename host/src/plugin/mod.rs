//! Plugins as the host knows them before it runs any of their code.

mod builtin;
mod manifest;

pub use builtin::{builtin_components, builtin_editions, is_builtin_id};
pub use manifest::{Manifest, ManifestError, RawCapability, SECTION_NAME};
