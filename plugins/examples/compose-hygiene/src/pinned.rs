//! Services whose image is another one tomorrow.

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::compose::{NEEDS, PROJECT, SERVICE, each_service, label};

pub static CHECK: Check = Check {
    slug: "service-of-any-version",
    control: "service-of-any-version",
    title: "A service takes whatever version of its image there is",
    means: "Every service names its image by a digest, or by a tag other than latest.",
    why: "Two hosts, or one host after a pull, then run different programs under one file; a rollback has nothing to go to.",
    audited: "Config.Image of every container with Compose's labels. Images that Compose built for the project itself, \
              PROJECT-SERVICE, have their version in the project.",
    fix: "image: nginx:1.29.3, or image: nginx@sha256:…",
    impact: "Updates have to be asked for.",
    default: "latest",
    deviates: "",
    references: &["https://docs.docker.com/reference/compose-file/services/#image"],
    needs: NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    each_service(facts, |container| {
        let image = container.str("Config.Image")?;
        let (project, service) = (label(container, PROJECT)?, label(container, SERVICE)?);
        let is_built = ["-", "_"]
            .iter()
            .any(|joint| image == format!("{}{joint}{}", project.unwrap_or_default(), service.unwrap_or_default()));
        if is_built {
            return Ok(Judgement::Skip);
        }
        let evidence = Evidence::new(&container.subject, "Config.Image", image);
        Ok(Judgement::bad_if(!is_pinned(image), evidence.expected("a digest, or a tag other than latest")))
    })
}

/// A colon before the last slash belongs to the registry's port.
fn is_pinned(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    image.contains('@') || name.split_once(':').is_some_and(|(_, tag)| !tag.is_empty() && tag != "latest")
}

#[cfg(test)]
mod tests {
    use super::is_pinned;

    #[test]
    fn a_port_is_no_tag() {
        for image in ["nginx:1.29", "r.example.org:5000/a/b:v1", "nginx@sha256:00", "nginx:latest@sha256:00"] {
            assert!(is_pinned(image), "{image}");
        }
        for image in ["nginx", "nginx:latest", "r.example.org:5000/a/b", "localhost:5000/a", "nginx:"] {
            assert!(!is_pinned(image), "{image}");
        }
    }
}
