use keelmark_sdk::{Check, Facts, HostError, Object, Params, Verdict};

use super::engine::{self, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "lxc-execution-driver",
    control: "daemon-no-lxc-execution-driver",
    title: "Containers are run by the LXC driver",
    means: "The engine runs containers with its native driver (libcontainer), and not with LXC.",
    why: "The LXC driver was deprecated in Docker 1.8. It lagged behind the native one in isolation: features such as \
          user namespaces, seccomp and docker exec were only ever built for that.",
    audited: "ExecutionDriver in docker info must not begin with lxc. Engines from Docker 1.10 on have no execution \
              drivers any more, so for them the recommendation does not apply.",
    fix: "Remove --exec-driver=lxc (-e lxc) from the daemon's command line and restart Docker; containers must be \
          recreated. Better: update the engine.",
    impact: "Options in --lxc-conf no longer work.",
    default: "The native driver.",
    deviates: "",
    references: &["https://docs.docker.com/engine/deprecated/"],
    needs: &[engine::VERSION, needs::info(&["ExecutionDriver"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    match info.optional("ExecutionDriver", Object::str)? {
        None | Some("") if engine::version(facts)? >= (1, 10) => {
            Ok(Verdict::not_applicable("this engine has no execution drivers"))
        }
        None | Some("") => Err(HostError::failed("the engine does not say which execution driver it uses")),
        Some(driver) => {
            let evidence = told("ExecutionDriver", driver).expected("native");
            Ok(match driver.starts_with("lxc") {
                true => Verdict::fail("containers are run by LXC", [evidence]),
                false => Verdict::pass([evidence]),
            })
        }
    }
}
