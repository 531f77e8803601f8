//! Token services: what they are asked, with which credentials, and what they may not be.

use keelmark_store::source::{Cause, Fetched, SourceError};
use serde_json::json;

use super::{component, fetch_with, options};
use crate::support::registry::log_in;
use crate::support::server::{Reply, Request, Server};

/// A registry and its token service in one. `token` answers for the service.
fn registry(realm: &'static str, token: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::plain(move |request| {
        let host = request.header("host").unwrap_or_default();
        if request.path.starts_with("/token") {
            return token(request);
        }
        if request.header("authorization") != Some("Bearer good") {
            let challenge = format!(r#"Bearer realm="{}",service="the service""#, realm.replace("HOST", host));
            return Reply::Whole(
                401,
                vec![("www-authenticate", challenge)],
                br#"{"errors":[{"message":"who are you"}]}"#.to_vec(),
            );
        }
        let component = component("x");
        if request.path.contains("/blobs/") {
            return Reply::ok(component);
        }
        let digest = |bytes: &[u8]| format!("sha256:{}", keelmark_contract::digest(bytes));
        Reply::ok(
            json!({
                "schemaVersion": 2,
                "config": {"mediaType": "application/vnd.wasm.config.v0+json", "digest": digest(b"{}"), "size": 2},
                "layers": [{"mediaType": "application/wasm", "digest": digest(&component), "size": component.len()}],
            })
            .to_string(),
        )
    })
}

fn good() -> Reply {
    Reply::ok(r#"{"token": "good", "expires_in": 60}"#)
}

fn pull(server: &Server, config: impl FnOnce(&std::path::Path)) -> Result<Fetched, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    fetch_with(&format!("oci://{}/acme/p:1", server.host()), &options(folder.path()))
}

/// What the token service was asked.
fn asked(server: &Server) -> Vec<Request> {
    server.seen().into_iter().filter(|request| request.path.starts_with("/token")).collect()
}

#[test]
fn a_public_repository_needs_a_token_and_no_credentials() {
    let server = registry("http://HOST/token", |_| good());
    assert_eq!(pull(&server, |_| ()).unwrap().bytes, component("x"));
    let asked = asked(&server);
    assert_eq!(asked.len(), 1, "one token does for all requests");
    assert_eq!(asked[0].path, "/token?scope=repository%3Aacme%2Fp%3Apull&service=the%20service");
    assert_eq!(asked[0].header("authorization"), None);
}

#[test]
fn a_password_is_shown_to_the_token_service() {
    let server = registry("http://HOST/token?x=1", |request| match request.header("authorization") {
        Some("Basic YW5uOnMzY3JldA==") => Reply::ok(r#"{"access_token": "good"}"#),
        _ => Reply::status(401),
    });
    let host = server.host();
    assert!(pull(&server, |folder| log_in(folder, &host, "ann", "s3cret")).is_ok());
    assert!(asked(&server)[0].path.starts_with("/token?x=1&scope="));
    let wrong = pull(&server, |folder| log_in(folder, &host, "ann", "wrong")).unwrap_err();
    assert!(matches!(wrong.cause, Cause::LoginRefused { .. }), "{wrong}");
    let nobody = pull(&server, |_| ()).unwrap_err();
    assert!(matches!(nobody.cause, Cause::LoginNeeded { .. }), "{nobody}");
}

#[test]
fn an_identity_token_is_changed_for_a_token() {
    let server = registry("http://HOST/token", |request| {
        let body = String::from_utf8(request.body.clone()).unwrap();
        if request.method == "POST"
            && body.contains("grant_type=refresh_token")
            && body.contains("refresh_token=id%2Btoken")
        {
            Reply::ok(r#"{"access_token": "good"}"#)
        } else {
            Reply::status(400)
        }
    });
    let config = format!(r#"{{"auths": {{"{}": {{"identitytoken": "id+token"}}}}}}"#, server.host());
    pull(&server, |folder| std::fs::write(folder.join("config.json"), config).unwrap()).unwrap();
}

#[test]
fn a_token_service_that_could_be_listened_in_on_is_not_asked() {
    for realm in ["http://auth.example/token", "ftp://HOST/token", "/token"] {
        let server = registry(realm, |_| good());
        let error = pull(&server, |_| ()).unwrap_err();
        assert!(matches!(error.cause, Cause::TokenOverHttp(_)), "{error}");
        assert!(asked(&server).is_empty());
    }
}

#[test]
fn rubbish_for_a_token_is_refused() {
    let cases: [(fn(&Request) -> Reply, &str); 6] = [
        (|_| Reply::ok("<html>"), "malformed token"),
        (|_| Reply::ok("{}"), "there is none in the answer"),
        (|_| Reply::ok(r#"{"token": "a\r\nx-evil: 1"}"#), "there is none in the answer"),
        (|_| Reply::ok(vec![b' '; 100_000]), "larger than 65536 bytes"),
        (|_| Reply::status(500), "the server failed (500)"),
        (|_| Reply::ok(r#"{"token": "bad"}"#), "asks for credentials (401), saying \"who are you\""),
    ];
    for (token, expected) in cases {
        let error = pull(&registry("http://HOST/token", token), |_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let strange =
        Server::plain(|_| Reply::Whole(401, vec![("www-authenticate", "Negotiate \u{1}".into())], Vec::new()));
    assert!(pull(&strange, |_| ()).is_err());
}
