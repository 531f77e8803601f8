use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::daemon::effective;
use crate::daemon::listeners::listening_ports;

pub static CHECK: Check = Check {
    slug: "nonessential-service",
    control: "host-remove-nonessential-services",
    title: "The host may run services that it does not need",
    means: "A host of containers runs little but the engine and what manages the host: everything else runs in a \
            container.",
    why: "A mail server or a database beside the engine is one more way in, and shares the kernel and the disk with \
          every container. Its takeover is theirs, and the other way round.",
    audited: "No fact tells which service is needed; a person must. The verdict lists the services that systemd \
              runs, and the TCP ports on which the host listens (/proc/1/net/tcp and tcp6, state 0A).",
    fix: "systemctl disable --now NAME.service       (for each that is not needed)\n\
          apt-get purge PACKAGE                      (so that it does not come back)\n\
          \n\
          Run what is needed as a container.",
    impact: "Whatever used the service stops working: find its users first.",
    default: "Distributions start services as soon as their packages are installed.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/#other-kernel-security-features",
        "https://man7.org/linux/man-pages/man1/systemctl.1.html",
        "https://docs.kernel.org/networking/proc_net_tcp.html",
    ],
    needs: &[
        effective::HOST,
        Need::new(
            "exec",
            &["systemctl", "list-units", "--type=service", "--state=running", "--no-legend", "--plain"],
            "lists the running services",
        ),
        Need::new(
            "fs.read-text",
            &["/proc/1/net/tcp", "/proc/1/net/tcp6"],
            "lists the ports on which the host listens",
        ),
    ],
    params: &[],
    audit,
};

const LIST: &[&str] = &["list-units", "--type=service", "--state=running", "--no-legend", "--plain"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    effective::require_local(facts)?;
    let services: Option<Vec<String>> = match facts.run("systemctl", LIST) {
        Err(error) if error.is_unavailable() => None,
        answer => {
            let answer = answer?;
            let unit = |line: &str| line.split_whitespace().next().map(str::to_owned);
            // It fails where it is installed but systemd does not run.
            (answer.code == Some(0)).then(|| answer.stdout.lines().filter_map(unit).collect())
        }
    };
    let mut ports = listening_ports(&facts.read_text("/proc/1/net/tcp")?);
    // There is no such file on a host without IPv6.
    ports.extend(facts.read_text_if_exists("/proc/1/net/tcp6")?.iter().flat_map(|text| listening_ports(text)));
    ports.sort_unstable();
    ports.dedup();
    let list = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
    let mut evidence = Vec::new();
    if let Some(services) = services {
        evidence.push(Evidence::new("host", "running services", list(services)).source("systemctl"));
    }
    let ports = ports.iter().map(u16::to_string).collect();
    evidence.push(Evidence::new("host", "listening TCP ports", list(ports)).source("/proc/1/net/tcp, tcp6"));
    Ok(Verdict::manual("judge whether the host needs each of these services", evidence))
}
