//! A plugin that cannot take part costs its own verdicts: the report names it, and the others' are complete.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keelmark_audit::{Candidate, Grant};
use keelmark_bad_plugins::{BAD_ID, Behaviour, IDS};
use keelmark_contract::gate::Ceiling;
use keelmark_contract::{ErrorKind, FactError, ops};
use keelmark_facts::{Answer, Backend, BoxFuture, Request};
use keelmark_report::Status;
use keelmark_sandbox::api::Events;
use keelmark_sandbox::engine::{Cache, Runtime, RuntimeOptions};
use serde_json::json;

use super::{behaving, report, write};
use crate::cli::{Recorded, clean, privileged};
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{Heard, audit, audit_with, cache_dir, compiler, host, sandbox};

const BYSTANDER: [&str; 2] = ["--check", "privileged-container"];

#[test]
fn what_does_not_load_is_in_the_report() {
    let component = || bad_plugin::component(Behaviour::BehavesWell);
    let truncated = behaving(Behaviour::BehavesWell)[..2_000].to_vec();
    let reserved = bad_plugin::manifest().replace("id = \"hostile\"", "id = \"cis-docker-1.8.0-5\"");
    let edition = bad_plugin::manifest().replace("hostile-1", "cis-docker-1.8.0");
    let cases = [
        (component(), "carries no manifest"),
        (bad_plugin::module(Behaviour::BehavesWell), "it is a core WebAssembly module"),
        (truncated, "unexpected end-of-file"),
        (bad_plugin::plugin(Behaviour::BehavesWell, "schema = 1\nid = 3\n"), "line 2"),
        (bad_plugin::plugin(Behaviour::BehavesWell, &reserved), "its id or benchmark \"cis-docker-1.8.0-5\""),
        (bad_plugin::plugin(Behaviour::BehavesWell, &edition), "is a built-in plugin's"),
        (behaving(Behaviour::DescribesInPanic), "the plugin panicked"),
    ];
    for (bytes, expected) in cases {
        let recorded = privileged();
        let plugin = write(&recorded, "acme.wasm", &bytes);
        let done = recorded.audit(&[&BYSTANDER[..], &["--plugin", &plugin, "-o", "json"]].concat());
        assert_eq!(done.code, Some(2), "{}", done.stderr);
        let report = report(&done);
        assert_eq!(report.findings().next().unwrap().status, Status::Fail);
        assert!(!report.is_complete());
        let [broken] = report.broken_plugins.as_slice() else { panic!("{:?}", report.broken_plugins) };
        assert_eq!(broken.plugin, plugin);
        assert!(broken.problem.contains(expected), "{}", broken.problem);
    }
}

#[test]
fn the_text_report_names_it_too() {
    let recorded = clean();
    let plugin = write(&recorded, "acme.wasm", &bad_plugin::component(Behaviour::BehavesWell));
    let done = recorded.audit(&[&BYSTANDER[..], &["--plugin", &plugin]].concat());
    assert_eq!(done.code, Some(2));
    for expected in ["Plugins that did not take part", "acme.wasm", "carries no manifest", "1 plugin did not take part"]
    {
        assert!(done.stdout.contains(expected), "{expected}:\n{}", done.stdout);
    }
}

/// A name that only the broken plugin may have had is not just unknown.
#[test]
fn an_unknown_name_tells_of_the_plugin_that_did_not_load() {
    let recorded = clean();
    let plugin = write(&recorded, "acme.wasm", &bad_plugin::component(Behaviour::BehavesWell));
    let done = recorded.audit(&["--check", "acme-check", "--plugin", &plugin]);
    assert_eq!(done.code, Some(64));
    assert!(done.stderr.contains("acme-check") && done.stderr.contains("carries no manifest"), "{}", done.stderr);
}

#[test]
fn compiling_has_a_time_limit() {
    // A cache of its own, so that there is something to compile.
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(&folder.path().join("cache")).unwrap();
    let options = RuntimeOptions { compile_limit: Duration::ZERO, ..RuntimeOptions::new(Some(cache), compiler()) };
    let impatient = Runtime::start(options).unwrap();
    let file = PluginFile::new(behaving(Behaviour::BehavesWell));
    let candidate = Candidate::of_file(&file.path(), Grant::All, Ceiling::default()).unwrap();
    let report =
        audit_with(&impatient, host(json!({})), vec![candidate], &["privileged-container"], Arc::new(Heard::default()))
            .unwrap();
    assert!(report.broken_plugins[0].problem.contains("longer than 0 s to compile"), "{:?}", report.broken_plugins);
    assert_eq!(report.findings().count(), 1, "built-in plugins have no such limit");
    assert!(cache_dir().exists());
}

/// A listener with a defect: what it breaks is keelmark's own side of one section.
#[derive(Default)]
struct PanicsOnProgress(AtomicUsize);

impl Events for PanicsOnProgress {
    fn progress(&self, plugin: &str, _: u32, _: u32) {
        if plugin == "hostile" {
            self.0.fetch_add(1, Ordering::Relaxed);
            panic!("a defect in progress");
        }
    }
    fn log(&self, _: &str, _: &'static str, _: &str) {}
}

#[test]
fn a_panic_of_keelmark_s_own_costs_one_section() {
    let file = PluginFile::new(behaving(Behaviour::FloodsProgress));
    let candidate = Candidate::of_file(&file.path(), Grant::All, Ceiling::default()).unwrap();
    let checks: Vec<&str> = IDS.into_iter().chain(["privileged-container"]).collect();
    let events = Arc::new(PanicsOnProgress::default());
    let report = audit_with(sandbox(), host(json!({})), vec![candidate], &checks, Arc::clone(&events) as _).unwrap();
    let find = |id: &str| report.findings().find(|finding| finding.id == id || finding.check == id).unwrap();
    assert_eq!(find("9.1").status, Status::Pass, "what was found before stands");
    let bad = find(BAD_ID);
    assert_eq!(bad.status, Status::Error);
    assert!(bad.message.contains("keelmark itself panicked") && bad.message.contains("a defect in progress"));
    assert_ne!(find("privileged-container").status, Status::Error);
    assert_eq!(events.0.load(Ordering::Relaxed), 1);
}

/// The counters outlive the instance: a retry does not begin anew.
#[test]
fn log_lines_are_counted_over_retries() {
    let heard = Arc::new(Heard::default());
    let file = PluginFile::new(behaving(Behaviour::FloodsLogAndPanics));
    let report = audit(host(json!({})), vec![file.path()], &[BAD_ID], &heard).unwrap();
    assert!(report.findings().next().unwrap().message.contains("panicked"));
    assert_eq!(heard.logs.lock().unwrap().len(), keelmark_contract::limits::LOG_LINES);
}

/// A host whose containers are all gone when they are asked for.
struct Gone(Arc<dyn Backend>);

impl Backend for Gone {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        match request {
            Request::Docker(asked) if asked.op() == &ops::INSPECT_CONTAINERS => {
                let id = asked.id().unwrap();
                let error = FactError::new(ErrorKind::NotFound, format!("no container {id}"));
                Box::pin(std::future::ready(Err(error)))
            }
            request => self.0.ask(request),
        }
    }
}

#[test]
fn ids_are_charged_for_and_made_up_ones_are_not_gone() {
    let file = PluginFile::new(behaving(Behaviour::AsksForManyObjects));
    let heard = Arc::new(Heard::default());
    let backend = Arc::new(Gone(host(json!({"containers": [{"name": "web"}]}))));
    let report = audit(backend, vec![file.path()], &[BAD_ID, "privileged-container"], &heard).unwrap();
    let finding = report.findings().find(|finding| finding.id == BAD_ID).unwrap();
    assert!(finding.message.contains("too many calls"), "{}", finding.message);
    // A container of the engine's own list is; an id that no list ever had is not.
    let notes = heard.notes.lock().unwrap();
    assert!(notes.iter().any(|note| note.contains("was listed, but is gone")), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("made-up")), "{notes:?}");
}

/// Without a grant a plugin can report, and learns nothing; the report says what would change that.
#[test]
fn a_file_without_a_grant_is_told_what_would_grant_it() {
    let recorded = Recorded::new(json!({}));
    let plugin = write(&recorded, "acme.wasm", &behaving(Behaviour::AsksForOddPaths));
    let done = recorded.audit(&["--check", BAD_ID, "--plugin", &plugin, "-o", "json"]);
    let report = report(&done);
    assert!(report.notes.is_empty(), "odd paths are in no manifest: {:?}", report.notes);
    let walks = bad_plugin::plugin(Behaviour::AsksForStat, &bad_plugin::manifest());
    let plugin = write(&recorded, "acme.wasm", &walks);
    let done = recorded.audit(&["--check", BAD_ID, "--plugin", &plugin, "-o", "json"]);
    let report = super::report(&done);
    let finding = report.findings().next().unwrap();
    assert_eq!((done.code, finding.status), (Some(2), Status::Error));
    assert!(finding.message.contains("--grant FILE or --grant-all allows it"), "{}", finding.message);
    assert!(report.notes.iter().any(|note| note.contains("not granted: fs.stat /etc/docker/**")), "{:?}", report.notes);
    let done = recorded.audit(&["--check", BAD_ID, "--plugin", &plugin, "-o", "json", "--grant-all"]);
    assert!(!super::report(&done).findings().next().unwrap().message.contains("denied"));
}
