//! A plugin that carries what it says of itself: nobody compiles it to list or explain it, and it cannot lie.

use keelmark_bad_plugins::{BENCHMARK, Behaviour, IDS, SECTION};
use keelmark_contract::plugin::describe;
use keelmark_contract::{Recommendation, SectionInfo};

use super::installed::Host;
use super::{everything, write};
use crate::support::bad_plugin;

/// What the plugin says when it is asked, under another title where one is given.
fn section(title: &str) -> SectionInfo {
    let info = || vec![("level".to_owned(), "1".to_owned())];
    let row = |id: &&str| Recommendation::new((*id).into(), "Something".into(), "hostile".into(), info());
    let (benchmark, number, title) = (BENCHMARK.to_owned(), SECTION.to_owned(), title.to_owned());
    SectionInfo { benchmark, number, title, recommendations: IDS.iter().map(row).collect() }
}

fn plugin(section: &SectionInfo) -> Vec<u8> {
    let mut plugin = bad_plugin::plugin(Behaviour::BehavesWell, &everything());
    describe(&mut plugin, section).unwrap();
    plugin
}

/// How many files of native code there are.
fn compiled(host: &Host) -> usize {
    std::fs::read_dir(host.recorded.join("cache")).map_or(0, Iterator::count)
}

#[test]
fn it_is_listed_and_explained_without_being_compiled() {
    let host = Host::new();
    let file = write(&host.recorded, "described.wasm", &plugin(&section("Hostile")));
    let done = host.run(&["plugin", "install", &file]);
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let run = |args: &[&str]| {
        let mut command = host.command();
        command.env("KEELMARK_CACHE_DIR", host.recorded.join("cache")).args(args);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let plugins = run(&["list", "plugins"]);
    assert!(plugins.lines().any(|line| line.contains("hostile") && line.contains("Hostile")), "{plugins}");
    assert_eq!(run(&["list", "recommendations", "-b", BENCHMARK]).lines().count(), IDS.len() + 1);
    assert!(run(&["explain", "9.1"]).contains("Something"));
    assert_eq!(compiled(&host), 0, "something was compiled");
    run(&["audit", "--replay", &host.recorded.path().display().to_string(), "-b", BENCHMARK, "--fail-on", "never"]);
    assert_eq!(compiled(&host), 1, "the audit compiles it");
}

#[test]
fn one_that_lies_is_not_installed() {
    let host = Host::new();
    let file = write(&host.recorded, "liar.wasm", &plugin(&section("Harmless")));
    let done = host.run(&["plugin", "install", &file]);
    assert_eq!(done.code, Some(64), "{}", done.stdout);
    assert!(
        done.stderr.contains("audits something else than its section keelmark:description says"),
        "{}",
        done.stderr
    );
    assert!(host.run(&["plugin", "list"]).stdout.contains("nothing is installed"));
}
