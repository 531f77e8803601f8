//! What Compose writes on its containers, and the loops over them.

use std::collections::BTreeMap;

use keelmark_sdk::{Facts, HostError, Judgement, Need, Object, Verdict};

/// What every check of this plugin asks for.
pub const NEEDS: &[Need] = &[
    Need::new("docker.list-containers", &["Id", "Names"], "looks at every container"),
    Need::new(
        "docker.inspect-containers",
        &["Config.Healthcheck", "Config.Image", "Config.Labels", "HostConfig.RestartPolicy", "Image", "State.Status"],
        "reads which Compose project a container belongs to, and how it is kept",
    ),
];

pub const PROJECT: &str = "com.docker.compose.project";
pub const SERVICE: &str = "com.docker.compose.service";
pub const CONFIG_HASH: &str = "com.docker.compose.config-hash";
pub const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
pub const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
pub const DEPENDS_ON: &str = "com.docker.compose.depends_on";
/// "True" on containers of `docker compose run`: somebody's hand, not the project's service.
const ONE_OFF: &str = "com.docker.compose.oneoff";

/// A container's label; none where it has none of that name.
pub fn label<'a>(container: &'a Object, name: &str) -> Result<Option<&'a str>, HostError> {
    let labels = container.optional("Config.Labels", Object::map)?;
    Ok(labels.and_then(|labels| labels.get(name)).and_then(|value| value.as_str()))
}

/// Whether a container stands for a service of a project.
fn is_service(container: &Object) -> Result<bool, HostError> {
    let is_one_off = label(container, ONE_OFF)?.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Ok(label(container, PROJECT)?.is_some() && label(container, SERVICE)?.is_some() && !is_one_off)
}

/// Judges every container that stands for a service.
pub fn each_service(
    facts: &Facts,
    judge: impl Fn(&Object) -> Result<Judgement, HostError>,
) -> Result<Verdict, HostError> {
    facts.each_container(|container| if is_service(container)? { judge(container) } else { Ok(Judgement::Skip) })
}

/// Judges every project, or every service of one, by all of its containers: `key` says what belongs together.
///
/// A container that cannot be read may belong to any of them, so it makes the verdict incomplete.
pub fn each_group(
    facts: &Facts,
    noun: &str,
    key: impl Fn(&Object) -> Result<String, HostError>,
    judge: impl Fn(&str, &[&Object]) -> Result<Judgement, HostError>,
) -> Result<Verdict, HostError> {
    let inspected = facts.containers()?;
    let mut groups: BTreeMap<String, Vec<&Object>> = BTreeMap::new();
    let mut judged = Vec::new();
    for one in inspected.iter() {
        match &one.object {
            Err(error) => judged.push((one.subject.clone(), Err(error.clone()))),
            Ok(container) if is_service(container)? => groups.entry(key(container)?).or_default().push(container),
            Ok(_) => {}
        }
    }
    judged.extend(groups.iter().map(|(name, containers)| (name.clone(), judge(name, containers))));
    Judgement::sum_up(noun, judged)
}

/// "project shop"
pub fn project(container: &Object) -> Result<String, HostError> {
    Ok(format!("project {}", label(container, PROJECT)?.unwrap_or_default()))
}

/// "service shop/web"
pub fn service(container: &Object) -> Result<String, HostError> {
    let text = |name| Ok::<_, HostError>(label(container, name)?.unwrap_or_default());
    Ok(format!("service {}/{}", text(PROJECT)?, text(SERVICE)?))
}
