//! The effective daemon configuration: what the running dockerd was told, and by which source.
//!
//! dockerd takes an option from its command line, else from its configuration file, else from its defaults, and
//! refuses to start when the first two name the same one. Where `GET /info` tells the state itself (log driver,
//! live restore, insecure registries …), a check should prefer that: a file can be edited after the start. Where it does
//! not, the verdict is [settled](DaemonConfig::settled), by which one that rests on such a file is left to a person.

mod change;
mod process;
mod rootless;

use std::rc::Rc;

use keelmark_sdk::serde_json::{self, Map, Value};
use keelmark_sdk::{ErrorKind, Evidence, Facts, HostError, Need, Process};

use super::command_line::CommandLine;
use change::CONFIG_CHANGE;
pub use change::Doubt;
use process::PROCESS;
use rootless::{GETENT, PASSWD};
pub use rootless::{Rootless, home_of};

/// What [`DaemonConfig`] reads; a check that uses it lists [`NEEDS`].
const CONFIG_FILE: Need = Need::new(
    "fs.read-text",
    &["/etc/docker/daemon.json", "/**/.config/docker/daemon.json", "{dockerd-config}"],
    "reads the daemon's configuration file, wherever the running daemon has it",
);
pub const HOST: Need = Need::new("host.facts", &[], "tells whether the engine runs on this host");
pub const ROOT_DIR: Need = Need::new(
    "docker.info",
    &["DockerRootDir", "SecurityOptions", "ServerVersion", "BuildahVersion", "Rootless"],
    "tells which of several dockerd processes answers, and whether it is Podman",
);

const PODMAN: &str = "Podman runs without a daemon, and so without daemon options";

/// Everything that [`DaemonConfig`] reads.
pub const NEEDS: &[Need] = &[PROCESS, CONFIG_FILE, CONFIG_CHANGE, PASSWD, GETENT, HOST, ROOT_DIR];

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
    /// What is in it. Options on the command line are known even where the file cannot be read.
    file: Result<Map<String, Value>, HostError>,
    /// Where a daemon without root has its files.
    pub rootless: Option<Rootless>,
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
        facts.derive(process::read)
    }

    fn data_root(&self) -> Result<String, HostError> {
        let default =
            || self.rootless.as_ref().map_or("/var/lib/docker".to_owned(), |user| format!("{}/docker", user.data));
        Ok(self.text("data-root")?.map_or_else(default, |root| root.value))
    }

    fn of_process(facts: &Facts, process: Option<Process>) -> Result<Self, HostError> {
        let command_line = CommandLine::parse(process.as_ref().map_or(&[], |process| process.argv.as_slice()));
        let rootless = match &process {
            Some(process) if process.euid != 0 => Some(Rootless::of(facts, process)?),
            _ => None,
        };
        let default_file = || {
            rootless.as_ref().map_or("/etc/docker".to_owned(), |user| format!("{}/docker", user.config))
                + "/daemon.json"
        };
        let told = command_line.last("config-file").map(str::to_owned);
        let found = process.as_ref().and_then(|process| process.config_file.clone());
        let file_path = told.clone().or(found).unwrap_or_else(default_file);
        let text = match told {
            // dockerd does not start without a file it was told to read: one that is missing now was lost since.
            Some(path) => facts.read_text(&path),
            None => facts.read_text_if_exists(&file_path).map(Option::unwrap_or_default),
        };
        let text = text.map_err(|error| unread(&file_path, error));
        let doubt = match &process {
            Some(process) => Doubt::about(facts, process, &file_path),
            None => Ok(None),
        };
        let file = text.and_then(|text| parse_file(&file_path, &text));
        let (file, doubt) = match (file, doubt) {
            (Ok(file), Err(error)) => {
                drop(file);
                (Err(error), None)
            }
            (file, doubt) => (file, doubt.unwrap_or_default()),
        };
        Ok(Self { process, command_line, file_path, file, rootless, doubt })
    }

    /// A switch; `default` is dockerd's own. `key` is the daemon.json key, which is also the flag.
    pub fn bool(&self, key: &str, default: bool) -> Result<Setting<bool>, HostError> {
        if let Some(text) = self.command_line.last(key) {
            let value = parse_bool(text).ok_or_else(|| self.wrong(key, "true or false", text))?;
            return Ok(Setting { value, source: self.command_line_source() });
        }
        match self.in_file(key)? {
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
        match self.in_file(key)? {
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
        let items = match self.in_file(key)? {
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
        let entries = match self.in_file(key)? {
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

    fn in_file(&self, key: &str) -> Result<Option<&Value>, HostError> {
        let file = self.file.as_ref().map_err(HostError::clone)?;
        // `graph` is what `data-root` was called until Docker 17.05.
        let old_name = if key == "data-root" { "graph" } else { key };
        Ok(file.get(key).or_else(|| file.get(old_name)))
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

/// Why the options in a file are not known, and what to do where keelmark may not read it.
fn unread(path: &str, error: HostError) -> HostError {
    if error.kind != ErrorKind::Denied {
        return error;
    }
    let message = format!(
        "the daemon's configuration {path} is not read: {}; put it where root's daemon or its own user owns it",
        error.message.trim_start_matches("denied: ")
    );
    HostError::new(ErrorKind::Denied, message)
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
