use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::engine::{self, has_security_option, security_options, told};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "new-privileges-allowed",
    control: "daemon-no-new-privileges",
    title: "Processes in containers may gain privileges",
    means: "The daemon starts containers with no_new_privs by default: no process in them can gain privileges by \
            executing a setuid program or one with file capabilities.",
    why: "An application that runs as an ordinary user is one vulnerable setuid binary (sudo, su, mount, a forgotten \
          helper) away from root in its container, with all the container's capabilities. no_new_privs makes the \
          kernel ignore those bits.",
    audited: "SecurityOptions in docker info must name no-new-privileges; engines report it since Docker 24. Where an \
              older engine does not, no-new-privileges of the running dockerd must be true: its command line decides, \
              else the configuration file, else the default, which is false. The value counts, not that the option is \
              there. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          { \"no-new-privileges\": true }\n\
          \n\
          or, on the command line of dockerd: --no-new-privileges\n\
          Containers that exist already must be recreated.",
    impact: "sudo, su and ping with file capabilities stop working in containers. One that needs them can be started \
             with --security-opt no-new-privileges=false.",
    default: "New privileges are allowed.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/dockerd/",
        "https://www.kernel.org/doc/html/latest/userspace-api/no_new_privs.html",
    ],
    needs: joined![effective::NEEDS, &[engine::VERSION, needs::info(&["SecurityOptions"])]],
    params: &[],
    audit,
};

/// From here on, what docker info does not name is not in force, whatever the file says that was edited since.
const ALL_ENGINES_REPORT_IT: (u32, u32) = (25, 0);

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let reported = has_security_option(&info, "no-new-privileges")?;
    if reported || engine::version(facts)? >= ALL_ENGINES_REPORT_IT {
        let options = told("SecurityOptions", security_options(&info)?).expected("name=no-new-privileges");
        return Ok(verdict(reported, options));
    }
    let config = DaemonConfig::running(facts)?;
    let option = config.bool("no-new-privileges", false)?;
    let verdict = verdict(option.value, option.evidence("no-new-privileges").expected(true));
    Ok(config.settled(&["no-new-privileges"], verdict))
}

fn verdict(restricted: bool, evidence: Evidence) -> Verdict {
    match restricted {
        true => Verdict::pass([evidence]),
        false => Verdict::fail("containers may gain privileges unless they say otherwise", [evidence]),
    }
}
