//! Names that belong to the built-in plugins, those of later releases included.

/// What ids and benchmarks of the CIS editions begin with.
const PREFIX: &str = "cis-docker-";

/// The name that a third-party plugin must not have; none where it has its own.
pub fn reserved(manifest: &super::Manifest) -> Option<&str> {
    [manifest.id.as_str(), manifest.benchmark.as_str()].into_iter().find(|name| name.starts_with(PREFIX))
}
