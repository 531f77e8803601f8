use keelmark_sdk::serde_json::{self, Value};
use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::security_options;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "disabled-seccomp-profile",
    control: "runtime-default-seccomp-not-disabled",
    title: "Container runs without a seccomp profile",
    means: "Every container runs under a seccomp profile: the engine's default one, or one written for it.",
    why: "The default profile refuses some forty system calls that containers hardly ever need (mount, \
          kexec_load, keyctl …). Many holes in the kernel sit behind them; without a profile, whoever runs \
          code in the container can reach every one.",
    audited: "HostConfig.SecurityOpt of every container, running or not. seccomp=unconfined fails (the old spelling \
              seccomp:unconfined too). A privileged container fails, since it gets no default profile; with a profile \
              of its own a person must judge, because engines before 2024 ignore it. A container that names no \
              profile takes the daemon's: SecurityOptions of docker info says whether that is unconfined, or whether \
              the kernel has no seccomp. A profile that allows by default is left to a person.",
    fix: "Recreate the container without the option, or with a profile that allows what it needs:\n\
          \n\
          docker run --security-opt seccomp=/etc/docker/seccomp-web.json …      instead of seccomp=unconfined\n\
          compose:      security_opt: [\"seccomp=/etc/docker/seccomp-web.json\"]\n\
          daemon.json:  remove \"seccomp-profile\": \"unconfined\", then restart the daemon\n\
          \n\
          Replace --privileged by the capabilities and devices that the container needs.",
    impact: "A program that makes one of the refused calls gets EPERM until a profile allows it.",
    default: "Containers run under the engine's built-in profile, except privileged ones.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/seccomp/",
        "https://docs.kernel.org/userspace-api/seccomp_filter.html",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.SecurityOpt", "HostConfig.Privileged"]),
        needs::info(&["SecurityOptions"]),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let privileged = container.bool("HostConfig.Privileged")?;
        let evidence = |property: &str, found: &str| Evidence::new(&container.subject, property, found);
        let profile = security_options::of_container(container, "seccomp")?.filter(|profile| !profile.is_empty());
        Ok(match profile {
            Some("unconfined") => {
                Judgement::bad(evidence("HostConfig.SecurityOpt", "seccomp=unconfined").expected("a seccomp profile"))
            }
            None if privileged => {
                Judgement::bad(evidence("HostConfig.Privileged", "true, so no seccomp profile applies").expected(false))
            }
            Some(_) if privileged => Judgement::ask(evidence(
                "HostConfig.SecurityOpt",
                "a seccomp profile, which older engines ignore for a privileged container",
            )),
            None | Some("builtin") => match missing_from_engine(facts, profile)? {
                Some(found) => Judgement::bad(
                    evidence("HostConfig.SecurityOpt", found).expected("a seccomp profile").source("docker info"),
                ),
                None => Judgement::Good,
            },
            Some(profile) => match allowing_default(profile) {
                Some(action) => Judgement::ask(evidence(
                    "HostConfig.SecurityOpt",
                    &format!("a seccomp profile whose defaultAction is {action}"),
                )),
                None => Judgement::Good,
            },
        })
    })
}

/// Why a container that brings no profile of its own has none from the engine either.
fn missing_from_engine(facts: &Facts, profile: Option<&str>) -> Result<Option<&'static str>, HostError> {
    let info = facts.info()?;
    Ok(match security_options::of_engine(&info, "seccomp")?.as_deref() {
        None => Some("no profile can apply: the engine reports no seccomp support"),
        Some("profile=unconfined") if profile.is_none() => Some("no seccomp profile, and the daemon's is unconfined"),
        Some(_) => None,
    })
}

/// The default action of a custom profile where that lets calls through, since such a profile refuses only what it
/// lists; or why it is not known. Docker gives the profile's text, Podman only its path.
fn allowing_default(profile: &str) -> Option<String> {
    let Ok(text) = serde_json::from_str::<Value>(profile) else {
        return Some(format!("unknown ({profile})"));
    };
    match text.get("defaultAction").and_then(Value::as_str) {
        None => Some("not stated".into()),
        Some(action @ ("SCMP_ACT_ALLOW" | "SCMP_ACT_LOG")) => Some(action.to_owned()),
        Some(_) => None,
    }
}
