//! What is made of answers to `/top`, and of those that are none.

use keelmark_contract::{ErrorKind, FactError, ops};
use serde_json::{Value, json};

use super::double::{Double, http};
use crate::DockerRequest;

const VERSION: &str = r#"{"Version":"20.10.24","ApiVersion":"1.41"}"#;
const RUNS: &str = r#"{"State":{"Running":true,"Restarting":false}}"#;
const STOPPED: &str = r#"{"State":{"Running":false}}"#;
const RESTARTS: &str = r#"{"State":{"Running":true,"Restarting":true}}"#;
const GONE: &str = r#"{"message":"No such container: 4d1c"}"#;
const NONE: &str = r#"{"Titles":["PID","COMMAND"],"Processes":null}"#;
/// What Docker said of a container that was just being removed.
const BROKE_OFF: &str = r#"{"message":"ttrpc: closed: unknown"}"#;

/// An engine that says this of its container's processes, and of the container first the one thing, then the other.
fn engine(top: (u16, &str), first: (u16, &'static str), then: (u16, &'static str)) -> Double {
    let (status, body) = (top.0, top.1.to_owned());
    let looks = std::sync::atomic::AtomicUsize::new(0);
    Double::start(move |path, _| match path {
        "/version" => http(200, VERSION),
        path if path.contains("/top?") => http(status, &body),
        _ if looks.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => http(first.0, first.1),
        _ => http(then.0, then.1),
    })
}

async fn ask(double: &Double) -> Result<Value, FactError> {
    double.engine().ask(&DockerRequest::about(&ops::CONTAINER_PROCESSES, "4d1c")).await
}

/// How often the engine was asked about the container itself.
fn looks(double: &Double) -> usize {
    double.paths().iter().filter(|path| path.ends_with("/json")).count()
}

#[tokio::test]
async fn processes_come_without_arguments() {
    let two = r#"{"Processes":[["1","nginx"],["7","tmux: server"]],"Titles":["PID","COMMAND"]}"#;
    let double = engine((200, two), (200, RUNS), (200, RUNS));
    let list = ask(&double).await.unwrap();
    assert_eq!(list, json!([{ "pid": 1, "comm": "nginx" }, { "pid": 7, "comm": "tmux: server" }]));
    assert_eq!(looks(&double), 0);
    let wide = r#"{"Titles":["UID","PID","COMMAND"],"Processes":[["0","1","sh -c secret"]]}"#;
    let cut = r#"{"Titles":["PID","COMMAND"],"Processes":[["1"]]}"#;
    let text = r#"{"Titles":["PID","COMMAND"],"Processes":[["one","sh"]]}"#;
    for body in [wide, cut, text, "{}", r#"{"Titles":[]}"#] {
        let error = ask(&engine((200, body), (200, RUNS), (200, RUNS))).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Failed);
        assert!(!error.message.contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_container_that_stopped_meanwhile_has_no_processes() {
    let refusals = [
        (409, r#"{"message":"Container 4d1c is not running"}"#),
        (500, r#"{"message":"Container 4d1c is restarting, wait until the container is running"}"#),
        (500, BROKE_OFF),
        (200, NONE),
    ];
    for top in refusals {
        assert_eq!(ask(&engine(top, (200, STOPPED), (200, STOPPED))).await.unwrap(), json!([]), "{top:?}");
        assert_eq!(ask(&engine(top, (200, RESTARTS), (200, RESTARTS))).await.unwrap(), json!([]), "{top:?}");
        // An engine notices an end a moment after what it tells of it.
        assert_eq!(ask(&engine(top, (200, RUNS), (200, STOPPED))).await.unwrap(), json!([]), "{top:?}");
    }
}

#[tokio::test]
async fn a_container_that_was_removed_meanwhile_is_gone() {
    for top in [(404, GONE), (500, BROKE_OFF), (200, NONE)] {
        for first in [(404, GONE), (200, RUNS)] {
            let error = ask(&engine(top, first, (404, GONE))).await.unwrap_err();
            assert_eq!((error.kind, &*error.message), (ErrorKind::NotFound, "No such container: 4d1c"), "{top:?}");
        }
    }
}

#[tokio::test]
async fn a_container_that_runs_without_processes_is_an_error() {
    let double = engine((200, NONE), (200, RUNS), (200, RUNS));
    let engine_of_it = double.engine();
    for (looked, id) in [(4, "4d1c"), (5, "4d1d"), (6, "4d1e")] {
        let error = engine_of_it.ask(&DockerRequest::about(&ops::CONTAINER_PROCESSES, id)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Failed);
        assert!(error.message.ends_with("with no process of a container that runs"), "{error}");
        // Only the first one is looked at several times: a host without ps must not cost that for every container.
        assert_eq!(looks(&double), looked);
    }
    let error = ask(&engine((500, r#"{"message":"ps: not found"}"#), (200, RUNS), (200, RUNS))).await.unwrap_err();
    assert!(error.message.contains("ps: not found"), "{error}");
    // What cannot be looked at is not taken for stopped.
    let error = ask(&engine((200, NONE), (500, BROKE_OFF), (500, BROKE_OFF))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Failed);
    assert!(ask(&engine((200, NONE), (200, "{}"), (200, "{}"))).await.is_err());
}
