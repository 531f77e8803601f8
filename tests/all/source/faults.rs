//! Registries that answer wrongly, slowly, or not at all.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use keelmark_contract::digest;
use keelmark_store::source::{Cause, FetchOptions, SourceError};
use serde_json::json;

use super::{component, fetch_text, fetch_with, options};
use crate::support::server::{Reply, Request, Server};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A good manifest for a component.
fn manifest(component: &[u8]) -> Vec<u8> {
    let layer = json!({"mediaType": "application/wasm", "digest": format!("sha256:{}", digest(component)), "size": component.len()});
    let config = json!({"mediaType": "application/vnd.wasm.config.v0+json", "digest": format!("sha256:{}", digest(b"{}")), "size": 2});
    json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}).to_string().into_bytes()
}

fn typed(media_type: &'static str, body: impl Into<Vec<u8>>) -> Reply {
    Reply::Whole(200, vec![("content-type", media_type.to_owned())], body.into())
}

/// A registry that answers for the manifest and for the blob as it is told.
fn registry(
    manifest: impl Fn() -> Reply + Send + Sync + 'static,
    blob: impl Fn() -> Reply + Send + Sync + 'static,
) -> Server {
    Server::plain(move |request: &Request| if request.path.contains("/manifests/") { manifest() } else { blob() })
}

fn pull(server: &Server) -> Result<Vec<u8>, SourceError> {
    fetch_text(&format!("oci://{}/p:1", server.host())).map(|fetched| fetched.bytes)
}

fn error(server: &Server) -> String {
    pull(server).unwrap_err().to_string()
}

#[test]
fn a_good_registry_is_believed() {
    let good = registry(|| typed(MANIFEST, manifest(&component("x"))), || Reply::ok(component("x")));
    assert_eq!(pull(&good).unwrap(), component("x"));
}

#[test]
fn rubbish_for_a_manifest_is_refused() {
    let cases: [(&str, fn() -> Reply, &str); 12] = [
        ("a web page", || typed("text/html", "<html>hello</html>"), "is there a registry at this address?"),
        ("not JSON", || typed(MANIFEST, "\u{1b}[2Jhello"), "malformed manifest"),
        ("other JSON", || typed(MANIFEST, "{}"), "malformed manifest"),
        (
            "an image",
            || {
                let text = String::from_utf8(manifest(b"x")).unwrap();
                typed(
                    MANIFEST,
                    text.replace("application/vnd.wasm.config.v0+json", "application/vnd.oci.image.config.v1+json"),
                )
            },
            "oci.image.config",
        ),
        ("too large", || typed(MANIFEST, vec![b' '; 300 * 1024]), "larger than 262144 bytes"),
        (
            "too large and lying",
            || Reply::Raw([b"HTTP/1.1 200 X\r\n\r\n".as_slice(), &vec![b' '; 300 * 1024]].concat()),
            "larger than 262144 bytes",
        ),
        (
            "an unknown digest",
            || Reply::Whole(200, vec![("docker-content-digest", format!("sha256:{}", "0".repeat(64)))], manifest(b"x")),
            "its digest is sha256:",
        ),
        (
            "403",
            || Reply::Whole(403, Vec::new(), br#"{"errors":[{"code":"DENIED","message":"not\u001b you"}]}"#.to_vec()),
            r#"access is denied (403), saying "not\\u{1b} you""#,
        ),
        ("429", || Reply::status(429), "unexpected answer (429)"),
        ("500", || Reply::status(503), "the server failed (503): try again later"),
        ("not HTTP", || Reply::Raw(b"220 ftp.example ready\r\n".to_vec()), "the answer is not HTTP"),
        ("nothing", || Reply::Raw(Vec::new()), "closed before the answer was complete"),
    ];
    for (what, reply, expected) in cases {
        let server = registry(reply, || Reply::status(404));
        let error = error(&server);
        assert!(error.contains(expected), "{what}: {error}");
        assert!(error.contains(&server.host()), "{what}: the address is named: {error}");
        assert!(!error.contains('\u{1b}'), "{what}: {error:?}");
    }
}

#[test]
fn a_component_that_is_not_the_manifests_is_refused() {
    let cases: [(&str, fn() -> Reply, &str); 6] = [
        ("other bytes", || Reply::ok(component("y")), "it is not what the reference means, or was altered"),
        ("more bytes", || Reply::ok(component("xx")), "larger than 13 bytes"),
        (
            "more bytes than said",
            || Reply::Raw([b"HTTP/1.1 200 X\r\n\r\n".as_slice(), &component("xx")].concat()),
            "larger than 13 bytes",
        ),
        ("fewer bytes", || Reply::ok(component("")), "it is 12 bytes, but the manifest says 13"),
        (
            "cut off",
            || Reply::Raw([b"HTTP/1.1 200 X\r\ncontent-length: 13\r\n\r\n".as_slice(), b"\0asm"].concat()),
            "closed before the answer",
        ),
        ("missing", || Reply::status(404), "there is no layer sha256:"),
    ];
    for (what, reply, expected) in cases {
        let error = error(&registry(|| typed(MANIFEST, manifest(&component("x"))), reply));
        assert!(error.contains(expected), "{what}: {error}");
    }
    let huge =
        || typed(MANIFEST, String::from_utf8(manifest(b"x")).unwrap().replace("\"size\":1}", "\"size\":99999999999}"));
    let server = registry(huge, || Reply::Silence);
    assert!(error(&server).contains("larger than 67108864 bytes"));
    assert!(!server.seen().iter().any(|request| request.path.contains("/blobs/")), "nothing of it is fetched");
}

#[test]
fn an_index_of_one_is_that_one_and_of_several_is_not() {
    let entry = |component: &[u8]| {
        let manifest = manifest(component);
        json!({"mediaType": MANIFEST, "digest": format!("sha256:{}", digest(&manifest)), "size": manifest.len()})
    };
    let index = |entries: Vec<serde_json::Value>| {
        json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).to_string()
    };
    let one = index(vec![entry(&component("x"))]);
    let several = index(vec![entry(&component("x")), entry(&component("y"))]);
    let serve = |index: String| {
        Server::plain(move |request| match request.path.as_str() {
            "/v2/p/manifests/1" => typed(INDEX, index.clone()),
            path if path.contains("/manifests/") => typed(MANIFEST, manifest(&component("x"))),
            _ => Reply::ok(component("x")),
        })
    };
    let server = serve(one.clone());
    let fetched = fetch_text(&format!("oci://{}/p:1", server.host())).unwrap();
    assert_eq!(fetched.bytes, component("x"));
    assert!(fetched.resolved.ends_with(&format!("@sha256:{}", digest(one.as_bytes()))), "{}", fetched.resolved);
    assert!(error(&serve(several)).contains("an index of 2 images"));
    let other = index(vec![entry(&component("y"))]);
    assert!(error(&serve(other)).contains("its digest is"), "an entry's manifest is held to the entry's digest");
}

#[test]
fn credentials_stay_with_the_registry_when_it_redirects() {
    let storage = Server::plain(|_| Reply::ok(component("x")));
    let url = storage.url("/bytes?signed=1");
    let server = Server::plain(move |request| match request.header("authorization") {
        None => Reply::Whole(401, vec![("www-authenticate", "Basic realm=\"r\"".to_owned())], Vec::new()),
        Some(_) if request.path.contains("/manifests/") => typed(MANIFEST, manifest(&component("x"))),
        Some(_) => Reply::redirect(url.clone()),
    });
    let folder = tempfile::tempdir().unwrap();
    crate::support::registry::log_in(folder.path(), &server.host(), "ann", "s3cret");
    let fetched = fetch_with(&format!("oci://{}/p:1", server.host()), &options(folder.path())).unwrap();
    assert_eq!(fetched.bytes, component("x"));
    assert_eq!(server.seen().last().unwrap().header("authorization"), Some("Basic YW5uOnMzY3JldA=="));
    let seen = storage.seen();
    assert_eq!((seen.len(), seen[0].header("authorization")), (1, None));
}

#[test]
fn redirects_end() {
    let round = Server::plain(|_| Reply::redirect("/v2/again"));
    assert!(error(&round).contains("it redirects more than 5 times"));
    assert!(round.seen().len() <= 7, "{}", round.seen().len());
    let nowhere = Server::plain(|_| Reply::redirect("mailto:ann"));
    assert!(error(&nowhere).contains("it redirects (307) to nowhere"));
    let outside = Server::plain(|_| Reply::redirect("http://registry.example/x?signature=secret"));
    let error = error(&outside);
    assert!(error.contains("it redirects to http://registry.example/x, and plugins are fetched over https"), "{error}");
}

/// Options that are out of patience soon, and know no docker config.
fn hasty() -> FetchOptions {
    FetchOptions {
        connect: Duration::from_millis(1500),
        answer: Duration::from_millis(400),
        total: Duration::from_millis(1500),
        ..options(std::path::Path::new("/nonexistent"))
    }
}

/// What a hasty pull says, and that it took about as long as it said.
fn hasty_error(server: &Server) -> Cause {
    let begun = Instant::now();
    let error = fetch_with(&format!("oci://{}/p:1", server.host()), &hasty()).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}: {error}", begun.elapsed());
    error.cause
}

#[test]
fn what_never_answers_is_given_up() {
    let silent = Server::plain(|_| Reply::Silence);
    assert!(matches!(hasty_error(&silent), Cause::AnswerTimeout(_)));
    let head = registry(
        || typed(MANIFEST, manifest(&component("x"))),
        || Reply::Drip(b"HTTP/1.1 200 X\r\nslow: ".to_vec(), Duration::from_millis(50)),
    );
    assert!(matches!(hasty_error(&head), Cause::AnswerTimeout(_) | Cause::TotalTimeout(_)));
    // A component, byte by byte: each comes in time, and all of them never.
    let mut large = manifest(&component("x"));
    let text = String::from_utf8(large).unwrap().replace("\"size\":13", "\"size\":1000000");
    large = text.into_bytes();
    let drip = registry(
        move || typed(MANIFEST, large.clone()),
        || Reply::Drip(b"HTTP/1.1 200 X\r\ncontent-length: 1000000\r\n\r\n".to_vec(), Duration::from_millis(50)),
    );
    assert!(matches!(hasty_error(&drip), Cause::TotalTimeout(_)));
    // Accepts connections and says nothing, not even to a TLS greeting.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = fetch_with(&format!("oci://{}/p:1", mute.local_addr().unwrap()), &hasty()).unwrap_err();
    assert!(matches!(error.cause, Cause::ConnectTimeout(_) | Cause::AnswerTimeout(_)), "{error}");
}

#[test]
fn what_is_not_there_is_said() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = fetch_text(&format!("oci://{port}/p:1")).unwrap_err().to_string();
    assert!(refused.contains("the connection was refused"), "{refused}");
    let unknown = fetch_text("oci://no-such-host.invalid/p:1").unwrap_err();
    assert!(matches!(unknown.cause, Cause::NoSuchHost(_)), "{unknown}");
    assert!(unknown.to_string().contains("no-such-host.invalid"), "{unknown}");
}
