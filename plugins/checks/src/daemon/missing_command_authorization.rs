use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::engine::{is_podman, one_line, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-command-authorization",
    control: "daemon-client-command-authorization",
    title: "Whoever reaches the API may do everything",
    means: "An authorization plugin decides which API requests a client may make.",
    why: "Docker by itself knows no rights: who may speak to the API at all may start a privileged container, and is \
          root on the host. A plugin can let a monitoring agent read and a deployer deploy, and refuse the rest.",
    audited: "Plugins.Authorization in docker info must name a plugin: these are the ones every request passes \
              through. What their policies allow is not visible to the engine.",
    fix: "Install an authorization plugin with a policy, and name it in /etc/docker/daemon.json:\n\
          \n\
          { \"authorization-plugins\": [\"openpolicyagent/opa-docker-authz-v2:0.9\"] }\n\
          \n\
          systemctl reload docker\n\
          \n\
          or, on the command line of dockerd: --authorization-plugin=…",
    impact: "Every request waits for the plugin. While it is down or its policy is wrong, the API refuses everything, \
             to you too: keep a way to edit daemon.json and restart Docker.",
    default: "No authorization plugin.",
    deviates: "",
    references: &["https://docs.docker.com/engine/extend/plugins_authorization/"],
    needs: &[needs::info(&["Plugins.Authorization", "BuildahVersion"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    if is_podman(&info) {
        return Ok(Verdict::not_applicable(
            "Podman has no authorization plugins: each user has an engine of their own",
        ));
    }
    let plugins = info.strings("Plugins.Authorization")?;
    let evidence = told("Plugins.Authorization", one_line(&plugins)).expected("an authorization plugin");
    Ok(match plugins.is_empty() {
        true => Verdict::fail("no plugin authorizes API requests", [evidence]),
        false => Verdict::pass([evidence]),
    })
}
