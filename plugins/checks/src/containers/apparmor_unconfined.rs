use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "apparmor-unconfined",
    control: "runtime-apparmor-profile",
    title: "Container runs without an AppArmor profile",
    means: "On a host whose engine uses AppArmor, every container is confined by a profile: Docker's own \
            `docker-default` or one written for the program.",
    why: "The profile is what still says no when a process in a container is root: docker-default denies writing to \
          most of /proc and /sys, mounting file systems, and tracing processes outside the container. Unconfined, a \
          break-in can reach /proc/sysrq-trigger or /sys/kernel and from there the host.",
    audited: "`docker info` must list apparmor among its SecurityOptions, else the recommendation does not apply (on \
              an SELinux host, for instance). Then AppArmorProfile of every container must name a profile. The engine \
              writes that field at start: for a container that does not run and has none yet, \
              HostConfig.Privileged and HostConfig.SecurityOpt tell which profile the start will apply.",
    fix: "Recreate the container without `--privileged` and without `--security-opt apparmor=unconfined`; then \
          docker-default applies. For a profile of your own:\n\
          \n\
          apparmor_parser -r -W /etc/apparmor.d/containers/web\n\
          docker run --security-opt apparmor=web …\n\
          compose:  security_opt: [\"apparmor=web\"]",
    impact: "A program that needs what the profile denies (mount, ptrace of the host, raw access to /sys) fails until \
             a profile allows it by name.",
    default: "On a host with AppArmor, containers that are not privileged get docker-default.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/apparmor/",
        "https://docs.kernel.org/admin-guide/LSM/apparmor.html",
    ],
    needs: &[
        needs::info(&["SecurityOptions"]),
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&[
            "AppArmorProfile",
            "State.Running",
            "HostConfig.Privileged",
            "HostConfig.SecurityOpt",
        ]),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    // "name=apparmor"; engines before API 1.25 say "apparmor".
    let info = facts.info()?;
    if !info.strings("SecurityOptions")?.iter().any(|option| matches!(*option, "apparmor" | "name=apparmor")) {
        return Ok(Verdict::not_applicable("the engine does not use AppArmor"));
    }
    facts.each_container(|container| {
        let profile = container.str("AppArmorProfile")?;
        if profile.is_empty() && !container.bool("State.Running")? {
            return at_next_start(container);
        }
        let evidence = Evidence::new(&container.subject, "AppArmorProfile", profile).expected("a profile");
        Ok(Judgement::bad_if(matches!(profile, "" | "unconfined"), evidence))
    })
}

fn at_next_start(container: &Object) -> Result<Judgement, HostError> {
    if container.bool("HostConfig.Privileged")? {
        return Ok(Judgement::bad(Evidence::new(&container.subject, "HostConfig.Privileged", true).expected(false)));
    }
    let options = container.strings("HostConfig.SecurityOpt")?;
    let off = options.iter().find(|option| matches!(**option, "apparmor=unconfined" | "apparmor:unconfined"));
    Ok(match off {
        Some(option) => {
            Judgement::bad(Evidence::new(&container.subject, "HostConfig.SecurityOpt", option).expected("a profile"))
        }
        None => {
            let evidence = Evidence::new(&container.subject, "AppArmorProfile", "").expected("a profile");
            Judgement::good(evidence.note("it gets one when it starts"))
        }
    })
}
