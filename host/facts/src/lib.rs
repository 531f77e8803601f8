//! Where answers come from: the live host, a recording, or a live host that is being recorded.
//!
//! A backend answers requests that the gate has allowed. Answers are JSON in the form that recordings hold
//! (`docs/recordings.md`), with secrets already masked: nothing above a backend has ever seen one.

pub mod answers;
pub mod daemon;
pub mod identity;
pub mod live;
mod record;
mod replay;
mod request;
mod snapshot;
mod weight;

use std::pin::Pin;
use std::sync::Arc;

use keelmark_contract::gate::fields::Fields;
use serde_json::Value;

pub use keelmark_contract::{ErrorKind, FactError};
pub use record::Recorder;
pub use replay::{Recording, RecordingError};
pub use request::{DockerRequest, Request};
pub use snapshot::{Snapshot, Visible};

/// A fact, or why it could not be read.
pub type Answer = Result<Arc<Value>, FactError>;

/// A future that a trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that answers requests. Implementations bound every answer in time and size by themselves.
pub trait Backend: Send + Sync {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer>;

    /// The same, of whose answer only these fields are wanted: the other ones need never be built.
    fn ask_only<'a>(&'a self, request: &'a Request, fields: &'a Fields) -> BoxFuture<'a, Answer> {
        Box::pin(async move { Ok(Arc::new(fields.of(&*self.ask(request).await?))) })
    }
}
