//! Faults on the wire: the engine is absent, hangs, drips, lies or floods.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::time::Duration;

use keelmark_report::Status;
use serde_json::{Value, json};

use super::{Broken, SLACK, assert_no_false_verdict, audit, baseline, causes, check_all, command, sound};
use crate::support::tree::Tree;
use crate::support::wire::{Act, WireEngine, head};

/// The limits of `host/docs/security-model.md`: until an answer begins, until it has ended, and for a section.
const HEAD: Duration = Duration::from_secs(20);
const ANSWER: Duration = Duration::from_secs(25);
const SECTION: Duration = Duration::from_secs(60);

fn ok(body: &str) -> Option<Act> {
    Some(Act::Answer(200, body.as_bytes().to_vec()))
}

/// The recorded answer to a key, changed.
fn changed(key: &str, change: impl Fn(&mut Value)) -> Option<Act> {
    let mut answer = sound()["answers"][key]["ok"].clone();
    change(&mut answer);
    Some(Act::json(&answer))
}

fn is_inspect(path: &str) -> bool {
    path.starts_with("/containers/") && path.ends_with("/json")
}

#[test]
fn an_engine_that_answers_badly() {
    check_all(vec![
        Broken::engine("hangs at once", "did not answer /version within 20 s", |_, _| {
            Some(Act::SendAndHang(Vec::new()))
        })
        .within(HEAD),
        Broken::engine("hangs before an answer", "did not answer /info within 20 s", |path, _| {
            (path == "/info").then(|| Act::SendAndHang(Vec::new()))
        })
        .within(HEAD),
        Broken::engine("hangs in the headers", "did not answer /info within 20 s", |path, _| {
            (path == "/info").then(|| Act::SendAndHang(b"HTTP/1.1 200 OK\r\nServer: Dock".to_vec()))
        })
        .within(HEAD),
        Broken::engine("hangs in a body", "did not answer /networks within 25 s", |path, _| {
            (path == "/networks").then(|| Act::SendAndHang((head(200, 1_000) + "[{").into_bytes()))
        })
        .within(ANSWER),
        Broken::engine("drips a byte a second", "did not answer /networks within 25 s", |path, _| {
            let drip = || Act::Repeat((head(200, 1_000) + "[").into_bytes(), b" ".to_vec(), Duration::from_secs(1));
            (path == "/networks").then(drip)
        })
        .within(ANSWER),
        Broken::engine("drips headers", "did not answer /images/json within 20 s", |path, _| {
            let drip = || Act::Repeat(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".to_vec(), Duration::from_secs(1));
            (path == "/images/json").then(drip)
        })
        .within(HEAD),
        Broken::engine("hangs at every container", "/json within 20 s", |path, _| {
            is_inspect(path).then(|| Act::SendAndHang(Vec::new()))
        })
        .within(SECTION),
        Broken::engine("closes without a word", "broke off or is not HTTP", |path, _| {
            (path == "/info").then(|| Act::Send(Vec::new()))
        }),
        Broken::engine("speaks something else", "broke off or is not HTTP", |_, _| {
            Some(Act::Send(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()))
        }),
        Broken::engine("breaks off in a body", "broke off", |path, _| {
            (path == "/images/json").then(|| Act::Send((head(200, 1_000) + "[{\"Id\"").into_bytes()))
        }),
        Broken::engine("truncated JSON", "not JSON", |path, _| if path == "/info" { ok("{\"ID\": \"x") } else { None }),
        Broken::engine("no JSON", "not JSON", |path, _| if is_inspect(path) { ok("{'Id': 1}") } else { None }),
        Broken::engine("an empty body", "not JSON", |path, _| if path == "/networks" { ok("") } else { None }),
        Broken::engine("a page", "not JSON", |path, _| if path == "/info" { ok("<html>proxy</html>") } else { None }),
        Broken::engine("a list for an object", "JSON that is not an object", |path, _| {
            if path == "/info" { ok("[]") } else { None }
        }),
        Broken::engine("an object for a list", "JSON that is not a list", |path, _| {
            if path.starts_with("/containers/json") { ok("{}") } else { None }
        }),
        Broken::engine("a list of something else", "", |path, _| {
            if path.starts_with("/containers/json") { ok("[1, \"x\", null, []]") } else { None }
        }),
        Broken::engine("ids that are paths", "", |path, _| {
            if path.starts_with("/containers/json") {
                ok(r#"[{"Id": "../info"}, {"Id": "a?b"}, {"Id": ""}]"#)
            } else {
                None
            }
        }),
        Broken::engine("wrong types", "", |path, _| {
            if !is_inspect(path) {
                return None;
            }
            let odd =
                json!({ "Privileged": "no", "CapAdd": "ALL", "PidMode": 1, "Memory": [], "ReadonlyRootfs": "false" });
            Some(Act::json(
                &json!({ "Id": "x", "Name": [], "Config": "?", "HostConfig": odd, "Mounts": {}, "State": 1 }),
            ))
        }),
        Broken::engine("missing fields", "", |path, _| if is_inspect(path) { ok("{\"Id\": \"x\"}") } else { None }),
        Broken::engine("info without fields", "", |path, _| if path == "/info" { ok("{}") } else { None }),
        Broken::engine("nulls", "", |path, _| match path {
            "/info" => changed("docker info", |info| {
                // Go writes an empty list as null, and that is an answer.
                let values = info.as_object_mut().unwrap().values_mut().filter(|value| !value.is_array());
                values.for_each(|value| *value = Value::Null);
            }),
            _ => None,
        }),
        Broken::engine("401", "status 401", |path, _| (path == "/info").then(|| Act::refusal(401, "who are you"))),
        Broken::engine("403", "denied by plugin", |_, before| {
            (before > 3).then(|| Act::refusal(403, "authorization denied by plugin"))
        }),
        Broken::engine("500", "status 500: layer does not exist", |path, _| {
            path.starts_with("/images/").then(|| Act::refusal(500, "layer does not exist"))
        }),
        Broken::engine("502 of a proxy", "status 502", |_, _| Some(Act::Answer(502, b"<html>\x1b[2J</html>".to_vec()))),
        Broken::engine("a redirect", "status 301", |path, _| (path == "/info").then(|| Act::Answer(301, Vec::new()))),
        Broken::engine("every object is gone", "was listed, but is gone", |path, _| {
            is_inspect(path).then(|| Act::refusal(404, "No such container"))
        })
        .harmless(),
        Broken::engine("one of the objects fails", "status 500: input/output error", |path, _| {
            let first = sound()["answers"]["docker containers"]["ok"][0]["Id"].as_str().unwrap();
            (is_inspect(path) && path.contains(first)).then(|| Act::refusal(500, "input/output error"))
        }),
        Broken::engine(
            "deep nesting",
            "not JSON",
            |path, _| {
                if path == "/networks" { ok(&"[".repeat(1_000_000)) } else { None }
            },
        ),
        Broken::engine("a version without one", "", |path, _| if path == "/version" { ok("{}") } else { None }),
        Broken::engine("an API from before", "400", |_, _| {
            Some(Act::refusal(400, "client version 1.47 is too new. Maximum supported API version is 1.12"))
        }),
        Broken::engine("an API from after", "400", |_, _| {
            Some(Act::refusal(400, "client version 1.24 is too old. Minimum supported API version is 2.0"))
        }),
        Broken::engine("goes away in the middle", "", |_, before| (before > 6).then(|| Act::Send(Vec::new()))),
    ]);
}

/// 64 MiB each: of what would become some GiB, of an endless body, and of one line.
#[test]
fn an_engine_that_floods() {
    const MIB: u64 = 1024 * 1024;
    check_all(vec![
        Broken::engine("a bomb of empty objects", "more values than fit into 183 MiB", |path, _| {
            let bomb = || Act::Answer(200, format!("[{}0]", "{\"\":0},".repeat(9_500_000)).into_bytes());
            path.starts_with("/containers/json").then(bomb)
        })
        .look(|audited| assert!(audited.peak < 700 * MIB, "{} MiB at the most", audited.peak / MIB)),
        Broken::engine("an endless answer", "is larger than 67108864 bytes", |path, _| {
            let start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
            (path == "/networks").then_some(Act::Repeat(start, chunk, Duration::ZERO))
        })
        .look(|audited| assert!(audited.peak < 700 * MIB, "{} MiB at the most", audited.peak / MIB)),
        Broken::engine("endless headers", "", |path, _| {
            let header = vec![b'x'; 0x10000];
            (path == "/info").then(|| Act::Repeat(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), header, Duration::ZERO))
        }),
    ]);
}

/// What no answer of a double can do: the engine is not there at all.
#[test]
fn an_engine_that_cannot_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("unix://{}", folder.path().join(name).display());
    drop(UnixListener::bind(folder.path().join("nobody.sock")).unwrap());
    std::fs::write(folder.path().join("file"), "").unwrap();
    // The kernel holds a queue of those who want to connect; when it is full, it answers nobody.
    let full = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: SocketAddr = full.local_addr().unwrap();
    let waiting: Vec<_> = std::iter::from_fn(|| TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok())
        .take(5_000)
        .collect();
    assert!(waiting.len() < 5_000, "the queue is never full");
    let cases = [
        (at("absent.sock"), "no such file"),
        (at("nobody.sock"), "connection refused, nothing listens there"),
        (at("file"), "engine unreachable at"),
        (format!("tcp://{address}"), "no connection within 5 s"),
    ];
    std::thread::scope(|scope| {
        for (docker_host, cause) in &cases {
            scope.spawn(move || {
                let tree = Tree::of(sound());
                let audited = audit(command(docker_host, Some(tree.root())), Duration::from_secs(5) + SLACK);
                assert_no_false_verdict(&audited.report, baseline());
                assert!(causes(&audited.report).contains(cause), "{docker_host}: {}", causes(&audited.report));
                assert_eq!(audited.code, Some(2));
                let of_containers = audited.report.findings().filter(|finding| finding.id.starts_with("5."));
                let judged: Vec<_> = of_containers.filter(|finding| finding.status != Status::Error).collect();
                assert!(judged.is_empty(), "{docker_host}: {judged:?}");
            });
        }
    });
}

/// What a newer engine adds must not matter at all.
#[test]
fn fields_that_nobody_knows_change_nothing() {
    let engine = WireEngine::start(
        sound(),
        Box::new(|path, _| match path {
            "/info" => changed("docker info", |info| info["NewThing"] = json!({ "a": [1, { "b": null }] })),
            path if path.starts_with("/containers/json") => changed("docker containers", |list| {
                list.as_array_mut().unwrap().iter_mut().for_each(|container| container["Health2"] = json!("x"));
            }),
            _ => None,
        }),
    );
    let tree = Tree::of(sound());
    let audited = audit(command(&engine.address(), Some(tree.root())), SLACK);
    assert_eq!(super::verdicts(&audited.report), super::verdicts(baseline()));
}
