//! A host that notes what it is asked: the facts that a verdict can depend on.

use std::cell::RefCell;
use std::collections::BTreeMap;

use keelmark_sdk::fake::{FakeHost, exec_key};
use keelmark_sdk::serde_json::Value;
use keelmark_sdk::{DockerEach, DockerList, Exec, Host, HostError, HostFacts, Metadata, Process};

/// What of an answer was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it: a file, a command's output, a process list.
    Whole,
    /// These fields of one of the engine's objects, or of each in a list.
    Fields(&'static str, Vec<String>),
}

/// Every request by its key, as recordings have it.
pub type Asked = BTreeMap<String, Scope>;

/// Answers as `host` does, and remembers the requests.
pub struct Listening<'h> {
    host: &'h FakeHost,
    asked: RefCell<Asked>,
    settings: RefCell<Vec<String>>,
}

impl<'h> Listening<'h> {
    pub fn to(host: &'h FakeHost) -> Self {
        Self { host, asked: RefCell::default(), settings: RefCell::default() }
    }

    /// The requests, and the settings that were looked up.
    pub fn heard(self) -> (Asked, Vec<String>) {
        (self.asked.into_inner(), self.settings.into_inner())
    }

    fn note(&self, key: String, scope: Scope) {
        self.asked.borrow_mut().insert(key, scope);
    }
}

fn scope(op: &'static str, fields: &[&str]) -> Scope {
    Scope::Fields(op, fields.iter().map(|field| (*field).to_owned()).collect())
}

impl Host for Listening<'_> {
    fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError> {
        self.note(exec_key(program, args), Scope::Whole);
        self.host.run(program, args)
    }

    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, HostError> {
        self.note(format!("{} {path}", if follow { "stat" } else { "lstat" }), Scope::Whole);
        self.host.stat(path, follow)
    }

    fn read_text(&self, path: &str) -> Result<String, HostError> {
        self.note(format!("read {path}"), Scope::Whole);
        self.host.read_text(path)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<String>, HostError> {
        self.note(format!("list {path}"), Scope::Whole);
        self.host.list_dir(path)
    }

    fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError> {
        self.note(format!("process {name}"), Scope::Whole);
        self.host.find_processes(name)
    }

    fn docker(&self, list: DockerList, fields: &[&str]) -> Result<Value, HostError> {
        self.note(format!("docker {}", list.function()), scope(list.op(), fields));
        self.host.docker(list, fields)
    }

    fn docker_each(
        &self,
        each: DockerEach,
        ids: &[String],
        fields: &[&str],
    ) -> Result<Vec<(String, Result<Value, HostError>)>, HostError> {
        for id in ids {
            let scope = match each {
                DockerEach::Processes => Scope::Whole,
                each => scope(each.op(), fields),
            };
            self.note(format!("docker {} {id}", each.function()), scope);
        }
        self.host.docker_each(each, ids, fields)
    }

    fn describe(&self) -> Result<HostFacts, HostError> {
        self.note("facts".to_owned(), Scope::Whole);
        self.host.describe()
    }

    fn now(&self) -> Result<i64, HostError> {
        self.note("now".to_owned(), Scope::Whole);
        self.host.now()
    }

    fn setting(&self, key: &str) -> Result<Option<Value>, HostError> {
        self.settings.borrow_mut().push(key.to_owned());
        self.host.setting(key)
    }
}
