//! Plugins that lie about what they audit, or never say it: left out by name, and the audit goes on.

use std::sync::Arc;

use keelmark_bad_plugins::{Behaviour, IDS};
use keelmark_contract::limits;
use keelmark_contract::settings::Settings;
use keelmark_report::{REPORTERS, Style};
use keelmark_sandbox::api::Shared;
use keelmark_sandbox::engine::Origin;
use serde_json::json;

use super::{assert_clamped, audit_beside_broken};
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{Heard, audit, block_on, host, print, sandbox};

/// Why a plugin took no part in an audit that went on without it.
fn refusal(component: Vec<u8>) -> String {
    let file = PluginFile::new(component);
    let report = audit_beside_broken(vec![file.path()]);
    let [broken] = report.broken_plugins.as_slice() else { panic!("{:?}", report.broken_plugins) };
    assert_eq!(broken.plugin, file.path().display().to_string());
    broken.problem.clone()
}

#[test]
fn a_false_description_is_refused() {
    use Behaviour::*;
    let cases = [
        (DescribesForever, "the plugin took longer than 2 s"),
        (DescribesInPanic, "the plugin panicked"),
        (
            DescribesAnotherBenchmark,
            "it describes section \"9\" of \"cis-docker-1.8.0\", but its manifest says section \"9\" of \"hostile-1\"",
        ),
        (DescribesAnotherSection, "it describes section \"5\" of \"hostile-1\""),
        (DescribesTwice, "it describes the id \"9.2\", which is malformed or repeated"),
        (DescribesTooMuch, "it describes 501 recommendations; the limit is 500"),
        (DescribesByGrowing, "it wanted more than 192 MiB of memory"),
        (DescribesByRecursion, "the plugin ran out of stack"),
        (DescribesTooManyBytes, "the plugin broke: "),
        (DescribesNothing, "it describes no recommendation"),
        (DescribesOddIds, "it describes the id \"9.1\\u{1b}[2J\", which is malformed or repeated"),
    ];
    for (behaviour, expected) in cases {
        let problem = refusal(bad_plugin::plugin(behaviour, &bad_plugin::manifest()));
        assert!(problem.contains(expected), "{behaviour:?}: {problem}");
    }
}

#[test]
fn a_long_description_is_cut() {
    let file = PluginFile::new(bad_plugin::plugin(Behaviour::DescribesAtLength, &bad_plugin::manifest()));
    let report = audit(host(json!({})), vec![file.path()], &IDS, &Arc::default()).unwrap();
    let section = &report.benchmarks[0].sections[0];
    let finding = &section.findings[0];
    let rule = report.rule(section, finding).unwrap();
    for text in [&section.title, &finding.title, &finding.check, &rule.fix] {
        assert!(!text.is_empty());
        assert_clamped(text);
    }
}

#[test]
fn a_description_of_endless_details_is_cut() {
    let component = bad_plugin::plugin(Behaviour::DescribesEveryDetail, &bad_plugin::manifest());
    let plugin = sandbox().load(&component, Origin::Builtin).unwrap();
    let shared = Shared::new(host(json!({})), Settings::default(), Arc::new(Heard::default()));
    let described = block_on(sandbox().describe(&plugin, Arc::new(shared))).unwrap();
    assert_eq!(described.recommendations[0].all("reference").count(), limits::DETAILS);
}

#[test]
fn a_description_cannot_speak_to_the_terminal() {
    let file = PluginFile::new(bad_plugin::plugin(Behaviour::DescribesTerminal, &bad_plugin::manifest()));
    let report = audit(host(json!({})), vec![file.path()], &IDS, &Arc::default()).unwrap();
    let style = Style { remediation: true, verbose: true, ..Style::default() };
    for format in REPORTERS {
        super::speaking::assert_harmless(&print(&report, format.name(), style));
    }
}
