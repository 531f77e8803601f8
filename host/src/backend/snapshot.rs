//! One state for a whole audit: every request is asked once, and all plugins get the same answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::{Answer, Backend, BoxFuture, Request};

/// Remembers the answers of the backend below it. Concurrent askers of one request wait for the same answer.
pub struct Snapshot {
    backend: Arc<dyn Backend>,
    answers: Mutex<HashMap<Request, Arc<OnceCell<Answer>>>>,
}

impl Snapshot {
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, answers: Mutex::default() }
    }
}

impl Backend for Snapshot {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let cell = {
                // A panic elsewhere cannot leave the map half-written: the only write is this insert.
                let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(answers.entry(request.clone()).or_default())
            };
            cell.get_or_init(|| self.backend.ask(request)).await.clone()
        })
    }
}
