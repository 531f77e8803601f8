//! From facts to a decision.

use super::{EngineHost, Presence, Relation, named};

/// What is known, before anything is made of it.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// What somebody who must know says, and who: `--local` or `--remote`.
    pub said: Option<(Relation, String)>,
    pub presence: Presence,
    /// The engine's own account of its host; none where it gave none.
    pub host: Option<EngineHost>,
    pub here: Here,
    pub listener: Listener,
    pub store: Store,
    /// The engine's address, for messages.
    pub endpoint: String,
}

/// The machine that keelmark runs on, and what it can see of it.
#[derive(Clone, Debug, Default)]
pub struct Here {
    /// The names that this host may have: the kernel's, and that of /etc/hostname below `--host-root`.
    pub names: Vec<String>,
    /// Whether it can have no other. A container has a name of its own, and a file can be outdated.
    pub is_name_certain: bool,
    pub kernel: String,
    pub in_container: bool,
    /// Whether `/` is the host's: not in a container, or below `--host-root`, or the engine's own `/` too.
    pub has_host_root: bool,
}

/// Who listens on the engine's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listener {
    /// An engine among this host's processes; which one.
    Engine(String),
    /// Something else on this host, which may pass on what another host says; what.
    Other(String),
    /// The address is another machine's.
    Elsewhere,
    /// It cannot be seen; why.
    Unknown(String),
}

impl Default for Listener {
    fn default() -> Self {
        Listener::Unknown("who listens on its address cannot be seen".into())
    }
}

/// The engine's ID beside the copy that its host keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// They are the same; where the copy is.
    Same(String),
    /// They differ, or where the engine keeps its data does not exist here; which of these, as a sentence.
    Other(String),
    #[default]
    Unknown,
}

/// What the facts come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub relation: Relation,
    /// In words that can follow a colon.
    pub because: String,
}

impl Here {
    pub fn named(&self) -> String {
        named(self.names.first().map_or("", String::as_str), &self.kernel)
    }

    /// Whether it cannot be the host of these names, where it has some.
    fn is_called(&self, name: &str) -> bool {
        // An engine may tell the full name where uname tells the short one, and the other way round.
        let short = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        self.names.iter().any(|known| short(known) == short(name))
    }
}

/// Whether the engine runs on this host.
pub fn decide(evidence: &Evidence) -> Decision {
    let Evidence { here, listener, store, .. } = evidence;
    let decision = |relation, because: String| Decision { relation, because };
    let is_elsewhere = *listener == Listener::Elsewhere;
    let address = || format!("{} is an address of another machine", evidence.endpoint);
    if let Some((relation, who)) = &evidence.said {
        return decision(*relation, format!("{who} says so"));
    }
    let Some(host) = &evidence.host else {
        return match (evidence.presence, listener) {
            (_, Listener::Elsewhere) => decision(Relation::Remote, address()),
            // Nobody who could be mistaken for this host's engine has said anything.
            (Presence::Absent | Presence::Unreachable, _) => {
                decision(Relation::Local, "no engine has answered that could be another host's".into())
            }
            (Presence::Running, Listener::Engine(who)) => decision(Relation::Local, who.clone()),
            (Presence::Running, _) => decision(Relation::Undecided, "docker info tells neither name nor kernel".into()),
        };
    };
    if !host.kernel.is_empty() && !here.kernel.is_empty() && host.kernel != here.kernel {
        let kernels = format!("it runs under kernel {}, this machine under {}", host.kernel, here.kernel);
        return decision(Relation::Remote, kernels);
    }
    let has_name = !host.name.is_empty() && here.names.iter().any(|name| !name.is_empty());
    let is_named_otherwise = has_name && !here.is_called(&host.name);
    let names = || format!("its host is called {}, this one {}", host.name, here.names.join(" or "));
    if is_named_otherwise && here.is_name_certain {
        return decision(Relation::Remote, names());
    }
    if !here.has_host_root {
        return decision(Relation::Undecided, "keelmark runs in a container without the host's files".into());
    }
    match (listener, store) {
        (Listener::Engine(who), Store::Other(why)) => decision(Relation::Undecided, format!("{who}, but {why}")),
        (Listener::Engine(who), _) => decision(Relation::Local, who.clone()),
        (_, Store::Other(why)) => decision(Relation::Remote, why.clone()),
        (_, Store::Same(place)) if is_named_otherwise || is_elsewhere => {
            let against = if is_elsewhere { address() } else { names() };
            decision(Relation::Undecided, format!("{against}, but its ID is that of {place}"))
        }
        _ if is_elsewhere => decision(Relation::Remote, address()),
        _ if is_named_otherwise => decision(Relation::Remote, names()),
        // Machines that were copied have the same name, kernel and ID: what forwards may lead to any of them.
        (Listener::Other(who), _) => decision(Relation::Undecided, who.clone()),
        (_, Store::Same(place)) => {
            decision(Relation::Local, format!("its name, kernel and ID are this host's ({place})"))
        }
        (Listener::Unknown(why), Store::Unknown) => decision(Relation::Undecided, why.clone()),
        (Listener::Elsewhere, Store::Unknown) => decision(Relation::Remote, address()),
    }
}

impl Evidence {
    /// Why nothing that keelmark could read is the audited host's; none where it is.
    pub(super) fn unreadable(&self, decision: &Decision) -> Option<String> {
        let Decision { relation, because } = decision;
        match relation {
            Relation::Remote => {
                let host =
                    self.host.as_ref().map_or_else(|| "elsewhere".to_owned(), |host| format!("on {}", host.named()));
                Some(format!(
                    "the engine is remote: it runs {host}, and keelmark on {}, whose files are not the engine's host's ({because})",
                    self.here.named()
                ))
            }
            _ if !self.here.has_host_root => Some(
                "keelmark runs in a container, whose files are not the host's: mount the host's / \
                 (--volume /:/host:ro) and give --host-root /host"
                    .to_owned(),
            ),
            Relation::Undecided => Some(format!(
                "it cannot be told whether this engine is on this host: {because}; say --local or --remote"
            )),
            Relation::Local => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Relation::{Local, Remote, Undecided};

    const KERNEL: &str = "6.1.0-30-amd64";

    /// An engine on the host `vm` under this kernel, asked on a host `vm` under the same.
    fn evidence() -> Evidence {
        Evidence {
            host: Some(EngineHost { name: "vm".into(), kernel: KERNEL.into(), ..EngineHost::default() }),
            here: Here {
                names: vec!["vm".into()],
                is_name_certain: true,
                kernel: KERNEL.into(),
                in_container: false,
                has_host_root: true,
            },
            endpoint: "unix:///run/docker.sock".into(),
            ..Evidence::default()
        }
    }

    fn engine() -> Listener {
        Listener::Engine("dockerd (pid 7) listens there".into())
    }

    fn other() -> Listener {
        Listener::Other("ssh (pid 8) listens there".into())
    }

    fn same() -> Store {
        Store::Same("/var/lib/docker/engine-id".into())
    }

    fn not_same() -> Store {
        Store::Other("/var/lib/docker/engine-id holds another engine's ID".into())
    }

    #[test]
    fn the_listener_and_the_id_speak_where_name_and_kernel_agree() {
        let cases = [
            (engine(), Store::Unknown, Local),
            (engine(), same(), Local),
            (engine(), not_same(), Undecided),
            (other(), Store::Unknown, Undecided),
            // A copied machine has the same ID.
            (other(), same(), Undecided),
            (other(), not_same(), Remote),
            (Listener::Elsewhere, Store::Unknown, Remote),
            (Listener::Elsewhere, same(), Undecided),
            (Listener::Elsewhere, not_same(), Remote),
            (Listener::default(), Store::Unknown, Undecided),
            (Listener::default(), same(), Local),
            (Listener::default(), not_same(), Remote),
        ];
        for (listener, store, right) in cases {
            let found = decide(&Evidence { listener: listener.clone(), store: store.clone(), ..evidence() });
            assert_eq!(found.relation, right, "{listener:?} {store:?}: {}", found.because);
        }
    }

    #[test]
    fn another_kernel_or_name_is_another_host_whatever_else_agrees() {
        for (name, kernel) in [("vm", "6.12.54-linuxkit"), ("docker-desktop", KERNEL), ("docker-desktop", "5.4.0")] {
            let host = Some(EngineHost { name: name.into(), kernel: kernel.into(), ..EngineHost::default() });
            let found = Evidence { host, listener: engine(), store: same(), ..evidence() };
            let identity = super::super::Identity::of(&found);
            assert_eq!(identity.relation, Remote, "{name} {kernel}");
            let [note] = identity.notes.as_slice() else { panic!("{:?}", identity.notes) };
            assert!(note.contains(name) && note.contains("vm (kernel 6.1.0-30-amd64)"), "names both hosts: {note}");
            let reason = identity.unreadable.expect("a reason");
            assert!(reason.starts_with("the engine is remote"), "{reason}");
        }
    }

    #[test]
    fn a_name_that_may_be_outdated_is_no_proof() {
        let under_root = |listener, store| {
            let mut found = Evidence { listener, store, ..evidence() };
            found.here.is_name_certain = false;
            found.here.names = vec!["old-name".into(), "4d1c2e".into()];
            decide(&found).relation
        };
        assert_eq!(under_root(engine(), Store::Unknown), Local);
        assert_eq!(under_root(Listener::default(), same()), Undecided);
        assert_eq!(under_root(Listener::default(), Store::Unknown), Remote);
        assert_eq!(under_root(other(), Store::Unknown), Remote);
    }

    #[test]
    fn short_and_full_names_are_the_same_host() {
        let mut found = Evidence { listener: engine(), ..evidence() };
        found.here.names = vec!["VM.example.org".into()];
        assert_eq!(decide(&found).relation, Local);
    }

    #[test]
    fn in_a_container_without_the_hosts_files_nothing_is_the_hosts() {
        for said in [None, Some((Local, "--local".to_owned()))] {
            let mut found = Evidence { said: said.clone(), listener: engine(), store: same(), ..evidence() };
            found.here.in_container = true;
            found.here.has_host_root = false;
            let identity = super::super::Identity::of(&found);
            assert!(identity.unreadable.expect("a reason").contains("--host-root /host"), "{said:?}");
        }
    }

    #[test]
    fn the_operators_word_stands_above_all_but_a_container() {
        let elsewhere = Some(EngineHost { name: "other".into(), kernel: "5.4.0".into(), ..EngineHost::default() });
        let said = |said| {
            let said = Some((said, "the operator".to_owned()));
            decide(&Evidence { said, host: elsewhere.clone(), ..evidence() }).relation
        };
        assert_eq!((said(Local), said(Remote)), (Local, Remote));
    }

    #[test]
    fn without_an_engine_this_host_is_audited() {
        for presence in [Presence::Absent, Presence::Unreachable] {
            let found = |listener| Evidence { host: None, presence, listener, ..evidence() };
            assert_eq!(decide(&found(Listener::default())).relation, Local);
            assert_eq!(decide(&found(Listener::Elsewhere)).relation, Remote);
        }
        let silent = |listener| decide(&Evidence { host: None, listener, ..evidence() }).relation;
        assert_eq!((silent(engine()), silent(other())), (Local, Undecided));
    }
}
