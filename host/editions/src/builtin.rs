//! The plugins that are built into this binary: one component per section, one compressed archive per edition.
//!
//! The sections of an edition share nearly all their code, so together they compress to a fraction of their size. What
//! an audit with a warm cache needs of them, their digests and manifests, stands beside the archive.

use std::io::{self, Read as _};
use std::sync::{Arc, OnceLock};

use keelmark_contract::plugin::{Manifest, ManifestError};

mod embedded {
    /// One edition as `host/editions/build` packs it.
    pub struct Edition {
        pub benchmark: &'static str,
        /// The text of its `edition.toml`.
        pub about: &'static str,
        /// Its plugins, in the order of their sections.
        pub plugins: &'static [Plugin],
        /// Their components one after the other, compressed with zstd.
        pub archive: &'static [u8],
    }

    pub struct Plugin {
        /// The SHA-256 of the component, in hexadecimal.
        pub digest: &'static str,
        /// The text of its manifest, which the component holds too.
        pub manifest: &'static str,
        /// The component's length.
        pub bytes: usize,
    }

    include!(concat!(env!("OUT_DIR"), "/editions.rs"));
}

/// A plugin that is built into this binary.
pub struct BuiltinPlugin {
    /// The SHA-256 of its component, in hexadecimal.
    pub digest: &'static str,
    manifest: &'static str,
    index: usize,
    archive: Arc<Archive>,
}

impl BuiltinPlugin {
    /// What it says of itself.
    ///
    /// # Errors
    /// Never in a binary whose tests passed.
    pub fn manifest(&self) -> Result<Manifest, ManifestError> {
        Manifest::parse(self.manifest)
    }

    /// The component, unpacked.
    ///
    /// # Errors
    /// Where the archive in this binary is damaged.
    pub fn component(&self) -> io::Result<Vec<u8>> {
        self.archive.component(self.index)
    }
}

/// An edition's components, unpacked together when the first of them is needed.
struct Archive {
    edition: &'static embedded::Edition,
    /// Or why it cannot be.
    unpacked: OnceLock<Result<Vec<Vec<u8>>, String>>,
}

impl Archive {
    fn component(&self, index: usize) -> io::Result<Vec<u8>> {
        let unpacked = self.unpacked.get_or_init(|| unpack(self.edition).map_err(|error| error.to_string()));
        let components = unpacked.as_ref().map_err(|error| io::Error::other(error.clone()))?;
        components.get(index).cloned().ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// The editions in this binary: each one's id, and the text of its `edition.toml`.
pub fn builtin_editions() -> impl Iterator<Item = (&'static str, &'static str)> {
    embedded::EDITIONS.iter().map(|edition| (edition.benchmark, edition.about))
}

/// The plugins of one edition, in the order of their sections; none where this binary does not have it.
pub fn builtin_plugins(benchmark: &str) -> Option<Vec<BuiltinPlugin>> {
    let edition = embedded::EDITIONS.iter().find(|edition| edition.benchmark == benchmark)?;
    let archive = Arc::new(Archive { edition, unpacked: OnceLock::new() });
    let plugin = |(index, plugin): (usize, &embedded::Plugin)| BuiltinPlugin {
        digest: plugin.digest,
        manifest: plugin.manifest,
        index,
        archive: Arc::clone(&archive),
    };
    Some(edition.plugins.iter().enumerate().map(plugin).collect())
}

fn unpack(edition: &embedded::Edition) -> io::Result<Vec<Vec<u8>>> {
    let mut archive = zstd::Decoder::new(edition.archive)?;
    let mut component = |plugin: &embedded::Plugin| {
        let mut bytes = vec![0; plugin.bytes];
        archive.read_exact(&mut bytes).map(|()| bytes)
    };
    edition.plugins.iter().map(&mut component).collect()
}
