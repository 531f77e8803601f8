use keelmark_sdk::serde_json::{self, Value};
use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig, Setting};

pub static CHECK: Check = Check {
    slug: "missing-default-ulimit",
    control: "daemon-default-ulimit",
    title: "Containers inherit the daemon's own resource limits",
    means: "The daemon gives every container resource limits (ulimits) that suit the workloads, unless the container \
            brings its own.",
    why: "Containers without limits inherit those of dockerd, which its service unit sets very high or to infinity. \
          One runaway process can then use up the host's file handles or processes, and take its neighbours down.",
    audited: "default-ulimits (--default-ulimit) of the running dockerd: its command line decides, else the \
              configuration file. Limits with finite numbers pass. No limit, or one that is unlimited (-1), is for a \
              person to judge, because what suits the workloads is not written down anywhere. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          {\n\
            \x20 \"default-ulimits\": {\n\
              \x20   \"nofile\": { \"Name\": \"nofile\", \"Soft\": 1024, \"Hard\": 65536 }\n\
            \x20 }\n\
          }\n\
          \n\
          or, on the command line of dockerd: --default-ulimit nofile=1024:65536\n\
          A container that needs more: docker run --ulimit nofile=65536:65536 …",
    impact: "A limit that is too low makes programs fail under load. nproc counts per user over all containers, not \
             per container: use --pids-limit instead.",
    default: "No default limits: containers have those of dockerd.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/dockerd/",
        "https://man7.org/linux/man-pages/man2/getrlimit.2.html",
    ],
    needs: effective::NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let (mut limited, mut unlimited) = (Vec::new(), Vec::new());
    for (name, limit) in config.entries("default-ulimits")? {
        let shown = Setting { value: as_flag(&limit.value), source: limit.source.clone() };
        let evidence = shown.evidence(&format!("default-ulimits.{name}"));
        match is_unlimited(&limit.value) {
            true => unlimited.push(evidence.expected("a number")),
            false => limited.push(evidence),
        }
    }
    let verdict = if !unlimited.is_empty() {
        Verdict::manual("decide whether an unlimited default suits the workloads", unlimited)
    } else if limited.is_empty() {
        let evidence = Evidence::new("daemon", "default-ulimits", "unset").source("default");
        Verdict::manual("decide whether the daemon's own limits suit all containers", [evidence])
    } else {
        Verdict::pass(limited)
    };
    Ok(config.settled(&["default-ulimits"], verdict))
}

/// A limit as the flag has it: "1024:65536" for `{"Soft": 1024, "Hard": 65536}`.
fn as_flag(limit: &str) -> String {
    let Ok(Value::Object(limits)) = serde_json::from_str(limit) else { return limit.to_owned() };
    let number = |key: &str| limits.get(key).and_then(Value::as_i64);
    match (number("Soft"), number("Hard")) {
        (Some(soft), Some(hard)) => format!("{soft}:{hard}"),
        _ => limit.to_owned(),
    }
}

/// "-1", "1024:-1", or `{"Soft": 1024, "Hard": -1}`.
fn is_unlimited(limit: &str) -> bool {
    match serde_json::from_str(limit) {
        Ok(Value::Object(limits)) => limits.values().any(|limit| limit.as_i64() == Some(-1)),
        _ => limit.split(':').any(|limit| limit.trim() == "-1"),
    }
}
