//! `wit/fs.wit`

use keelmark_contract::gate::Call;
use keelmark_contract::ops::{self, Op};
use keelmark_contract::{ErrorKind, FactError};
use keelmark_facts::{Request, answers};
use serde_json::{Map, Value, json};

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

/// An answer, and whether plain paths of the manifest allow all of it. What only the hole for a daemon's configuration
/// allows, is held to what such a file can be.
struct Allowed {
    answer: std::sync::Arc<Value>,
    is_plain: bool,
}

/// Asks the gate about the path, and again about where its links led, before anything of it is read.
async fn ask(state: &mut PluginState, op: &'static Op, request: &Request) -> Result<Allowed, FactError> {
    let (Request::Stat { path, .. } | Request::ReadText { path } | Request::ListDir { path }) = request else {
        return Err(malformed(request));
    };
    // Of several processes that name it, one of root's counts: no user's takes it away.
    let owner = state.daemon_configs.iter().filter(|(config, _)| config == path).map(|(_, owner)| *owner).min();
    let is_daemon_config = owner.is_some();
    state.allow_with(Call::Fs { op, path, is_daemon_config }, &[], || match request {
        Request::Stat { follow, .. } => json!({ "follow": follow }),
        _ => json!({}),
    })?;
    let is_plain = is_plain(state, op, path);
    if !is_plain {
        belongs_to(state, path, path, owner).await?;
    }
    let answer = state.ask(request).await?;
    let Some(resolved) = answers::resolved_of(&answer).map(str::to_owned) else {
        return Ok(Allowed { answer, is_plain });
    };
    state.allow_target(path, Call::Fs { op, path: &resolved, is_daemon_config })?;
    let is_plain_there = self::is_plain(state, op, &resolved);
    if !is_plain_there {
        belongs_to(state, path, &resolved, owner).await?;
    }
    let is_plain = is_plain && is_plain_there;
    let direct = match request {
        Request::ReadText { .. } => Request::ReadText { path: resolved },
        Request::ListDir { .. } => Request::ListDir { path: resolved },
        _ => return Ok(Allowed { answer, is_plain }),
    };
    let answer = state.ask(&direct).await?;
    // One step only: what the link led to a moment ago must not be a link now.
    if answers::resolved_of(&answer).is_none() { Ok(Allowed { answer, is_plain }) } else { Err(malformed(&direct)) }
}

/// Whether the manifest names a path that stands for this file, or only the hole for a daemon's configuration.
fn is_plain(state: &PluginState, op: &'static Op, path: &str) -> bool {
    state.gate.check(Call::Fs { op, path, is_daemon_config: false }).is_ok()
}

/// What a user's daemon names as its configuration must be that user's, as what the daemon could read itself. It is
/// asked of each path by itself, the one that a link led to included: what was somebody's file a moment ago may be a
/// link to another's now. A refusal names what was `asked` for, not where that leads.
async fn belongs_to(state: &mut PluginState, asked: &str, path: &str, owner: Option<u32>) -> Result<(), FactError> {
    let Some(owner) = owner.filter(|owner| *owner != 0) else { return Ok(()) };
    let request = Request::Stat { path: path.to_owned(), follow: true };
    let found = state.ask(&request).await?;
    if found.get("uid").and_then(Value::as_u64) == Some(owner.into()) {
        return Ok(());
    }
    let message =
        format!("{asked} is named as its configuration by a daemon of uid {owner}, to whom it does not belong");
    Err(state.refuse("a configuration file of somebody else", FactError::new(ErrorKind::Denied, message)))
}

/// Whether a text that only its name made a daemon's configuration can be one: an object in JSON, or nothing.
fn is_configuration(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim();
    text.is_empty() || serde_json::from_str::<Map<String, Value>>(text).is_ok()
}

async fn stat(state: &mut PluginState, path: String, follow: bool) -> Result<Metadata, FactError> {
    let request = Request::Stat { path, follow };
    let Allowed { answer, .. } = ask(state, &ops::FS_STAT, &request).await?;
    metadata(&answer).ok_or_else(|| malformed(&request))
}

async fn read_text(state: &mut PluginState, path: String) -> Result<String, FactError> {
    let request = Request::ReadText { path };
    let Allowed { answer, is_plain } = ask(state, &ops::FS_READ_TEXT, &request).await?;
    let text = answers::text_of(&answer).ok_or_else(|| malformed(&request))?;
    if is_plain || is_configuration(text) {
        return Ok(text.to_owned());
    }
    let Request::ReadText { path } = request else { return Err(malformed(&request)) };
    let message = format!("{path} is named as a daemon's configuration, but is not a JSON object");
    Err(state.refuse("a configuration file that is none", FactError::new(ErrorKind::Failed, message)))
}

async fn list_dir(state: &mut PluginState, path: String) -> Result<Vec<String>, FactError> {
    let request = Request::ListDir { path };
    let Allowed { answer, .. } = ask(state, &ops::FS_LIST_DIR, &request).await?;
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
        info: INFO.iter().filter_map(|key| Some(((*key).to_owned(), info(answer.get(*key)?)))).collect(),
    })
}

/// The known keys of a metadata's `info`. Recordings of earlier versions have only the first.
const INFO: [&str; 6] = ["resolved", "changed", "inode", "acl", "acl-error", "loose-directories"];

/// Text as it is, anything else as JSON.
fn info(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
