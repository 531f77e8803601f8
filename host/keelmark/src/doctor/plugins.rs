//! The installed plugins: which of them would run, and with all that they ask for.

use keelmark_contract::plugin::Level;
use keelmark_contract::settings::Settings;
use keelmark_store::{Installed, LoadProblem, Store, Unusable};

use super::Diagnosis;

const ITEM: &str = "plugin";

pub fn examine(store: &Store, settings: &Settings) -> Vec<Diagnosis> {
    match store.load_all(settings.plugins()) {
        Err(error) => vec![Diagnosis::problem(ITEM, error.to_string(), "see the store")],
        Ok(plugins) => plugins
            .into_iter()
            .map(|plugin| plugin.map_or_else(|unusable| broken(&unusable), |installed| whole(&installed)))
            .collect(),
    }
}

fn whole(plugin: &Installed) -> Diagnosis {
    let id = &plugin.entry.id;
    let name = format!("{id} {}, {}", plugin.entry.version, plugin.level);
    if !plugin.access.missing.is_empty() {
        let missing: Vec<String> = plugin.access.missing.iter().map(|capability| capability.summary()).collect();
        let found = format!("{name}: asks for what is not granted: {}", missing.join("; "));
        let advice =
            format!("its checks that need it are errors: keelmark plugin show {id}, then keelmark plugin grant {id} …");
        return Diagnosis::problem(ITEM, found, advice);
    }
    if let Some((capability, reason)) = plugin.access.forbidden.first() {
        let found = format!("{name}: {} is forbidden: {reason}", capability.summary());
        return Diagnosis::problem(ITEM, found, "change [plugins] in keelmark.toml, or remove the plugin");
    }
    if plugin.level == Level::Local {
        let found = format!("{name}: nobody vouches for it");
        return Diagnosis::note(ITEM, found, "install it with --sha256, or with the signature of a trusted key");
    }
    Diagnosis::ok(ITEM, format!("{name}: ready"))
}

fn broken(unusable: &Unusable) -> Diagnosis {
    let id = &unusable.entry.id;
    let found = format!("{id} {} does not run: {}", unusable.entry.version, unusable.problem);
    let advice = match &unusable.problem {
        LoadProblem::Level { .. } => {
            "install it signed by a trusted key or with --sha256, or lower require in [plugins] of keelmark.toml".into()
        }
        LoadProblem::Untrusted { .. } => "keelmark plugin trust add KEY, or remove the plugin".into(),
        LoadProblem::Manifest(_) => format!("keelmark plugin update {id}, or use a keelmark that speaks its contract"),
        _ => format!("install it again, or remove it: keelmark plugin remove {id}"),
    };
    Diagnosis::problem(ITEM, found, advice)
}
