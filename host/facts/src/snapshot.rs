//! One state for a whole audit: every request is asked once, and all plugins get the same answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::Shared;
use keelmark_contract::gate::Gate;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops::{self, Op};
use serde_json::Value;

use super::{Answer, Backend, BoxFuture, ErrorKind, FactError, Request};

/// Distinct requests of one audit. A host with 10,000 containers needs about 30,000; a plugin that invents ids would
/// fill the memory with refusals. They are what is forgotten then, so that it takes nobody's place.
const MAX_REQUESTS: usize = 200_000;

/// What keelmark itself looks at in the list of containers.
const OWN_FIELDS: [&str; 6] = ["Id", "Names", "Image", "Labels", "State", "Status"];

/// An answer that several may wait for.
type Pending = Shared<BoxFuture<'static, Result<Kept, FactError>>>;

/// An answer as it is kept. A parsed inspection takes six times the memory of its text, and a host may have 10,000.
#[derive(Clone)]
enum Kept {
    Parsed(Arc<Value>),
    Text(Arc<str>),
}

/// Which fields of the engine's answers any plugin of the audit may see, by operation.
#[derive(Clone, Debug, Default)]
pub struct Visible(HashMap<&'static Op, Fields>);

impl Visible {
    /// What these gates together let through.
    pub fn through<'a>(gates: impl IntoIterator<Item = &'a Gate>) -> Self {
        let mut visible: HashMap<&'static Op, Fields> = HashMap::new();
        for (op, granted) in gates.into_iter().flat_map(Gate::docker_fields) {
            let fields = visible.entry(op).or_default();
            granted.iter().for_each(|field| fields.add(field));
        }
        // What `--running` looks at and what the report says of each container, though no plugin may see it.
        if let Some(fields) = visible.get_mut(&ops::LIST_CONTAINERS) {
            OWN_FIELDS.into_iter().for_each(|field| fields.add(field));
        }
        // Where there are none, the operation has none, as `/top`, whose answers are short.
        visible.retain(|_, fields| !fields.is_empty());
        Self(visible)
    }

    /// What of the answer to `request` is kept; none where that is all of it.
    fn of(&self, request: &Request) -> Option<&Fields> {
        let Request::Docker(docker) = request else { return None };
        self.0.get(docker.op())
    }
}

/// Remembers the answers of the backend below it. Concurrent askers of one request wait for the same answer.
///
/// Each request runs as a task of its own: an asker that runs out of time leaves it running, so that the next one
/// gets its answer, or its own cause, instead of starting it again.
pub struct Snapshot {
    backend: Arc<dyn Backend>,
    answers: Mutex<HashMap<Request, Pending>>,
    limit: usize,
    visible: OnceLock<Arc<Visible>>,
}

impl Snapshot {
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, answers: Mutex::default(), limit: MAX_REQUESTS, visible: OnceLock::new() }
    }

    /// Keeps of the engine's answers only what is `visible`. To be said before the first question; once is for all.
    pub fn keep_only(&self, visible: Visible) {
        let _ = self.visible.set(Arc::new(visible));
    }

    /// The answer that somebody got already. Nothing is asked or waited for: an engine that hangs must not keep a report.
    pub fn answered(&self, request: &Request) -> Option<Answer> {
        let pending = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(request).cloned()?;
        let kept = pending.peek().cloned()?;
        Some(kept.and_then(|kept| kept.read(None)))
    }

    fn pending(&self, request: &Request) -> Option<Pending> {
        // A panic elsewhere cannot leave the map half-written: the only write is this insert.
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pending) = answers.get(request) {
            return Some(pending.clone());
        }
        if answers.len() >= self.limit {
            answers.retain(|_, pending| !matches!(pending.peek(), Some(Err(_))));
            if answers.len() >= self.limit {
                return None;
            }
        }
        let (backend, asked) = (Arc::clone(&self.backend), request.clone());
        let visible = self.visible.get().cloned();
        let task = tokio::spawn(async move {
            Ok(match visible.as_ref().and_then(|visible| visible.of(&asked)) {
                Some(fields) => Kept::Text(backend.ask_only(&asked, fields).await?.to_string().into()),
                None => Kept::Parsed(backend.ask(&asked).await?),
            })
        });
        let answer: BoxFuture<'static, Result<Kept, FactError>> = Box::pin(async move {
            let broken = |error| Err(FactError::new(ErrorKind::Failed, format!("the question broke off: {error}")));
            task.await.unwrap_or_else(broken)
        });
        Some(answers.entry(request.clone()).or_insert(answer.shared()).clone())
    }

    async fn read(&self, request: &Request, only: Option<&Fields>) -> Answer {
        match self.pending(request) {
            Some(pending) => pending.await.and_then(|kept| kept.read(only)),
            None => {
                let message = format!("more than {} different questions in one audit", self.limit);
                Err(FactError::new(ErrorKind::TooLarge, message))
            }
        }
    }
}

impl Kept {
    /// All that is kept, or only some fields of it.
    fn read(self, only: Option<&Fields>) -> Answer {
        let read = match (self, only) {
            (Kept::Parsed(value), None) => return Ok(value),
            (Kept::Parsed(value), Some(fields)) => Ok(fields.of(&value)),
            (Kept::Text(text), None) => serde_json::from_str(&text),
            (Kept::Text(text), Some(fields)) => fields.read(text.as_bytes()),
        };
        read.map(Arc::new)
            .map_err(|error| FactError::new(ErrorKind::Other, format!("an answer was kept badly: {error}")))
    }
}

impl Backend for Snapshot {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        Box::pin(self.read(request, None))
    }

    fn ask_only<'a>(&'a self, request: &'a Request, fields: &'a Fields) -> BoxFuture<'a, Answer> {
        Box::pin(self.read(request, Some(fields)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use keelmark_contract::plugin::Manifest;
    use serde_json::json;

    use super::*;
    use crate::DockerRequest;

    /// Knows one container, and counts what it is asked.
    #[derive(Default)]
    struct OneContainer(AtomicUsize);

    impl Backend for OneContainer {
        fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let is_known = *request == container("known");
            Box::pin(async move {
                let absent = || FactError::new(ErrorKind::NotFound, "no such container");
                if is_known { Ok(Arc::new(Value::Null)) } else { Err(absent()) }
            })
        }
    }

    fn container(id: &str) -> Request {
        Request::Docker(DockerRequest::about(&ops::INSPECT_CONTAINERS, id))
    }

    #[tokio::test]
    async fn made_up_objects_take_nobodys_place() {
        let backend = Arc::new(OneContainer::default());
        let snapshot = Snapshot { limit: 10, ..Snapshot::new(Arc::clone(&backend) as Arc<dyn Backend>) };
        snapshot.ask(&container("known")).await.unwrap();
        for n in 0..100 {
            let made_up = snapshot.ask(&container(&format!("x{n}"))).await;
            assert_eq!(made_up.unwrap_err().kind, ErrorKind::NotFound, "{n}");
        }
        assert!(snapshot.answers.lock().unwrap().len() <= 10);
        let asked = backend.0.load(Ordering::Relaxed);
        snapshot.ask(&container("known")).await.unwrap();
        assert_eq!(backend.0.load(Ordering::Relaxed), asked, "what is known is not asked again");
    }

    struct Host(Value);

    impl Backend for Host {
        fn ask<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Answer> {
            Box::pin(std::future::ready(Ok(Arc::new(self.0.clone()))))
        }
    }

    fn gate(op: &str, fields: &str) -> Gate {
        let manifest = Manifest::parse(&format!(
            "schema = 1\nid = \"a\"\nversion = \"1.0.0\"\napi = \"0.1\"\nbenchmark = \"a-1\"\nsection = \"1\"\n\
             [[capability]]\nop = \"{op}\"\nfields = {fields}\nwhy = \"w\"\n"
        ));
        Gate::new(manifest.unwrap().capabilities)
    }

    async fn ask(visible: Option<Visible>, host: Value, request: DockerRequest) -> Value {
        let snapshot = Snapshot::new(Arc::new(Host(host)));
        visible.into_iter().for_each(|visible| snapshot.keep_only(visible));
        snapshot.ask(&Request::Docker(request)).await.unwrap().as_ref().clone()
    }

    fn web() -> Value {
        json!({ "Name": "/web", "Config": { "User": "", "Labels": { "a": "b" } }, "Mounts": [{ "Source": "/", "Mode": "" }] })
    }

    #[tokio::test]
    async fn what_no_plugin_may_see_is_not_kept() {
        let gates = [
            gate("docker.inspect-containers", "[\"Config.User\"]"),
            gate("docker.inspect-containers", "[\"Mounts.Source\", \"Config.User\"]"),
            gate("docker.inspect-images", "[\"Name\"]"),
        ];
        let kept =
            ask(Some(Visible::through(&gates)), web(), DockerRequest::about(&ops::INSPECT_CONTAINERS, "a")).await;
        assert_eq!(kept, json!({ "Config": { "User": "" }, "Mounts": [{ "Source": "/" }] }));
    }

    #[tokio::test]
    async fn a_list_keeps_what_keelmark_itself_looks_at() {
        let visible = Visible::through(&[gate("docker.list-containers", "[\"Id\"]")]);
        let own =
            json!({ "Id": "1", "Names": ["/web"], "Image": "nginx", "Labels": {}, "State": "running", "Status": "Up" });
        let mut container = own.clone();
        container["Ports"] = json!([]);
        let kept = ask(Some(visible), json!([container]), DockerRequest::whole(&ops::LIST_CONTAINERS)).await;
        assert_eq!(kept, json!([own]));
    }

    #[tokio::test]
    async fn only_what_was_answered_is_at_hand() {
        let snapshot = Snapshot::new(Arc::new(OneContainer::default()));
        assert!(snapshot.answered(&container("known")).is_none());
        snapshot.ask(&container("known")).await.unwrap();
        assert!(snapshot.answered(&container("known")).is_some_and(|answer| answer.is_ok()));
        assert!(snapshot.answered(&container("other")).is_none());
    }

    #[tokio::test]
    async fn without_a_word_everything_is_kept() {
        assert_eq!(ask(None, web(), DockerRequest::about(&ops::INSPECT_CONTAINERS, "a")).await, web());
    }
}
