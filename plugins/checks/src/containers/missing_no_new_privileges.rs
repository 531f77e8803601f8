use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use super::security_options;
use crate::daemon::effective::{self, DaemonConfig};
use crate::daemon::engine;
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "missing-no-new-privileges",
    control: "runtime-no-additional-privileges",
    title: "Container's processes may gain privileges",
    means: "Every container is started with no-new-privileges, by its own option or by the daemon's default.",
    why: "Without it a process in the container that starts a setuid program, or one with file capabilities, becomes \
          more than it was. A break-in as an ordinary user plus one careless setuid file in the image makes root.",
    audited: "HostConfig.SecurityOpt of every container, running or not: no-new-privileges, alone or as true, passes; \
              as false it fails whatever the daemon says. A container that does not say has what the daemon's default \
              (no-new-privileges, from docker info, dockerd's command line or its configuration file) was when it was \
              created. Where that default is off now, or the engine is Podman, which has none, it fails; where it is on, NoNewPrivs in /proc/PID/status of the \
              container's first process decides, and for a stopped container a person must.",
    fix: "Recreate the container with the option, or after making it the daemon's default (an existing container keeps \
          what it was created with):\n\
          \n\
          docker run --security-opt no-new-privileges …\n\
          compose:      security_opt: [\"no-new-privileges:true\"]\n\
          daemon.json:  { \"no-new-privileges\": true }",
    impact: "sudo, su, ping with file capabilities and other setuid programs fail inside the container.",
    default: "Off: processes may gain privileges.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#security-opt",
        "https://docs.docker.com/reference/cli/dockerd/",
        "https://docs.kernel.org/userspace-api/no_new_privs.html",
    ],
    needs: joined![
        effective::NEEDS,
        &[
            needs::LIST_CONTAINERS,
            needs::inspect_containers(&["HostConfig.SecurityOpt", "State.Running", "State.Pid"]),
            needs::info(&["SecurityOptions"]),
            Need::new("fs.read-text", &["/proc/*/status"], "reads NoNewPrivs of a container's first process")
        ]
    ],
    params: &[],
    audit,
};

const OPTION: &str = "no-new-privileges";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let evidence = |found: &str| {
            Evidence::new(&container.subject, "HostConfig.SecurityOpt", found).expected(format!("{OPTION}=true"))
        };
        match security_options::of_container(container, OPTION)? {
            Some("") => Ok(Judgement::good(evidence(OPTION))),
            Some(value) => Ok(Judgement::bad_if(!is_true(value), evidence(&format!("{OPTION}={value}")))),
            None => {
                let given = container.strings("HostConfig.SecurityOpt")?;
                let given = if given.is_empty() { "none".to_owned() } else { given.join(", ") };
                by_default(facts, container, evidence(&given))
            }
        }
    })
}

/// What Go's strconv.ParseBool takes for true.
fn is_true(value: &str) -> bool {
    matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

/// A container that does not say was given the default when it was created, and keeps that.
fn by_default(facts: &Facts, container: &Object, says: Evidence) -> Result<Judgement, HostError> {
    let (is_on, source) = default(facts)?;
    let says = says.source(source);
    if !is_on {
        return Ok(Judgement::bad(says.note("the default is off")));
    }
    let created_before = says.note("whether the daemon's default was on when it was created is not known");
    if !container.bool("State.Running")? || !facts.host()?.engine_is_local {
        return Ok(Judgement::ask(created_before));
    }
    let status = format!("/proc/{}/status", container.i64("State.Pid")?);
    let text = facts.read_text(&status)?;
    let flag = text.lines().find_map(|line| line.strip_prefix("NoNewPrivs:")).map(str::trim);
    // Kernels before 4.10 do not tell.
    let Some(flag) = flag else { return Ok(Judgement::ask(created_before)) };
    let evidence = Evidence::new(&container.subject, "NoNewPrivs", flag).expected(1).source("/proc/PID/status");
    Ok(Judgement::bad_if(flag != "1", evidence))
}

/// What a container gets that does not say, and who tells.
fn default(facts: &Facts) -> Result<(bool, String), HostError> {
    let info = facts.info()?;
    // Podman has no default for it, and lists the option of every container that has it.
    if engine::is_podman(&info) {
        return Ok((false, "Podman".to_owned()));
    }
    if security_options::of_engine(&info, OPTION)?.is_some() {
        return Ok((true, "docker info".to_owned()));
    }
    let config = DaemonConfig::running(facts)?;
    let setting = config.bool(OPTION, false)?;
    Ok(match config.doubt(&[OPTION]) {
        Some(doubt) => (setting.value, format!("{}: {}", setting.source, doubt.message)),
        None => (setting.value, setting.source),
    })
}
