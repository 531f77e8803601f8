//! Digests: SHA-256, in lower-case hexadecimal.

use sha2::{Digest as _, Sha256};

/// A component's digest.
pub fn digest(component: &[u8]) -> String {
    hex(&sha256(component))
}

/// The digest as bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal. A report of a large host holds hundreds of thousands of digests.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_lower_case_and_keeps_zeros() {
        assert_eq!(hex(&[0, 9, 10, 255]), "00090aff");
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
