//! The native code that is kept between audits.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use keelmark_sandbox::engine::Cache;

use super::Diagnosis;

const ITEM: &str = "cache";

pub fn examine() -> Vec<Diagnosis> {
    let Some(path) = Cache::default_path() else {
        let advice = "set HOME, XDG_CACHE_HOME or KEELMARK_CACHE_DIR";
        return vec![Diagnosis::note(ITEM, "there is no place for one: plugins are compiled for every audit", advice)];
    };
    let name = path.display();
    // Opening makes the directory, and an examination makes nothing.
    if !path.exists() {
        return vec![Diagnosis::ok(ITEM, format!("{name} is empty: the first audit compiles and fills it"))];
    }
    if let Err(error) = Cache::open(&path) {
        let found = format!("not used, so plugins are compiled for every audit: {error}");
        return vec![Diagnosis::problem(
            ITEM,
            found,
            format!("make {name} and the directories above it root's or yours"),
        )];
    }
    let Contents { entries, bytes, foreign } = contents(&path);
    let whole = Diagnosis::ok(ITEM, format!("{name}: {entries} compiled plugins, {} MiB", bytes.div_ceil(1 << 20)));
    if foreign == 0 {
        return vec![whole];
    }
    let found =
        format!("{foreign} files in {name} can be written by others, or are not native code; they are not used");
    vec![whole, Diagnosis::note(ITEM, found, format!("rm -r {name}: the next audit fills it again"))]
}

/// What lies in a cache.
#[derive(Default)]
struct Contents {
    entries: usize,
    bytes: u64,
    /// What is not used.
    foreign: usize,
}

fn contents(path: &Path) -> Contents {
    let we = rustix::process::geteuid().as_raw();
    let mut contents = Contents::default();
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        let Ok(found) = entry.path().symlink_metadata() else { continue };
        let is_ours = found.is_file() && [0, we].contains(&found.uid()) && found.mode() & 0o022 == 0;
        if is_ours && entry.file_name().to_string_lossy().ends_with(Cache::SUFFIX) {
            contents.entries += 1;
            contents.bytes += found.len();
        } else {
            contents.foreign += 1;
        }
    }
    contents
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_others_can_write_is_not_an_entry() {
        let folder = tempfile::tempdir().unwrap();
        for (name, mode) in [("a.cwasm", 0o600), ("b.cwasm", 0o666), ("c.tmp", 0o600)] {
            let path = folder.path().join(name);
            std::fs::write(&path, "code").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let contents = contents(folder.path());
        assert_eq!((contents.entries, contents.bytes, contents.foreign), (1, 4, 2));
    }
}
