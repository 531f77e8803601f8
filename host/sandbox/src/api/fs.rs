//! `wit/fs.wit`

use keelmark_contract::FactError;
use keelmark_contract::gate::Call;
use keelmark_contract::ops::{self, Op};
use keelmark_facts::{Request, answers};
use serde_json::{Value, json};

use super::bindings::keelmark::plugin::fs::{Host, Kind, Metadata};
use super::{PluginState, malformed, types};

impl Host for PluginState {
    async fn stat(&mut self, path: String, follow: bool) -> Result<Metadata, types::Error> {
        let metadata = stat(self, path, follow).await;
        self.answered(metadata)
    }

    async fn read_text(&mut self, path: String) -> Result<String, types::Error> {
        let text = read_text(self, path).await;
        self.answered(text)
    }

    async fn list_dir(&mut self, path: String) -> Result<Vec<String>, types::Error> {
        let names = list_dir(self, path).await;
        self.answered(names)
    }
}

/// Asks the gate about the path, and again about where its links led, before anything of it is read.
async fn ask(state: &mut PluginState, op: &'static Op, request: &Request) -> Result<std::sync::Arc<Value>, FactError> {
    let (Request::Stat { path, .. } | Request::ReadText { path } | Request::ListDir { path }) = request else {
        return Err(malformed(request));
    };
    state.allow_with(Call::Fs { op, path }, &[], || match request {
        Request::Stat { follow, .. } => json!({ "follow": follow }),
        _ => json!({}),
    })?;
    let answer = state.ask(request).await?;
    if let Some(resolved) = answers::resolved_of(&answer) {
        state.allow_target(path, Call::Fs { op, path: resolved })?;
        let path = resolved.to_owned();
        let direct = match request {
            Request::ReadText { .. } => Request::ReadText { path },
            Request::ListDir { .. } => Request::ListDir { path },
            _ => return Ok(answer),
        };
        let answer = state.ask(&direct).await?;
        // One step only: what the link led to a moment ago must not be a link now.
        return if answers::resolved_of(&answer).is_none() { Ok(answer) } else { Err(malformed(&direct)) };
    }
    Ok(answer)
}

async fn stat(state: &mut PluginState, path: String, follow: bool) -> Result<Metadata, FactError> {
    let request = Request::Stat { path, follow };
    let answer = ask(state, &ops::FS_STAT, &request).await?;
    metadata(&answer).ok_or_else(|| malformed(&request))
}

async fn read_text(state: &mut PluginState, path: String) -> Result<String, FactError> {
    let request = Request::ReadText { path };
    let answer = ask(state, &ops::FS_READ_TEXT, &request).await?;
    answers::text_of(&answer).map(str::to_owned).ok_or_else(|| malformed(&request))
}

async fn list_dir(state: &mut PluginState, path: String) -> Result<Vec<String>, FactError> {
    let request = Request::ListDir { path };
    let answer = ask(state, &ops::FS_LIST_DIR, &request).await?;
    let names = answers::names_of(&answer).ok_or_else(|| malformed(&request))?;
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn metadata(answer: &Value) -> Option<Metadata> {
    let text = |name: &str| answer.get(name)?.as_str().map(str::to_owned);
    let id = |name: &str| answer.get(name)?.as_u64()?.try_into().ok();
    let kind = match answer.get("kind")?.as_str()? {
        "file" => Kind::File,
        "directory" => Kind::Directory,
        "symlink" => Kind::Symlink,
        "socket" => Kind::Socket,
        _ => Kind::Other,
    };
    Some(Metadata {
        kind,
        mode: u32::from_str_radix(answer.get("mode")?.as_str()?, 8).ok()?,
        uid: id("uid")?,
        gid: id("gid")?,
        owner: text("owner"),
        group: text("group"),
        size: answer.get("size")?.as_u64()?,
        modified: answer.get("modified")?.as_i64()?,
        device: text("device")?,
        target: text("target"),
        info: answers::resolved_of(answer).map(|path| ("resolved".to_owned(), path.to_owned())).into_iter().collect(),
    })
}
