//! The engine's ID beside the copy that a host keeps. They are compared here, and nothing of the files is told.

use serde::Deserialize;
use serde_json::Value;

use super::super::files::HostFiles;
use crate::ErrorKind;
use crate::identity::Store;

/// Where Docker kept its identity before it had a file of its own: a private key, of which only the name is read.
const TRUST_KEY: &str = "/etc/docker/key.json";

#[derive(Deserialize)]
struct TrustKey {
    kid: String,
}

/// What the host's files say about the engine that gave this answer to `GET /info`.
pub fn compare(files: &HostFiles, info: &Value) -> Store {
    let text = |key: &str| info.get(key).and_then(Value::as_str).unwrap_or_default();
    let (id, root) = (text("ID"), text("DockerRootDir").trim_end_matches('/'));
    let has_root = root.starts_with('/');
    if info.get("BuildahVersion").is_some() {
        // Podman's ID is another in each answer. Where it keeps its data tells only which host it is not.
        let is_missing = has_root && files.stat(root, true).is_err_and(|error| error.kind == ErrorKind::NotFound);
        let missing = || format!("this host has no {root}, where the engine keeps its data");
        return if is_missing { Store::Other(missing()) } else { Store::Unknown };
    }
    if id.is_empty() || !has_root {
        return Store::Unknown;
    }
    // Where user namespaces are remapped, the engine works in a folder below its own.
    let parent = root.rsplit_once('/').map_or("", |(parent, _)| parent);
    for folder in [root, parent] {
        let path = format!("{folder}/engine-id");
        let Ok(kept) = files.read_bytes(&path) else { continue };
        let is_same = kept.trim_ascii() == id.as_bytes();
        let other = format!("{path} holds another engine's ID");
        return if is_same { Store::Same(path) } else { Store::Other(other) };
    }
    let key = files.read_bytes(TRUST_KEY).ok().and_then(|text| serde_json::from_slice::<TrustKey>(&text).ok());
    match key {
        Some(key) if key.kid == id => Store::Same(TRUST_KEY.to_owned()),
        // It may be one of an earlier engine, or of another that runs here.
        _ => Store::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;
    use tempfile::TempDir;

    use super::*;

    /// A host with these files.
    fn host(texts: &[(&str, &str)]) -> (TempDir, HostFiles) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in texts {
            let path = root.path().join(path.trim_start_matches('/'));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let files = HostFiles::open(Some(root.path())).unwrap();
        (root, files)
    }

    #[test]
    fn the_id_is_compared_with_whichever_copy_the_engine_keeps() {
        let info = json!({ "ID": "57R4:BXZE", "DockerRootDir": "/var/lib/docker" });
        let remapped = json!({ "ID": "57R4:BXZE", "DockerRootDir": "/var/lib/docker/100000.100000" });
        let own = "/var/lib/docker/engine-id";
        let (_root, files) = host(&[(own, "57R4:BXZE\n")]);
        assert_eq!(compare(&files, &info), Store::Same(own.into()));
        assert_eq!(compare(&files, &remapped), Store::Same(own.into()));
        let (_root, files) = host(&[(own, "other"), (TRUST_KEY, r#"{"kid":"57R4:BXZE","d":"secret"}"#)]);
        let found = compare(&files, &info);
        assert!(
            matches!(&found, Store::Other(why) if why.contains(own)),
            "its own copy counts, not an old one: {found:?}"
        );
        let (_root, files) = host(&[(TRUST_KEY, r#"{"kid":"57R4:BXZE","d":"secret"}"#)]);
        assert_eq!(compare(&files, &info), Store::Same(TRUST_KEY.into()));
        for key in [r#"{"kid":"OTHER"}"#, "{}", "no JSON"] {
            let (_root, files) = host(&[(TRUST_KEY, key)]);
            assert_eq!(compare(&files, &info), Store::Unknown, "{key}");
        }
        let (_root, files) = host(&[]);
        assert_eq!(compare(&files, &info), Store::Unknown);
        assert_eq!(compare(&files, &json!({ "ID": "x", "DockerRootDir": "../etc" })), Store::Unknown);
    }

    #[test]
    fn podman_is_told_by_where_it_keeps_its_data() {
        let info =
            json!({ "ID": "new each time", "DockerRootDir": "/var/lib/containers/storage", "BuildahVersion": "1" });
        let (_root, files) = host(&[("/var/lib/containers/storage/db.sql", "")]);
        assert_eq!(compare(&files, &info), Store::Unknown);
        let (_root, files) = host(&[]);
        assert!(matches!(compare(&files, &info), Store::Other(_)));
    }
}
