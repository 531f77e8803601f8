use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "changed-default-cgroup",
    control: "daemon-default-cgroup-confirmed",
    title: "Containers run below another cgroup than usual",
    means: "Containers are placed below Docker's default cgroup, or somebody has confirmed that another parent is \
            meant.",
    why: "The parent cgroup carries the limits and shares that hold for all containers together. Below another one \
          they may escape a limit that the host relies on, or compete with system services for the same share.",
    audited: "cgroup-parent of the running dockerd: its command line decides, else the configuration file. Unset, or \
              set to the default of the engine's cgroup driver (docker for cgroupfs; system.slice, rootless \
              user.slice, for systemd), passes. Any other value is for a person to confirm. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "Remove \"cgroup-parent\" from /etc/docker/daemon.json and --cgroup-parent from dockerd's command line, and \
          restart Docker. To confirm another parent, look at its limits:\n\
          \n\
          systemctl show --property=MemoryMax,CPUWeight,TasksMax NAME.slice",
    impact: "Containers move to the default parent when they are recreated.",
    default: "docker below the cgroup root (cgroupfs), or system.slice (systemd).",
    deviates: "",
    references: &["https://docs.docker.com/reference/cli/dockerd/#default-cgroup-parent"],
    needs: joined![effective::NEEDS, &[needs::info(&["CgroupDriver"])]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let parent = config.text("cgroup-parent")?.filter(|parent| !parent.value.is_empty());
    let Some(parent) = parent else {
        let unset = Verdict::pass([Evidence::new("daemon", "cgroup-parent", "unset").source("default")]);
        return Ok(config.settled(&["cgroup-parent"], unset));
    };
    let is_root = config.process.as_ref().is_none_or(|dockerd| dockerd.euid == 0);
    let info = facts.info()?;
    let usual = match (info.str("CgroupDriver")?, is_root) {
        ("systemd", true) => "system.slice",
        ("systemd", false) => "user.slice",
        _ => "docker",
    };
    let is_usual = parent.value.trim_matches('/') == usual;
    let evidence = parent.evidence("cgroup-parent").expected(usual);
    let verdict = match is_usual {
        true => Verdict::pass([evidence]),
        false => Verdict::manual("confirm that containers belong below this cgroup", [evidence]),
    };
    Ok(config.settled(&["cgroup-parent"], verdict))
}
