//! Replicas of one service that were made from different configurations or images.

use std::collections::BTreeSet;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::compose::{CONFIG_HASH, NEEDS, each_group, label, service};

pub static CHECK: Check = Check {
    slug: "replicas-drifted",
    control: "replicas-drifted",
    title: "Replicas of one service differ",
    means: "All containers of a service were made from one configuration and one image.",
    why: "Which version answers a request is chance: half of them may lack the setting or the fix that was rolled out.",
    audited: "Compose's config-hash and the image's id, compared between the containers of each service.",
    fix: "docker compose up --detach",
    impact: "The containers that differ are replaced.",
    default: "alike, until a rollout is broken off",
    deviates: "",
    references: &["https://docs.docker.com/reference/cli/docker/compose/up/"],
    needs: NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    each_group(facts, "services", service, |name, replicas| {
        let mut wrong =
            differing(replicas, "config-hash", |one| Ok(label(one, CONFIG_HASH)?.unwrap_or("none").into()))?;
        wrong.extend(differing(replicas, "Image", |one| Ok(one.str("Image")?.to_owned()))?);
        Ok(Judgement::bad_if_any(wrong, Evidence::new(name, "config-hash", "the same of all its containers")))
    })
}

/// One line for each container, where they do not all say the same.
fn differing(
    replicas: &[&Object],
    property: &str,
    read: impl Fn(&Object) -> Result<String, HostError>,
) -> Result<Vec<Evidence>, HostError> {
    let said = replicas.iter().map(|one| Ok((&one.subject, read(one)?))).collect::<Result<Vec<_>, HostError>>()?;
    let values: BTreeSet<&String> = said.iter().map(|(_, value)| value).collect();
    if values.len() < 2 {
        return Ok(Vec::new());
    }
    let line = |(subject, value): &(&String, String)| {
        Evidence::new(subject.as_str(), property, value).expected("the same as the other replicas")
    };
    Ok(said.iter().map(line).collect())
}
