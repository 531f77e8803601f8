//! Services that run while what they depend on does not.

use std::collections::BTreeMap;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::compose::{DEPENDS_ON, NEEDS, SERVICE, each_group, label, project};

pub static CHECK: Check = Check {
    slug: "dependency-down",
    control: "dependency-down",
    title: "What a service depends on is not running",
    means: "Every service that another one of its project depends on has a running container.",
    why: "Compose looks at dependencies when it starts a project, and never again.",
    audited: "The label depends_on of every running container, against the states of its project's containers. What only \
              had to finish (service_completed_successfully) need not run.",
    fix: "docker compose up --detach",
    impact: "None.",
    default: "running, as long as nobody stops it",
    deviates: "",
    references: &["https://docs.docker.com/compose/how-tos/startup-order/"],
    needs: NEEDS,
    params: &[],
    audit,
};

const COMPLETED: &str = "service_completed_successfully";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    each_group(facts, "projects", project, |name, containers| {
        let mut states: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for container in containers {
            let service = label(container, SERVICE)?.unwrap_or_default();
            states.entry(service).or_default().push(container.str("State.Status")?);
        }
        let mut wrong = Vec::new();
        for container in containers {
            if container.str("State.Status")? != "running" {
                continue;
            }
            for needed in needed(container)? {
                let found = states.get(needed).map(Vec::as_slice).unwrap_or_default();
                if !found.contains(&"running") {
                    let found = if found.is_empty() { "no container".to_owned() } else { found.join(", ") };
                    wrong.push(
                        Evidence::new(&container.subject, format!("depends_on {needed}"), found).expected("running"),
                    );
                }
            }
        }
        Ok(Judgement::bad_if_any(wrong, Evidence::new(name, "depends_on", "all running")))
    })
}

/// The services that must be running: of "db:service_healthy:false,init:service_completed_successfully:false" it is db.
fn needed(container: &Object) -> Result<Vec<&str>, HostError> {
    let entries = label(container, DEPENDS_ON)?.unwrap_or_default().split(',');
    Ok(entries
        .filter_map(|entry| {
            let mut parts = entry.split(':');
            let service = parts.next().filter(|service| !service.is_empty())?;
            (parts.next() != Some(COMPLETED)).then_some(service)
        })
        .collect())
}
