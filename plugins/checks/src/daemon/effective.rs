//! The effective daemon configuration: what the running dockerd was told, and by which source.
//!
//! dockerd takes an option from its command line, else from its configuration file, else from its defaults, and
//! refuses to start when the first two name the same one. Where `GET /info` tells the state itself (log driver,
//! live restore, insecure registries …), a check should prefer that: a file can be edited after the start.

use std::rc::Rc;

use keelmark_sdk::serde_json::{self, Map, Value};
use keelmark_sdk::{Evidence, Facts, HostError, Need, Process};

use super::command_line::CommandLine;

/// What [`DaemonConfig`] reads; a check that uses it lists these among its needs.
pub const PROCESS: Need = Need::new("process.find", &["dockerd"], "reads the command line of the running dockerd");
pub const CONFIG_FILE: Need = Need::new(
    "fs.read-text",
    &["/**/daemon.json"],
    "reads the daemon's configuration file, wherever --config-file puts it",
);
pub const PASSWD: Need = Need::new("fs.read-text", &["/etc/passwd"], "finds the home of a rootless daemon's user");
pub const HOST: Need = Need::new("host.facts", &[], "tells whether the engine runs on this host");
pub const ROOT_DIR: Need =
    Need::new("docker.info", &["DockerRootDir"], "tells which of several dockerd processes answers");

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
        if !facts.host()?.engine_is_local {
            return Err(HostError::failed("the engine is remote: its daemon's options cannot be read from here"));
        }
        let mut candidates = Vec::new();
        for process in facts.find_processes("dockerd")? {
            candidates.push(Self::of_process(facts, Some(process))?);
        }
        match candidates.len() {
            0 => Self::of_process(facts, None),
            1 => Ok(candidates.remove(0)),
            count => Self::the_one_that_answers(facts, candidates, count),
        }
    }

    /// Several daemons can run side by side, but never over one data root.
    fn the_one_that_answers(facts: &Facts, candidates: Vec<Self>, count: usize) -> Result<Self, HostError> {
        let info = facts.info()?;
        let root = info.str("DockerRootDir")?;
        let mut matching = Vec::new();
        for config in candidates {
            let data_root = config.text("data-root")?.map_or_else(|| "/var/lib/docker".to_owned(), |root| root.value);
            // With user namespaces the engine answers with a directory below it, named by uid and gid.
            if root == data_root || root.strip_prefix(&data_root).is_some_and(|rest| rest.starts_with('/')) {
                matching.push(config);
            }
        }
        match matching.len() {
            1 => Ok(matching.remove(0)),
            _ => Err(HostError::failed(format!(
                "{count} dockerd processes run, and {} of them use {root}: which one answers cannot be told",
                matching.len()
            ))),
        }
    }

    fn of_process(facts: &Facts, process: Option<Process>) -> Result<Self, HostError> {
        let command_line = CommandLine::parse(process.as_ref().map_or(&[], |process| process.argv.as_slice()));
        let named = command_line.last("config-file").map(str::to_owned);
        let file_path = match (&named, &process) {
            (Some(path), _) => path.clone(),
            (None, Some(process)) if process.euid != 0 => rootless_path(facts, process.euid)?,
            _ => "/etc/docker/daemon.json".to_owned(),
        };
        let file = match facts.read_text_if_exists(&file_path)? {
            None => Map::new(),
            Some(text) if text.trim().is_empty() => Map::new(),
            Some(text) => serde_json::from_str(&text)
                .map_err(|error| HostError::failed(format!("{file_path} is not a JSON object: {error}")))?,
        };
        Ok(Self { process, command_line, file_path, file })
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
        match self.from_file(key) {
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
            return Ok(from_flags.iter().map(|text| Setting { value: (*text).to_owned(), source: source.clone() }).collect());
        }
        let items = match self.from_file(key) {
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
        let from_flags = self.command_line.all(key);
        if !from_flags.is_empty() {
            let source = self.command_line_source();
            let name = |text: &&str| text.split('=').next().unwrap_or_default().to_owned();
            return Ok(from_flags.iter().map(|text| Setting { value: name(text), source: source.clone() }).collect());
        }
        match self.from_file(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(entries)) => {
                Ok(entries.keys().map(|name| Setting { value: name.clone(), source: self.file_path.clone() }).collect())
            }
            Some(other) => Err(self.wrong(key, "an object", &other.to_string())),
        }
    }

    fn from_file(&self, key: &str) -> Option<&Value> {
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

/// Where a rootless daemon keeps its configuration: below its user's home.
fn rootless_path(facts: &Facts, euid: u32) -> Result<String, HostError> {
    let passwd = facts.read_text("/etc/passwd")?;
    let home = passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(euid)).then(|| fields.get(5).map(|home| (*home).to_owned()))?
    });
    let home = home.ok_or_else(|| HostError::failed(format!("dockerd runs as uid {euid}, which /etc/passwd does not know")))?;
    Ok(format!("{home}/.config/docker/daemon.json"))
}

/// What Go's flag parsing takes for a boolean.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
