//! Plugins as the host knows them before it runs any of their code.

mod builtin;
mod embed;
mod imports;
mod manifest;
mod pack;
mod reserved;

pub use builtin::{BuiltinPlugin, builtin_editions, builtin_plugins};
pub use embed::append_custom_section;
pub use imports::{Import, Imports, op_of};
pub use manifest::{API, Manifest, ManifestError, RawCapability, SECTION_NAME, is_valid_id};
pub use pack::pack;
pub use reserved::reserved;
