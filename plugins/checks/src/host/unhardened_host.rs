use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::daemon::effective;

pub static CHECK: Check = Check {
    slug: "unhardened-host",
    control: "host-hardened",
    title: "The host may not be hardened",
    means: "The operating system below the engine is hardened by a guide of its own, and stays so.",
    why: "Containers share the host's kernel, and the engine runs as root on it: an open service, an unpatched \
          kernel or a weak password on the host leads into all containers at once.",
    audited: "No fact decides this; a person must. The verdict names the operating system, kernel and architecture, \
              by which to choose the guide.",
    fix: "Work through the benchmark of the distribution that the evidence names, and audit it regularly:\n\
          \n\
          oscap xccdf eval --profile cis_level1_server \\\n  \
            /usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml\n\
          \n\
          Choose a small system made for containers for new hosts.",
    impact: "Depends on the guide: test it on one host first. Guides that switch off IP forwarding break the \
             engine's networks.",
    default: "Distributions install for convenience, not hardened.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/",
        "https://www.open-scap.org/security-policies/choosing-policy/",
        "https://docs.kernel.org/admin-guide/LSM/index.html",
    ],
    needs: &[Need::new("host.facts", &[], "names the operating system and its kernel")],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    effective::require_local(facts)?;
    let host = facts.host()?;
    let evidence = [
        Evidence::new("host", "operating system", &host.os_name).source("os-release"),
        Evidence::new("host", "kernel", &host.kernel).source("uname"),
        Evidence::new("host", "architecture", &host.architecture).source("uname"),
    ];
    Ok(Verdict::manual("judge whether the host is hardened by the guide for its operating system", evidence))
}
