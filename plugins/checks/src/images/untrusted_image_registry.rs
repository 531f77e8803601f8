use std::collections::{BTreeMap, BTreeSet};

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "untrusted-image-registry",
    control: "image-trusted-base",
    title: "Image comes from a registry that nobody vouched for",
    means: "Images, and the base images they are built on, come from registries and repositories that you trust.",
    why: "Whoever can push to the repository decides what runs on this host. Typo-squatted and abandoned public \
          repositories have shipped miners, backdoored SSH and credential stealers for years before anyone noticed.",
    audited: "The repositories of every image on the host, against the setting trusted-registries: a registry \
              (\"registry.example:5000\") or a registry with the first components of a repository \
              (\"docker.io/library\"). Where an image has digests (RepoDigests), they decide, because they keep the \
              repository it was pulled from or pushed to; a tag can be put on anything. An image with neither must be \
              judged by hand. Without the setting, all of them must. The bases that a built image was \
              assembled from leave no name in it: they are judged only while they are on the host as images.",
    fix: "Name the registries that you trust in keelmark's settings:\n\
          \n\
          trusted-registries = [\"registry.example\", \"docker.io/library\"]\n\
          \n\
          Rebuild images on a base from one of them, pinned by digest, and remove the others:\n\
          \n\
          FROM registry.example/base/debian@sha256:…\n\
          docker image rm IMAGE",
    impact: "Images from elsewhere must be reviewed and copied into a trusted registry before they can be used.",
    default: "Docker pulls from any registry; a name without one means Docker Hub.",
    deviates: "",
    references: &[
        "https://docs.docker.com/docker-hub/image-library/trusted-content/",
        "https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
    ],
    needs: &[
        needs::LIST_IMAGES,
        Need::new("host.setting", &["trusted-registries"], "the registries that the operator vouches for"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let images = facts.image_list()?;
    let Some(trusted) = facts.setting_list("trusted-registries")? else {
        return in_use(&images);
    };
    let judge = |image: &Object| {
        let names = names(image)?;
        if names.is_empty() {
            return Ok(Judgement::ask(Evidence::new(&image.subject, "RepoTags", "none, and no digest")));
        }
        let foreign = names.iter().map(|name| repository(name)).filter(|name| !is_trusted(name, &trusted));
        let foreign: BTreeSet<String> = foreign.collect();
        let evidence = |name: &String| {
            Evidence::new(&image.subject, "repository", name).expected(format!("one below {}", trusted.join(", ")))
        };
        Ok(Judgement::bad_if_any(foreign.iter().map(evidence).collect()))
    };
    Judgement::sum_up("images", images.iter().map(|image| (image.subject.clone(), judge(image))))
}

/// Nobody said whom to trust: what there is to judge, by registry.
fn in_use(images: &[Object]) -> Result<Verdict, HostError> {
    let mut registries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for image in images {
        for name in names(image)?.iter().map(|name| repository(name)) {
            let registry = name.split('/').next().unwrap_or_default().to_owned();
            registries.entry(registry).or_default().insert(name);
        }
    }
    if images.is_empty() {
        return Ok(Verdict::not_applicable("no images"));
    }
    let evidence = registries.iter().map(|(registry, repositories)| {
        let list: Vec<&str> = repositories.iter().map(String::as_str).collect();
        Evidence::new(format!("registry {registry}"), "repositories", list.join(", "))
    });
    let evidence: Vec<Evidence> = evidence.collect();
    Ok(Verdict::manual("decide which of these registries you trust, and name them in trusted-registries", evidence))
}

/// Digests where there are any, else tags. A list of `<none>` is how older engines say that there is none.
fn names(image: &Object) -> Result<Vec<&str>, HostError> {
    let named = |path: &str| -> Result<Vec<&str>, HostError> {
        Ok(image.strings(path)?.into_iter().filter(|name| !name.starts_with("<none>")).collect())
    };
    let digests = named("RepoDigests")?;
    if digests.is_empty() { named("RepoTags") } else { Ok(digests) }
}

/// "nginx:1" is docker.io/library/nginx, the way the engine completes it.
fn repository(reference: &str) -> String {
    let name = reference.split('@').next().unwrap_or_default();
    let name = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    };
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host.to_ascii_lowercase(), path),
        _ => ("docker.io".to_owned(), name),
    };
    match host.as_str() {
        "docker.io" | "index.docker.io" if path.contains('/') => format!("docker.io/{path}"),
        "docker.io" | "index.docker.io" => format!("docker.io/library/{path}"),
        host => format!("{host}/{path}"),
    }
}

/// Whole components only: registry.example vouches for nothing at registry.example.evil.
fn is_trusted(repository: &str, trusted: &[String]) -> bool {
    trusted.iter().map(|entry| entry.trim().trim_end_matches('/')).filter(|entry| !entry.is_empty()).any(|entry| {
        let (host, path) = entry.split_once('/').map_or((entry, None), |(host, path)| (host, Some(path)));
        let host = host.to_ascii_lowercase();
        let host = if host == "index.docker.io" { "docker.io".to_owned() } else { host };
        let prefix = path.map_or_else(|| host.clone(), |path| format!("{host}/{path}"));
        repository.strip_prefix(&prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
