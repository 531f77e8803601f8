//! Compressing what is alike together. `host/editions/build` uses this file too.

use std::io::{Result, Write as _};

/// The parts one after the other, compressed with zstd at `level`.
///
/// # Errors
/// Where zstd has no memory.
pub fn pack(parts: impl IntoIterator<Item = impl AsRef<[u8]>>, level: i32) -> Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), level)?;
    // The window has to reach back to the part before, or each is compressed alone.
    encoder.long_distance_matching(true)?;
    for part in parts {
        encoder.write_all(part.as_ref())?;
    }
    encoder.finish()
}
