//! The plugin's side of the component boundary: the WIT bindings, the host they reach, and the section they export.

use std::marker::PhantomData;

use serde_json::Value;

use crate::check::Section;
use crate::facts::{Facts, FieldPlan};
use crate::host::{
    DockerEach, DockerList, EachAnswer, ErrorKind, Exec, FileKind, Host, HostError, HostFacts, LooseDirectory,
    Metadata, Process,
};
use crate::verdict::Status;

mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "plugin", pub_export_macro: true, default_bindings_module: "keelmark_sdk::guest" });
}
#[doc(hidden)]
pub use bindings::*;

use bindings::exports::keelmark::plugin::guest as exported;
use bindings::keelmark::plugin::{exec, fs, host, process, report, types};

/// What [`section!`](crate::section) implements; everything else follows from the table.
pub trait Table {
    const SECTION: &'static Section;
}

impl<T: Table> exported::Guest for T {
    fn describe() -> types::Section {
        report_panics();
        describe(T::SECTION)
    }

    fn audit(ids: Vec<String>) -> Result<(), types::Error> {
        report_panics();
        audit(T::SECTION, &Imports::<T>(PhantomData), &ids)
    }
}

/// Exports a [`Table`]: the same as the generated macro, under a path that [`section!`](crate::section) can reach.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_plugin {
    ($plugin:ident) => {
        $crate::guest::export!($plugin with_types_in $crate::guest);
    };
}
#[doc(hidden)]
pub use crate::__export_plugin as export_plugin;

/// Without WASI a panic's text has nowhere to go but the host's log.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let _ = report::log(report::Level::Warn, &panic.to_string());
    }));
}

fn audit(section: &'static Section, host: &dyn Host, ids: &[String]) -> Result<(), types::Error> {
    let facts = Facts::new(host, FieldPlan::of_section(section));
    let total = ids.len() as u32;
    for (done, id) in (0..).zip(ids) {
        let Some(row) = section.rows.iter().find(|row| row.id == id) else {
            let message = format!("section {} of {} has no recommendation {id}", section.number, section.benchmark);
            return Err(types::Error { kind: types::ErrorKind::Invalid, message, info: Vec::new() });
        };
        report::emit(&finding(&facts, crate::audit::audit_row(row, &facts)))?;
        // A refused progress report must not cost a verdict.
        let _ = report::progress(done + 1, total);
    }
    Ok(())
}

fn finding(facts: &Facts, finding: crate::audit::Finding) -> types::Finding {
    let status = match finding.status {
        Status::Pass => types::Status::Pass,
        Status::Fail => types::Status::Fail,
        Status::Manual => types::Status::Manual,
        Status::NotApplicable => types::Status::NotApplicable,
        Status::Error => types::Status::Error,
    };
    let evidence = finding.evidence.into_iter().map(|mut e| {
        if let Some((kind, id)) = facts.identify(&e.subject) {
            e.info.push(("subject-kind".to_owned(), kind.to_owned()));
            if !id.is_empty() {
                e.info.push(("subject-id".to_owned(), id));
            }
        }
        types::Evidence { subject: e.subject, property: e.property, found: e.found, expected: e.expected, info: e.info }
    });
    types::Finding { id: finding.id, status, message: finding.message, evidence: evidence.collect(), info: Vec::new() }
}

fn describe(section: &Section) -> types::Section {
    let recommendations = section.rows.iter().map(|row| {
        let check = row.check;
        let mut info = Vec::new();
        let mut tell = |key: &str, value: String| info.push((key.to_owned(), value));
        if let Some(level) = row.level {
            tell("level", level.to_string());
        }
        let labels = [("profile", row.profile), ("assessment", row.assessment), ("subsection", row.subsection)];
        for (key, value) in labels.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            tell(key, value.to_owned());
        }
        if let Some(scored) = row.scored {
            tell("scored", scored.to_string());
        }
        let texts = [
            ("control", check.control),
            ("finding", check.title),
            ("means", check.means),
            ("why", check.why),
            ("audited", check.audited),
            ("fix", check.fix),
            ("impact", check.impact),
            ("default", check.default),
            ("deviates", check.deviates),
        ];
        for (key, value) in texts.into_iter().filter(|(key, value)| *key != "deviates" || !value.is_empty()) {
            tell(key, value.to_owned());
        }
        for reference in check.references {
            tell("reference", (*reference).to_owned());
        }
        for (key, value) in row.params().iter() {
            tell("param", format!("{key}={value}"));
        }
        for need in check.needs {
            let args: Vec<Value> = need.bound_args(&row.params()).into_iter().map(Value::from).collect();
            tell("need", serde_json::json!({ "op": need.op, "args": args, "why": need.why }).to_string());
        }
        types::Recommendation { id: row.id.to_owned(), title: row.title.to_owned(), check: check.slug.to_owned(), info }
    });
    types::Section {
        benchmark: section.benchmark.to_owned(),
        number: section.number.to_owned(),
        title: section.title.to_owned(),
        recommendations: recommendations.collect(),
        info: Vec::new(),
    }
}

/// The component's imports as a [`Host`]: the calls that the section's checks say they need.
///
/// A trait object reaches all of its methods, so each of them drops its import by itself where no check needs it.
struct Imports<T>(PhantomData<T>);

/// The call, where a check of `T`'s section needs `op`; else an error, and no import.
macro_rules! needed {
    ($table:ty, $op:literal, $call:expr) => {
        if const { <$table>::SECTION.needs($op) } { $call } else { Err(unneeded($op)) }
    };
}

// Below the macro, which it uses.
mod questions;

/// What the host's gate would say: a manifest names no more than what the checks need.
fn unneeded(op: &str) -> types::Error {
    let message = format!("denied: no check of this plugin says in its needs that it asks for {op}");
    types::Error { kind: types::ErrorKind::Denied, message, info: Vec::new() }
}

impl<T: Table> Host for Imports<T> {
    fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let out = needed!(T, "exec", exec::run(program, &args))?;
        Ok(Exec { code: out.code, stdout: out.stdout, stderr: out.stderr, truncated: out.truncated })
    }

    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, HostError> {
        let m = needed!(T, "fs.stat", fs::stat(path, follow))?;
        let kind = match m.kind {
            fs::Kind::File => FileKind::File,
            fs::Kind::Directory => FileKind::Directory,
            fs::Kind::Symlink => FileKind::Symlink,
            fs::Kind::Socket => FileKind::Socket,
            fs::Kind::Other => FileKind::Other,
        };
        let info = |name: &str| told(&m.info, name);
        Ok(Metadata {
            kind,
            mode: m.mode,
            uid: m.uid,
            gid: m.gid,
            owner: m.owner,
            group: m.group,
            size: m.size,
            modified: m.modified,
            device: m.device,
            target: m.target,
            resolved: info("resolved"),
            changed: info("changed").and_then(|seconds| seconds.parse().ok()),
            inode: info("inode").and_then(|number| number.parse().ok()),
            acl: match info("acl-error") {
                Some(error) => Err(HostError::failed(error)),
                None => Ok(info("acl").unwrap_or_default()),
            },
            loose_directories: match info("loose-directories") {
                Some(json) => LooseDirectory::list(&parse(&json)?),
                None => Vec::new(),
            },
        })
    }

    fn read_text(&self, path: &str) -> Result<String, HostError> {
        Ok(needed!(T, "fs.read-text", fs::read_text(path))?)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<String>, HostError> {
        Ok(needed!(T, "fs.list-dir", fs::list_dir(path))?)
    }

    fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError> {
        let found = needed!(T, "process.find", process::find(name))?;
        let process = |p: process::Running| Process::of(p.pid, p.argv, p.euid, |name| told(&p.info, name));
        Ok(found.into_iter().map(process).collect())
    }

    fn docker(&self, list: DockerList, fields: &[&str]) -> Result<Value, HostError> {
        let fields = owned(fields);
        parse(&questions::one::<T>(list, &fields)?)
    }

    fn docker_each(&self, each: DockerEach, ids: &[String], fields: &[&str]) -> Result<Vec<EachAnswer>, HostError> {
        let fields = owned(fields);
        let answers = questions::each::<T>(each, ids, &fields)?;
        let parsed = |json: Result<String, types::Error>| parse(&json?);
        Ok(answers.into_iter().map(|answer| (answer.id, parsed(answer.json))).collect())
    }

    fn describe(&self) -> Result<HostFacts, HostError> {
        let facts = needed!(T, "host.facts", host::describe())?;
        Ok(HostFacts {
            hostname: facts.hostname,
            kernel: facts.kernel,
            architecture: facts.architecture,
            os_id: facts.os_id,
            os_version: facts.os_version,
            os_name: facts.os_name,
            privileged: facts.privileged,
            engine_is_local: facts.engine_is_local,
            unreadable: facts.info.into_iter().find(|(key, _)| key == "unreadable").map(|(_, why)| why),
        })
    }

    fn now(&self) -> Result<i64, HostError> {
        Ok(needed!(T, "host.now", host::now())?)
    }

    fn setting(&self, key: &str) -> Result<Option<Value>, HostError> {
        let found = needed!(T, "host.setting", host::setting(key))?;
        found.map(|json| parse(&json)).transpose()
    }
}

impl From<types::Error> for HostError {
    fn from(error: types::Error) -> Self {
        let kind = match error.kind {
            types::ErrorKind::Denied => ErrorKind::Denied,
            types::ErrorKind::NotFound => ErrorKind::NotFound,
            types::ErrorKind::Invalid => ErrorKind::Invalid,
            types::ErrorKind::Timeout => ErrorKind::Timeout,
            types::ErrorKind::TooLarge => ErrorKind::TooLarge,
            types::ErrorKind::Unavailable => ErrorKind::Unavailable,
            types::ErrorKind::Permission => ErrorKind::Permission,
            types::ErrorKind::Failed => ErrorKind::Failed,
            types::ErrorKind::Other => ErrorKind::Other,
        };
        HostError::new(kind, error.message)
    }
}

/// The value of a key in an `info` list.
fn told(info: &[(String, String)], name: &str) -> Option<String> {
    info.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

fn owned(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

fn parse(json: &str) -> Result<Value, HostError> {
    serde_json::from_str(json).map_err(|error| HostError::failed(format!("the host's answer is not JSON: {error}")))
}
