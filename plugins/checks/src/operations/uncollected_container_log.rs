use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Params, Status, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "uncollected-container-log",
    control: "ops-central-log-collection",
    title: "Container's log stays on the host",
    means: "What containers write to their logs is sent to a central service away from the host.",
    why: "Whoever takes the host over deletes the logs on it first; so does a broken disk. And a log that nobody collects \
          is one that nobody reads or correlates with those of other hosts.",
    audited: "HostConfig.LogConfig.Type of every container, running or not. With the setting accepted-log-drivers, that \
              list decides. Without it: none fails, because such a log exists nowhere; awslogs, gcplogs, logentries and \
              splunk pass, because they send to a service and nowhere else; every other driver is for a person to \
              judge, since syslog, fluentd, gelf and journald may hand on to a service or keep it here, an agent may \
              collect the files of json-file and local, and options, with their addresses and credentials, are not read.",
    fix: "In /etc/docker/daemon.json, then restart the daemon and recreate the containers:\n\
          \n\
          {\n  \"log-driver\": \"syslog\",\n  \"log-opts\": {\n    \"syslog-address\": \"tcp+tls://logs.example:6514\",\n    \
          \"tag\": \"{{.Name}}\"\n  }\n}\n\
          \n\
          docker run --log-driver gelf --log-opt gelf-address=udp://logs.example:12201 …\n\
          \n\
          Where an agent collects json-file's files, say so in keelmark's settings:\n\
          \n\
          accepted-log-drivers = [\"json-file\"]",
    impact: "A remote driver that cannot reach its service keeps containers from starting, or blocks them, unless its mode \
             is non-blocking. Logs travel over the network and need protection there.",
    default: "The json-file driver keeps logs on the host.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/logging/configure/",
        "https://docs.docker.com/engine/logging/drivers/syslog/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.LogConfig.Type"]),
        Need::new("host.setting", &["accepted-log-drivers"], "the log drivers whose logs are collected centrally"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let accepted = facts.setting_list("accepted-log-drivers")?;
    let verdict = facts.each_container(|container| {
        let driver = container.str("HostConfig.LogConfig.Type")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.LogConfig.Type", driver);
        Ok(match &accepted {
            Some(accepted) => Judgement::bad_if(
                !accepted.iter().any(|name| name == driver),
                evidence.expected(format!("one of {}", accepted.join(", "))),
            ),
            None => match driver {
                "none" => Judgement::bad(evidence.expected("a driver that keeps the log")),
                "awslogs" | "gcplogs" | "logentries" | "splunk" => Judgement::good(evidence),
                _ => Judgement::ask(evidence),
            },
        })
    })?;
    Ok(match verdict.status() {
        Status::Manual => verdict.message("look up whether what these drivers write reaches a central service"),
        _ => verdict,
    })
}
