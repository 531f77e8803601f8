use std::path::Path;

use super::super::Fetched;
use super::super::oci::Labels;
use super::*;

const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A component with a custom section, so that two of them differ.
fn component(content: &[u8]) -> Vec<u8> {
    let mut bytes = EMPTY_COMPONENT.to_vec();
    bytes.extend([0, u8::try_from(content.len() + 2).unwrap(), 1, b'x']);
    bytes.extend(content);
    bytes
}

fn item(id: &str, signature: Option<&str>) -> Item {
    let labels = Labels { id: id.into(), version: "1.0.0".into() };
    Item { bytes: component(id.as_bytes()), signature: signature.map(str::to_owned), labels }
}

fn bundle() -> (Vec<u8>, String) {
    let mut bytes = Vec::new();
    let digest = save([item("one", Some("untrusted comment: s")), item("two", None)], &mut bytes).unwrap();
    (bytes, digest)
}

fn open(bytes: &[u8]) -> Result<Vec<Fetched>, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut bundle = Bundle::open(file.path()).map_err(|error| error.to_string())?;
    (0..bundle.len()).map(|number| bundle.fetch(number).map_err(|error| error.to_string())).collect()
}

/// The bundle's entries, changed by the caller and packed again.
fn repacked(change: impl FnOnce(&mut Vec<(tar::Header, String, Vec<u8>)>)) -> Vec<u8> {
    let (bytes, _) = bundle();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let entry = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        (entry.header().clone(), String::from_utf8(entry.path_bytes().into_owned()).unwrap(), content)
    };
    let mut entries: Vec<_> = archive.entries().unwrap().map(entry).collect();
    change(&mut entries);
    let mut tar = tar::Builder::new(Vec::new());
    for (mut header, name, content) in entries {
        header.set_size(content.len() as u64);
        // Written by hand: the library refuses to write the names that an attacker would.
        let field = &mut header.as_old_mut().name;
        field.fill(0);
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, content.as_slice()).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A device that never ends, a pipe that never begins, a file that is mostly a promise, and zeros for an hour.
#[test]
fn reading_a_bundle_ends() {
    let refusal = |path: &Path| Bundle::open(path).map(drop).unwrap_err().to_string();
    assert!(refusal(Path::new("/dev/zero")).contains("not a regular file"));
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    assert!(refusal(&pipe).contains("not a regular file"));
    let sparse = tempfile::NamedTempFile::new().unwrap();
    for (bytes, problem) in [(1 << 40, "larger than 4096 MiB"), (1 << 31, "zeros follow its end")] {
        std::fs::write(sparse.path(), bundle().0).unwrap();
        sparse.as_file().set_len(bytes).unwrap();
        let error = refusal(sparse.path());
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn what_is_saved_is_loaded() {
    let (bytes, digest) = bundle();
    assert_eq!(digest, keelmark_contract::digest(&bytes));
    assert_eq!(bundle().0, bytes, "the same plugins make the same bundle");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let mut bundle = Bundle::open(file.path()).unwrap();
    assert_eq!((bundle.digest(), bundle.len(), bundle.name(1)), (digest.as_str(), 2, Some("two:1.0.0")));
    let one = bundle.fetch(0).unwrap();
    assert_eq!((one.bytes, one.signature.as_deref()), (component(b"one"), Some("untrusted comment: s")));
    assert_eq!(one.resolved, format!("bundle:{}", file.path().display()));
    assert_eq!(bundle.fetch(1).unwrap().signature, None);
    assert_eq!(open(&repacked(|_| ())).unwrap().len(), 2);
}

#[test]
fn nothing_unexpected_is_taken() {
    type Entries = Vec<(tar::Header, String, Vec<u8>)>;
    type Case = (&'static str, fn(&mut Entries), &'static str);
    let cases: [Case; 12] = [
        ("a path out", |e| e[1].1 = "../../etc/passwd".into(), "is unexpected"),
        ("an absolute path", |e| e[1].1 = "/etc/passwd".into(), "is unexpected"),
        ("a link", |e| e[1].0.set_entry_type(tar::EntryType::Symlink), "is not a regular file"),
        ("a hard link", |e| e[1].0.set_entry_type(tar::EntryType::Link), "is not a regular file"),
        ("a device", |e| e[1].0.set_entry_type(tar::EntryType::Char), "is not a regular file"),
        ("a long name", |e| e[1].0.set_entry_type(tar::EntryType::GNULongName), "is not a regular file"),
        ("another folder", |e| e[1].0.set_entry_type(tar::EntryType::Directory), "is unexpected"),
        ("a blob twice", |e| e.push(e[1].clone()), "is there twice"),
        ("an index twice", |e| e.push(e.last().unwrap().clone()), "is there twice"),
        ("no index", |e| drop(e.pop()), "no index.json"),
        ("no layout", |e| drop(e.remove(0)), "no oci-layout"),
        ("a missing blob", |e| drop(e.remove(2)), "is not in it"),
    ];
    for (what, change, expected) in cases {
        let error = open(&repacked(change)).unwrap_err();
        assert!(error.contains(expected), "{what}: {error}");
    }
    let extra = repacked(|entries| {
        let mut blob = entries[1].clone();
        blob.1 = format!("{BLOBS}{}", "0".repeat(64));
        entries.push(blob);
    });
    assert!(open(&extra).unwrap_err().contains("nothing in its index refers to"));
}

#[test]
fn altered_blobs_are_found_whichever_they_are() {
    for number in 1..7 {
        let error = open(&repacked(|entries| *entries[number].2.last_mut().unwrap() ^= 1)).unwrap_err();
        assert!(error.contains("its digest is"), "{number}: {error}");
        let error = open(&repacked(|entries| entries[number].2.push(0))).unwrap_err();
        assert!(error.contains("but the manifest says"), "{number}: {error}");
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    let (bytes, _) = bundle();
    for (rubbish, expected) in [
        (b"".as_slice(), "no oci-layout"),
        (b"hello", "not a bundle"),
        (&[0xff; 2048], "not a bundle"),
        (&bytes[..700], "not a bundle"),
        (&bytes[..bytes.len() - 3000], "it ends in the middle"),
        (&[bytes.as_slice(), b"more"].concat(), "after its end"),
    ] {
        let error = open(rubbish).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    assert!(Bundle::open(Path::new("/no/such.tar")).is_err_and(|error| error.to_string().contains("/no/such.tar")));
}
