//! Plugins in files, with the signature in a file beside.

use std::io::ErrorKind;
use std::path::Path;

use keelmark_disk::input;

use super::{Cause, FetchOptions, Fetched, SIGNATURE_BYTES, Source, SourceError};

pub(super) fn fetch(path: &Path, options: &FetchOptions) -> Result<Fetched, SourceError> {
    let bytes = read(path, options.component_bytes)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".minisig");
    let beside = Path::new(&beside);
    let signature = match read(beside, SIGNATURE_BYTES) {
        Ok(text) => {
            Some(super::https::signature_text(text).map_err(|cause| SourceError::new(beside.display(), cause))?)
        }
        Err(SourceError { cause: Cause::Read(error), .. }) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // Absolute, so that an update finds it from another working directory; links stay, so that it finds a newer one.
    let absolute = std::path::absolute(path).map_err(|error| SourceError::new(path.display(), Cause::Read(error)))?;
    Ok(Fetched { bytes, signature, resolved: Source::File(absolute).to_string() })
}

fn read(path: &Path, limit: usize) -> Result<Vec<u8>, SourceError> {
    input::read(path, limit).map_err(|error| {
        let cause =
            if error.kind() == ErrorKind::FileTooLarge { Cause::TooLarge { limit } } else { Cause::Read(error) };
        SourceError::new(path.display(), cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_with_the_signature_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.wasm");
        std::fs::write(&path, b"bytes").unwrap();
        let alone = fetch(&path, &FetchOptions::default()).unwrap();
        assert_eq!((alone.bytes.as_slice(), alone.signature), (b"bytes".as_slice(), None));
        assert_eq!(alone.resolved, path.display().to_string());
        std::fs::write(folder.path().join("p.wasm.minisig"), "untrusted comment: x\n").unwrap();
        let signed = fetch(&path, &FetchOptions::default()).unwrap();
        assert_eq!(signed.signature.as_deref(), Some("untrusted comment: x\n"));
        std::fs::write(folder.path().join("p.wasm.minisig"), "hello").unwrap();
        let error = fetch(&path, &FetchOptions::default()).unwrap_err().to_string();
        assert!(error.contains("p.wasm.minisig: it is not a minisign signature"), "{error}");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let missing = fetch(Path::new("/no/such.wasm"), &FetchOptions::default()).unwrap_err().to_string();
        assert!(missing.starts_with("/no/such.wasm: failed to read"), "{missing}");
        let options = FetchOptions { component_bytes: 10, ..FetchOptions::default() };
        let endless = fetch(Path::new("/dev/zero"), &options).unwrap_err().to_string();
        assert_eq!(endless, "/dev/zero: it is larger than 10 bytes");
    }
}
