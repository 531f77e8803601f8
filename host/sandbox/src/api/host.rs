//! `wit/host.wit`

use keelmark_contract::gate::Call;
use keelmark_contract::{FactError, ops};
use keelmark_facts::Request;

use super::bindings::keelmark::plugin::host::{Facts, Host};
use super::{PluginState, malformed, types};

impl Host for PluginState {
    async fn describe(&mut self) -> Result<Facts, types::Error> {
        let facts = describe(self).await;
        self.answered(facts)
    }

    async fn now(&mut self) -> Result<i64, types::Error> {
        let now = now(self).await;
        self.answered(now)
    }

    async fn setting(&mut self, key: String) -> Result<Option<String>, types::Error> {
        let allowed = self.allow(Call::Setting { key: &key });
        let value = allowed.map(|()| {
            let value = self.shared.settings.get(&key)?;
            self.shared.remarks.used(&key);
            Some(value.to_string())
        });
        self.answered(value)
    }
}

async fn describe(state: &mut PluginState) -> Result<Facts, FactError> {
    state.allow(Call::Plain { op: &ops::HOST_FACTS })?;
    let answer = state.ask(&Request::Facts).await?;
    let text = |name: &str| answer.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let flag = |name: &str| answer.get(name).and_then(|value| value.as_bool());
    let (Some(privileged), Some(engine_is_local)) = (flag("privileged"), flag("engine-is-local")) else {
        return Err(malformed(&Request::Facts));
    };
    let unreadable = answer.get("unreadable").and_then(|why| why.as_str());
    Ok(Facts {
        hostname: text("hostname"),
        kernel: text("kernel"),
        architecture: text("architecture"),
        os_id: text("os-id"),
        os_version: text("os-version"),
        os_name: text("os-name"),
        privileged,
        engine_is_local,
        info: unreadable.map(|why| ("unreadable".to_owned(), why.to_owned())).into_iter().collect(),
    })
}

async fn now(state: &mut PluginState) -> Result<i64, FactError> {
    state.allow(Call::Plain { op: &ops::HOST_NOW })?;
    let answer = state.ask(&Request::Now).await?;
    answer.as_i64().ok_or_else(|| malformed(&Request::Now))
}
