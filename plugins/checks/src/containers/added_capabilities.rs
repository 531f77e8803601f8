use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "added-capabilities",
    control: "runtime-restrict-kernel-capabilities",
    title: "Container holds kernel capabilities beyond the default",
    means: "Containers hold no Linux capability beyond the engine's default set, unless the operator has approved it; \
            at best they drop all and add back the few that they need.",
    why: "A capability is a piece of root's power. SYS_ADMIN can mount file systems and leave the container, \
          SYS_MODULE loads code into the kernel, SYS_PTRACE with the host's processes in view takes them over, \
          NET_ADMIN rewrites routes and firewall rules. Whoever breaks into the container inherits them.",
    audited: "HostConfig.CapAdd of every container, running or not, may name only the 14 capabilities that the engine \
              grants by default, and those of the setting `allowed-capabilities`. Spelling (case, CAP_) does not \
              matter. HostConfig.CapDrop takes nothing back: the engine drops first and adds then, and `ALL` grants \
              everything. A privileged container holds all capabilities, whatever its lists say.",
    fix: "Recreate the container with the capabilities that its program needs, and no others:\n\
          \n\
          docker run --cap-drop ALL --cap-add NET_BIND_SERVICE …\n\
          compose:\n\
          \x20 cap_drop: [ALL]\n\
          \x20 cap_add: [NET_BIND_SERVICE]\n\
          \n\
          A capability that is needed and approved goes into keelmark's setting:\n\
          \n\
          allowed-capabilities = [\"SYS_NICE\"]",
    impact: "A program that used a capability unnamed fails with EPERM until it is added by name.",
    default: "AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, NET_RAW, SETFCAP, \
              SETGID, SETPCAP, SETUID and SYS_CHROOT.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
        "https://man7.org/linux/man-pages/man7/capabilities.7.html",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.Privileged", "HostConfig.CapAdd"]),
        Need::new("host.setting", &["allowed-capabilities"], "knows which capabilities the operator approved"),
    ],
    params: &[],
    audit,
};

const DEFAULT: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let setting = facts.setting_list("allowed-capabilities")?.unwrap_or_default();
    let allowed: Vec<String> = setting.iter().map(|name| plain(name)).collect();
    let expected = if allowed.is_empty() { "default capabilities" } else { "default or allowed capabilities" };
    facts.each_container(|container| {
        if container.bool("HostConfig.Privileged")? {
            return Ok(Judgement::bad(
                Evidence::new(&container.subject, "HostConfig.Privileged", true).expected(false),
            ));
        }
        let mut added: Vec<String> = container.strings("HostConfig.CapAdd")?.into_iter().map(plain).collect();
        added.retain(|name| !DEFAULT.contains(&name.as_str()) && !allowed.contains(name));
        Ok(Judgement::bad_if(!added.is_empty(), || {
            Evidence::new(&container.subject, "HostConfig.CapAdd", added.join(", ")).expected(expected)
        }))
    })
}

/// "cap_net_admin" and "NET_ADMIN" are one capability.
fn plain(name: &str) -> String {
    let name = name.trim().to_ascii_uppercase();
    name.strip_prefix("CAP_").map_or_else(|| name.clone(), str::to_owned)
}
