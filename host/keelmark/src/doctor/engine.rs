//! Whether the engine answers, and who it says it is.

use keelmark_contract::ErrorKind;
use keelmark_facts::live::docker::{self, Endpoint, Environment};
use keelmark_report::model::Engine;

use super::{Diagnosis, Subject};

const ITEM: &str = "engine";

/// The diagnosis, and the engine as an audit's report would name it.
pub async fn examine(subject: &Subject) -> (Diagnosis, Engine) {
    let endpoint = match Endpoint::resolve(subject.docker_host.as_deref(), &Environment::from_env()) {
        Ok(endpoint) => endpoint,
        Err(error) => {
            let advice = "correct --docker-host, DOCKER_HOST or the docker context";
            let engine = Engine { error: Some(error.to_string()), ..Engine::default() };
            return (Diagnosis::problem(ITEM, error.to_string(), advice), engine);
        }
    };
    let engine = docker::Engine::connect(endpoint);
    let endpoint = engine.endpoint().to_owned();
    match engine.identity().await {
        Ok(identity) => {
            let found = format!("{} {} (API {}) at {endpoint}", identity.name, identity.version, identity.api_version);
            let (name, version, api_version) = (identity.name, identity.version, identity.api_version);
            (Diagnosis::ok(ITEM, found), Engine { endpoint, name, version, api_version, ..Engine::default() })
        }
        Err(error) => {
            let advice = match error.kind {
                ErrorKind::Permission => "run keelmark as root, or as a user who may open the engine's socket",
                ErrorKind::Unavailable => {
                    "start the engine (systemctl start docker), or name another one with --docker-host or DOCKER_HOST"
                }
                ErrorKind::Timeout => "see why the engine does not answer: journalctl -u docker",
                _ => "see whether a container engine listens there, or name another one with --docker-host",
            };
            let diagnosis = Diagnosis::problem(ITEM, error.message.clone(), advice);
            (diagnosis, Engine { endpoint, error: Some(error.message), ..Engine::default() })
        }
    }
}
