//! Native code of the built-in plugins that was made ahead of time and travels at the end of the program's own file, so
//! that a first run compiles nothing.
//!
//! A plain build carries none. `keelmark precompile FILE` writes a copy of the program that does: the program, one
//! compressed archive per edition, an index in JSON, and a footer that ends with [`MAGIC`]. Whoever can write that file
//! can change the program itself, so what is in it is trusted as the program is; the hashes tell a damaged copy.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::sync::OnceLock;

use keelmark_contract::digest;
use keelmark_editions::pack;
use serde::{Deserialize, Serialize};

/// The file's last bytes where it carries native code.
const MAGIC: &[u8; 16] = b"keelmark-native\n";
/// The footer: how long the program and the index are, as little-endian numbers, the index's SHA-256 in hexadecimal, and
/// [`MAGIC`].
const FOOTER_BYTES: usize = 8 + 8 + 64 + MAGIC.len();
/// No index is longer: it has a line for each of some hundred plugins.
const MAX_INDEX_BYTES: u64 = 1024 * 1024;
/// zstd's level: it is compressed once for each release, and read on every host.
const COMPRESSION: i32 = 19;
/// The running program, even where its file has been replaced meanwhile.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// The native code that a program carries.
#[derive(Debug)]
pub struct ShippedCode {
    program: File,
    archives: Vec<Archive>,
}

#[derive(Debug)]
struct Archive {
    about: ArchiveEntry,
    unpacked: OnceLock<Option<Vec<u8>>>,
}

/// One edition's plugins, compressed together: they share nearly all their code.
#[derive(Debug, Serialize, Deserialize)]
struct ArchiveEntry {
    /// Where it is in the file, and how long it is there.
    offset: u64,
    compressed: usize,
    /// Of the compressed bytes.
    sha256: String,
    plugins: Vec<PluginEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PluginEntry {
    /// The digest of the component that the code was made from.
    component: String,
    bytes: usize,
}

impl ShippedCode {
    /// What the running program carries; none where it carries nothing, or nothing whole.
    pub fn of_this_program() -> Option<Self> {
        let program = File::open(THIS_PROGRAM).ok()?;
        let footer = Footer::read(&program).ok()??;
        let index = read_at(&program, footer.index_offset().ok()?, usize::try_from(footer.index).ok()?).ok()?;
        if digest(&index) != footer.sha256 {
            return None;
        }
        let entries: Vec<ArchiveEntry> = serde_json::from_slice(&index).ok()?;
        let archives = entries.into_iter().map(|about| Archive { about, unpacked: OnceLock::new() }).collect();
        Some(Self { program, archives })
    }

    /// The native code of a component; none where it is not carried, or was damaged.
    pub(super) fn get(&self, component: &str) -> Option<&[u8]> {
        self.archives.iter().find_map(|archive| {
            let mut start = 0;
            for plugin in &archive.about.plugins {
                let end = usize::checked_add(start, plugin.bytes)?;
                if plugin.component == component {
                    let unpacked = archive.unpacked.get_or_init(|| archive.about.unpack(&self.program));
                    return unpacked.as_ref()?.get(start..end);
                }
                start = end;
            }
            None
        })
    }
}

impl ArchiveEntry {
    fn unpack(&self, program: &File) -> Option<Vec<u8>> {
        let compressed = read_at(program, self.offset, self.compressed).ok()?;
        if digest(&compressed) != self.sha256 {
            return None;
        }
        let whole = self.plugins.iter().try_fold(0usize, |sum, plugin| sum.checked_add(plugin.bytes))?;
        let mut unpacked = vec![0; whole];
        zstd::Decoder::new(compressed.as_slice()).ok()?.read_exact(&mut unpacked).ok()?;
        Some(unpacked)
    }
}

/// What the end of the file says about what is before it.
struct Footer {
    /// The length of the program alone.
    program: u64,
    index: u64,
    sha256: String,
    file: u64,
}

impl Footer {
    /// The footer of a file; none where it has none.
    fn read(file: &File) -> io::Result<Option<Self>> {
        let length = file.metadata()?.len();
        let Some(start) = length.checked_sub(FOOTER_BYTES as u64) else { return Ok(None) };
        let bytes = read_at(file, start, FOOTER_BYTES)?;
        let Some((program, rest)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
        let Some((index, rest)) = rest.split_first_chunk::<8>() else { return Ok(None) };
        let Some((sha256, magic)) = rest.split_first_chunk::<64>() else { return Ok(None) };
        let (program, index) = (u64::from_le_bytes(*program), u64::from_le_bytes(*index));
        let is_ours = magic == MAGIC && index <= MAX_INDEX_BYTES && program <= start;
        let sha256 = String::from_utf8_lossy(sha256).into_owned();
        Ok(is_ours.then_some(Self { program, index, sha256, file: length }))
    }

    fn index_offset(&self) -> io::Result<u64> {
        let after = self.index.saturating_add(FOOTER_BYTES as u64);
        self.file.checked_sub(after).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// The running program's own bytes, with native code at their end: of each edition, its components' digests and what they
/// were compiled to.
///
/// # Errors
/// Where the program cannot be read.
pub fn attach(editions: &[Vec<(String, Vec<u8>)>]) -> io::Result<Vec<u8>> {
    let file = File::open(THIS_PROGRAM)?;
    let length = match Footer::read(&file)? {
        // What it carries already is replaced.
        Some(footer) => footer.program,
        None => file.metadata()?.len(),
    };
    let length = usize::try_from(length).map_err(io::Error::other)?;
    let mut program = read_at(&file, 0, length)?;
    let mut entries = Vec::new();
    for edition in editions {
        let entry =
            |(component, native): &(String, Vec<u8>)| PluginEntry { component: component.clone(), bytes: native.len() };
        let plugins = edition.iter().map(entry).collect();
        let compressed = pack(edition.iter().map(|(_, native)| native), COMPRESSION)?;
        let (offset, sha256) = (program.len() as u64, digest(&compressed));
        entries.push(ArchiveEntry { offset, compressed: compressed.len(), sha256, plugins });
        program.extend(compressed);
    }
    let index = serde_json::to_vec(&entries)?;
    program.extend_from_slice(&index);
    program.extend_from_slice(&(length as u64).to_le_bytes());
    program.extend_from_slice(&(index.len() as u64).to_le_bytes());
    program.extend_from_slice(digest(&index).as_bytes());
    program.extend_from_slice(MAGIC);
    Ok(program)
}

fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}
