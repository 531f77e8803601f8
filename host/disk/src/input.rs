//! Reading files that the operator names, whatever they turn out to be.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _};
use std::path::Path;

/// The content of a file, a pipe or a device: at most `limit` bytes, and an error of the kind
/// [`ErrorKind::FileTooLarge`] where there is more. The length that a file claims is not believed: a device claims 0.
pub fn read(path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
    read_rest(File::open(path)?, limit)
}

/// The same of a file that is open.
pub fn read_rest(file: File, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut content)?;
    if content.len() > limit {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_ends_at_the_limit() {
        assert_eq!(read(Path::new("/dev/zero"), 10).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert_eq!(read(Path::new("/dev/null"), 10).unwrap(), b"");
    }
}
