//! Waiting for an author to save: `keelmark plugin dev --watch`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::project::Project;

/// Editors save by several steps (write, rename, remove a backup); this long without one, and they are done.
const QUIET: Duration = Duration::from_millis(150);

/// Watches a project's sources.
pub struct Watch {
    watcher: RecommendedWatcher,
    changes: UnboundedReceiver<PathBuf>,
    root: PathBuf,
    /// A file beside the sources: the recording.
    also: Option<PathBuf>,
}

impl Watch {
    pub fn start(project: &Project, also: Option<&Path>) -> notify::Result<Self> {
        let (sender, changes) = unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            // Reading a file is no change; building reads all of them.
            if !event.kind.is_access() {
                for path in event.paths {
                    // Nobody listens any more when the program ends.
                    let _ = sender.send(path);
                }
            }
        })?;
        let also = also.map(std::path::absolute).transpose().map_err(notify::Error::io)?;
        let mut watch = Self { watcher, changes, root: project.root.clone(), also };
        watch.watcher.watch(&watch.root, RecursiveMode::NonRecursive)?;
        if let Some(folder) = watch.also.as_deref().and_then(Path::parent) {
            watch.watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        watch.watch_folders(project)?;
        Ok(watch)
    }

    /// The project's folders but those that hold no sources: a `node_modules` alone has more than the kernel watches.
    fn watch_folders(&mut self, project: &Project) -> notify::Result<()> {
        for entry in std::fs::read_dir(&self.root).map_err(notify::Error::io)? {
            let path = entry.map_err(notify::Error::io)?.path();
            if path.is_dir() && project.is_source(&path) {
                self.watcher.watch(&path, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }

    /// Waits until a source, or the other file, has changed and nothing more happens. None when nothing can be heard.
    pub async fn changed(&mut self, project: &Project) -> Option<PathBuf> {
        let first = loop {
            let path = self.changes.recv().await?;
            if (project.is_source(&path) && !is_editors(&path)) || self.also.as_ref() == Some(&path) {
                break path;
            }
        };
        while let Ok(Some(_)) = timeout(QUIET, self.changes.recv()).await {}
        // A folder may be new; one that vanished meanwhile is no reason to stop.
        let _ = self.watch_folders(project);
        Some(first)
    }
}

/// Whether an editor keeps its own notes there: swap files, backups.
fn is_editors(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name.ends_with('~')
}
