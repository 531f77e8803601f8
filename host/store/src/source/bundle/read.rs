//! Reading a bundle that somebody carried here: only what [`super::save`] writes, and nothing is ever unpacked.
//!
//! The file is read once from end to end: it is hashed, its small blobs are kept and the places of its layers noted. A
//! layer is read from its place when it is wanted, and compared with its digest; so the file may even change in between.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use keelmark_contract::limits;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::super::error::quoted;
use super::super::oci::{Descriptor, MANIFEST_TYPE, Manifest};
use super::super::reference::is_digest;
use super::super::{Cause, Fetched, Source, SourceError};
use super::{BLOBS, INDEX_FILE, LAYOUT, LAYOUT_FILE, NAME_ANNOTATION};

/// More plugins than that are not one host's.
const MAX_PLUGINS: usize = 256;
/// Three blobs per plugin, the layout, the index, and the two folders that other tools write.
const MAX_ENTRIES: usize = 3 * MAX_PLUGINS + 4;
/// Manifests and configs are 2 KiB; what is larger is a layer, and stays in the file until it is wanted.
const SMALL: u64 = 64 * 1024;
/// A bundle of 256 plugins in Python would be larger, and nobody carries one to a host.
const MAX_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Zeros behind the archive: tar pads to 10 KiB, other tools to a little more.
const MAX_PADDING: u64 = 1024 * 1024;
/// The index has 300 bytes for each plugin.
const MAX_INDEX: u64 = 1024 * 1024;

/// An open bundle, its index and manifests checked.
pub struct Bundle {
    path: PathBuf,
    file: File,
    digest: String,
    plugins: Vec<Plugin>,
}

struct Plugin {
    name: String,
    manifest: Manifest,
    layer: Descriptor,
    /// Where in the file the layer begins.
    place: u64,
}

/// What one pass over the archive found.
#[derive(Default)]
struct Found {
    layout: Option<Vec<u8>>,
    index: Option<Vec<u8>>,
    /// By the digest that is their name: place and size.
    places: BTreeMap<String, (u64, u64)>,
    small: BTreeMap<String, Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: u32,
    manifests: Vec<Descriptor>,
}

impl Bundle {
    /// Opens a bundle and reads all of it but the layers into memory.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let failed = |cause| SourceError::new(path.display(), cause);
        let path_of_file = std::path::absolute(path).map_err(|error| failed(Cause::Read(error)))?;
        let file = open_file(path).map_err(failed)?;
        let (found, digest) = scan(&file).map_err(failed)?;
        let plugins = resolve(found).map_err(failed)?;
        Ok(Self { path: path_of_file, file, digest, plugins })
    }

    /// The SHA-256 of the whole file as it was read.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How many plugins it holds.
    pub fn len(&self) -> usize {
        self.plugins.len()
    }

    pub fn is_empty(&self) -> bool {
        self.plugins.is_empty()
    }

    /// What the index calls a plugin. Its manifest may say otherwise, and is who decides.
    pub fn name(&self, number: usize) -> Option<&str> {
        self.plugins.get(number).map(|plugin| plugin.name.as_str())
    }

    /// Reads one plugin, in the order of the index.
    pub fn fetch(&mut self, number: usize) -> Result<Fetched, SourceError> {
        let failed = |cause| SourceError::new(self.path.display(), cause);
        let plugin = self.plugins.get(number);
        let plugin = plugin.ok_or_else(|| failed(Cause::NotBundle(format!("it has no plugin {number}"))))?;
        let read = |file: &mut File| {
            file.seek(SeekFrom::Start(plugin.place))?;
            let mut bytes = Vec::new();
            file.take(plugin.layer.size).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read(&mut self.file).map_err(|error| SourceError::new(self.path.display(), Cause::Read(error)))?;
        let failed = |cause| SourceError::new(format!("{}: {}", self.path.display(), plugin.name), cause);
        plugin.layer.verify(&bytes).map_err(failed)?;
        Ok(Fetched {
            bytes,
            signature: plugin.manifest.signature().map(str::to_owned),
            resolved: Source::Bundle(self.path.clone()).to_string(),
        })
    }
}

/// Opens a file without waiting for anybody. It is read twice, so it can be neither a pipe nor a device, which need not
/// end either.
fn open_file(path: &Path) -> Result<File, Cause> {
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(nonblocking).open(path).map_err(Cause::Read)?;
    let found = file.metadata().map_err(Cause::Read)?;
    if !found.is_file() {
        return Err(Cause::NotBundle("it is not a regular file".to_owned()));
    }
    if found.len() > MAX_BYTES {
        return Err(Cause::NotBundle(format!("it is larger than {} MiB", MAX_BYTES / (1024 * 1024))));
    }
    Ok(file)
}

/// Reads the archive from its beginning to its end, which a file that grows meanwhile has all the same.
fn scan(file: &File) -> Result<(Found, String), Cause> {
    let mut archive = tar::Archive::new(Hashing { file: file.take(MAX_BYTES), hash: Sha256::new() });
    let mut found = Found::default();
    let unreadable = |error: io::Error| Cause::NotBundle(quoted(&error.to_string()));
    // Raw: long names and other extensions would be read into memory unasked, and no bundle has them.
    for (count, entry) in archive.entries().map_err(unreadable)?.raw(true).enumerate() {
        if count >= MAX_ENTRIES {
            return Err(Cause::NotBundle(format!("it has more than {MAX_ENTRIES} entries")));
        }
        found.take(&mut entry.map_err(unreadable)?)?;
    }
    let mut rest = archive.into_inner();
    let (mut buffer, mut padding) = (vec![0; 64 * 1024], 0_u64);
    loop {
        let count = rest.read(&mut buffer).map_err(Cause::Read)?;
        let read = buffer.get(..count).unwrap_or_default();
        if read.is_empty() {
            let digest = rest.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok((found, digest));
        }
        if read.iter().any(|byte| *byte != 0) {
            return Err(Cause::NotBundle("there is something after its end".to_owned()));
        }
        padding = padding.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if padding > MAX_PADDING {
            return Err(Cause::NotBundle(format!("more than {MAX_PADDING} zeros follow its end")));
        }
    }
}

impl Found {
    fn take<R: Read>(&mut self, entry: &mut tar::Entry<'_, R>) -> Result<(), Cause> {
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let wrong = |problem: &str| Err(Cause::NotBundle(format!("{:?} in it {problem}", quoted(&name))));
        if entry.header().entry_type() == tar::EntryType::Directory {
            // Other tools write them; they say nothing.
            let is_known = matches!(name.as_str(), "blobs/" | "blobs/sha256/") && entry.size() == 0;
            return if is_known { Ok(()) } else { wrong("is unexpected") };
        }
        if entry.header().entry_type() != tar::EntryType::Regular {
            return wrong("is not a regular file");
        }
        let size = entry.size();
        let slot = match name.as_str() {
            LAYOUT_FILE => &mut self.layout,
            INDEX_FILE => &mut self.index,
            _ => return self.take_blob(&name, entry),
        };
        if slot.is_some() {
            return wrong("is there twice");
        }
        if size > MAX_INDEX {
            return wrong("is too large");
        }
        *slot = Some(whole(entry)?);
        Ok(())
    }

    fn take_blob<R: Read>(&mut self, name: &str, entry: &mut tar::Entry<'_, R>) -> Result<(), Cause> {
        let wrong = |problem: &str| Err(Cause::NotBundle(format!("{:?} in it {problem}", quoted(name))));
        let digest = name.strip_prefix(BLOBS).map(|hex| format!("sha256:{hex}")).filter(|digest| is_digest(digest));
        let Some(digest) = digest else { return wrong("is unexpected") };
        let size = entry.size();
        if !usize::try_from(size).is_ok_and(|size| size <= limits::COMPONENT_BYTES) {
            return wrong("is larger than any plugin may be");
        }
        if self.places.insert(digest.clone(), (entry.raw_file_position(), size)).is_some() {
            return wrong("is there twice");
        }
        if size <= SMALL {
            self.small.insert(digest, whole(entry)?);
        }
        Ok(())
    }

    /// A small blob that a descriptor names.
    fn small(&self, descriptor: &Descriptor) -> Result<&[u8], Cause> {
        let missing = || Cause::NotBundle(format!("{} is not in it, or too large", quoted(&descriptor.digest)));
        let blob = self.small.get(&descriptor.digest).ok_or_else(missing)?;
        descriptor.verify(blob)?;
        Ok(blob)
    }
}

/// Follows the index to every manifest, config and layer. Nothing may be missing, and nothing left over.
fn resolve(found: Found) -> Result<Vec<Plugin>, Cause> {
    let missing = |what: &str| Cause::NotBundle(format!("it has no {what}"));
    if found.layout.as_deref().ok_or_else(|| missing(LAYOUT_FILE))?.trim_ascii() != LAYOUT.as_bytes() {
        return Err(Cause::NotBundle("its oci-layout is of another version".to_owned()));
    }
    let index = found.index.as_deref().ok_or_else(|| missing(INDEX_FILE))?;
    let index: Index = serde_json::from_slice(index).map_err(|error| Cause::malformed("index", error))?;
    if index.schema_version != 2 || index.manifests.len() > MAX_PLUGINS {
        return Err(Cause::malformed(
            "index",
            format!("it is not of schemaVersion 2 with at most {MAX_PLUGINS} plugins"),
        ));
    }
    let mut plugins = Vec::new();
    let mut named = BTreeSet::new();
    for entry in &index.manifests {
        if entry.media_type != MANIFEST_TYPE {
            return Err(Cause::NotPlugin(format!("something of the media type {:?}", quoted(&entry.media_type))));
        }
        let manifest = Manifest::parse(found.small(entry)?)?;
        found.small(manifest.config())?;
        let layer = manifest.layer().cloned().ok_or_else(|| missing("layer"))?;
        let place = found.places.get(&layer.digest);
        let (place, size) = *place.ok_or_else(|| Cause::NotBundle(format!("{} is not in it", layer.digest)))?;
        if size != layer.size {
            return Err(Cause::WrongSize { found: size, expected: layer.size });
        }
        named.extend([entry.digest.clone(), manifest.config().digest.clone(), layer.digest.clone()]);
        let name = entry.annotations.get(NAME_ANNOTATION).map_or(entry.digest.as_str(), String::as_str);
        plugins.push(Plugin { name: quoted(name), manifest, layer, place });
    }
    if let Some(extra) = found.places.keys().find(|digest| !named.contains(*digest)) {
        return Err(Cause::NotBundle(format!("nothing in its index refers to {extra}")));
    }
    Ok(plugins)
}

/// The content of an entry that has been found small.
fn whole<R: Read>(entry: &mut tar::Entry<'_, R>) -> Result<Vec<u8>, Cause> {
    let size = entry.size();
    let mut content = Vec::new();
    entry.take(size).read_to_end(&mut content).map_err(Cause::Read)?;
    let found = u64::try_from(content.len()).unwrap_or(u64::MAX);
    if found == size { Ok(content) } else { Err(Cause::NotBundle("it ends in the middle".to_owned())) }
}

/// Hashes what is read.
struct Hashing<'a> {
    file: io::Take<&'a File>,
    hash: Sha256,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
