//! A host that answers from a recording: native tests without Wasm, without root and without an engine.
//!
//! A recording maps request keys to answers, as `keelmark record` writes it (`host/docs/recordings.md`). A request
//! that it does not hold is an error that names the key, so a test never passes on a fact it forgot to state.

// Indexing a JSON value gives null where there is nothing; it does not panic. This code runs in tests only.
#![allow(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::host::{
    DockerEach, DockerList, EachAnswer, ErrorKind, Exec, FORMAT_1, FileKind, Host, HostError, HostFacts,
    LooseDirectory, Metadata, Process,
};

/// The real host's limit on the ids of one call.
const IDS_PER_CALL: usize = 1_000;

/// Answers by request key, and the operator's settings.
///
/// ```
/// use keelmark_sdk::fake::FakeHost;
/// use keelmark_sdk::{Facts, FieldPlan, serde_json::json};
///
/// let mut host = FakeHost::default();
/// host.answer("read /etc/docker/daemon.json", json!("{}"));
/// host.refuse("read /etc/docker/key.json", "permission", "needs root");
/// let facts = Facts::new(&host, FieldPlan::default());
/// assert_eq!(facts.read_text("/etc/docker/daemon.json").as_deref(), Ok("{}"));
/// assert!(facts.read_text("/etc/docker/key.json").is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct FakeHost {
    /// Answers by request key (`host/docs/recordings.md`): `{"ok": …}` or `{"error": {"kind", "message"}}`.
    pub answers: BTreeMap<String, Value>,
    /// The operator's settings by name.
    pub settings: BTreeMap<String, Value>,
}

impl FakeHost {
    /// The host of a recording file's text.
    pub fn from_recording(text: &str) -> Result<Self, String> {
        let recording: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let answers = recording["answers"].as_object().ok_or("the recording has no \"answers\"")?;
        let answers = answers.iter().map(|(key, answer)| (current_key(key), answer.clone())).collect();
        Ok(Self { answers, settings: BTreeMap::new() })
    }

    /// What `keelmark audit --replay` takes.
    pub fn to_recording(&self) -> Value {
        json!({ "keelmark-recording": 2, "answers": self.answers })
    }

    /// Answers a request with a value. The key may be one of recordings of format 1, too.
    pub fn answer(&mut self, key: impl AsRef<str>, value: Value) {
        self.answers.insert(current_key(key.as_ref()), json!({ "ok": value }));
    }

    /// Answers a request with an error of a kind ("not-found", "timeout" …).
    pub fn refuse(&mut self, key: impl AsRef<str>, kind: &str, message: &str) {
        self.answers.insert(current_key(key.as_ref()), json!({ "error": { "kind": kind, "message": message } }));
    }

    /// As the real host: an image that is there and has no history to tell is not one that vanished.
    fn gone_or_silent(&self, each: DockerEach, id: &str, error: HostError) -> HostError {
        let is_there = || !self.ask(&format!("docker inspect-images {id}")).is_err_and(|error| error.is_not_found());
        if each == DockerEach::History && error.is_not_found() && is_there() {
            return HostError::failed(error.message);
        }
        error
    }

    fn ask(&self, key: &str) -> Result<&Value, HostError> {
        let Some(answer) = self.answers.get(key) else {
            return Err(HostError::new(ErrorKind::Other, format!("not recorded: {key}")));
        };
        if let Some(error) = answer.get("error") {
            let text = |name: &str| error[name].as_str().unwrap_or_default();
            return Err(HostError::new(ErrorKind::from_name(text("kind")), text("message")));
        }
        Ok(&answer["ok"])
    }

    /// Asks about a path, and where that is a link, about what it leads to: as the host does, which asks the gate again.
    fn through_link(&self, question: &str, path: &str) -> Result<&Value, HostError> {
        let answer = self.ask(&format!("{question} {path}"))?;
        match answer.get("resolved") {
            None => Ok(answer),
            Some(Value::String(target)) => self.ask(&format!("{question} {target}")),
            Some(_) => Err(HostError::failed(format!("{question} {path}: where it leads is not text"))),
        }
    }
}

/// The texts of a list; none where it is not one, or holds anything else.
fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

/// An id of 32 bits.
fn narrow(number: u64, key: &str, name: &str) -> Result<u32, HostError> {
    number.try_into().map_err(|_| HostError::failed(format!("{key}: {name} is larger than any")))
}

/// The key of format 2 for one of recordings of format 1, which had other words for some of the engine's questions:
/// "docker containers" becomes "docker list-containers". Any other key stays.
pub fn current_key(key: &str) -> String {
    let Some(question) = key.strip_prefix("docker ") else { return key.to_owned() };
    let (word, rest) = question.find(' ').map_or((question, ""), |end| question.split_at(end));
    let function = FORMAT_1.iter().find(|(old, _)| *old == word).map_or(word, |(_, function)| function);
    format!("docker {function}{rest}")
}

/// The key of an exec request: words as they are, or as JSON strings where a blank or quote would blur them.
pub fn exec_key(program: &str, args: &[&str]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c);
    let word = |word: &&str| match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => Value::from(*word).to_string(),
    };
    let words: Vec<String> = std::iter::once(&program).chain(args).map(word).collect();
    format!("exec {}", words.join(" "))
}

/// The part of `value` that the dotted `fields` name; lists are projected element by element. What has no fields is not
/// below one: a text where an object was meant is left out, and null in a list.
pub fn project(value: &Value, fields: &[&str]) -> Value {
    below(value, fields).unwrap_or_default()
}

fn below(value: &Value, fields: &[&str]) -> Option<Value> {
    match value {
        Value::Array(items) => Some(items.iter().map(|item| project(item, fields)).collect()),
        Value::Object(entries) => {
            let picked = entries.iter().filter_map(|(key, value)| {
                if fields.contains(&key.as_str()) {
                    return Some((key.clone(), value.clone()));
                }
                let rest: Vec<&str> =
                    fields.iter().filter_map(|field| field.strip_prefix(key.as_str())?.strip_prefix('.')).collect();
                if rest.is_empty() { None } else { Some((key.clone(), below(value, &rest)?)) }
            });
            Some(Value::Object(picked.collect()))
        }
        Value::Null => Some(Value::Null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

impl Host for FakeHost {
    fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError> {
        let answer = self.ask(&exec_key(program, args))?;
        let key = exec_key(program, args);
        let text = |name: &str| {
            let text = answer[name].as_str().map(str::to_owned);
            text.ok_or_else(|| HostError::failed(format!("{key}: {name} is not text")))
        };
        Ok(Exec {
            code: answer["code"].as_i64().and_then(|code| code.try_into().ok()),
            stdout: text("stdout")?,
            stderr: text("stderr")?,
            truncated: answer["truncated"].as_bool().unwrap_or(false),
        })
    }

    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, HostError> {
        let key = format!("{} {path}", if follow { "stat" } else { "lstat" });
        let answer = self.ask(&key)?;
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let number = |name: &str| {
            let number = answer[name].as_u64();
            number.ok_or_else(|| HostError::failed(format!("{key}: {name} is not a number that a file can have")))
        };
        let id = |name: &str| number(name).and_then(|number| narrow(number, &key, name));
        let kind = match answer["kind"].as_str() {
            Some("directory") => FileKind::Directory,
            Some("symlink") => FileKind::Symlink,
            Some("socket") => FileKind::Socket,
            Some("file") => FileKind::File,
            Some("other") => FileKind::Other,
            _ => return Err(HostError::failed(format!("{key}: kind is not one that the contract knows"))),
        };
        let mode = text("mode").and_then(|mode| u32::from_str_radix(&mode, 8).ok());
        Ok(Metadata {
            kind,
            mode: mode.ok_or_else(|| HostError::failed(format!("{key}: mode is not octal text")))?,
            // Never 0 where nobody says so: that is root.
            uid: id("uid")?,
            gid: id("gid")?,
            owner: text("owner"),
            group: text("group"),
            size: number("size").unwrap_or(0),
            modified: answer["modified"].as_i64().unwrap_or(0),
            device: text("device").unwrap_or_default(),
            target: text("target"),
            resolved: text("resolved"),
            changed: answer["changed"].as_i64(),
            inode: answer["inode"].as_u64(),
            acl: text("acl-error")
                .map_or_else(|| Ok(text("acl").unwrap_or_default()), |error| Err(HostError::failed(error))),
            loose_directories: LooseDirectory::list(&answer["loose-directories"]),
        })
    }

    fn read_text(&self, path: &str) -> Result<String, HostError> {
        let text = self.through_link("read", path)?.as_str();
        text.map(str::to_owned).ok_or_else(|| HostError::failed(format!("read {path}: the answer is not text")))
    }

    fn list_dir(&self, path: &str) -> Result<Vec<String>, HostError> {
        let names = self.through_link("list", path)?;
        texts(names).ok_or_else(|| HostError::failed(format!("list {path}: the answer is not a list of names")))
    }

    fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError> {
        let key = format!("process {name}");
        let malformed = |what: &str| HostError::failed(format!("{key}: {what}"));
        let found = self.ask(&key)?.as_array().ok_or_else(|| malformed("the answer is not a list"))?;
        let process = |p: &Value| {
            let id = |name: &str| {
                let number = p[name].as_u64().ok_or_else(|| malformed(&format!("a process without {name}")))?;
                narrow(number, &key, name)
            };
            let argv = texts(&p["argv"]).ok_or_else(|| malformed("a process without argv"))?;
            let info = |key: &str| match &p[key] {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            Ok(Process::of(id("pid")?, argv, id("euid")?, info))
        };
        found.iter().map(process).collect()
    }

    fn docker(&self, list: DockerList, fields: &[&str]) -> Result<Value, HostError> {
        Ok(project(self.ask(&format!("docker {}", list.function()))?, fields))
    }

    fn docker_each(&self, each: DockerEach, ids: &[String], fields: &[&str]) -> Result<Vec<EachAnswer>, HostError> {
        if ids.len() > IDS_PER_CALL {
            return Err(HostError::new(ErrorKind::TooLarge, format!("{} with {} ids", each.op(), ids.len())));
        }
        let answer = |id: &String| {
            let value = self
                .ask(&format!("docker {} {id}", each.function()))
                .map_err(|error| self.gone_or_silent(each, id, error))?;
            Ok(if each.has_fields() { project(value, fields) } else { value.clone() })
        };
        Ok(ids.iter().map(|id| (id.clone(), answer(id))).collect())
    }

    fn describe(&self) -> Result<HostFacts, HostError> {
        let facts = self.ask("facts")?;
        let text = |name: &str| facts[name].as_str().unwrap_or_default().to_owned();
        let truth = |name: &str| {
            let truth = facts[name].as_bool();
            truth.ok_or_else(|| HostError::failed(format!("facts: {name} is neither true nor false")))
        };
        Ok(HostFacts {
            hostname: text("hostname"),
            kernel: text("kernel"),
            architecture: text("architecture"),
            os_id: text("os-id"),
            os_version: text("os-version"),
            os_name: text("os-name"),
            privileged: truth("privileged")?,
            engine_is_local: truth("engine-is-local")?,
            unreadable: facts["unreadable"].as_str().map(str::to_owned),
        })
    }

    fn now(&self) -> Result<i64, HostError> {
        self.ask("now")?.as_i64().ok_or_else(|| HostError::failed("now: the answer is not a number of seconds"))
    }

    fn setting(&self, key: &str) -> Result<Option<Value>, HostError> {
        Ok(self.settings.get(key).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_words_apart() {
        assert_eq!(exec_key("auditctl", &["-l"]), "exec auditctl -l");
        assert_eq!(exec_key("x", &["a b", ""]), r#"exec x "a b" """#);
    }

    #[test]
    fn projection_keeps_what_is_named_and_nothing_else() {
        let value = json!({ "a": { "b": 1, "c": 2 }, "d": [{ "e": 1, "f": 2 }], "ab": 3 });
        assert_eq!(project(&value, &["a.b", "d.e"]), json!({ "a": { "b": 1 }, "d": [{ "e": 1 }] }));
        assert_eq!(project(&value, &["a"]), json!({ "a": { "b": 1, "c": 2 } }));
        assert_eq!(project(&value, &[]), json!({}));
        let scalars = json!({ "args": ["a", "b"], "path": "/x", "none": null });
        assert_eq!(project(&scalars, &["args.n", "path.n", "none.n"]), json!({ "args": [null, null], "none": null }));
    }

    /// A fact that nobody stated must not become one: uid 0 is root, an empty file is a harmless one.
    #[test]
    fn what_is_not_known_is_refused() {
        let mut host = FakeHost::default();
        host.answer("stat /a", json!({ "kind": "file", "mode": "0644", "gid": 0 }));
        host.answer("stat /b", json!({ "mode": "0644", "uid": 0, "gid": 0 }));
        host.answer("read /link", json!({ "resolved": "/target" }));
        host.answer("list /link", json!({ "resolved": "/target" }));
        host.answer("read /object", json!({}));
        host.answer("list /names", json!(["a", 1]));
        host.answer("process dockerd", json!([{ "pid": 1, "argv": [] }]));
        host.answer("process other", json!({}));
        host.answer("now", json!("soon"));
        host.answer("exec ss -lnt", json!({ "code": 0 }));
        let message = |error: HostError| error.message;
        assert!(message(host.stat("/a", true).unwrap_err()).contains("uid"));
        assert!(message(host.stat("/b", true).unwrap_err()).contains("kind"));
        assert_eq!(message(host.read_text("/link").unwrap_err()), "not recorded: read /target");
        assert_eq!(message(host.list_dir("/link").unwrap_err()), "not recorded: list /target");
        assert!(host.read_text("/object").is_err() && host.list_dir("/names").is_err());
        assert!(message(host.find_processes("dockerd").unwrap_err()).contains("euid"));
        assert!(host.find_processes("other").is_err() && host.now().is_err());
        assert!(host.run("ss", &["-lnt"]).is_err());
        host.answer("read /target", json!("text"));
        host.answer("list /target", json!(["name"]));
        assert_eq!(host.read_text("/link").as_deref(), Ok("text"));
        assert_eq!(host.list_dir("/link"), Ok(vec!["name".to_owned()]));
    }

    #[test]
    fn recordings_of_both_formats_read_alike() {
        let old = r#"{ "keelmark-recording": 1, "answers": {
            "docker containers": { "ok": [{ "Id": "a" }] }, "docker container a": { "ok": { "Id": "a" } }, "docker info": { "ok": {} } } }"#;
        let old = FakeHost::from_recording(old).unwrap();
        let new = FakeHost::from_recording(&old.to_recording().to_string()).unwrap();
        for host in [old, new] {
            assert_eq!(host.docker(DockerList::Containers, &["Id"]), Ok(json!([{ "Id": "a" }])));
            let inspected = host.docker_each(DockerEach::Containers, &["a".to_owned()], &["Id"]).unwrap();
            assert_eq!(inspected, [("a".to_owned(), Ok(json!({ "Id": "a" })))]);
            assert!(host.docker(DockerList::Info, &[]).is_ok());
        }
    }

    #[test]
    fn what_is_not_recorded_is_an_error_that_names_the_key() {
        let error = FakeHost::default().stat("/etc/docker", true).unwrap_err();
        assert_eq!(error.message, "not recorded: stat /etc/docker");
    }

    #[test]
    fn an_image_without_a_history_has_not_vanished() {
        let mut host = FakeHost::default();
        host.answer("docker image a", json!({ "Id": "a" }));
        for id in ["a", "b"] {
            host.refuse(format!("docker history {id}"), "not-found", "does not provide any platform");
        }
        host.refuse("docker image b", "not-found", "no such image");
        let answers = host.docker_each(DockerEach::History, &["a".into(), "b".into()], &[]).unwrap();
        let gone: Vec<bool> = answers.iter().map(|(_, answer)| answer.as_ref().unwrap_err().is_not_found()).collect();
        assert_eq!(gone, [false, true]);
    }
}
