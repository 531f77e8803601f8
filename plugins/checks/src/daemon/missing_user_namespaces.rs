use keelmark_sdk::{Check, Evidence, Facts, HostError, Object, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::engine::{has_security_option, is_podman, is_rootless, security_options, told};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "missing-user-namespaces",
    control: "daemon-user-namespace-support",
    title: "Root in a container is root on the host",
    means: "The daemon maps the users of containers to unprivileged users of the host (user namespaces).",
    why: "Without a mapping, uid 0 in a container is uid 0 on the host. A process that escapes, or that writes to a \
          mounted host directory, does so as root.",
    audited: "SecurityOptions in docker info must name userns, or rootless: a rootless daemon and all its containers \
              live in a user namespace. Engines before 1.13 do not report this, so there userns-remap decides, from \
              the command line of the running dockerd or its configuration file. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          { \"userns-remap\": \"default\" }\n\
          \n\
          With \"default\", dockerd creates the user dockremap; its ranges stand in /etc/subuid and /etc/subgid:\n\
          \n\
          dockremap:165536:65536\n\
          \n\
          or, on the command line of dockerd: --userns-remap=default",
    impact: "The daemon starts with an empty store below its data root: images must be pulled again and volumes moved, \
             with new owners. Containers that share the host's namespaces or are privileged need --userns=host.",
    default: "No mapping.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/userns-remap/",
        "https://man7.org/linux/man-pages/man7/user_namespaces.7.html",
    ],
    needs: joined![effective::NEEDS, &[needs::info(&["SecurityOptions"])]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    if is_podman(&info) {
        return podman(&info);
    }
    if !says_its_options(&info)? {
        return from_options(facts);
    }
    let mapped = has_security_option(&info, "userns")? || has_security_option(&info, "rootless")?;
    let options = told("SecurityOptions", security_options(&info)?).expected("name=userns or name=rootless");
    Ok(verdict(mapped, options))
}

/// Without root, every container is in its user's namespace; with it, each container has a mapping of its own, or none.
fn podman(info: &Object) -> Result<Verdict, HostError> {
    let is_rootless = is_rootless(info)?;
    let evidence = told("Rootless", is_rootless).expected(true);
    Ok(match is_rootless {
        true => Verdict::pass([evidence]),
        false => Verdict::manual("Podman maps users for each container: look at their --userns", [evidence]),
    })
}

fn verdict(mapped: bool, evidence: Evidence) -> Verdict {
    match mapped {
        true => Verdict::pass([evidence]),
        false => Verdict::fail("users of containers are not mapped to other users of the host", [evidence]),
    }
}

/// Engines before 1.13 list bare words ("seccomp"), and before 1.11 nothing; neither says whether users are mapped.
fn says_its_options(info: &Object) -> Result<bool, HostError> {
    let options = info.optional("SecurityOptions", Object::strings)?.unwrap_or_default();
    Ok(options.iter().any(|option| option.starts_with("name=")))
}

fn from_options(facts: &Facts) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let remap = config.text("userns-remap")?.filter(|remap| !remap.value.is_empty());
    let verdict = match remap {
        Some(remap) => verdict(true, remap.evidence("userns-remap").expected("a user")),
        None => verdict(false, Evidence::new("daemon", "userns-remap", "unset").expected("a user").source("default")),
    };
    Ok(config.settled(&["userns-remap"], verdict))
}
