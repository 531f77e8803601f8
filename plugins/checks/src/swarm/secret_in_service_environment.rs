use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Status, Verdict};

use super::state;
use crate::images::secret_names::secret_entry;

pub static CHECK: Check = Check {
    slug: "secret-in-service-environment",
    control: "swarm-secret-management",
    title: "Service gets a secret through its environment",
    means: "Passwords, tokens and keys of swarm services are kept as docker secrets and mounted into the services that \
            need them.",
    why: "An environment variable is shown by `docker service inspect`, inherited by every child process, and written to \
          crash reports and logs. A docker secret is encrypted at rest and exists, in memory, only where its service \
          runs.",
    audited: "The names of the environment variables of every service: one that is called as a secret is (PASSWORD, \
              TOKEN, API_KEY …, but not DB_PASSWORD_FILE) fails. Values are not read. Where none is, a service that \
              mounts a docker secret passes; what the others do for theirs, if they have any, is for a person to \
              judge, with the number of secrets in the swarm to go by.",
    fix: "Store the value, mount it, and let the program read the file:\n\
          \n\
          printf %s \"$VALUE\" | docker secret create db_password -\n\
          docker service update --secret-add db_password --env-rm DB_PASSWORD \\\n    \
          --env-add DB_PASSWORD_FILE=/run/secrets/db_password SERVICE\n\
          \n\
          and change the value, which everyone with access to the swarm could read.",
    impact: "Programs must read their secrets from files; rotating one means a new secret and an update of the service.",
    default: "A swarm has no secrets until someone creates them.",
    deviates: "",
    references: &["https://docs.docker.com/engine/swarm/secrets/"],
    needs: &[
        state::STATE,
        Need::new(
            "docker.list-services",
            &[
                "ID",
                "Spec.Name",
                "Spec.TaskTemplate.ContainerSpec.Env",
                "Spec.TaskTemplate.ContainerSpec.Secrets.SecretName",
            ],
            "reads the names of services' variables and secrets",
        ),
        Need::new("docker.list-secrets", &["ID", "Spec.Name"], "counts the swarm's secrets"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let services = facts.services()?;
        let secrets = facts.secrets()?;
        let verdict = Judgement::sum_up("services", services.iter().map(|s| (s.subject.clone(), judge(s))))?;
        Ok(match verdict.status() {
            Status::Manual => verdict
                .message(format!("look up how these services get their secrets; the swarm keeps {}", secrets.len())),
            _ => verdict,
        })
    })
}

fn judge(service: &Object) -> Result<Judgement, HostError> {
    service.require("Spec.TaskTemplate")?;
    // All three are left out where they are empty: a service of plugins has no containers at all.
    let spec = "Spec.TaskTemplate.ContainerSpec";
    let env = service.optional(&format!("{spec}?.Env"), |service, path| service.strings(path))?.unwrap_or_default();
    let secrets = service.optional(&format!("{spec}?.Secrets"), Object::objects)?.unwrap_or_default();
    let exposed = env.into_iter().filter_map(secret_entry);
    let exposed: Vec<Evidence> = exposed
        .map(|name| Evidence::new(&service.subject, "ContainerSpec.Env", name).expected("a docker secret"))
        .collect();
    Ok(match (exposed.is_empty(), secrets.is_empty()) {
        (false, _) => Judgement::Bad(exposed),
        (true, false) => {
            let names: Vec<&str> = secrets.iter().map(|secret| secret.str("SecretName")).collect::<Result<_, _>>()?;
            Judgement::good(Evidence::new(&service.subject, "ContainerSpec.Secrets", names.join(", ")))
        }
        (true, true) => Judgement::ask(Evidence::new(&service.subject, "ContainerSpec.Secrets", "none")),
    })
}
