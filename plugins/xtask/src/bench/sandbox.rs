//! What the sandbox costs: instantiating a plugin, and a section's audit in it against the same code compiled natively.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use keelmark_audit as audit;
use keelmark_audit::DescribedPlugin;
use keelmark_checks::Entry;
use keelmark_contract::settings::Settings;
use keelmark_facts::Recording;
use keelmark_sandbox::api::{Events, Shared, Sink};
use keelmark_sandbox::engine::{Run, Runtime};
use keelmark_sdk::fake::FakeHost;
use keelmark_sdk::{
    DockerEach, DockerList, Exec, Facts, FieldPlan, Host, HostError, HostFacts, Metadata, Process,
    Row as Recommendation, audit_row, row, scenario,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::budget::Row;
use super::measure::{median, milliseconds};

/// The largest section of the newest edition, over as many containers as the real engine has.
const SECTION: (&str, &str) = ("cis-docker-1.8.0", "5");
const CONTAINERS: usize = 100;

/// Medians in milliseconds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measured {
    instantiate: f64,
    sandboxed: f64,
    native: f64,
    /// Whether this program was compiled as what is released is.
    is_optimised: bool,
}

impl Measured {
    pub fn rows(&self) -> Vec<Row> {
        let section = format!("{} section {} over {CONTAINERS} containers", SECTION.0, SECTION.1);
        let compiled = if self.is_optimised { "" } else { "UNOPTIMISED xtask: means nothing; " };
        let how = "asking a section to describe itself in a fresh instance";
        vec![
            Row::new("instantiating a plugin", self.instantiate, "ms", how).budget(1.0),
            Row::new("a section's audit in the sandbox", self.sandboxed, "ms", section),
            Row::new("the same compiled natively", self.native, "ms", "answers cross as JSON text in both"),
            Row::new(
                "sandbox / native",
                self.sandboxed / self.native,
                "×",
                format!("{compiled}crossings and gate included"),
            )
            .budget(2.0),
        ]
    }
}

/// Measures in this process: how it was compiled decides what comes out.
pub fn measure(runs: usize) -> anyhow::Result<Measured> {
    let containers: Vec<Value> =
        (0..CONTAINERS).map(|number| json!({ "name": format!("container-{number}") })).collect();
    let host = scenario::expand(&json!({ "containers": containers })).map_err(anyhow::Error::msg)?;
    let recording = Recording::parse("the simulated host", host.to_recording().to_string().as_bytes())?;
    let shared = || Arc::new(Shared::new(Arc::new(recording.clone()), Settings::default(), Arc::new(Silence)));
    let tokio = tokio::runtime::Runtime::new()?;
    let sandbox = Runtime::new(None).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let plugins = tokio.block_on(audit::load_edition(&sandbox, &shared(), SECTION.0))?;
    let plugins: Vec<_> =
        plugins.into_iter().collect::<Result<_, _>>().map_err(|broken| anyhow::anyhow!("{broken:?}"))?;
    let plugin = plugins.iter().find(|plugin| plugin.section.number == SECTION.1).context("no such section")?;
    let ids: Vec<String> =
        plugin.section.recommendations.iter().map(|recommendation| recommendation.id.clone()).collect();
    let rows = native_rows(plugin)?;

    let (mut instantiate, mut sandboxed, mut native) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs * 5 {
        let shared_now = shared();
        instantiate
            .push(timed(|| tokio.block_on(sandbox.describe(&plugin.plugin, shared_now)).map_err(anyhow::Error::msg))?);
        let gate = plugin.gate.clone();
        let run = Run { runtime: &sandbox, plugin: &plugin.plugin, gate, shared: shared() };
        let sink = Arc::new(Sink::awaiting(&ids));
        sandboxed.push(timed(|| Ok(tokio.block_on(run.audit(&ids, &sink))))?);
        let found = sink.into_findings().len();
        ensure!(found == ids.len(), "the sandboxed audit gave {found} of {} findings", ids.len());
        native.push(timed(|| {
            let host = AsText(&host);
            let facts = Facts::new(&host, FieldPlan::of(rows.iter().map(|row| row.check)));
            Ok(rows.iter().map(|row| audit_row(row, &facts)).collect::<Vec<_>>())
        })?);
    }
    let ms = |times| milliseconds(median(times));
    Ok(Measured {
        instantiate: ms(instantiate),
        sandboxed: ms(sandboxed),
        native: ms(native),
        is_optimised: !cfg!(debug_assertions),
    })
}

/// The section's table, with the checks that this program was linked with.
fn native_rows(plugin: &DescribedPlugin) -> anyhow::Result<Vec<Recommendation>> {
    let entries = keelmark_checks::catalog();
    let native = |recommendation: &keelmark_contract::Recommendation| {
        let is_it = |entry: &&Entry| entry.check.slug == recommendation.check;
        let entry = entries.iter().find(is_it).with_context(|| format!("no check {}", recommendation.check))?;
        let bound = recommendation.all("param").filter_map(|param| param.split_once('='));
        // A row is a constant in a plugin, so its parts live for ever; here they do for one short benchmark.
        let bound: Vec<(&'static str, &'static str)> =
            bound.map(|(key, value)| (&*key.to_owned().leak(), &*value.to_owned().leak())).collect();
        Ok(row(recommendation.id.clone().leak(), "", entry.check).with(bound.leak()))
    };
    plugin.section.recommendations.iter().map(native).collect()
}

fn timed<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<Duration> {
    let started = Instant::now();
    std::hint::black_box(work()?);
    Ok(started.elapsed())
}

struct Silence;

impl Events for Silence {
    fn progress(&self, _: &str, _: u32, _: u32) {}
    fn log(&self, _: &str, _: &'static str, _: &str) {}
}

/// A host whose engine answers are written as text and parsed again, which is how they reach a plugin.
struct AsText<'h>(&'h FakeHost);

fn through_text(value: &Value) -> Result<Value, HostError> {
    serde_json::from_str(&value.to_string()).map_err(|error| HostError::failed(error.to_string()))
}

impl Host for AsText<'_> {
    fn docker(&self, list: DockerList, fields: &[&str]) -> Result<Value, HostError> {
        through_text(&self.0.docker(list, fields)?)
    }

    fn docker_each(
        &self,
        each: DockerEach,
        ids: &[String],
        fields: &[&str],
    ) -> Result<Vec<(String, Result<Value, HostError>)>, HostError> {
        let answers = self.0.docker_each(each, ids, fields)?;
        Ok(answers.into_iter().map(|(id, answer)| (id, answer.and_then(|value| through_text(&value)))).collect())
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError> {
        self.0.run(program, args)
    }

    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, HostError> {
        self.0.stat(path, follow)
    }

    fn read_text(&self, path: &str) -> Result<String, HostError> {
        self.0.read_text(path)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<String>, HostError> {
        self.0.list_dir(path)
    }

    fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError> {
        self.0.find_processes(name)
    }

    fn describe(&self) -> Result<HostFacts, HostError> {
        self.0.describe()
    }

    fn now(&self) -> Result<i64, HostError> {
        self.0.now()
    }

    fn setting(&self, key: &str) -> Result<Option<Value>, HostError> {
        self.0.setting(key)
    }
}
