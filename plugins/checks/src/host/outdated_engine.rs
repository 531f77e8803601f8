use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::release::Release;

pub static CHECK: Check = Check {
    slug: "outdated-engine",
    control: "host-docker-version-up-to-date",
    title: "The engine is older than it should be",
    means: "The engine runs a version that still gets security fixes, and has them.",
    why: "Ways out of a container become public with the release that closes them: an engine that missed it can be \
          attacked with a published recipe.",
    audited: "Version of GET /version must not be older than the setting minimum-engine-version, compared number by \
              number; a release candidate is older than its release. Without the setting a person must judge: which \
              version is current, and what a distribution patched without changing the number, no fact on the host \
              tells.",
    fix: "apt-get update && apt-get install --only-upgrade docker-ce docker-ce-cli containerd.io\n\
          dnf upgrade docker-ce docker-ce-cli containerd.io\n\
          \n\
          and keep keelmark's settings at the oldest version that you allow:\n\
          \n\
          minimum-engine-version = \"28.5.2\"",
    impact: "The engine restarts; without live-restore so do the containers. Read the release notes for removed \
             options.",
    default: "Packages stay at the installed version until somebody upgrades them.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/release-notes/",
        "https://docs.docker.com/engine/install/",
        "https://github.com/moby/moby/security/advisories",
    ],
    needs: &[
        Need::new("docker.version", &["Version"], "reads the engine's version"),
        Need::new("host.setting", &["minimum-engine-version"], "says which version is the oldest allowed"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let version = facts.version()?;
    let version = version.str("Version")?;
    let evidence = Evidence::new("daemon", "Version", version).source("docker version");
    let found = Release::parse(version)
        .ok_or_else(|| HostError::failed(format!("the engine calls its version {version:?}, which has no number")))?;
    let Some(setting) = facts.setting("minimum-engine-version")? else {
        return Ok(Verdict::manual("judge whether this version still gets security fixes, and has them", [evidence]));
    };
    let minimum = setting.as_str().and_then(|text| Some((text, Release::parse(text)?)));
    let (text, minimum) = minimum.ok_or_else(|| {
        HostError::failed(format!(
            "setting minimum-engine-version should be a version such as \"28.5.2\", but is {setting}"
        ))
    })?;
    let evidence = [evidence.expected(format!("{text} or newer"))];
    Ok(match found.is_before(&minimum) {
        true => Verdict::fail(format!("the engine is older than {text}"), evidence),
        false => Verdict::pass(evidence),
    })
}
