//! What the audited host is, and what time it is there.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::super::{ErrorKind, FactError};
use super::files::HostFiles;

/// The places where os-release(5) may stand; the first one that exists counts.
const OS_RELEASE: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

/// The contract's `host.facts`.
pub fn describe(files: &HostFiles, engine_is_local: bool) -> Result<Value, FactError> {
    let system = rustix::system::uname();
    // A container shares its kernel with the host, but has a hostname of its own.
    let hostname = if files.is_mounted_host() {
        hostname_in(&read_first(files, &["/etc/hostname"])?)
    } else {
        system.nodename().to_string_lossy().into_owned()
    };
    let os_release = read_first(files, &OS_RELEASE)?;
    let os = |key| os_release_value(&os_release, key).unwrap_or_default();
    Ok(json!({
        "hostname": hostname,
        "kernel": system.release().to_string_lossy(),
        "architecture": system.machine().to_string_lossy(),
        "os-id": os("ID"),
        "os-version": os("VERSION_ID"),
        "os-name": os("PRETTY_NAME"),
        "privileged": rustix::process::geteuid().is_root(),
        "engine-is-local": engine_is_local,
    }))
}

/// The time, in seconds since 1970.
pub fn now() -> Value {
    // A clock before 1970 is no reason to fail: ages come out negative and say what is wrong.
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    };
    seconds.into()
}

/// The text of the first of `paths` that exists; empty if none does, as the contract has it.
fn read_first(files: &HostFiles, paths: &[&str]) -> Result<String, FactError> {
    for path in paths {
        match files.read_bytes(path) {
            Ok(bytes) => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
    }
    Ok(String::new())
}

/// The first line of hostname(5) that is not a comment.
pub(super) fn hostname_in(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default().to_owned()
}

/// The value of `key` in os-release(5): shell assignments, one a line, of which the last one counts.
fn os_release_value(text: &str, key: &str) -> Option<String> {
    let assigned = |line: &str| Some(unquote(line.trim().strip_prefix(key)?.strip_prefix('=')?));
    text.lines().rev().find_map(assigned)
}

/// Undoes the quoting that os-release(5) allows: 'as it is', "with \" escapes", or none.
fn unquote(value: &str) -> String {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if let Some(literal) = inside('\'') {
        return literal.to_owned();
    }
    let mut plain = String::new();
    let mut characters = inside('"').unwrap_or(value).chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    const DEBIAN: &str =
        "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nID=debian\n";

    #[test]
    fn a_mounted_host_describes_itself() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("usr/lib")).unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("usr/lib/os-release"), DEBIAN).unwrap();
        symlink("/usr/lib/os-release", root.path().join("etc/os-release")).unwrap();
        fs::write(root.path().join("etc/hostname"), "# comment\n\n audited \n").unwrap();
        let facts = describe(&HostFiles::open(Some(root.path())).unwrap(), false).unwrap();
        assert_eq!(facts["hostname"], "audited");
        assert_eq!((&facts["os-id"], &facts["os-version"]), (&json!("debian"), &json!("13")));
        assert_eq!(facts["os-name"], "Debian GNU/Linux 13 (trixie)");
        assert_eq!(facts["engine-is-local"], false);
        fs::remove_file(root.path().join("etc/os-release")).unwrap();
        let facts = describe(&HostFiles::open(Some(root.path())).unwrap(), false).unwrap();
        assert_eq!(facts["os-id"], "debian");
    }

    #[test]
    fn a_host_without_the_files_is_described_by_empty_words() {
        let root = tempfile::tempdir().unwrap();
        let facts = describe(&HostFiles::open(Some(root.path())).unwrap(), true).unwrap();
        assert_eq!((&facts["hostname"], &facts["os-id"], &facts["os-name"]), (&json!(""), &json!(""), &json!("")));
    }

    #[test]
    fn this_machine_has_a_kernel() {
        let facts = describe(&HostFiles::open(None).unwrap(), true).unwrap();
        assert!(facts["kernel"].as_str().is_some_and(|kernel| !kernel.is_empty()));
        assert!(facts["privileged"].is_boolean());
        assert!(now().as_i64().is_some_and(|seconds| seconds > 1_600_000_000));
    }

    #[test]
    fn quotes_are_undone() {
        let text = "ID='a \\b'\nIDX=no\nNAME=\"say \\\"hi\\\" \\$x\"\nID_LIKE=x\n A=\"\nB=\\\nC=1\nC=2\n";
        for (key, value) in [("ID", "a \\b"), ("NAME", "say \"hi\" $x"), ("A", "\""), ("B", ""), ("C", "2")] {
            assert_eq!(os_release_value(text, key).as_deref(), Some(value), "{key}");
        }
        assert_eq!(os_release_value(text, "VERSION_ID"), None);
    }
}
