//! Plugins from https URLs, and servers with certificates of all kinds.

use std::io::Write as _;

use keelmark_store::source::{Cause, FetchOptions, Fetched, SourceError};

use super::{component, fetch_with};
use crate::support::server::{Authority, Reply, Request, Server};

const SIGNATURE: &str = "untrusted comment: signature\nRWQf6LRC\n";

/// Fetches from a server whose authority is known.
fn fetch(authority: &Authority, url: &str) -> Result<Fetched, SourceError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(authority.pem.as_bytes()).unwrap();
    fetch_with(url, &FetchOptions { authorities: Some(file.path().to_owned()), ..FetchOptions::default() })
}

fn error(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> String {
    let authority = Authority::of("127.0.0.1");
    let server = Server::tls(&authority, answer);
    fetch(&authority, &server.url("/p.wasm")).unwrap_err().to_string()
}

#[test]
fn a_plugin_comes_with_the_signature_beside_it() {
    let authority = Authority::of("127.0.0.1");
    let signed = Server::tls(&authority, |request| match request.path.as_str() {
        "/p.wasm?token=1" => Reply::ok(component("x")),
        "/p.wasm.minisig?token=1" => Reply::ok(SIGNATURE),
        _ => Reply::status(404),
    });
    let fetched = fetch(&authority, &signed.url("/p.wasm?token=1")).unwrap();
    assert_eq!((fetched.bytes, fetched.signature.as_deref()), (component("x"), Some(SIGNATURE)));
    assert_eq!(fetched.resolved, signed.url("/p.wasm?token=1"));
    for status in [403, 404, 410] {
        let unsigned = Server::tls(&authority, move |request| match request.path.as_str() {
            "/p.wasm" => Reply::ok(component("x")),
            _ => Reply::status(status),
        });
        assert_eq!(fetch(&authority, &unsigned.url("/p.wasm")).unwrap().signature, None);
    }
}

#[test]
fn what_is_no_signature_does_not_pass_for_none() {
    let with_signature = |reply: fn() -> Reply| {
        error(move |request| if request.path.ends_with(".minisig") { reply() } else { Reply::ok(component("x")) })
    };
    assert!(with_signature(|| Reply::ok("<html>")).ends_with("/p.wasm.minisig: it is not a minisign signature"));
    assert!(with_signature(|| Reply::status(500)).contains("/p.wasm.minisig: the server failed (500)"));
    assert!(with_signature(|| Reply::ok(vec![b'x'; 20_000])).contains("larger than 16384 bytes"));
}

#[test]
fn what_is_no_plugin_is_told_apart() {
    let page =
        |_: &Request| Reply::Whole(200, vec![("content-type", "text/html; charset=utf-8".into())], b"<html>".to_vec());
    assert!(error(page).ends_with("it answers with text/html, which is no WebAssembly"));
    assert!(error(|_| Reply::ok("")).ends_with("it answers with something, which is no WebAssembly"));
    assert!(error(|_| Reply::status(404)).ends_with("there is nothing at this address (404)"));
    assert!(error(|_| Reply::status(401)).contains("which only registries get"));
    assert!(
        error(|_| Reply::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 99999999999\r\n\r\n".to_vec()))
            .contains("larger than 67108864")
    );
    assert!(
        error(|_| Reply::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n\0asm".to_vec()))
            .contains("closed before the answer")
    );
}

#[test]
fn encryption_is_not_left() {
    let authority = Authority::of("127.0.0.1");
    let plain = Server::plain(|_| Reply::ok(component("x")));
    let target = plain.url("/p.wasm?token=secret");
    let server = Server::tls(&authority, move |_| Reply::redirect(target.clone()));
    let error = fetch(&authority, &server.url("/p.wasm")).unwrap_err();
    assert!(matches!(&error.cause, Cause::RedirectToHttp(to) if !to.contains("secret")), "{error}");
    assert!(plain.seen().is_empty(), "nobody asked it");
    let good = Server::tls(&authority, |request| match request.path.as_str() {
        "/a" => Reply::redirect("/b"),
        "/b" => Reply::ok(component("x")),
        _ => Reply::status(404),
    });
    assert_eq!(fetch(&authority, &good.url("/a")).unwrap().bytes, component("x"));
}

#[test]
fn certificates_have_to_be_good() {
    let authority = Authority::of("127.0.0.1");
    let server = Server::tls(&authority, |_| Reply::ok(component("x")));
    let unknown = fetch(&Authority::of("127.0.0.1"), &server.url("/p.wasm")).unwrap_err();
    assert!(matches!(unknown.cause, Cause::UnknownAuthority), "{unknown}");
    assert!(unknown.to_string().contains("SSL_CERT_FILE"), "{unknown}");
    assert!(server.seen().is_empty(), "it was told nothing");

    let other = Authority::of("registry.example");
    let server = Server::tls(&other, |_| Reply::ok(component("x")));
    let misnamed = fetch(&other, &server.url("/p.wasm")).unwrap_err();
    assert!(matches!(misnamed.cause, Cause::Certificate(_)), "{misnamed}");

    let plain = Server::plain(|_| Reply::ok(component("x")));
    let url = plain.url("/p.wasm").replace("http://", "https://");
    let not_tls = fetch(&authority, &url).unwrap_err();
    assert!(matches!(not_tls.cause, Cause::NotTls), "{not_tls}");
}

#[test]
fn a_loopback_registry_with_tls_is_spoken_to_with_tls() {
    let authority = Authority::of("127.0.0.1");
    let server = Server::tls(&authority, |_| Reply::status(404));
    let error = fetch(&authority, &format!("oci://{}/p:1", server.host())).unwrap_err().to_string();
    assert!(error.starts_with("https://127.0.0.1:") && error.contains("there is no tag \"1\" in p"), "{error}");
    let unknown = fetch(&Authority::of("127.0.0.1"), &format!("oci://{}/p:1", server.host())).unwrap_err();
    assert!(
        matches!(unknown.cause, Cause::UnknownAuthority),
        "a bad certificate is no reason to go without: {unknown}"
    );
}
