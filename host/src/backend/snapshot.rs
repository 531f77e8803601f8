//! One state for a whole audit: every request is asked once, and all plugins get the same answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::Shared;

use super::{Answer, Backend, BoxFuture, ErrorKind, FactError, Request};

/// Distinct requests of one audit. A host with 10,000 containers needs about 30,000; a plugin that invents ids would
/// fill the memory with refusals. They are what is forgotten then, so that it takes nobody's place.
const MAX_REQUESTS: usize = 200_000;

/// An answer that several may wait for.
type Pending = Shared<BoxFuture<'static, Answer>>;

/// Remembers the answers of the backend below it. Concurrent askers of one request wait for the same answer.
///
/// Each request runs as a task of its own: an asker that runs out of time leaves it running, so that the next one
/// gets its answer, or its own cause, instead of starting it again.
pub struct Snapshot {
    backend: Arc<dyn Backend>,
    answers: Mutex<HashMap<Request, Pending>>,
    limit: usize,
}

impl Snapshot {
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, answers: Mutex::default(), limit: MAX_REQUESTS }
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
        let task = tokio::spawn(async move { backend.ask(&asked).await });
        let answer: BoxFuture<'static, Answer> = Box::pin(async move {
            let broken = |error| Err(FactError::new(ErrorKind::Failed, format!("the question broke off: {error}")));
            task.await.unwrap_or_else(broken)
        });
        Some(answers.entry(request.clone()).or_insert(answer.shared()).clone())
    }
}

impl Backend for Snapshot {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            match self.pending(request) {
                Some(pending) => pending.await,
                None => {
                    let message = format!("more than {} different questions in one audit", self.limit);
                    Err(FactError::new(ErrorKind::TooLarge, message))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::Value;

    use super::*;
    use crate::backend::DockerRequest;

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
        Request::Docker(DockerRequest::Container(id.to_owned()))
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
}
