use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::listeners;
use crate::needs::joined;

pub static CHECK: Check = Check {
    slug: "unauthenticated-tcp-listener",
    control: "daemon-tls-authentication",
    title: "API is served over TCP without verifying clients",
    means: "A daemon that serves its API over TCP does so with TLS, and only to clients whose certificate it verifies.",
    why: "Whoever can speak to the API is root on the host. Worms scan for port 2375 and start miners within minutes; \
          TLS without client verification (tls without tlsverify) hides the attacker's requests but does not refuse \
          them.",
    audited: "Where the running dockerd listens: every -H and --host on its command line, else hosts in its \
              configuration file, else the default; for fd:// what systemd's docker.socket listens on (its file, where systemd cannot be asked). tcp:// \
              addresses, and addresses without a scheme, need tlsverify with the value true, and tlscacert, tlscert \
              and tlskey. Loopback addresses too: any local user reaches them. Since Docker 20.10 tls alone verifies \
              clients as well, but the check wants tlsverify said, as the recommendation does. Without a TCP listener \
              the recommendation does not apply, unless something listens on port 2375 or 2376 all the same: then a \
              person must find out what. A podman service on a tcp: address fails. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "Listen on the local socket only and reach the daemon over SSH (docker -H ssh://user@host), or in \
          /etc/docker/daemon.json, and restart Docker:\n\
          \n\
          {\n\
            \x20 \"hosts\": [\"unix:///var/run/docker.sock\", \"tcp://10.0.0.5:2376\"],\n\
            \x20 \"tlsverify\": true,\n\
            \x20 \"tlscacert\": \"/etc/docker/tls/ca.pem\",\n\
            \x20 \"tlscert\": \"/etc/docker/tls/server-cert.pem\",\n\
            \x20 \"tlskey\": \"/etc/docker/tls/server-key.pem\"\n\
          }\n\
          \n\
          hosts in this file and -H on the command line exclude each other: take -H fd:// out with \
          systemctl edit docker.service.",
    impact: "Every client needs a certificate of that authority, and certificates expire: plan their renewal.",
    default: "No TCP listener; TLS is off.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/protect-access/",
        "https://docs.docker.com/engine/daemon/remote-access/",
    ],
    needs: joined![
        effective::NEEDS,
        listeners::NEEDS,
        &[
            Need::new("fs.read-text", &TABLES, "tells whether something listens on the ports of Docker's API"),
            Need::new("process.find", &["podman"], "reads on which address Podman serves its API")
        ]
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = match DaemonConfig::running(facts) {
        Err(error) if error.is_inapplicable() => return of_podman(facts, error),
        config => config?,
    };
    let mut evidence: Vec<Evidence> = Vec::new();
    for listener in listeners::read(facts, &config)?.iter().filter(|listener| listeners::is_tcp(listener)) {
        evidence.push(listener.evidence("hosts"));
    }
    if evidence.is_empty() {
        let open = if config.rootless.is_none() { api_ports(facts) } else { Vec::new() };
        let verdict = match open.is_empty() {
            true => Verdict::not_applicable("the daemon does not listen on TCP"),
            false => {
                Verdict::manual("find out what listens on the ports of Docker's API: dockerd is not told to", open)
            }
        };
        return Ok(config.settled(&["hosts"], verdict));
    }
    let verify = config.bool("tlsverify", false)?;
    evidence.push(verify.evidence("tlsverify").expected(true));
    let mut complete = true;
    for option in ["tlscacert", "tlscert", "tlskey"] {
        if config.text(option)?.is_none_or(|path| path.value.is_empty()) {
            complete = false;
            evidence.push(Evidence::new("daemon", option, "unset").expected("a file").source("default"));
        }
    }
    let verdict = match (verify.value, listeners::uses_tls(&config)?) {
        (true, _) if complete => Verdict::pass(evidence),
        (true, _) => Verdict::fail("TLS is on, but not all of its files are named", evidence),
        (false, true) => Verdict::fail("TLS is on, but clients need not be verified", evidence),
        (false, false) => Verdict::fail("the API is served over TCP without TLS", evidence),
    };
    Ok(config.settled(&["hosts", "tlsverify", "tlscacert", "tlscert", "tlskey"], verdict))
}

/// The ports that Docker's API has by custom, without TLS and with it, where something listens on them. What cannot be
/// read here is no answer to any question: the daemon's own options are.
fn api_ports(facts: &Facts) -> Vec<Evidence> {
    let mut open = Vec::new();
    for table in TABLES {
        let listening = facts.read_text(table).map(|text| listeners::listening_ports(&text)).unwrap_or_default();
        for port in API_PORTS.into_iter().filter(|port| listening.contains(port)) {
            let evidence = Evidence::new("host", "listening TCP port", port).expected("nothing listens there");
            open.push(evidence.source(table));
        }
    }
    open
}

const TABLES: [&str; 2] = ["/proc/1/net/tcp", "/proc/1/net/tcp6"];
const API_PORTS: [u16; 2] = [2375, 2376];

/// Podman has no daemon, but can be started as a service on any address, and knows no TLS.
fn of_podman(facts: &Facts, none: HostError) -> Result<Verdict, HostError> {
    let is_address = |word: &&String| word.starts_with("tcp:");
    let mut evidence = Vec::new();
    for process in facts.find_processes("podman")? {
        for address in process.argv.iter().skip(1).filter(is_address) {
            let source = format!("command line of podman (pid {})", process.pid);
            evidence.push(Evidence::new("Podman", "address", address).expected("a unix socket").source(source));
        }
    }
    match evidence.is_empty() {
        true => Err(none),
        false => Ok(Verdict::fail("the API is served over TCP without TLS", evidence)),
    }
}
