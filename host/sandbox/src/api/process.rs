//! `wit/process.wit`

use keelmark_contract::FactError;
use keelmark_contract::gate::Call;
use keelmark_facts::{Request, daemon};
use serde_json::Value;

use super::bindings::keelmark::plugin::process::{Host, Running};
use super::{PluginState, malformed, types};

impl Host for PluginState {
    async fn find(&mut self, name: String) -> Result<Vec<Running>, types::Error> {
        let found = find(self, name).await;
        self.answered(found)
    }
}

async fn find(state: &mut PluginState, name: String) -> Result<Vec<Running>, FactError> {
    state.allow(Call::FindProcesses { name: &name })?;
    let is_daemon = daemon::PROGRAMS.contains(&name.as_str());
    let request = Request::FindProcesses { name };
    let answer = state.ask(&request).await?;
    if is_daemon {
        let configs = answer.as_array().into_iter().flatten().filter_map(daemon::config_file_of);
        state.daemon_configs.extend(configs.collect::<Vec<_>>());
    }
    let found = answer.as_array().and_then(|found| found.iter().map(running).collect());
    found.ok_or_else(|| malformed(&request))
}

fn running(process: &Value) -> Option<Running> {
    let number = |name: &str| process.get(name)?.as_u64()?.try_into().ok();
    let words = process.get("argv")?.as_array()?;
    let argv: Option<Vec<String>> = words.iter().map(|word| word.as_str().map(str::to_owned)).collect();
    // Recordings of earlier versions have next to none of it.
    let pair = |key: &&str| match process.get(*key)? {
        Value::String(text) => Some(((*key).to_owned(), text.clone())),
        Value::Number(number) => Some(((*key).to_owned(), number.to_string())),
        _ => None,
    };
    let info = INFO.iter().filter_map(pair).collect();
    Some(Running { pid: number("pid")?, argv: argv?, euid: number("euid")?, info })
}

/// The known keys of a process's `info`.
const INFO: [&str; 8] =
    ["started", "exe", "unit", "config-file", "config-changed", "xdg-config-home", "xdg-data-home", "xdg-runtime-dir"];
