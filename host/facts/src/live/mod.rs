//! The live host: its files, programs, processes and engine.

mod containers;
pub mod docker;
pub mod evidence;
mod exec;
mod facts;
mod files;
pub mod mask;
mod processes;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use containers::ContainerProcesses;
use docker::Engine;
use evidence::{Heard, Told};
use files::HostFiles;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::identity::{Identity, Relation};
use super::{Answer, Backend, BoxFuture, DockerRequest, ErrorKind, FactError, Request};

/// What an answer of this host may take and hold, for the pages that tell authors.
pub mod limits {
    pub use super::FILE_WORK;
    pub use super::docker::{ANSWER_TIMEOUT, MAX_LIST_BYTES, MAX_OBJECT_BYTES};
    pub use super::exec::{MAX_STREAM_BYTES, WALL_TIME};
    pub use super::files::{MAX_NAMES, MAX_TEXT_BYTES};
}

/// The longest that the host's filesystem may take for one answer: a dead network mount never gives one.
pub const FILE_WORK: Duration = Duration::from_secs(5);

/// Answers from this machine.
pub struct Live {
    files: Arc<HostFiles>,
    engine: Arc<Engine>,
    host_root: Option<PathBuf>,
    /// Read at the first question; none where /proc cannot answer it.
    container_processes: OnceCell<Option<ContainerProcesses>>,
    /// What the engine says of itself: asked by plugins, and to know whose host it is.
    info: OnceCell<Answer>,
    told: Told,
    identity: OnceCell<Identity>,
}

impl Live {
    /// `host_root` is where the audited host's `/` is mounted, when keelmark runs in a container.
    pub fn new(engine: Engine, host_root: Option<PathBuf>) -> std::io::Result<Self> {
        let files = Arc::new(HostFiles::open(host_root.as_deref())?);
        let engine = Arc::new(engine);
        Ok(Self {
            files,
            engine,
            host_root,
            container_processes: OnceCell::new(),
            info: OnceCell::new(),
            told: Told::default(),
            identity: OnceCell::new(),
        })
    }

    /// The same, knowing what the command line says about the engine's whereabouts.
    pub fn told(self, told: Told) -> Self {
        Self { told, ..self }
    }

    /// Which host this is; found out once.
    pub async fn identity(&self) -> &Identity {
        self.identity.get_or_init(|| self.identify()).await
    }

    async fn identify(&self) -> Identity {
        let silence = self.engine.identity().await.err();
        // Whoever says that it is local waits for no proof.
        let needs_info = silence.is_none() && self.told.relation != Some(Relation::Local);
        let info = if needs_info { self.info().await.ok() } else { None };
        let heard = Heard { silence, info, opener: self.engine.opener().await };
        let (files, engine, told) = (Arc::clone(&self.files), Arc::clone(&self.engine), self.told.clone());
        let looking = tokio::task::spawn_blocking(move || evidence::identify(&files, &engine, &heard, &told));
        match tokio::time::timeout(FILE_WORK, looking).await {
            Ok(Ok(identity)) => identity,
            // Without the facts nothing may be taken for this host's.
            _ => {
                Identity::unknown(&format!("this machine did not say within {} s what runs on it", FILE_WORK.as_secs()))
            }
        }
    }

    async fn info(&self) -> Answer {
        let ask = || async { self.engine.ask(&DockerRequest::whole(&ops::INFO)).await.map(Arc::new) };
        self.info.get_or_init(ask).await.clone()
    }

    /// The engine behind this backend.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    async fn answer(&self, request: &Request) -> Answer {
        let value = match request {
            Request::Exec { program, args } => {
                if self.host_root.is_some() {
                    let message =
                        format!("{program} is not run under --host-root: it would be the container's program");
                    return Err(FactError::new(ErrorKind::Unavailable, message));
                }
                exec::run(program, args).await?.of_program()
            }
            Request::Stat { path, follow } => {
                let (path, follow) = (path.clone(), *follow);
                self.on_files(move |files| files.stat(&path, follow)).await?
            }
            Request::ReadText { path } => {
                let asked = path.clone();
                self.on_files(move |files| files.read_text(&asked)).await?.of_file(path)
            }
            Request::ListDir { path } => {
                let path = path.clone();
                self.on_files(move |files| files.list_dir(&path)).await?
            }
            Request::FindProcesses { name } => {
                let name = name.clone();
                self.on_files(move |files| processes::find(files, &name)).await?
            }
            Request::Docker(asked) if asked.op() == &ops::INFO => return self.info().await,
            Request::Docker(request) => match self.processes_of(request).await {
                Some(processes) => processes,
                None => self.engine.ask(request).await?,
            },
            Request::Facts => {
                let is_local = self.is_local().await;
                self.on_files(move |files| facts::describe(files, is_local)).await?
            }
            Request::Identity => serde_json::json!(self.identity().await),
            Request::Now => facts::now(),
        };
        Ok(Arc::new(value))
    }

    /// The answer to a question about a container's processes, where this host's own /proc has it.
    async fn processes_of(&self, request: &DockerRequest) -> Option<Value> {
        let id = request.id()?;
        if request.op() != &ops::CONTAINER_PROCESSES || !self.is_local().await {
            return None;
        }
        // Whatever is wrong with /proc, the engine can still be asked.
        let owner = self.engine.owner();
        let read = || async { self.on_files(move |files| ContainerProcesses::read(files, owner)).await.ok() };
        let processes = self.container_processes.get_or_init(read).await.as_ref()?.of(id)?;
        Some(processes.of_engine(request))
    }

    /// Whether the files that are read here are those of the engine's host.
    async fn is_local(&self) -> bool {
        let identity = self.identity().await;
        identity.relation == Relation::Local && identity.unreadable.is_none()
    }

    /// Runs file work off the async threads: a slow disk must not hold up the engine's answers.
    async fn on_files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&HostFiles) -> Result<T, FactError> + Send + 'static,
    ) -> Result<T, FactError> {
        let files = Arc::clone(&self.files);
        let working = tokio::task::spawn_blocking(move || work(&files));
        let Ok(done) = tokio::time::timeout(FILE_WORK, working).await else {
            let message = format!("the filesystem did not answer within {} s", FILE_WORK.as_secs());
            return Err(FactError::new(ErrorKind::Timeout, message));
        };
        done.unwrap_or_else(|error| {
            Err(FactError::new(ErrorKind::Failed, format!("reading a file broke off: {error}")))
        })
    }
}

impl Backend for Live {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        Box::pin(self.answer(request))
    }

    fn ask_only<'a>(&'a self, request: &'a Request, fields: &'a Fields) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            match request {
                Request::Docker(asked) if asked.op() == &ops::INSPECT_CONTAINERS => {
                    self.engine.ask_only(asked, fields).await.map(Arc::new)
                }
                _ => Ok(Arc::new(fields.of(&*self.answer(request).await?))),
            }
        })
    }
}
