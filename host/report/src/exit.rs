//! Exit codes: part of the interface, and described in `docs/exit-codes.md`.

/// Everything could be read, and nothing at or above `--fail-on` was found.
pub const CLEAN: u8 = 0;
/// Something at or above `--fail-on` was found.
pub const FINDINGS: u8 = 1;
/// A fact could not be read: what was found stands, but what was not found may be there.
pub const INCOMPLETE: u8 = 2;
/// The command line, a manifest or another input is wrong; `EX_USAGE` of sysexits.h.
pub const USAGE: u8 = 64;
/// A plugin's project does not build, or what it builds is not a plugin that keelmark would run; `EX_DATAERR`.
pub const BROKEN: u8 = 65;
/// A program that is needed is not installed, or a server cannot be reached; `EX_UNAVAILABLE`.
pub const MISSING: u8 = 69;
/// A defect in keelmark; `EX_SOFTWARE`.
pub const INTERNAL: u8 = 70;
/// A report, recording or other output could not be written; `EX_IOERR`.
pub const OUTPUT: u8 = 74;
/// Interrupted by SIGINT, as shells report it.
pub const INTERRUPTED: u8 = 130;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented() {
        let documented = include_str!("../../docs/exit-codes.md");
        for code in [CLEAN, FINDINGS, INCOMPLETE, USAGE, BROKEN, MISSING, INTERNAL, OUTPUT, INTERRUPTED] {
            assert!(documented.contains(&format!("| {code} |")), "{code}");
        }
    }
}
