use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use super::asking;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "unvalidated-image-signature",
    control: "image-signed-artifacts-validated",
    title: "Signatures of images may not have been validated",
    means: "Signed images and other artifacts are validated against the signer's key before they are used.",
    why: "A signature that nobody checks protects nobody: an image replaced in the registry is pulled and started all \
          the same.",
    audited: "Always judged by a person, since the engine records no signature and no validation. To go by: the digest \
              under which every image is known to a registry (RepoDigests), which is what a signature is about. An \
              image without one has never been in a registry, or the engine forgot, and has nothing to validate.",
    fix: "Validate what is on the host, by digest, and let the deployment do so before it pulls:\n\
          \n\
          cosign verify --key signer.pub registry.example/app@sha256:…\n\
          notation verify registry.example/app@sha256:…\n\
          docker trust inspect --pretty registry.example/app      for Docker Content Trust",
    impact: "Unsigned images, and images of signers that you do not know, cannot be deployed any more.",
    default: "Docker validates no signatures unless content trust is on.",
    deviates: "",
    references: &[
        "https://docs.sigstore.dev/cosign/verifying/verify/",
        "https://notaryproject.dev/docs/user-guides/cli-reference/notation_verify/",
        "https://docs.docker.com/engine/security/trust/",
    ],
    needs: &[needs::LIST_IMAGES],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let images = facts.image_list()?;
    let judged = images.iter().map(|image| (image.subject.clone(), digests(image).map(Judgement::Ask)));
    let verdict = Judgement::sum_up("images", judged)?;
    Ok(asking(verdict, "look up for every digest whether its signature was validated before it was deployed"))
}

fn digests(image: &Object) -> Result<Vec<Evidence>, HostError> {
    let digests = image.strings("RepoDigests")?.into_iter().filter(|digest| !digest.starts_with("<none>"));
    let found: Vec<Evidence> = digests.map(|digest| Evidence::new(&image.subject, "RepoDigests", digest)).collect();
    let none = || vec![Evidence::new(&image.subject, "RepoDigests", "none")];
    Ok(if found.is_empty() { none() } else { found })
}
