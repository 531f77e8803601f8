//! The effective daemon configuration: what the running dockerd was told, and by which source.
//!
//! dockerd takes an option from its command line, else from its configuration file, else from its defaults, and
//! refuses to start when the first two name the same one. Where `GET /info` tells the state itself (log driver,
//! live restore, insecure registries …), a check should prefer that: a file can be edited after the start. Where it does
//! not, the verdict is [settled](DaemonConfig::settled), by which a pass on such a file is left to a person.

mod change;

use std::rc::Rc;

use keelmark_sdk::serde_json::{self, Map, Value};
use keelmark_sdk::{Evidence, Facts, HostError, Need, Process};

use super::command_line::CommandLine;
use super::engine;
use change::CONFIG_CHANGE;
pub use change::Doubt;

/// What [`DaemonConfig`] reads; a check that uses it lists [`NEEDS`].
const PROCESS: Need = Need::new("process.find", &["dockerd"], "reads the command line of the running dockerd");
const CONFIG_FILE: Need = Need::new(
    "fs.read-text",
    &["/**/*daemon*.json", "/**/docker*.json"],
    "reads the daemon's configuration file, wherever --config-file puts it",
);
const PASSWD: Need = Need::new("fs.read-text", &["/etc/passwd"], "finds the home of a rootless daemon's user");
pub const HOST: Need = Need::new("host.facts", &[], "tells whether the engine runs on this host");
pub const ROOT_DIR: Need = Need::new(
    "docker.info",
    &["DockerRootDir", "SecurityOptions", "ServerVersion", "BuildahVersion"],
    "tells which of several dockerd processes answers, and whether it is Podman",
);

const PODMAN: &str = "Podman runs without a daemon, and so without daemon options";

/// Everything that [`DaemonConfig`] reads.
pub const NEEDS: &[Need] = &[PROCESS, CONFIG_FILE, CONFIG_CHANGE, PASSWD, HOST, ROOT_DIR];

/// An error where the engine runs on another host: this one's files and users say nothing about it.
pub fn require_local(facts: &Facts) -> Result<(), HostError> {
    let host = facts.host()?;
    match host.unreadable {
        None if host.engine_is_local => Ok(()),
        // keelmark knows why: the engine is elsewhere, or may be, or keelmark itself is in a container.
        why => Err(HostError::failed(
            why.unwrap_or_else(|| "the engine is remote: its host cannot be read from here".into()),
        )),
    }
}

/// One option with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    /// "command line of dockerd (pid 812)", "/etc/docker/daemon.json" or "default".
    pub source: String,
}

impl Setting<bool> {
    /// Evidence that names the option and its source.
    pub fn evidence(&self, option: &str) -> Evidence {
        Evidence::new("daemon", option, self.value).source(&self.source)
    }
}

impl Setting<String> {
    /// Evidence that names the option and its source.
    pub fn evidence(&self, option: &str) -> Evidence {
        Evidence::new("daemon", option, &self.value).source(&self.source)
    }
}

/// The options of one dockerd, by source.
#[derive(Debug)]
pub struct DaemonConfig {
    /// None where no dockerd runs: then the file says what the next start would do.
    pub process: Option<Process>,
    command_line: CommandLine,
    pub file_path: String,
    file: Map<String, Value>,
    /// The data root of a daemon that was not told one.
    default_root: String,
    /// The home of a rootless daemon's user.
    home: Option<String>,
    /// About what is in the file, which was changed since the process read it.
    doubt: Option<Doubt>,
}

impl DaemonConfig {
    /// The configuration of the dockerd that answers, which must be running on this host.
    pub fn running(facts: &Facts) -> Result<Rc<Self>, HostError> {
        let config = Self::any(facts)?;
        match config.process {
            Some(_) => Ok(config),
            None => Err(HostError::failed("no dockerd runs on this host, so its options cannot be read")),
        }
    }

    /// The same, and where no dockerd runs, what the configuration file holds.
    pub fn any(facts: &Facts) -> Result<Rc<Self>, HostError> {
        facts.derive(Self::read)
    }

    fn read(facts: &Facts) -> Result<Self, HostError> {
        require_local(facts)?;
        let info = facts.info();
        if info.as_ref().is_ok_and(|info| engine::is_podman(info)) {
            return Err(HostError::inapplicable(PODMAN));
        }
        let mut processes = facts.find_processes("dockerd")?;
        // Anyone can start a process of that name; only root's can be the system's daemon.
        let is_rootless = match &info {
            _ if processes.is_empty() => None,
            // Rootless mode came with 19.03; engines before 1.13 have no such options at all.
            Ok(info) if info.at("SecurityOptions").is_none() && engine::is_older_than(info, (19, 3))? => Some(false),
            Ok(info) => Some(engine::has_security_option(info, "rootless")?),
            // Nobody says what the daemon is. Whoever audits as root audits root's.
            Err(_) => facts.host()?.privileged.then_some(false),
        };
        if let Some(is_rootless) = is_rootless {
            processes.retain(|process| (process.euid != 0) == is_rootless);
        }
        // A child of the daemon looks like it until it has become another program; two daemons are never told the same.
        processes.sort_by(|a, b| (a.euid, &a.argv, a.started).cmp(&(b.euid, &b.argv, b.started)));
        processes.dedup_by(|later, first| (later.euid, &later.argv) == (first.euid, &first.argv));
        if processes.len() > 1 {
            return Self::the_one_that_answers(facts, processes);
        }
        match (processes.pop(), info) {
            (Some(process), _) => Self::of_process(facts, Some(process)),
            (None, Err(error)) if error.is_unavailable() => Self::of_process(facts, None),
            (None, Err(error)) => Err(error),
            // Up to 1.11 the daemon was called docker, like every client, and is not looked for.
            (None, Ok(info)) if engine::is_older_than(&info, (1, 12))? => Self::of_process(facts, None),
            (None, Ok(_)) => Err(HostError::failed(
                "an engine answers, but its dockerd cannot be seen: in a container, keelmark needs --pid=host",
            )),
        }
    }

    /// Several daemons can run side by side, but never over one data root. Of rootless ones some may be no daemons at
    /// all: any user can start a process of that name, with options that cannot be read, or with another's data root.
    fn the_one_that_answers(facts: &Facts, processes: Vec<Process>) -> Result<Self, HostError> {
        let (count, info) = (processes.len(), facts.info()?);
        let root = info.str("DockerRootDir")?;
        // With user namespaces the engine answers with a directory below its own, named by uid and gid.
        let is_in = |dir: &str| root == dir || root.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
        let (mut matching, mut unreadable) = (Vec::new(), None);
        for process in processes {
            match Self::of_process(facts, Some(process)).and_then(|config| Ok((config.data_root()?, config))) {
                Ok((data_root, config)) if is_in(data_root.trim_end_matches('/')) => matching.push(config),
                Ok(_) => {}
                Err(error) => unreadable = Some(error),
            }
        }
        if matching.len() > 1 {
            // Nobody but root chooses a user's home: a data root below it is that user's.
            matching.retain(|config| config.home.as_deref().is_some_and(|home| is_in(home.trim_end_matches('/'))));
        }
        let matches = matching.len();
        match (matching.pop(), unreadable) {
            (Some(config), _) if matches == 1 => Ok(config),
            (None, Some(error)) => Err(error),
            _ => Err(HostError::failed(format!(
                "{count} dockerd processes run, and {matches} of them use {root}: which one answers cannot be told"
            ))),
        }
    }

    fn data_root(&self) -> Result<String, HostError> {
        Ok(self.text("data-root")?.map_or_else(|| self.default_root.clone(), |root| root.value))
    }

    fn of_process(facts: &Facts, process: Option<Process>) -> Result<Self, HostError> {
        let command_line = CommandLine::parse(process.as_ref().map_or(&[], |process| process.argv.as_slice()));
        let home = match &process {
            Some(process) if process.euid != 0 => Some(home_of(facts, process.euid)?),
            _ => None,
        };
        let (default_file, default_root) = match &home {
            Some(home) => (format!("{home}/.config/docker/daemon.json"), format!("{home}/.local/share/docker")),
            None => ("/etc/docker/daemon.json".to_owned(), "/var/lib/docker".to_owned()),
        };
        let (file_path, text) = match command_line.last("config-file") {
            // dockerd does not start without a file it was told to read: one that is missing now was lost since.
            Some(path) => (path.to_owned(), facts.read_text(path)?),
            None => {
                let text = facts.read_text_if_exists(&default_file)?.unwrap_or_default();
                (default_file, text)
            }
        };
        let file = parse_file(&file_path, &text)?;
        let doubt = match &process {
            Some(process) => Doubt::about(facts, process, &file_path)?,
            None => None,
        };
        Ok(Self { process, command_line, file_path, file, default_root, home, doubt })
    }

    /// A switch; `default` is dockerd's own. `key` is the daemon.json key, which is also the flag.
    pub fn bool(&self, key: &str, default: bool) -> Result<Setting<bool>, HostError> {
        if let Some(text) = self.command_line.last(key) {
            let value = parse_bool(text).ok_or_else(|| self.wrong(key, "true or false", text))?;
            return Ok(Setting { value, source: self.command_line_source() });
        }
        match self.file.get(key) {
            None | Some(Value::Null) => Ok(Setting { value: default, source: "default".into() }),
            Some(Value::Bool(value)) => Ok(Setting { value: *value, source: self.file_path.clone() }),
            Some(other) => Err(self.wrong(key, "true or false", &other.to_string())),
        }
    }

    /// An option that is text; none where nobody set it.
    pub fn text(&self, key: &str) -> Result<Option<Setting<String>>, HostError> {
        if let Some(text) = self.command_line.last(key) {
            return Ok(Some(Setting { value: text.to_owned(), source: self.command_line_source() }));
        }
        match self.in_file(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(value)) => Ok(Some(Setting { value: value.clone(), source: self.file_path.clone() })),
            Some(other) => Err(self.wrong(key, "a string", &other.to_string())),
        }
    }

    /// An option that may be given several times: the daemon.json key (`hosts`) also stands for its flag (`--host`).
    pub fn list(&self, key: &str) -> Result<Vec<Setting<String>>, HostError> {
        let from_flags = self.command_line.all(key);
        if !from_flags.is_empty() {
            let source = self.command_line_source();
            return Ok(from_flags
                .iter()
                .map(|text| Setting { value: (*text).to_owned(), source: source.clone() })
                .collect());
        }
        let items = match self.in_file(key) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.wrong(key, "a list of strings", &other.to_string())),
        };
        let setting = |item: &Value| match item.as_str() {
            Some(text) => Ok(Setting { value: text.to_owned(), source: self.file_path.clone() }),
            None => Err(self.wrong(key, "a list of strings", &item.to_string())),
        };
        items.iter().map(setting).collect()
    }

    /// An option that maps names to values (`log-opts`, `default-ulimits`): the names, with their source.
    pub fn names(&self, key: &str) -> Result<Vec<Setting<String>>, HostError> {
        Ok(self.entries(key)?.into_iter().map(|(name, value)| Setting { value: name, source: value.source }).collect())
    }

    /// The same with the values: a string as it is, anything else as JSON. Values can be secrets (`splunk-token`), so
    /// only those of harmless names belong into evidence.
    pub fn entries(&self, key: &str) -> Result<Vec<(String, Setting<String>)>, HostError> {
        let from_flags = self.command_line.all(key);
        if !from_flags.is_empty() {
            let source = self.command_line_source();
            let entry = |text: &&str| {
                let (name, value) = text.split_once('=').unwrap_or((text, ""));
                (name.to_owned(), Setting { value: value.to_owned(), source: source.clone() })
            };
            return Ok(from_flags.iter().map(entry).collect());
        }
        let entries = match self.in_file(key) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(entries)) => entries,
            Some(other) => return Err(self.wrong(key, "an object", &other.to_string())),
        };
        let entry = |(name, value): (&String, &Value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), Setting { value: text, source: self.file_path.clone() })
        };
        Ok(entries.iter().map(entry).collect())
    }

    fn in_file(&self, key: &str) -> Option<&Value> {
        // `graph` is what `data-root` was called until Docker 17.05.
        let old_name = if key == "data-root" { "graph" } else { key };
        self.file.get(key).or_else(|| self.file.get(old_name))
    }

    fn command_line_source(&self) -> String {
        let pid = self.process.as_ref().map_or(0, |process| process.pid);
        format!("command line of dockerd (pid {pid})")
    }

    fn wrong(&self, key: &str, wanted: &str, found: &str) -> HostError {
        HostError::failed(format!("the daemon's option {key} should be {wanted}, but is {found}"))
    }
}

/// The options in a configuration file. dockerd takes an empty file for `{}`, and skips a byte order mark.
fn parse_file(path: &str, text: &str) -> Result<Map<String, Value>, HostError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(text).map_err(|error| HostError::failed(format!("{path} is not a JSON object: {error}")))
}

/// The home of a rootless daemon's user, below which it keeps its configuration and its data.
fn home_of(facts: &Facts, euid: u32) -> Result<String, HostError> {
    let passwd = facts.read_text("/etc/passwd")?;
    let home = passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(euid)).then(|| fields.get(5).map(|home| (*home).to_owned()))?
    });
    home.ok_or_else(|| HostError::failed(format!("dockerd runs as uid {euid}, which /etc/passwd does not know")))
}

/// What Go's flag parsing takes for a boolean.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
