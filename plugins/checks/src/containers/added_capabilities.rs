use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "added-capabilities",
    control: "runtime-restrict-kernel-capabilities",
    title: "Container holds kernel capabilities beyond the default",
    means: "Containers hold no Linux capability beyond the engine's default set, unless the operator has approved it, \
            nor NET_RAW without need; \
            at best they drop all and add back the few that they need.",
    why: "A capability is a piece of root's power. SYS_ADMIN can mount file systems and leave the container, \
          SYS_MODULE loads code into the kernel, SYS_PTRACE with the host's processes in view takes them over, \
          NET_ADMIN rewrites routes and firewall rules. Whoever breaks into the container inherits them.",
    audited: "HostConfig.CapAdd of every container, running or not, may name only the 14 capabilities that the engine \
              grants by default, and those of the setting `allowed-capabilities`. Spelling (case, CAP_) does not \
              matter. HostConfig.CapDrop takes nothing back: the engine drops first and adds then, and `ALL` grants \
              everything. A privileged container holds all capabilities, whatever its lists say. NET_RAW is among the \
              default ones and should not be where nothing needs it: a container that neither drops it (or ALL) nor \
              has it in `allowed-capabilities` is left to a person.",
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
        needs::inspect_containers(&["HostConfig.Privileged", "HostConfig.CapAdd", "HostConfig.CapDrop"]),
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
            let evidence = Evidence::new(&container.subject, "HostConfig.Privileged", true);
            return Ok(Judgement::bad(evidence.expected(false).note("it holds every capability")));
        }
        let names = |path| Ok::<_, HostError>(container.strings(path)?.into_iter().map(plain).collect::<Vec<String>>());
        let (added, dropped) = (names("HostConfig.CapAdd")?, names("HostConfig.CapDrop")?);
        let is_beyond = |name: &&String| !DEFAULT.contains(&name.as_str()) && !allowed.contains(name);
        let beyond: Vec<&str> = added.iter().filter(is_beyond).map(String::as_str).collect();
        let shown =
            |path, names: &str| Evidence::new(&container.subject, path, if names.is_empty() { "none" } else { names });
        if !beyond.is_empty() {
            return Ok(Judgement::bad(shown("HostConfig.CapAdd", &beyond.join(", ")).expected(expected)));
        }
        let (adds, drops) =
            (shown("HostConfig.CapAdd", &added.join(", ")), shown("HostConfig.CapDrop", &dropped.join(", ")));
        if !holds(RAW, &added, &dropped) || allowed.iter().any(|name| name == RAW) {
            return Ok(Judgement::Good(vec![adds, drops]));
        }
        let is_added = added.iter().any(|name| name == RAW);
        let evidence = if is_added { adds.expected("no NET_RAW") } else { drops.expected("NET_RAW or ALL") };
        Ok(Judgement::ask(evidence.note("it holds NET_RAW: does its program need that?")))
    })
}

/// Forged packets on the container's network need it, and `ping` in old images; hardly anything else.
const RAW: &str = "NET_RAW";

/// Whether a container has one of the default capabilities. Of what is named in both lists, and of `ALL`, the one drop
/// that counts is that of a single name under `--cap-add ALL`.
fn holds(name: &str, added: &[String], dropped: &[String]) -> bool {
    let (names, names_all) =
        (|list: &[String]| list.iter().any(|one| one == name), |list: &[String]| list.iter().any(|one| one == "ALL"));
    match (names_all(added), names_all(dropped)) {
        (true, _) => !names(dropped),
        (false, true) => names(added),
        (false, false) => names(added) || !names(dropped),
    }
}

/// "cap_net_admin" and "NET_ADMIN" are one capability.
fn plain(name: &str) -> String {
    let name = name.trim().to_ascii_uppercase();
    name.strip_prefix("CAP_").map_or_else(|| name.clone(), str::to_owned)
}
