use keelmark_sdk::{Check, Facts, HostError, Need, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::engine::{is_podman, one_line, told};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "local-only-logging",
    control: "daemon-centralized-remote-logging",
    title: "Containers' logs stay on the host",
    means: "The daemon's default log driver sends what containers print to a central place on another machine.",
    why: "Logs that exist only on the host are gone with it: an intruder deletes them together with the container, and \
          a full or lost disk takes them along. Nobody can correlate what happened on several hosts either.",
    audited: "LoggingDriver in docker info. With the setting accepted-log-drivers, one of those passes and any other \
              fails. Without it, json-file, local and none fail; awslogs, gcplogs and logentries pass, since they have \
              no local end; syslog, gelf, fluentd and splunk pass where their address among the log-opts of the \
              running dockerd is on another machine. Where that address is missing or local, and with journald or a \
              plugin, whether something forwards the logs cannot be seen from here, so a person must judge. none never \
              passes. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          {\n\
            \x20 \"log-driver\": \"syslog\",\n\
            \x20 \"log-opts\": { \"syslog-address\": \"tcp+tls://logs.example:6514\", \"mode\": \"non-blocking\" }\n\
          }\n\
          \n\
          Containers that exist already keep their driver until they are recreated. Where an agent collects the logs \
          of a local driver, tell keelmark so with the setting accepted-log-drivers.",
    impact: "In blocking mode, the default, a log server that does not answer stalls the containers.",
    default: "json-file, without rotation.",
    deviates: "",
    references: &["https://docs.docker.com/engine/logging/configure/"],
    needs: joined![
        effective::NEEDS,
        &[
            needs::info(&["LoggingDriver"]),
            Need::new("host.setting", &["accepted-log-drivers"], "reads which log drivers you accept")
        ]
    ],
    params: &[],
    audit,
};

/// Drivers that send to an address, and the option that names it.
const ADDRESS_OPTIONS: [(&str, &str); 4] =
    [("syslog", "syslog-address"), ("gelf", "gelf-address"), ("fluentd", "fluentd-address"), ("splunk", "splunk-url")];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let driver = info.str("LoggingDriver")?;
    let evidence = told("LoggingDriver", driver);
    if driver.is_empty() && is_podman(&info) {
        return Ok(Verdict::manual("Podman does not tell its log driver: look into containers.conf", [evidence]));
    }
    if driver.is_empty() {
        return Err(HostError::failed("the engine does not name its log driver"));
    }
    if driver == "none" {
        return Ok(Verdict::fail("containers' logs are thrown away", [evidence.expected("a remote log driver")]));
    }
    if let Some(accepted) = facts.setting_list("accepted-log-drivers")? {
        let accepted: Vec<&str> = accepted.iter().map(String::as_str).collect();
        let evidence = evidence.expected(format!("one of {}", one_line(&accepted)));
        return Ok(match accepted.contains(&driver) {
            true => Verdict::pass([evidence]),
            false => Verdict::fail("the log driver is none of those you accept", [evidence]),
        });
    }
    match driver {
        "json-file" | "local" => {
            return Ok(Verdict::fail("containers' logs stay on the host", [evidence.expected("a remote log driver")]));
        }
        "awslogs" | "gcplogs" | "logentries" => return Ok(Verdict::pass([evidence])),
        _ => {}
    }
    let Some((_, option)) = ADDRESS_OPTIONS.iter().find(|(name, _)| *name == driver) else {
        return Ok(Verdict::manual("find out whether something forwards these logs to another machine", [evidence]));
    };
    let config = DaemonConfig::running(facts)?;
    let options = config.entries("log-opts")?;
    let address = options.into_iter().filter(|(name, _)| name == option).map(|(_, address)| address).next_back();
    let verdict = match address {
        Some(address) if !is_local(&address.value) => Verdict::pass([evidence, address.evidence(option)]),
        Some(address) => Verdict::manual(
            "find out whether the local receiver forwards the logs to another machine",
            [evidence, address.evidence(option).expected("an address on another machine")],
        ),
        None => Verdict::manual(
            "find out whether the local receiver forwards the logs to another machine",
            [evidence, told(option, "unset").expected("an address on another machine")],
        ),
    };
    Ok(config.settled(&["log-opts"], verdict))
}

/// Whether an address ("tcp+tls://logs.example:6514", "unix:///dev/log", "localhost:24224") ends on this host.
fn is_local(address: &str) -> bool {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    scheme.starts_with("unix") || host.starts_with("127.") || ["", "localhost", "::1", "0.0.0.0"].contains(&host)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn loopback_and_sockets_are_local() {
        for address in ["unix:///dev/log", "unixgram:///dev/log", "localhost:24224", "udp://127.0.0.1:514", ":24224"] {
            assert!(is_local(address), "{address}");
        }
        assert!(is_local("tcp://[::1]:514"));
        for address in ["tcp+tls://logs.example:6514", "10.0.0.9:24224", "https://splunk.example:8088/x"] {
            assert!(!is_local(address), "{address}");
        }
        assert!(!is_local("udp://[2001:db8::1]:514"));
    }
}
