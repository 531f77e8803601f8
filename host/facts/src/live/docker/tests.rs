use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use keelmark_contract::ops::{self, Shape};
use keelmark_contract::{ErrorKind, FactError};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::double::{Double, Step, engine_at, engine_for, http, send};
use super::endpoint::{Endpoint, TlsDemand, TlsFiles};
use super::transport::CONNECTIONS;
use super::{Engine, MAX_LIST_BYTES, MAX_OBJECT_BYTES};
use crate::DockerRequest;
use crate::request::{about, whole};

const OK: &str = "{\"ok\":true}";

fn id() -> String {
    "4d1c".into()
}

async fn error(engine: &Engine, request: DockerRequest) -> FactError {
    engine.ask(&request).await.expect_err("an error")
}

/// The error of an engine that gives this one answer.
async fn error_of(steps: Vec<Step>, request: DockerRequest) -> FactError {
    error(&Double::always(steps).engine(), request).await
}

#[tokio::test]
async fn every_request_has_its_path() {
    let double = Double::start(|path, _| {
        let path_of = |question: &ops::Question| question.path.replace("{id}", "4d1c");
        let asked = ops::questions().find(|(_, question)| path_of(question) == path);
        match asked.map(|(op, question)| (op.name, question.shape)) {
            Some(("docker.version", _)) => http(200, r#"{"Version":"20.10.24","ApiVersion":"1.41"}"#),
            Some(("docker.container-processes", _)) => {
                http(200, r#"{"Titles":["PID","COMMAND"],"Processes":[["1","sh"]]}"#)
            }
            Some((_, Shape::Object | Shape::ObjectOfLists)) => http(200, OK),
            Some((_, Shape::List)) => http(200, "[]"),
            Some((_, Shape::ListIn(field))) => http(200, &format!("{{\"{field}\":[],\"Warnings\":null}}")),
            None => http(404, "404 page not found"),
        }
    });
    let engine = double.engine();
    for (op, question) in ops::questions() {
        let request = if question.is_each() { about(op, id()) } else { whole(op) };
        engine.ask(&request).await.unwrap_or_else(|error| panic!("{request:?}: {error}"));
        assert_eq!(*double.paths().last().unwrap(), question.path.replace("{id}", "4d1c"));
    }
    // Not always one: a connection that bollard has used is given back a moment later.
    assert!(double.connections() <= 2, "connections are kept");
}

#[tokio::test]
async fn an_invalid_id_is_never_sent() {
    let double = Double::always(http(200, OK));
    let engine = double.engine();
    for id in ["../info", "a?b", "", "a b", "a\r\nX: y"] {
        for (op, _) in ops::questions().filter(|(_, question)| question.is_each()) {
            let request = about(op, id);
            assert_eq!(error(&engine, request).await.kind, ErrorKind::Invalid, "{id:?}");
        }
    }
    assert_eq!(double.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn answers_are_masked() {
    let double = Double::always(http(200, r#"{"Config":{"Env":["A=secret"]}}"#));
    let answer = double.engine().ask(&about(&ops::INSPECT_CONTAINERS, id())).await.unwrap();
    assert_eq!(answer, json!({ "Config": { "Env": ["A=<masked>"] } }));
    let double = Double::start(|path, _| match path {
        "/version" => http(200, r#"{"Version":"20.10.24","ApiVersion":"1.41"}"#),
        _ => http(200, r#"{"Titles":["PID","COMMAND"],"Processes":[["1","PASSWORD=secret"]]}"#),
    });
    let answer = double.engine().ask(&about(&ops::CONTAINER_PROCESSES, id())).await.unwrap();
    assert_eq!(answer, json!([{ "pid": 1, "comm": "PASSWORD=<masked>" }]));
}

#[tokio::test]
async fn chunks_are_put_together_and_null_is_an_empty_list() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n3\r\n 1}\r\n0\r\n\r\n";
    assert_eq!(Double::always(vec![send(chunked)]).engine().ask(&whole(&ops::INFO)).await.unwrap(), json!({ "a": 1 }));
    assert_eq!(Double::always(http(200, "null")).engine().ask(&whole(&ops::LIST_NODES)).await.unwrap(), json!([]));
}

#[tokio::test]
async fn volumes_are_a_list_like_any_other() {
    let one = r#"{"Volumes":[{"Name":"data","Options":null}],"Warnings":["a plugin does not answer"]}"#;
    for (body, list) in [
        (one, json!([{ "Name": "data", "Options": null }])),
        (r#"{"Volumes":null,"Warnings":null}"#, json!([])),
        (r#"{"Volumes":[]}"#, json!([])),
    ] {
        assert_eq!(
            Double::always(http(200, body)).engine().ask(&whole(&ops::LIST_VOLUMES)).await.unwrap(),
            list,
            "{body}"
        );
    }
    for body in ["null", "[]", "{}", r#"{"Volumes":{}}"#, r#"{"Volumes":"x"}"#] {
        assert_eq!(error_of(http(200, body), whole(&ops::LIST_VOLUMES)).await.kind, ErrorKind::Failed, "{body}");
    }
    // Docker 1.8 and older.
    assert_eq!(error_of(http(404, "404 page not found"), whole(&ops::LIST_VOLUMES)).await.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn an_absent_engine_is_unavailable_and_asked_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let engine = engine_at(&socket);
    let first = error(&engine, whole(&ops::INFO)).await;
    assert_eq!(first.kind, ErrorKind::Unavailable);
    assert_eq!(first.message, format!("engine unreachable at unix://{}: no such file", socket.display()));
    // It comes up meanwhile; but this audit has been told that there is none.
    let _listener = UnixListener::bind(&socket).unwrap();
    assert_eq!(error(&engine, whole(&ops::VERSION)).await, first);
    assert_eq!(engine.identity().await.unwrap_err(), first);
}

#[tokio::test]
async fn a_socket_that_nobody_listens_on_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    drop(UnixListener::bind(&socket).unwrap());
    let error = error(&engine_at(&socket), whole(&ops::INFO)).await;
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.ends_with("connection refused, nothing listens there"), "{error}");
}

#[tokio::test]
async fn an_engine_that_hangs_costs_one_timeout() {
    let double = Double::always(vec![Step::Hang]);
    let engine = double.engine();
    let first = error(&engine, whole(&ops::INFO)).await;
    assert_eq!(first.kind, ErrorKind::Timeout);
    // Another timeout would take another question, and name it.
    for request in
        [whole(&ops::VERSION), whole(&ops::LIST_CONTAINERS), about(&ops::INSPECT_CONTAINERS, id()), whole(&ops::INFO)]
    {
        assert_eq!(error(&engine, request).await, first);
    }
    assert_eq!(engine.identity().await.unwrap_err(), first);
    assert_eq!((double.paths(), double.connections()), (vec!["/info".to_owned()], 1));
}

/// An engine that accepts connections in the kernel only, as a stopped process does.
#[tokio::test]
async fn an_engine_that_is_stopped_is_a_timeout() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    let engine = engine_at(&socket);
    let first = error(&engine, whole(&ops::INFO)).await;
    assert_eq!(first.kind, ErrorKind::Timeout);
    assert_eq!(error(&engine, whole(&ops::VERSION)).await, first, "it is not asked again");
}

#[tokio::test]
async fn one_hanging_object_does_not_take_the_engine_down() {
    let double = Double::start(|path, _| match path {
        "/info" => http(200, OK),
        _ => vec![Step::Hang],
    });
    let engine = double.engine();
    engine.ask(&whole(&ops::INFO)).await.unwrap();
    let slow = error(&engine, about(&ops::INSPECT_CONTAINERS, id())).await;
    assert_eq!(slow.kind, ErrorKind::Timeout);
    assert!(slow.message.ends_with("did not answer /containers/4d1c/json within 0.3 s"), "{slow}");
    engine.ask(&whole(&ops::INFO)).await.unwrap();
}

#[tokio::test]
async fn a_body_that_stops_or_drips_is_a_timeout() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{";
    let drip = Step::Drip(" ", Duration::from_millis(50));
    for steps in [vec![send(head), Step::Hang], vec![send(head), drip.clone()]] {
        let started = Instant::now();
        assert_eq!(error_of(steps, whole(&ops::INFO)).await.kind, ErrorKind::Timeout);
        assert!(started.elapsed() < Duration::from_secs(3));
    }
    // Headers that drip are no sign of life either.
    let headers = Step::Drip("X: y\r\n", Duration::from_millis(20));
    assert_eq!(error_of(vec![send("HTTP/1.1 200 OK\r\n"), headers], whole(&ops::INFO)).await.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn what_grows_over_the_limit_is_too_large() {
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MAX_LIST_BYTES + 1);
    let error = error_of(vec![send(announced), Step::Hang], whole(&ops::LIST_CONTAINERS)).await;
    assert_eq!(error.kind, ErrorKind::TooLarge);
    assert!(error.message.contains("/containers/json?all=true is larger than 67108864 bytes"), "{error}");

    let mut endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..=MAX_OBJECT_BYTES / 0x10000 + 1 {
        endless.extend_from_slice(b"10000\r\n");
        endless.extend_from_slice(&[b' '; 0x10000]);
        endless.extend_from_slice(b"\r\n");
    }
    let double = Double::always(vec![Step::Send(endless), Step::Hang]);
    // Twice, because the limit holds for each answer; and through bollard, which has no limit of its own.
    let engine = double.engine();
    for _ in 0..2 {
        assert_eq!(self::error(&engine, whole(&ops::INFO)).await.kind, ErrorKind::TooLarge);
    }
    assert_eq!(engine.identity().await.unwrap_err().kind, ErrorKind::TooLarge);
}

#[tokio::test]
async fn rubbish_is_failed_and_says_who_was_asked_what() {
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>";
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\":";
    for steps in [
        vec![send(page)],
        http(200, "{\"a\":"),
        http(200, ""),
        http(200, "[]"),
        http(301, ""),
        vec![send(short), Step::Close],
        vec![send("SSH-2.0-OpenSSH_9.2\r\n"), Step::Close],
        vec![Step::Close],
    ] {
        let error = error_of(steps, whole(&ops::INFO)).await;
        assert_eq!(error.kind, ErrorKind::Failed, "{error}");
        assert!(error.message.contains("unix:///") && error.message.contains("/info"), "{error}");
    }
    assert_eq!(error_of(http(200, OK), whole(&ops::LIST_CONTAINERS)).await.kind, ErrorKind::Failed);
    let deep = "[".repeat(100_000);
    assert_eq!(error_of(http(200, &deep), whole(&ops::LIST_CONTAINERS)).await.kind, ErrorKind::Failed);
}

#[tokio::test]
async fn a_status_becomes_a_kind_with_the_engines_words() {
    let no_manager = r#"{"message":"This node is not a swarm manager. Use \"docker swarm init\" …"}"#;
    let table = [
        (
            404,
            r#"{"message":"No such container: 4d1c"}"#,
            about(&ops::INSPECT_CONTAINERS, id()),
            ErrorKind::NotFound,
            "No such container: 4d1c",
        ),
        (404, "404 page not found", about(&ops::INSPECT_CONTAINERS, id()), ErrorKind::Failed, "404 page not found"),
        (404, r#"{"message":"page not found"}"#, whole(&ops::SWARM), ErrorKind::Unavailable, "does not offer /swarm"),
        (503, no_manager, whole(&ops::SWARM), ErrorKind::Unavailable, "not a swarm manager"),
        (406, no_manager, whole(&ops::LIST_NODES), ErrorKind::Unavailable, "not a swarm manager"),
        (
            503,
            r#"{"message":"Swarm is encrypted and needs to be unlocked"}"#,
            whole(&ops::SWARM),
            ErrorKind::Failed,
            "unlocked",
        ),
        (
            500,
            r#"{"message":"layer does not exist"}"#,
            about(&ops::INSPECT_IMAGES, id()),
            ErrorKind::Failed,
            "status 500: layer does not exist",
        ),
        (
            409,
            r#"{"message":"Container 4d1c is not running"}"#,
            about(&ops::INSPECT_EXECS, id()),
            ErrorKind::NotFound,
            "is not running",
        ),
        (409, r#"{"message":"busy"}"#, about(&ops::INSPECT_CONTAINERS, id()), ErrorKind::Failed, "busy"),
        (
            403,
            r#"{"message":"authorization denied by plugin"}"#,
            whole(&ops::INFO),
            ErrorKind::Permission,
            "denied by plugin",
        ),
        (
            400,
            "Client sent an HTTP request to an HTTPS server.\n",
            whole(&ops::INFO),
            ErrorKind::Unavailable,
            "DOCKER_TLS_VERIFY=1",
        ),
        (502, "<html>\u{1b}[31m\r\n</html>", whole(&ops::INFO), ErrorKind::Failed, "<html> [31m  </html>"),
    ];
    for (status, body, request, kind, words) in table {
        let error = error_of(http(status, body), request).await;
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(words), "{error}");
    }
    let long = error_of(http(500, &"ü".repeat(10_000)), whole(&ops::INFO)).await;
    assert!(long.message.chars().count() < 500 && long.message.ends_with('…'), "{long}");
}

#[tokio::test]
async fn bollard_tells_who_the_engine_is() {
    let podman = r#"{"Components":[{"Name":"Podman Engine","Version":"4.3.1"}],"Version":"4.3.1","ApiVersion":"1.41"}"#;
    let double = Double::start(|path, _| match path {
        "/version" => http(200, podman),
        _ => http(200, r#"{"Titles":["HPID","COMMAND"],"Processes":[["1","sh"]]}"#),
    });
    let engine = double.engine();
    let identity = engine.identity().await.unwrap();
    assert_eq!(
        (identity.name.as_str(), identity.version.as_str(), identity.api_version.as_str()),
        ("Podman", "4.3.1", "1.41")
    );
    // Podman is not asked to run a program inside the container.
    assert_eq!(engine.ask(&about(&ops::CONTAINER_PROCESSES, id())).await.unwrap(), json!([{ "pid": 1, "comm": "sh" }]));
    assert_eq!(double.paths(), ["/version", "/containers/4d1c/top?ps_args=hpid,comm"]);
    // Of a container that does not run it says nothing.
    let silent = Double::start(|path, _| match path {
        "/version" => http(200, podman),
        "/containers/4d1c/json" => http(200, r#"{"State":{"Running":false}}"#),
        _ => http(200, ""),
    });
    assert_eq!(silent.engine().ask(&about(&ops::CONTAINER_PROCESSES, id())).await.unwrap(), json!([]));

    for (steps, kind) in [
        (http(200, "<html>"), ErrorKind::Failed),
        (http(200, "{}"), ErrorKind::Failed),
        (http(500, r#"{"message":"no"}"#), ErrorKind::Failed),
        (http(403, r#"{"message":"no"}"#), ErrorKind::Permission),
        (vec![Step::Close], ErrorKind::Failed),
        (vec![Step::Hang], ErrorKind::Timeout),
        (vec![send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), Step::Hang], ErrorKind::Timeout),
    ] {
        let error = Double::always(steps).engine().identity().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains("unix:///"), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_went_stale_is_replaced_once() {
    // Every connection answers once, and then closes without a word when it is asked again.
    let double = Double::start(|_, served| if served == 0 { http(200, OK) } else { vec![Step::Close] });
    let engine = double.engine();
    for _ in 0..3 {
        engine.ask(&whole(&ops::INFO)).await.unwrap();
    }
    assert_eq!(double.connections(), 3);
    // One that closes right after its answer is noticed, and not even asked.
    let double = Double::start(|_, _| [http(200, OK), vec![Step::Close]].concat());
    let engine = double.engine();
    for _ in 0..3 {
        engine.ask(&whole(&ops::INFO)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(double.paths().len(), 3);
}

#[tokio::test]
async fn many_questions_share_few_connections() {
    let double = Double::always(http(200, OK));
    let engine = double.engine();
    let answers = futures_util::future::join_all((0..200).map(|n| {
        let engine = &engine;
        async move { engine.ask(&about(&ops::INSPECT_CONTAINERS, format!("c{n}"))).await }
    }));
    assert!(answers.await.iter().all(|answer: &Result<Value, FactError>| answer.is_ok()));
    assert!(double.connections() <= CONNECTIONS, "{}", double.connections());
}

#[tokio::test]
async fn tls_that_nobody_answers_or_that_has_no_certificates_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let engine = |dir: &Path| {
        let demand = TlsDemand { files: Some(TlsFiles::below(dir)), fallback: None, source: "" };
        engine_for(Endpoint::parse(&format!("tcp://127.0.0.1:{port}"), "test", || Ok(demand)).unwrap())
    };
    let missing = error(&engine(folder.path()), whole(&ops::INFO)).await;
    assert_eq!(missing.kind, ErrorKind::Unavailable);
    assert!(missing.message.contains("ca.pem does not exist"), "{missing}");
    std::fs::write(folder.path().join("ca.pem"), "no certificate").unwrap();
    assert!(error(&engine(folder.path()), whole(&ops::INFO)).await.message.contains("it holds no certificate"));
}
