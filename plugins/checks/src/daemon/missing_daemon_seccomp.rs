use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::engine::{is_podman, security_options, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-daemon-seccomp",
    control: "daemon-custom-seccomp-profile",
    title: "Containers get no system call filter by default",
    means: "The daemon filters the system calls of every container by a seccomp profile: Docker's own, or a narrower \
            one where the workloads call for it.",
    why: "Docker's profile keeps containers from some 40 system calls that ordinary programs never make and kernel \
          exploits often need. A daemon without a profile, or with one that allows more, exposes the whole kernel to \
          every container.",
    audited: "The profile that SecurityOptions in docker info names. Docker's own (builtin, called default before \
              Docker 23) passes: whether a narrower one is appropriate depends on the workloads, and keeping it is a \
              valid answer. No profile, or unconfined, fails. With a custom profile a person must compare the file \
              with Docker's own, because a custom profile can also allow more.",
    fix: "Remove \"seccomp-profile\": \"unconfined\" from /etc/docker/daemon.json and --seccomp-profile=unconfined \
          from dockerd's command line, or name a profile that allows less than Docker's own, and restart Docker:\n\
          \n\
          { \"seccomp-profile\": \"/etc/docker/seccomp.json\" }\n\
          \n\
          Where docker info names no seccomp at all, the kernel was built without it (CONFIG_SECCOMP_FILTER).",
    impact: "A profile that misses a system call makes programs fail in ways that are hard to read. Test before \
             rolling out.",
    default: "Docker's built-in profile.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/seccomp/",
        "https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html",
    ],
    needs: &[needs::info(&["SecurityOptions", "BuildahVersion"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let options = info.strings("SecurityOptions")?;
    let Some(seccomp) = options.iter().find_map(|option| option.strip_prefix("name=seccomp")) else {
        let evidence = told("SecurityOptions", security_options(&info)?).expected("name=seccomp,profile=builtin");
        return Ok(Verdict::fail("the engine filters no system calls", [evidence]));
    };
    let Some(profile) = seccomp.strip_prefix(",profile=").filter(|profile| !profile.is_empty()) else {
        return Err(HostError::failed("the engine uses seccomp, but does not say with which profile"));
    };
    let evidence = told("seccomp profile", profile).expected("builtin, or a narrower profile");
    Ok(match profile {
        // It says so whatever containers.conf sets.
        "default" if is_podman(&info) => {
            Verdict::manual("Podman does not tell its profile: look for seccomp_profile in containers.conf", [evidence])
        }
        "builtin" | "default" => Verdict::pass([evidence]),
        "unconfined" => Verdict::fail("containers are not confined by seccomp by default", [evidence]),
        _ => Verdict::manual("compare the custom profile with Docker's own: it should allow less", [evidence]),
    })
}
