//! The effective daemon configuration: what the running dockerd was told, and by which source.
//!
//! dockerd takes an option from its command line, else from its configuration file, else from its defaults, and
//! refuses to start when the first two name the same one. Where `GET /info` tells the state itself (log driver,
//! live restore, insecure registries …), a check should prefer that: a file can be edited after the start.

use std::rc::Rc;

use keelmark_sdk::serde_json::{self, Map, Value};
use keelmark_sdk::{Evidence, Facts, HostError, Need, Process};

use super::command_line::CommandLine;
use super::engine;

/// What [`DaemonConfig`] reads; a check that uses it lists these among its needs.
pub const PROCESS: Need = Need::new("process.find", &["dockerd"], "reads the command line of the running dockerd");
pub const CONFIG_FILE: Need = Need::new(
    "fs.read-text",
    &["/**/*daemon*.json", "/**/docker*.json"],
    "reads the daemon's configuration file, wherever --config-file puts it",
);
pub const PASSWD: Need = Need::new("fs.read-text", &["/etc/passwd"], "finds the home of a rootless daemon's user");
pub const HOST: Need = Need::new("host.facts", &[], "tells whether the engine runs on this host");
pub const ROOT_DIR: Need = Need::new(
    "docker.info",
    &["DockerRootDir", "SecurityOptions", "ServerVersion", "BuildahVersion"],
    "tells which of several dockerd processes answers, and whether it is Podman",
);

const PODMAN: &str = "Podman runs without a daemon, and so without daemon options";

/// Everything that [`DaemonConfig`] reads, for a check that reads nothing else.
pub const NEEDS: &[Need] = &[PROCESS, CONFIG_FILE, PASSWD, HOST, ROOT_DIR];

/// An error where the engine runs on another host: this one's files and users say nothing about it.
pub fn require_local(facts: &Facts) -> Result<(), HostError> {
    match facts.host()?.engine_is_local {
        true => Ok(()),
        false => Err(HostError::failed("the engine is remote: its host cannot be read from here")),
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
        if let (true, Ok(info)) = (processes.len() > 1, &info) {
            // Anyone can start a process of that name; only root's can be the system's daemon.
            let is_rootless = engine::has_security_option(info, "rootless")?;
            processes.retain(|process| (process.euid != 0) == is_rootless);
        }
        let mut candidates = Vec::new();
        for process in processes {
            candidates.push(Self::of_process(facts, Some(process))?);
        }
        match candidates.len() {
            0 => match info {
                Err(error) if error.is_unavailable() => Self::of_process(facts, None),
                Err(error) => Err(error),
                // Up to 1.11 the daemon was called docker, like every client, and is not looked for.
                Ok(info) if engine::is_older_than(&info, (1, 12))? => Self::of_process(facts, None),
                Ok(_) => Err(HostError::failed(
                    "an engine answers, but its dockerd cannot be seen: in a container, keelmark needs --pid=host",
                )),
            },
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
            let named = config.text("data-root")?.map(|root| root.value);
            let data_root = named.as_deref().unwrap_or(&config.default_root).trim_end_matches('/');
            // With user namespaces the engine answers with a directory below it, named by uid and gid.
            if root == data_root || root.strip_prefix(data_root).is_some_and(|rest| rest.starts_with('/')) {
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
        Ok(Self { process, command_line, file_path, file, default_root })
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
mod tests {
    use keelmark_sdk::fake::FakeHost;
    use keelmark_sdk::scenario::expand;
    use keelmark_sdk::serde_json::json;
    use keelmark_sdk::{Facts, FieldPlan};

    use super::*;

    const ARGV: &str = "command line of dockerd (pid 812)";

    fn host(block: Value) -> FakeHost {
        expand(&block).unwrap()
    }

    fn config(host: &FakeHost) -> Result<Rc<DaemonConfig>, HostError> {
        DaemonConfig::running(&Facts::new(host, FieldPlan::of([&crate::daemon::USERLAND_PROXY])))
    }

    fn of(block: Value) -> Rc<DaemonConfig> {
        config(&host(block)).unwrap()
    }

    fn refused(block: Value) -> String {
        config(&host(block)).unwrap_err().message
    }

    #[test]
    fn the_command_line_decides_before_the_file_and_the_file_before_the_default() {
        let config =
            of(json!({ "dockerd": ["dockerd", "--icc=0"], "daemon.json": { "iptables": false, "icc": null } }));
        assert_eq!(config.bool("icc", true).unwrap(), Setting { value: false, source: ARGV.into() });
        assert_eq!(config.bool("iptables", true).unwrap().source, "/etc/docker/daemon.json");
        assert_eq!(config.bool("ipv6", true).unwrap(), Setting { value: true, source: "default".into() });
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error() {
        let config =
            of(json!({ "daemon.json": { "icc": "false", "dns": "10.0.0.1", "log-opts": [], "cgroup-parent": 1 } }));
        assert!(config.bool("icc", true).is_err());
        assert!(config.list("dns").is_err());
        assert!(config.names("log-opts").is_err());
        assert!(config.text("cgroup-parent").is_err());
        assert!(of(json!({ "dockerd": ["dockerd", "--icc=maybe"] })).bool("icc", true).is_err());
    }

    #[test]
    fn an_empty_file_and_no_file_are_fine_and_a_broken_one_is_not() {
        for file in [json!(null), json!(""), json!(" \n"), json!("\u{feff}{}")] {
            assert_eq!(of(json!({ "daemon.json": file })).text("group").unwrap(), None);
        }
        for file in ["{\"icc\": false,}", "[]"] {
            let problem = refused(json!({ "daemon.json": file }));
            assert!(problem.starts_with("/etc/docker/daemon.json is not a JSON object"), "{problem}");
        }
        let locked = json!({ "error": { "kind": "permission", "message": "may not" } });
        assert_eq!(refused(json!({ "files": { "/etc/docker/daemon.json": locked } })), "may not");
    }

    #[test]
    fn a_file_named_on_the_command_line_is_read_instead_and_must_exist() {
        let dockerd = json!(["dockerd", "--config-file", "/srv/daemon.json"]);
        let config = of(json!({ "dockerd": dockerd, "files": { "/srv/daemon.json": { "text": "{\"icc\": false}" } } }));
        assert_eq!(config.bool("icc", true).unwrap().source, "/srv/daemon.json");
        assert_eq!(config.file_path, "/srv/daemon.json");
        assert!(refused(json!({ "dockerd": dockerd, "files": { "/srv/daemon.json": null } })).contains("no such file"));
    }

    #[test]
    fn entries_keep_names_and_values_together() {
        let config = of(json!({ "dockerd": ["dockerd", "--log-opt", "tag=a=b", "--log-opt=mode"], "daemon.json": {
            "default-ulimits": { "nofile": { "Hard": 2 } },
        } }));
        let pairs = |key| config.entries(key).unwrap().into_iter().map(|(n, v)| (n, v.value)).collect::<Vec<_>>();
        assert_eq!(pairs("log-opts"), [("tag".into(), "a=b".into()), ("mode".into(), String::new())]);
        assert_eq!(pairs("default-ulimits"), [("nofile".into(), "{\"Hard\":2}".into())]);
        assert_eq!(config.names("log-opts").unwrap()[0].value, "tag");
    }

    #[test]
    fn without_a_dockerd_only_the_file_is_known() {
        let none = host(json!({ "dockerd": null, "daemon.json": { "icc": false } }));
        assert!(config(&none).unwrap_err().message.contains("cannot be seen"));
        let down = json!({ "error": { "kind": "unavailable", "message": "engine unreachable" } });
        let stopped = host(json!({ "dockerd": null, "daemon.json": { "icc": false }, "engine": down }));
        let facts = Facts::new(&stopped, FieldPlan::default());
        assert!(!DaemonConfig::any(&facts).unwrap().bool("icc", true).unwrap().value);
        assert!(config(&stopped).unwrap_err().message.contains("no dockerd runs"));
    }

    #[test]
    fn podman_has_no_daemon_options_and_that_is_no_error() {
        let podman = host(json!({ "info": { "BuildahVersion": "1.28.2" } }));
        assert_eq!(config(&podman).unwrap_err(), HostError::inapplicable(PODMAN));
    }

    #[test]
    fn a_remote_daemon_is_not_judged_by_local_files() {
        assert!(refused(json!({ "facts": { "engine-is-local": false } })).contains("remote"));
    }

    /// Two daemons: the system's, and a rootless one.
    fn two(data_root_of_the_engine: &str) -> FakeHost {
        let security = if data_root_of_the_engine.starts_with("/home") { json!(["name=rootless"]) } else { json!([]) };
        let mut host = host(json!({
            "info": { "DockerRootDir": data_root_of_the_engine, "SecurityOptions": security },
            "files": {
                "/etc/passwd": { "text": "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n" },
                "/home/ann/.config/docker/daemon.json": { "text": "{\"icc\": false}" },
            },
        }));
        host.answer(
            "process dockerd",
            json!([
                { "pid": 812, "argv": ["dockerd"], "euid": 0 },
                { "pid": 900, "argv": ["dockerd", "--rootless"], "euid": 1000 },
            ]),
        );
        host
    }

    #[test]
    fn of_several_daemons_the_one_over_the_engines_data_root_answers() {
        let pid = |root| config(&two(root)).unwrap().process.as_ref().map(|process| process.pid);
        assert_eq!(pid("/var/lib/docker"), Some(812));
        assert_eq!(pid("/var/lib/docker/100000.100000"), Some(812));
        assert_eq!(pid("/home/ann/.local/share/docker"), Some(900));
        // The engine names where links lead; the only daemon that root runs is the one, whatever its root is called.
        assert_eq!(pid("/srv/docker"), Some(812));
        let mut both = two("/srv/docker");
        let dockerd = |pid: u32| json!({ "pid": pid, "argv": ["dockerd"], "euid": 0 });
        both.answer("process dockerd", json!([dockerd(812), dockerd(900)]));
        assert!(config(&both).unwrap_err().message.contains("cannot be told"));
    }

    #[test]
    fn a_rootless_daemon_has_its_file_below_its_users_home() {
        let rootless = config(&two("/home/ann/.local/share/docker")).unwrap();
        assert_eq!(rootless.bool("icc", true).unwrap().source, "/home/ann/.config/docker/daemon.json");
    }
}
