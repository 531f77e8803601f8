use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::listeners;
use crate::needs::joined;

pub static CHECK: Check = Check {
    slug: "alternate-daemon-socket",
    control: "daemon-no-alternate-bind",
    title: "API is served elsewhere than on its default socket",
    means: "The daemon serves its API on the default Unix socket, and neither on a TCP port nor on another socket.",
    why: "A TCP port offers root on the host to the network. A second socket has an owner and a mode of its own, which \
          nobody watches: the default one belongs to root and the group docker, and every guide and every audit looks \
          there.",
    audited: "Where the running dockerd listens: every -H and --host on its command line, else hosts in its \
              configuration file, else the default; for fd:// what systemd's docker.socket listens on (its file, where systemd cannot be asked). Only \
              /var/run/docker.sock (/run is the same directory), or for a rootless daemon its user's docker.sock, is \
              the default. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "Remove every -H and --host other than unix:///var/run/docker.sock and fd:// from dockerd's command line, and \
          every other address from \"hosts\" in /etc/docker/daemon.json. Restart Docker, and reach it from elsewhere \
          over SSH:\n\
          \n\
          docker -H ssh://user@host ps",
    impact: "Clients that used the other address must change over.",
    default: "unix:///var/run/docker.sock",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option",
        "https://docs.docker.com/engine/security/protect-access/",
    ],
    needs: joined![effective::NEEDS, listeners::NEEDS],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let usual = listeners::default_socket(&config);
    let (mut default, mut others) = (Vec::new(), Vec::new());
    for listener in listeners::read(facts, &config)? {
        let evidence = listener.evidence("hosts").expected(&usual);
        // /var/run is a link to /run.
        match listener.value.replace(":///run/docker.sock", ":///var/run/docker.sock") == usual {
            true => default.push(evidence),
            false => others.push(evidence),
        }
    }
    let verdict = match others.is_empty() {
        true => Verdict::pass(default),
        false => Verdict::fail("the API is served on other addresses than the default socket", others),
    };
    Ok(config.settled(&["hosts"], verdict))
}
