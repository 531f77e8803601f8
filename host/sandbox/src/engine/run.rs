//! Running a section: all its recommendations in one instance, and where that breaks, the rest one by one.

use std::sync::Arc;
use std::time::Duration;

use keelmark_contract::gate::Gate;
use tokio::time::{Instant, timeout};
use wasmtime::{Store, Trap};
use wasmtime_wasi::I32Exit;

use super::{LoadedPlugin, Runtime, limits};
use crate::api::{LastWords, Plugin, PluginState, Shared, Sink, types};

/// What the adapter for WASI's first version says of the functions that it leaves out.
const NOT_IN_ADAPTER: &str = "no other implementation available in proxy world";

/// One plugin, ready to be run under one gate.
pub struct Run<'r> {
    pub runtime: &'r Runtime,
    pub plugin: &'r LoadedPlugin,
    pub gate: Gate,
    pub shared: Arc<Shared>,
}

/// How a section's run went. The findings are in the sink.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Why there is no finding about these ids.
    pub broken: Vec<(String, String)>,
}

impl Run<'_> {
    /// Audits `ids`; what is found goes to `sink`, which awaits them.
    ///
    /// A plugin that traps, runs out of time or returns an error keeps the findings it has emitted; each of the
    /// other ids is tried again in a fresh instance, so that one broken check costs one verdict.
    pub async fn audit(&self, ids: &[String], sink: &Arc<Sink>) -> Outcome {
        let end = Instant::now() + limits::SECTION;
        let first = self.attempt(ids, sink, limits::ATTEMPT, limits::CALLS).await;
        let rest: Vec<&String> = ids.iter().filter(|id| sink.awaits(id)).collect();
        let mut outcome = Outcome::default();
        for id in rest {
            let cause = match (&first, end.saturating_duration_since(Instant::now())) {
                (Err(cause), left) if left.is_zero() => cause.clone(),
                (_, left) => {
                    let (only, time) = (std::slice::from_ref(id), limits::RETRY.min(left));
                    match self.attempt(only, sink, time, limits::RETRY_CALLS).await {
                        Err(cause) => cause,
                        Ok(()) => "the plugin ended without a finding".to_owned(),
                    }
                }
            };
            if sink.awaits(id) {
                outcome.broken.push((id.clone(), cause));
            }
        }
        outcome
    }

    async fn attempt(&self, ids: &[String], sink: &Arc<Sink>, limit: Duration, calls: u64) -> Result<(), String> {
        let words = Arc::new(LastWords::default());
        let audit = async {
            let (mut store, plugin) = self.instantiate(sink, &words, calls).await?;
            let result = plugin.keelmark_plugin_guest().call_audit(&mut store, ids).await;
            sink.grew(store.data().budget.memory());
            // The reason becomes a message in the report, and is cut like every other text of a plugin.
            result
                .map_err(|error| explain(error, &words))?
                .map_err(|error| format!("the plugin gave up: {}", limits::clamp_text(error.message)))
        };
        let done = within(limit, &words, audit).await;
        if done.is_err() {
            self.show_output(&words);
        }
        done
    }

    /// Makes an instance and drops it.
    pub async fn start(&self, sink: &Arc<Sink>) -> Result<(), String> {
        self.instantiate(sink, &Arc::default(), 0).await.map(drop)
    }

    /// What the plugin says that it audits.
    pub(super) async fn describe(&self, sink: Arc<Sink>) -> Result<types::Section, String> {
        let words = Arc::new(LastWords::default());
        let describe = async {
            let (mut store, plugin) = self.instantiate(&sink, &words, limits::DESCRIBE_CALLS).await?;
            let described = plugin.keelmark_plugin_guest().call_describe(&mut store).await;
            described.map_err(|error| explain(error, &words))
        };
        let done = within(limits::DESCRIBE, &words, describe).await;
        if done.is_err() {
            self.show_output(&words);
        }
        done
    }

    /// The end of a broken plugin's output, for `--verbose`: the reason in the report is one line of it.
    fn show_output(&self, words: &LastWords) {
        for line in words.output().lines().take(limits::LOG_LINES) {
            self.shared.events.log(&self.plugin.id, "output", line);
        }
    }

    async fn instantiate(
        &self,
        sink: &Arc<Sink>,
        words: &Arc<LastWords>,
        calls: u64,
    ) -> Result<(Store<PluginState>, Plugin), String> {
        let state = PluginState::new(
            (Arc::clone(&self.plugin.id), Arc::clone(&self.plugin.digest)),
            self.gate.clone(),
            Arc::clone(&self.shared),
            Arc::clone(sink),
            Arc::clone(words),
            calls,
            self.plugin.is_about_containers(),
        );
        let mut store = Store::new(&self.runtime.engine, state);
        store.limiter(|state| &mut state.budget);
        store.set_hostcall_fuel(limits::HOSTCALL_BYTES);
        // Yielding, not trapping: the timeout around the call ends what takes too long, wherever it is.
        store.epoch_deadline_async_yield_and_update(1);
        let plugin = self.plugin.pre.instantiate_async(&mut store).await.map_err(|error| explain(error, words))?;
        Ok((store, plugin))
    }
}

async fn within<T>(
    limit: Duration,
    words: &LastWords,
    work: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    match timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(said(format!("the plugin took longer than {} s", limit.as_secs_f32()), words)),
    }
}

/// A trap in the words of whoever has to mend it: the cause, and what the plugin said of it. Not the stack.
fn explain(error: wasmtime::Error, words: &LastWords) -> String {
    if let Some(I32Exit(code)) = error.downcast_ref::<I32Exit>() {
        return said(format!("the plugin exited with code {code}"), words);
    }
    match (error.downcast_ref::<Trap>(), words.summary()) {
        // An SDK's panic hook says where and why, and so is the whole story.
        (Some(Trap::UnreachableCodeReached), Some(panic)) if panic.starts_with("panicked at ") => {
            limits::clamp_text(format!("the plugin {panic}"))
        }
        (Some(Trap::UnreachableCodeReached), _) => said("the plugin panicked".to_owned(), words),
        (Some(Trap::StackOverflow), _) => said("the plugin ran out of stack".to_owned(), words),
        (Some(trap), _) => said(format!("the plugin trapped: {trap}"), words),
        (None, _) => said(format!("the plugin broke: {}", error.root_cause()), words),
    }
}

/// A cause with what the plugin said last.
fn said(cause: String, words: &LastWords) -> String {
    let text = match words.summary() {
        // Go's os.Exit, for one: nothing of ours stands behind it, and the adapter's own words name no cause.
        Some(summary) if summary.ends_with(NOT_IN_ADAPTER) => {
            format!("{cause}: it wanted to exit, or called another function of WASI that plugins do not have")
        }
        Some(summary) => format!("{cause}; the last it said: {summary}"),
        None => cause,
    };
    limits::clamp_text(text)
}
