use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::release::Release;
use crate::daemon::effective;

pub static CHECK: Check = Check {
    slug: "outdated-kernel",
    control: "host-updated-kernel",
    title: "The kernel is older than the engine needs",
    means: "The host runs a kernel that has what the engine's walls are built of: 3.10 or newer.",
    why: "Older kernels lack parts of namespaces and control groups or have them half done: containers crash the \
          host, and limits that the engine was told to set do not hold.",
    audited: "The kernel's release must not be older than 3.10, compared number by number. Whether it has all \
              security fixes cannot be told from its number.",
    fix: "Upgrade the distribution's kernel and restart:\n\
          \n\
          apt-get update && apt-get install --only-upgrade linux-image-amd64 && reboot\n\
          dnf upgrade kernel && reboot",
    impact: "The host restarts. Modules built for the old kernel have to be built again.",
    default: "Every distribution still maintained has a kernel newer than 3.10.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/install/binaries/#prerequisites",
        "https://www.kernel.org/category/releases.html",
    ],
    needs: &[Need::new("host.facts", &[], "reads the kernel's release")],
    params: &[("minimum", "3.10")],
    audit,
};

fn audit(facts: &Facts, params: &Params) -> Result<Verdict, HostError> {
    effective::require_local(facts)?;
    let kernel = facts.host()?.kernel;
    let minimum = params.get("minimum");
    let release = |text: &str| {
        Release::parse(text)
            .ok_or_else(|| HostError::failed(format!("{text:?} is no release of a kernel: it has no number")))
    };
    let evidence = [Evidence::new("host", "kernel", &kernel).expected(format!("{minimum} or newer")).source("uname")];
    Ok(match release(&kernel)?.is_before(&release(minimum)?) {
        true => Verdict::fail(format!("the kernel is older than {minimum}"), evidence),
        false => Verdict::pass(evidence),
    })
}
