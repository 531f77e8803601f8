//! The ground floor: what every other room of the house agrees on. Why a fact could not be read, the limits on a
//! plugin, what a plugin says of itself (manifest, imports, section), what its operator settled, and the [`gate`] that
//! decides whether it may make a call.
//!
//! Nothing here knows an engine, a sandbox or a format: it builds without wasmtime and tokio, and its tests take seconds.

pub mod digest;
pub mod escape;
mod fact;
pub mod gate;
pub mod limits;
pub mod ops;
pub mod plugin;
mod section;
pub mod settings;

pub use digest::{digest, hex};
pub use fact::{ErrorKind, FactError};
pub use section::{Recommendation, SectionError, SectionInfo};
