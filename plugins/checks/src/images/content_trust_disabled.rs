use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::daemon::engine;

const FILE: &str = "/etc/environment";
const VARIABLE: &str = "DOCKER_CONTENT_TRUST";

pub static CHECK: Check = Check {
    slug: "content-trust-disabled",
    control: "image-content-trust",
    title: "Docker does not insist on signed images",
    means: "The docker client pulls, runs and builds from signed tags only: DOCKER_CONTENT_TRUST is 1 for everyone who \
            uses docker on this host.",
    why: "A tag says nothing about who made the image. A stolen registry password or a hostile mirror is enough to put \
          another image behind it, and every host that pulls next runs it.",
    audited: "Content trust is a setting of each client's environment, not of the daemon. What is read is \
              /etc/environment, which gives it to every login: switched on there it passes, switched off there it \
              fails. Where the file does not name it, shells, profile scripts and pipelines may still set it, and they \
              are not read: a person must judge. The client takes any value that is not a spelling of false as on. From Docker 29 on it has \
              no content trust of its own, and a person must judge what took its place.",
    fix: "Add this line to /etc/environment, and log in again:\n\
          \n\
          DOCKER_CONTENT_TRUST=1\n\
          \n\
          Where images are signed with other tools (cosign, Notation), verify them before they are deployed and leave \
          this recommendation with that reason.",
    impact: "Unsigned tags can no longer be pulled, run or built upon. Docker is retiring this kind of signature: those of \
             the Docker Official Images expire since August 2025, so that pulling them with content trust on fails, and \
             its signature service, notary.docker.io, is to close in December 2026.",
    default: "Content trust is off.",
    deviates: "The benchmark's command is `echo $DOCKER_CONTENT_TRUST`, which tells of the shell that it is typed into, \
               and fails where that is not 1. An audit sees no shells: keelmark reads what every login gets, and where \
               that does not name the variable, it leaves profiles and pipelines to a person instead of failing them \
               unseen.",
    references: &[
        "https://docs.docker.com/engine/security/trust/",
        "https://www.docker.com/blog/retiring-docker-content-trust/",
        "https://www.docker.com/blog/docker-content-trust-retirement-and-migration-guidance/",
        "https://man7.org/linux/man-pages/man5/environment.5.html",
    ],
    needs: &[Need::new("fs.read-text", &[FILE], "reads the environment that every login gets"), engine::VERSION],
    params: &[],
    audit,
};

/// The release whose client has content trust no more.
const WITHOUT_TRUST: (u32, u32) = (29, 0);

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let text = facts.read_text_if_exists(FILE)?.unwrap_or_default();
    // The last assignment wins; pam_env allows `export` and quotes.
    let value = text.lines().rev().find_map(|line| {
        let line = line.trim();
        let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
        (name.trim() == VARIABLE).then(|| value.trim().trim_matches(['"', '\'']))
    });
    let evidence = |found: &str| [Evidence::new(format!("file {FILE}"), VARIABLE, found).expected("1")];
    Ok(match value {
        None | Some("") => Verdict::manual(
            "/etc/environment does not switch content trust on, which the benchmark's own command would fail: look whether \
             profiles or pipelines do",
            evidence("not set"),
        ),
        Some(off @ ("0" | "f" | "F" | "false" | "FALSE" | "False")) => {
            Verdict::fail("content trust is switched off for every login", evidence(off))
        }
        Some(on) if engine::version(facts)? >= WITHOUT_TRUST => Verdict::manual(
            "the client of this engine's time takes no notice of the variable: judge how images are verified",
            evidence(on),
        ),
        Some(on) => Verdict::pass(evidence(on)),
    })
}
