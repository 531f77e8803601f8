//! Push and pull with Debian's docker-registry.

use std::path::Path;

use keelmark_store::source::{Labels, Reference, push};

use super::{component, fetch_text, fetch_with, options};
use crate::support::registry::{PASSWORD, Registry, USER, log_in};

const SIGNATURE: &str = "untrusted comment: signature\nRWQf6LRC\ntrusted comment: t\n/Ax8\n";

fn labels() -> Labels {
    Labels { id: "acme".into(), version: "1.0.0".into() }
}

fn reference(text: &str) -> Reference {
    text.strip_prefix("oci://").unwrap_or(text).parse().unwrap()
}

fn push_open(registry: &Registry, component: &[u8], signature: Option<&str>, name: &str) -> String {
    let reference = reference(&format!("{}/{name}", registry.host()));
    push(component, signature, &labels(), &reference, &options(Path::new("/nonexistent"))).unwrap()
}

#[test]
fn what_is_pushed_is_pulled_by_tag_and_by_digest() {
    let registry = Registry::open();
    let host = registry.host();
    // Larger than any buffer on the way.
    let mut large = component("one");
    large.extend(vec![7; 3 * 1024 * 1024]);
    // The size of a custom section, in LEB128 of four bytes.
    let body = u32::try_from(3 * 1024 * 1024 + 5).unwrap();
    let size: Vec<u8> =
        (0..4).map(|place| (body >> (7 * place)) as u8 & 0x7f | if place < 3 { 0x80 } else { 0 }).collect();
    large.splice(9..10, size);
    let digest = push_open(&registry, &large, Some(SIGNATURE), "acme/plugin:1.0.0");
    let by_tag = fetch_text(&format!("oci://{host}/acme/plugin:1.0.0")).unwrap();
    assert!(by_tag.bytes == large, "the bytes that were pushed");
    assert_eq!(by_tag.signature.as_deref(), Some(SIGNATURE));
    assert_eq!(by_tag.resolved, format!("oci://{host}/acme/plugin:1.0.0@{digest}"));
    let by_digest = fetch_text(&format!("oci://{host}/acme/plugin@{digest}")).unwrap();
    assert!(by_digest.bytes == large);
    assert_eq!(by_digest.resolved, format!("oci://{host}/acme/plugin@{digest}"));
}

#[test]
fn a_tag_may_move_and_a_digest_may_not() {
    let registry = Registry::open();
    let host = registry.host();
    let old = push_open(&registry, &component("old"), None, "p:latest");
    assert_eq!(push_open(&registry, &component("old"), None, "p:latest"), old, "the same plugin has the same digest");
    let new = push_open(&registry, &component("new"), None, "p:latest");
    assert_ne!(old, new);
    assert_eq!(fetch_text(&format!("oci://{host}/p")).unwrap().bytes, component("new"));
    assert_eq!(fetch_text(&format!("oci://{host}/p@{old}")).unwrap().bytes, component("old"));
    // Tag and digest together: the digest decides.
    assert_eq!(fetch_text(&format!("oci://{host}/p:latest@{old}")).unwrap().bytes, component("old"));
    let error = push(
        &component("x"),
        None,
        &labels(),
        &reference(&format!("{host}/p@{old}")),
        &options(Path::new("/nonexistent")),
    );
    assert!(error.unwrap_err().to_string().contains("its digest is"), "pushing something else under a digest");
}

#[test]
fn what_is_not_there_is_named() {
    let registry = Registry::open();
    let host = registry.host();
    push_open(&registry, &component("x"), None, "acme/plugin:1");
    let error = fetch_text(&format!("oci://{host}/acme/plugin:2")).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("http://{host}/v2/acme/plugin/manifests/2: there is no tag \"2\" in acme/plugin")),
        "{error}"
    );
    let error = fetch_text(&format!("oci://{host}/acme/other:1")).unwrap_err().to_string();
    assert!(error.contains("there is no tag \"1\" in acme/other"), "{error}");
    let digest = format!("sha256:{}", "0".repeat(64));
    let error = fetch_text(&format!("oci://{host}/acme/plugin@{digest}")).unwrap_err().to_string();
    assert!(error.contains(&format!("there is no manifest {digest} in acme/plugin")), "{error}");
}

#[test]
fn a_private_registry_takes_the_docker_configs_credentials() {
    let registry = Registry::private();
    let host = registry.host();
    let folder = tempfile::tempdir().unwrap();
    let source = format!("oci://{host}/acme/plugin:1");
    let push = || push(&component("x"), None, &labels(), &reference(&source), &options(folder.path()));

    let nobody = push().unwrap_err().to_string();
    assert!(nobody.contains("401") && nobody.ends_with(&format!("log in with `docker login {host}`")), "{nobody}");
    log_in(folder.path(), host, USER, "wrong");
    let wrong = push().unwrap_err().to_string();
    assert!(wrong.contains("refuses the credentials") && wrong.ends_with(&format!("`docker login {host}`")), "{wrong}");
    assert!(!wrong.contains("wrong"), "the password is no part of a message: {wrong}");

    log_in(folder.path(), host, USER, PASSWORD);
    let digest = push().unwrap();
    let pulled = fetch_with(&source, &options(folder.path())).unwrap();
    assert_eq!((pulled.bytes, pulled.resolved), (component("x"), format!("{source}@{digest}")));
    let error = fetch_text(&source).unwrap_err().to_string();
    assert!(error.contains(&format!("`docker login {host}`")), "{error}");
}
