use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::listeners::{self, SOCKET_UNIT, SOCKET_UNITS};
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
              configuration file, else the default; for fd:// what systemd's docker.socket listens on. tcp:// \
              addresses, and addresses without a scheme, need tlsverify with the value true, and tlscacert, tlscert \
              and tlskey. Loopback addresses too: any local user reaches them. Since Docker 20.10 tls alone verifies \
              clients as well, but the check wants tlsverify said, as the recommendation does. Without a TCP listener \
              the recommendation does not apply. \
              A configuration file that was changed after dockerd started leaves what would pass to a person.",
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
    needs: joined![effective::NEEDS, &[SOCKET_UNIT, SOCKET_UNITS]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let mut evidence: Vec<Evidence> = Vec::new();
    for listener in listeners::read(facts, &config)?.iter().filter(|listener| listeners::is_tcp(listener)) {
        evidence.push(listener.evidence("hosts"));
    }
    if evidence.is_empty() {
        return Ok(config.settled(&["hosts"], Verdict::not_applicable("the daemon does not listen on TCP")));
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
