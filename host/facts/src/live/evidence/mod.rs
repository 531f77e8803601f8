//! The facts about this machine and its engine from which [`identity`](crate::identity) decides whose host is
//! audited.

mod container;
mod listener;
mod store;

use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;

use serde_json::Value;

pub use container::{Container, HostRoot};

use super::docker::Engine;
use super::facts::hostname_in;
use super::files::HostFiles;
use crate::identity::{Auditor, EngineHost, Evidence, Here, Identity, Presence, Relation};
use crate::{ErrorKind, FactError};

/// What the command line says about the engine's whereabouts.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// `--local` or `--remote`.
    pub relation: Option<Relation>,
    /// What else the operator should know, as that a root was taken by itself.
    pub notes: Vec<String>,
}

/// What the engine said, and who answered.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Why it could not be asked for its version; none where it said.
    pub silence: Option<FactError>,
    /// Its answer to `GET /info`.
    pub info: Option<Arc<Value>>,
    /// The process that began to listen on its socket.
    pub opener: Option<u32>,
}

/// Looks at this machine, and decides.
pub fn identify(files: &HostFiles, engine: &Engine, heard: &Heard, told: &Told) -> Identity {
    let info = heard.info.as_deref();
    let container = Container::of_this_process();
    let engines = listener::engines(files);
    let presence = match (&heard.silence, info, &engines) {
        (None, ..) | (_, Some(_), _) => Presence::Running,
        // Where keelmark sees no more than its own container, the absence of a process says nothing.
        (Some(error), None, Ok(engines))
            if error.kind == ErrorKind::Unavailable
                && engines.is_empty()
                && engine.is_socket()
                && (!container.is_one || files.is_mounted_host()) =>
        {
            Presence::Absent
        }
        (Some(_), None, _) => Presence::Unreachable,
    };
    let engines = engines.unwrap_or_default();
    let own_root = std::fs::metadata("/").map(|root| (root.dev(), root.ino())).unwrap_or_default();
    let shares_root = || engines.iter().any(|engine| engine.has_root(own_root));
    let mut here = here(files);
    here.in_container = container.is_one;
    here.is_name_certain = !container.is_one && !files.is_mounted_host();
    here.has_host_root = files.is_mounted_host() || !container.is_one || shares_root();
    let evidence = Evidence {
        said: told.relation.map(|relation| {
            let option = if relation == Relation::Remote { "--remote" } else { "--local" };
            (relation, option.to_owned())
        }),
        presence,
        host: info.and_then(EngineHost::of),
        listener: listener::of(files, &engines, engine.address(), heard.opener),
        store: info.map(|info| store::compare(files, info)).unwrap_or_default(),
        endpoint: engine.endpoint().to_owned(),
        here,
    };
    let mut identity = Identity::of(&evidence);
    identity.auditor = auditor();
    identity.own_containers = container.ids;
    identity.notes.extend(told.notes.iter().cloned());
    identity
}

fn here(files: &HostFiles) -> Here {
    let system = rustix::system::uname();
    let mut names = vec![system.nodename().to_string_lossy().into_owned()];
    if files.is_mounted_host() {
        let text = files.read_bytes("/etc/hostname").unwrap_or_default();
        let name = hostname_in(&String::from_utf8_lossy(&text));
        // First, as what messages call it.
        if !name.is_empty() && !names.contains(&name) {
            names.insert(0, name);
        }
    }
    Here { names, kernel: system.release().to_string_lossy().into_owned(), ..Here::default() }
}

fn auditor() -> Auditor {
    let uid = rustix::process::geteuid().as_raw();
    // keelmark's own users, which need not be the audited host's.
    let name = HostFiles::open(None).ok().and_then(|own| own.user_name(uid));
    Auditor {
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        user: name.unwrap_or_else(|| uid.to_string()),
        keelmark: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
