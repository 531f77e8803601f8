//! The plugins that are built into this binary: one component per section, one compressed archive per edition.
//!
//! The sections of an edition share nearly all their code, so together they compress to a fraction of their size.

use std::io::Read as _;

mod embedded {
    /// One edition as `host/build` packs it.
    pub struct Edition {
        pub benchmark: &'static str,
        /// The text of its `edition.toml`.
        pub about: &'static str,
        /// The components' lengths, in the order in which the archive holds them.
        pub lengths: &'static [usize],
        /// The components one after the other, compressed with zstd.
        pub archive: &'static [u8],
    }

    include!(concat!(env!("OUT_DIR"), "/editions.rs"));
}

/// The editions in this binary: each one's id, and the text of its `edition.toml`.
pub fn builtin_editions() -> impl Iterator<Item = (&'static str, &'static str)> {
    embedded::EDITIONS.iter().map(|edition| (edition.benchmark, edition.about))
}

/// The components of one edition, in the order of their sections; none where this binary does not have it.
pub fn builtin_components(benchmark: &str) -> Option<std::io::Result<Vec<Vec<u8>>>> {
    let edition = embedded::EDITIONS.iter().find(|edition| edition.benchmark == benchmark)?;
    Some(unpack(edition))
}

fn unpack(edition: &embedded::Edition) -> std::io::Result<Vec<Vec<u8>>> {
    let mut archive = zstd::Decoder::new(edition.archive)?;
    let mut component = |length: &usize| {
        let mut bytes = vec![0; *length];
        archive.read_exact(&mut bytes).map(|()| bytes)
    };
    edition.lengths.iter().map(&mut component).collect()
}
