//! The editions that are built into keelmark: their plugins, packed by this crate's build script, which of them fits an
//! engine, and the catalog of what they audit.

mod builtin;
pub mod catalog;
mod edition;
mod pack;

pub use builtin::{BuiltinPlugin, builtin_editions, builtin_plugins};
pub use edition::{Choice, Edition, EngineVersion, all, choose, find};
pub use pack::pack;
