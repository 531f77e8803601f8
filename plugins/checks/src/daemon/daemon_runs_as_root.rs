use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::engine::{is_rootless, security_options, told};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "daemon-runs-as-root",
    control: "daemon-rootless-if-possible",
    title: "Daemon runs as root",
    means: "Where the workloads allow it, dockerd runs as an ordinary user (rootless mode).",
    why: "dockerd parses images, API requests and registry answers from all over, and every container is its child. A \
          hole in it, or a socket in the wrong hands, is root on the host; in rootless mode it is one unprivileged \
          user.",
    audited: "SecurityOptions in docker info names rootless, or the effective user of the dockerd process is not root: \
              passes. For a daemon that runs as root a person must say whether rootless mode is possible, because that \
              depends on what the workloads need.",
    fix: "As an ordinary user with ranges in /etc/subuid and /etc/subgid, after installing uidmap and \
          docker-ce-rootless-extras:\n\
          \n\
          systemctl disable --now docker.service docker.socket      (as root)\n\
          dockerd-rootless-setuptool.sh install\n\
          systemctl --user enable --now docker\n\
          loginctl enable-linger \"$USER\"",
    impact: "No ports below 1024 without net.ipv4.ip_unprivileged_port_start, no overlay networks, no AppArmor, no \
             checkpoints; resource limits need cgroup v2 with systemd. Images must be pulled again.",
    default: "dockerd runs as root.",
    deviates: "",
    references: &["https://docs.docker.com/engine/security/rootless/"],
    needs: joined![effective::NEEDS, &[needs::info(&["SecurityOptions"])]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let options = told("SecurityOptions", security_options(&info)?).expected("name=rootless");
    if is_rootless(&info)? {
        return Ok(Verdict::pass([options]));
    }
    let mut evidence = vec![options];
    let mut is_root = true;
    // A remote daemon's process is out of sight, and what the engine says must do.
    if facts.host()?.engine_is_local
        && let Some(dockerd) = &DaemonConfig::running(facts)?.process
    {
        is_root = dockerd.euid == 0;
        let source = format!("process {}", dockerd.pid);
        evidence.push(Evidence::new("daemon", "effective user id", dockerd.euid).expected("not 0").source(source));
    }
    Ok(match is_root {
        true => Verdict::manual("decide whether the workloads would run under a rootless daemon", evidence),
        false => Verdict::pass(evidence),
    })
}
