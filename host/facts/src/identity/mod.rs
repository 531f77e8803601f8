//! Which host an audit is about, and whether that is the host whose files keelmark can read. Decided here and nowhere
//! else: everything that asks a host, live or recorded, goes through the [`Guard`].
//!
//! An address proves nothing. Behind a unix socket or a loopback port may be an engine in a virtual machine, on a
//! laptop's Docker Desktop, or at the other end of `ssh -L`; its verdicts on the files of the wrong machine would look
//! like any other. So an engine counts as local only where facts say so ([`decide`] has the order):
//!
//! | fact | what it decides |
//! |---|---|
//! | `--local`, `--remote` | the operator's word; but a container's files are never a host's |
//! | the kernel of `docker info` is not the one that runs here | remote, for certain |
//! | its name is not this host's | remote; where this host's own name may be told wrongly (in a container, under `--host-root`), unless the next two speak for it |
//! | the process that listens on the address | local where it is an engine among the host's processes |
//! | the engine's ID beside the host's own copy of it | speaks for this host, or against it |
//! | none of these | undecided |
//!
//! From remote and undecided engines, everything is judged that the engine itself tells; every question to a host's
//! files, programs and processes is refused with the reason, whichever check asks. So no check can be wrong about a
//! host, and none has to remember to look.

mod guard;
mod rules;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use guard::{Guard, OUT_OF_SCOPE, Scope};
pub use rules::{Evidence, Here, Listener, Store, decide};

/// The longest host name that DNS knows; systems and IDs are shorter.
const MAX_WORD: usize = 253;

/// Whether the engine runs on the host that keelmark reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    Local,
    Remote,
    /// The facts do not say.
    Undecided,
}

/// Whether there is an engine at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It answered.
    #[default]
    Running,
    /// Nothing listens, and no process of an engine runs on this host: another class of host, not a fault of this one.
    Absent,
    /// It may be there, but could not be asked.
    Unreachable,
}

/// A host by its engine's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EngineHost {
    pub name: String,
    pub os: String,
    pub kernel: String,
    /// The engine's own ID; empty where it has none that lasts (Podman makes a new one for each answer).
    pub id: String,
}

/// Who audits, and where keelmark runs: not always the host that is audited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Auditor {
    /// The name of the machine or container in which keelmark ran.
    pub host: String,
    /// The user's name; the number, where it has none.
    pub user: String,
    /// The version of keelmark.
    pub keelmark: String,
}

/// What was decided, and on what it rests. Recordings hold it under the key `identity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Identity {
    pub relation: Relation,
    /// The facts behind it, in words that can follow a colon.
    pub because: String,
    /// Why nothing of a host's files, programs and processes is judged; absent where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    #[serde(default)]
    pub engine: Presence,
    /// The audited host by its engine; absent where that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<EngineHost>,
    #[serde(default)]
    pub auditor: Auditor,
    /// The ids of the containers that keelmark itself may be running in.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub own_containers: BTreeSet<String>,
    /// Whether keelmark runs in a container, whatever that is called.
    #[serde(default)]
    pub in_container: bool,
    /// Whether it does so without its host's files.
    #[serde(default)]
    pub lacks_host_root: bool,
    /// What the operator should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl EngineHost {
    /// What `docker info` says of its host; none where it says nothing of it.
    pub fn of(info: &Value) -> Option<Self> {
        // These go into messages, and an engine may say anything.
        let text = |key: &str| {
            let said = info.get(key).and_then(Value::as_str).unwrap_or_default().chars().take(MAX_WORD);
            said.map(|c| if c.is_control() { ' ' } else { c }).collect::<String>()
        };
        let is_podman = info.get("BuildahVersion").is_some();
        let host = Self {
            name: text("Name"),
            os: text("OperatingSystem"),
            kernel: text("KernelVersion"),
            id: if is_podman { String::new() } else { text("ID") },
        };
        (!host.name.is_empty() || !host.kernel.is_empty()).then_some(host)
    }

    /// "db-1 (kernel 6.1.0)"
    pub fn named(&self) -> String {
        named(&self.name, &self.kernel)
    }
}

fn named(name: &str, kernel: &str) -> String {
    match (name, kernel) {
        ("", kernel) => format!("a host with kernel {kernel}"),
        (name, "") => name.to_owned(),
        (name, kernel) => format!("{name} (kernel {kernel})"),
    }
}

impl Identity {
    /// What these facts come to.
    pub fn of(evidence: &Evidence) -> Self {
        let decision = decide(evidence);
        let unreadable = evidence.unreadable(&decision);
        let mut notes = Vec::new();
        if decision.relation == Relation::Remote {
            let host = evidence.host.as_ref().map_or_else(|| "another host".to_owned(), EngineHost::named);
            let here = evidence.here.named();
            notes.push(format!(
                "the engine ({}) is remote: {}. The audited host is {host}; nothing on {here}, where keelmark runs, was judged",
                evidence.endpoint, decision.because
            ));
        }
        Self {
            relation: decision.relation,
            because: decision.because,
            unreadable,
            engine: evidence.presence,
            host: evidence.host.clone(),
            auditor: Auditor::default(),
            own_containers: BTreeSet::new(),
            in_container: evidence.here.in_container,
            lacks_host_root: !evidence.here.has_host_root,
            notes,
        }
    }

    /// Where not even the facts could be gathered: nothing is taken for this host's.
    pub fn unknown(why: &str) -> Self {
        let listener = Listener::Unknown(why.to_owned());
        Self::of(&Evidence { listener, here: Here { has_host_root: true, ..Here::default() }, ..Evidence::default() })
    }

    /// The identity of a recording from before there was one in it: what it says of itself, unless the two hosts in it
    /// plainly differ.
    pub fn of_old_recording(facts: Option<&Value>, info: Option<&Value>) -> Self {
        let fact = |key: &str| facts.and_then(|facts| facts.get(key));
        let text = |key: &str| fact(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let says_local = fact("engine-is-local").and_then(Value::as_bool);
        let host = info.and_then(EngineHost::of);
        let presence = if info.is_some() { Presence::Running } else { Presence::Unreachable };
        let evidence = Evidence {
            said: (says_local == Some(false)).then(|| (Relation::Remote, "the recording".to_owned())),
            presence,
            here: Here {
                names: vec![text("hostname")],
                // It may have been made in a container.
                is_name_certain: false,
                kernel: text("kernel"),
                in_container: false,
                has_host_root: true,
            },
            listener: Listener::Engine("the recording says so".into()),
            endpoint: "recorded".into(),
            host,
            ..Evidence::default()
        };
        let auditor = Auditor { host: text("hostname"), ..Auditor::default() };
        Self { auditor, ..Self::of(&evidence) }
    }
}
