//! The plugin store, through the program: what an operator does, and what others do to the store.

mod bad_input;
mod consent;
mod grants;
mod killed;
mod levels;
mod looking;
mod tampering;
mod updates;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

use keelmark_bad_plugins::Behaviour;
use serde_json::Value;

use crate::support::{bad_plugin, cache_dir};

/// What a run printed, and its exit code.
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Done {
    /// Sees that it ended with this code, and said all of this on standard output or standard error.
    pub fn assert(&self, code: i32, said: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        for part in said {
            let is_said = self.stdout.contains(part) || self.stderr.contains(part);
            assert!(is_said, "{part:?} is not said:\n{}\n{}", self.stdout, self.stderr);
        }
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

/// A host with an empty store, and a folder for what is installed into it.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn store(&self) -> PathBuf {
        self.path("store")
    }

    /// Writes a file, and says where it is.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// The program, in an environment of its own.
    pub fn keelmark(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keelmark-under-test"));
        command.env_clear().envs(self.environment());
        command
    }

    pub fn environment(&self) -> BTreeMap<&'static str, PathBuf> {
        BTreeMap::from([
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin".into()),
            ("HOME", "/nonexistent".into()),
            ("KEELMARK_CACHE_DIR", cache_dir().to_owned()),
            ("KEELMARK_STORE_DIR", self.store()),
        ])
    }

    pub fn run(&self, args: &[&str]) -> Done {
        self.keelmark().arg("plugin").args(args).stdin(std::process::Stdio::null()).output().unwrap().into()
    }

    /// Runs what has to succeed.
    pub fn ok(&self, args: &[&str]) -> Done {
        let done = self.run(args);
        done.assert(0, &[]);
        done
    }

    /// Installs a plugin of that id and version, granted all that it asks for; says where its file is.
    pub fn install(&self, id: &str, version: &str) -> String {
        let file = self.file(&format!("{id}-{version}.wasm"), plugin(id, version));
        self.ok(&["install", &file, "--grant-all"]);
        file
    }

    /// The row of an installed plugin.
    pub fn row(&self, id: &str) -> Value {
        let rows = self.ok(&["list", "--output", "json"]).json();
        rows.as_array().unwrap().iter().find(|row| row["id"] == id).cloned().unwrap_or_default()
    }

    /// What a plugin was granted of what reads the host: "op=arguments".
    pub fn granted(&self, id: &str) -> Vec<String> {
        capabilities(&self.row(id)["granted"])
    }

    pub fn missing(&self, id: &str) -> Vec<String> {
        capabilities(&self.row(id)["missing"])
    }

    /// Every file of the store with its content.
    pub fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut left = vec![self.store()];
        while let Some(folder) = left.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => left.push(path),
                    false => drop(found.insert(path.clone(), std::fs::read(path).unwrap())),
                }
            }
        }
        found
    }
}

/// Capabilities of a row in short, without those that read nothing.
pub fn capabilities(rows: &Value) -> Vec<String> {
    let short = |row: &Value| {
        let args: Vec<&str> = row["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        format!("{}={}", row["op"].as_str().unwrap(), args.join(" "))
    };
    rows.as_array().unwrap().iter().map(short).filter(|text| !text.starts_with("report.")).collect()
}

/// What the module of the bad plugins imports, and so has to ask for.
pub const CAPABILITIES: &str = r#"
[[capability]]
op = "report.emit"
why = "reports"
[[capability]]
op = "docker.info"
fields = ["Swarm"]
why = "7.1 needs the swarm's state"
[[capability]]
op = "exec"
argv = ["systemctl", "show", "{unit}"]
why = "3.1 finds docker.service"
[[capability]]
op = "fs.stat"
paths = ["/etc/docker/**", "/run/docker.sock"]
why = "3.x reads owners and modes"
[[capability]]
op = "process.find"
names = ["dockerd"]
why = "2.x reads the daemon's command line"
[[capability]]
op = "host.facts"
why = "1.x needs the kernel"
"#;

/// All of them in short.
pub const ASKED: [&str; 5] = [
    "docker.info=Swarm",
    "exec=systemctl show {unit}",
    "fs.stat=/etc/docker/** /run/docker.sock",
    "process.find=dockerd",
    "host.facts=",
];

/// What stands in a manifest before its capabilities.
pub fn head(id: &str, version: &str) -> String {
    bad_plugin::manifest_head().replace("\"hostile\"", &format!("{id:?}")).replace("\"1.0.0\"", &format!("{version:?}"))
}

/// A well-behaved plugin of that id and version.
pub fn plugin(id: &str, version: &str) -> Vec<u8> {
    with_manifest(&(head(id, version) + CAPABILITIES))
}

pub fn with_manifest(manifest: &str) -> Vec<u8> {
    bad_plugin::plugin(Behaviour::BehavesWell, manifest)
}
