use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "outdated-container-image",
    control: "runtime-latest-image-version",
    title: "Container runs an older image than its tag now names",
    means: "Containers run the newest version of the image that they were started from.",
    why: "A tag moves on when its image is rebuilt, a running container does not. It keeps every hole that the rebuild \
          closed, while the list of images shows the fixed one.",
    audited: "Of every container, running or not, Image (the id it was created from) against the id that Config.Image \
              (the name it was started by) has in the engine's list of images. Two different ones fail. Where both are \
              the same, or the container was started by id or digest, or the engine no longer has the tag, a person \
              must judge: whether the registry holds a newer image cannot be seen from the host.",
    fix: "Fetch the tag, and recreate the container from it:\n\
          \n\
          docker pull registry.example/app:1.4 && docker rm -f web; docker run --name web … registry.example/app:1.4\n\
          docker run --pull always …\n\
          compose:  docker compose pull && docker compose up -d",
    impact: "The container restarts with a new version, which may behave differently.",
    default: "docker run takes the local image of that name, however old it is.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/image/pull/",
        "https://docs.docker.com/reference/cli/docker/container/run/#pull",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["Image", "Config.Image"]), needs::LIST_IMAGES],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let images = facts.image_list()?;
    facts.each_container(|container| {
        let (id, name) = (container.str("Image")?, container.str("Config.Image")?);
        let found = |note: &str| Evidence::new(&container.subject, "Config.Image", name).note(note);
        if name.contains('@') {
            return Ok(Judgement::ask(found("pinned by digest")));
        }
        let Some(current) = id_of(&images, name)? else {
            let by_id = id.starts_with(name) || id.strip_prefix("sha256:").is_some_and(|hex| hex.starts_with(name));
            let why = if by_id { "started by id" } else { "a tag that names no image here now" };
            return Ok(Judgement::ask(found(why)));
        };
        Ok(match current == id {
            true => Judgement::ask(found("the newest here")),
            false => Judgement::bad(
                Evidence::new(&container.subject, "Image", id)
                    .expected(current)
                    .note(format!("which {name} now names")),
            ),
        })
    })
}

/// The id of the image that a name stands for now.
fn id_of<'a>(images: &'a [Object], name: &str) -> Result<Option<&'a str>, HostError> {
    let name = familiar(name);
    for image in images {
        if image.strings("RepoTags")?.iter().any(|tag| familiar(tag) == name) {
            return image.str("Id").map(Some);
        }
    }
    Ok(None)
}

/// A name as the engine lists it: `docker.io/library/nginx` is `nginx:latest`.
fn familiar(name: &str) -> String {
    let short = ["index.docker.io/", "docker.io/"].iter().find_map(|hub| name.strip_prefix(hub)).unwrap_or(name);
    let short = short.strip_prefix("library/").unwrap_or(short);
    // A colon before the last slash belongs to a registry's port.
    let has_tag = short.rsplit('/').next().is_some_and(|last| last.contains(':'));
    if has_tag { short.to_owned() } else { format!("{short}:latest") }
}
