use keelmark_sdk::serde_json::{self, Value};
use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

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
              the kernel has no seccomp; one of the operator's own, whose content is not known, is left to a person, as \
              is a container's profile that allows by default.",
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
        let evidence = |property: &str, found: &dyn std::fmt::Display| {
            Evidence::new(&container.subject, property, found).expected("a seccomp profile")
        };
        let profile = security_options::of_container(container, "seccomp")?.filter(|profile| !profile.is_empty());
        let option = |value: &str| evidence("HostConfig.SecurityOpt", &format!("seccomp={value}"));
        Ok(match profile {
            Some("unconfined") => Judgement::bad(option("unconfined")),
            None if privileged => {
                let evidence = evidence("HostConfig.Privileged", &true).expected(false);
                Judgement::bad(evidence.note("so no seccomp profile applies"))
            }
            Some(profile) if privileged => {
                let privileged = evidence("HostConfig.Privileged", &true).expected(false);
                let ignored = "engines before 2024 ignore the profile of a privileged container";
                Judgement::Ask(vec![privileged.note(ignored), option(&named(profile))])
            }
            None => of_the_daemon(facts, container)?,
            Some("builtin") => match of_engine(facts)? {
                None => Judgement::bad(without_seccomp(container)),
                Some(_) => Judgement::good(option("builtin")),
            },
            Some(profile) => match default_action(profile) {
                Action::Refuses(action) => {
                    Judgement::good(option(&named(profile)).note(format!("refuses by {action}")))
                }
                Action::Allows(action) => {
                    Judgement::ask(option(&named(profile)).note(format!("allows what it does not list: {action}")))
                }
                Action::Unknown(why) => Judgement::ask(option(&named(profile)).note(why)),
            },
        })
    })
}

/// What a container has that brings no profile of its own.
fn of_the_daemon(facts: &Facts, container: &Object) -> Result<Judgement, HostError> {
    let Some(entry) = of_engine(facts)? else { return Ok(Judgement::bad(without_seccomp(container))) };
    let profile = entry.strip_prefix("profile=").unwrap_or(&entry);
    let evidence = Evidence::new(&container.subject, "the daemon's seccomp profile", profile);
    let evidence = evidence.expected("a seccomp profile").source("docker info");
    Ok(match profile {
        "unconfined" => Judgement::bad(evidence),
        // Engines before 1.13 name none, and have no other.
        "" | "builtin" | "default" => Judgement::good(evidence),
        _ => Judgement::ask(evidence.note("a custom profile: does it refuse what Docker's own refuses?")),
    })
}

fn of_engine(facts: &Facts) -> Result<Option<String>, HostError> {
    let info = facts.info()?;
    security_options::of_engine(&info, "seccomp")
}

fn without_seccomp(container: &Object) -> Evidence {
    let evidence = Evidence::new(&container.subject, "the daemon's seccomp profile", "none").source("docker info");
    evidence.expected("a seccomp profile").note("the engine reports no seccomp support, so none can apply")
}

/// Docker gives a profile's whole text, Podman its path.
fn named(profile: &str) -> String {
    if profile.trim_start().starts_with('{') { "{…}".to_owned() } else { profile.to_owned() }
}

/// What a custom profile does to a call that it does not list.
enum Action {
    Refuses(String),
    Allows(String),
    Unknown(&'static str),
}

fn default_action(profile: &str) -> Action {
    let Ok(text) = serde_json::from_str::<Value>(profile) else {
        return Action::Unknown("what the profile in that file allows is not known");
    };
    match text.get("defaultAction").and_then(Value::as_str) {
        None => Action::Unknown("the profile does not state its defaultAction"),
        Some(action @ ("SCMP_ACT_ALLOW" | "SCMP_ACT_LOG")) => Action::Allows(action.to_owned()),
        Some(action) => Action::Refuses(action.to_owned()),
    }
}
