//! Digests: SHA-256, in lower-case hexadecimal.

use sha2::{Digest as _, Sha256};

/// A component's digest.
pub fn digest(component: &[u8]) -> String {
    hex(&Sha256::digest(component))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
