//! Recording an audit: every answer of the backend below, ready to be replayed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::replay::{Recorded, Recording};
use super::{Answer, Backend, BoxFuture, Request};

/// Passes requests on and keeps each answer.
pub struct Recorder {
    backend: Arc<dyn Backend>,
    answers: Mutex<BTreeMap<String, Recorded>>,
}

impl Recorder {
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, answers: Mutex::default() }
    }

    /// What was answered until now.
    pub fn recording(&self) -> Recording {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Recording::of(answers)
    }
}

impl Backend for Recorder {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let answer = self.backend.ask(request).await;
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.insert(request.key(), Recorded::from(answer.clone()));
            answer
        })
    }
}
