use std::collections::HashSet;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::setting_count;
use crate::needs;

const CONTAINER_IMAGES: Need =
    Need::new("docker.list-containers", &["ImageID"], "tells which images containers were made from");

pub static CHECK: Check = Check {
    slug: "unused-image",
    control: "ops-avoid-image-sprawl",
    title: "Images lie about that no container uses",
    means: "The host keeps only the images that its containers use, so that nobody starts an old one by mistake.",
    why: "Images that are left behind keep the vulnerabilities of their day, and a tag typed from memory starts one of \
          them. They also fill the disk that containers, logs and the engine itself need.",
    audited: "Every image on the host against every container, running or not: an image is used where a container was \
              made from exactly that image (its id, since tags move). The number of images without a container is \
              compared with the setting max-unused-images; without the setting, none at all passes, and anything else \
              is for a person to judge.",
    fix: "Look, then remove what nobody needs:\n\
          \n\
          docker image ls\n\
          docker image rm IMAGE\n\
          docker image prune --all --filter until=240h      every image without a container, older than ten days\n\
          \n\
          Say how many may stay for a rollback, in keelmark's settings:\n\
          \n\
          max-unused-images = 3",
    impact: "A removed image must be pulled or built again, for instance to roll back.",
    default: "Docker keeps every image until someone removes it.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/manage-resources/pruning/",
        "https://docs.docker.com/reference/cli/docker/image/prune/",
    ],
    needs: &[
        needs::LIST_IMAGES,
        needs::LIST_CONTAINERS,
        CONTAINER_IMAGES,
        Need::new("host.setting", &["max-unused-images"], "how many images may be kept without a container"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let (images, containers) = (facts.image_list()?, facts.container_list()?);
    if images.is_empty() {
        return Ok(Verdict::not_applicable("no images"));
    }
    let used: Result<HashSet<&str>, _> = containers.iter().map(|c| c.str("ImageID").map(digest)).collect();
    let used = used?;
    let unused: Vec<_> = images.iter().filter(|image| !used.contains(digest(&image.id))).collect();
    let message = format!("{} of {} images have no container", unused.len(), images.len());
    let limit = setting_count(facts, "max-unused-images")?;
    let evidence = unused.iter().map(|image| Evidence::new(&image.subject, "containers", 0));
    Ok(match limit {
        _ if unused.is_empty() => {
            let none = Evidence::new("daemon", "images without a container", 0).source("the engine's lists");
            Verdict::pass([none]).message(match images.len() {
                1 => "the only image is used".to_owned(),
                count => format!("all {count} images are used"),
            })
        }
        None => Verdict::manual(format!("{message}: decide which to keep"), evidence),
        Some(limit) if unused.len() <= limit => Verdict::pass(evidence).message(format!("{message}, {limit} may")),
        Some(limit) => Verdict::fail(format!("{message}, {limit} may"), evidence),
    })
}

/// Podman leaves the algorithm out.
fn digest(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}
