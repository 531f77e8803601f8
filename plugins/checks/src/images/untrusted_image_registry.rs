use std::collections::BTreeSet;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Status, Verdict};

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
              (\"docker.io/library\"). An image's digests (RepoDigests) decide, because they keep the repository that it \
              was pulled from or pushed to; a tag can be put on anything. An image without one was built or loaded here \
              and must be judged by hand. Without the setting, all of them must. The bases that a built image was \
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
    let trusted = facts.setting_list("trusted-registries")?;
    let verdict =
        Judgement::sum_up("images", images.iter().map(|image| (image.subject.clone(), judge(image, &trusted))))?;
    Ok(match (&trusted, verdict.status()) {
        (None, Status::Manual) => {
            verdict.message("decide which of these repositories you trust, and name them in trusted-registries")
        }
        _ => verdict,
    })
}

fn judge(image: &Object, trusted: &Option<Vec<String>>) -> Result<Judgement, HostError> {
    // A list of `<none>` is how older engines say that there is none.
    let digests = image.strings("RepoDigests")?.into_iter().filter(|digest| !digest.starts_with("<none>"));
    let repositories: BTreeSet<String> = digests.map(repository).collect();
    if repositories.is_empty() {
        let evidence = Evidence::new(&image.subject, "RepoDigests", "none");
        return Ok(Judgement::ask(evidence.note("built or loaded here: its tags say nothing about where it is from")));
    }
    let evidence = |name: &String| Evidence::new(&image.subject, "repository", name).source("RepoDigests");
    let Some(trusted) = trusted else { return Ok(Judgement::Ask(repositories.iter().map(evidence).collect())) };
    let expected = format!("one below {}", trusted.join(", "));
    let (fine, foreign): (Vec<&String>, Vec<&String>) = repositories.iter().partition(|name| is_trusted(name, trusted));
    let shown = |names: Vec<&String>| names.into_iter().map(|name| evidence(name).expected(&expected)).collect();
    Ok(if foreign.is_empty() { Judgement::Good(shown(fine)) } else { Judgement::Bad(shown(foreign)) })
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
