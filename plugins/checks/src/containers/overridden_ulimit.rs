use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "overridden-ulimit",
    control: "runtime-ulimit-override-only-if-needed",
    title: "Container overrides the daemon's ulimits",
    means: "Containers live with the daemon's default ulimits; one that sets its own does so for a reason that \
            somebody can state.",
    why: "The daemon's ulimits are the ceiling that keeps one container from using up the host's file handles and \
          processes. A container started with its own, higher ones takes that ceiling away for itself: a leak or a \
          fork bomb inside it then reaches its neighbours.",
    audited: "HostConfig.Ulimits of every container, running or not. None set passes; one that is set is shown as \
              name=soft:hard for a person to judge, since only they know whether the container needs it.",
    fix: "Recreate the container without the option, and set what all of them need on the daemon:\n\
          \n\
          docker run …                       without --ulimit\n\
          compose:      remove `ulimits:`\n\
          daemon.json:  { \"default-ulimits\": { \"nofile\": { \"Name\": \"nofile\", \"Soft\": 1024, \"Hard\": 65536 } } }",
    impact: "A program that opens many files or starts many processes may meet the daemon's lower limit.",
    default: "Containers set no ulimits and take the daemon's.",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#ulimit",
        "https://man7.org/linux/man-pages/man2/getrlimit.2.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.Ulimits"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let ulimits = container.objects("HostConfig.Ulimits")?;
        let found: Vec<String> = ulimits.iter().map(show).collect::<Result<_, _>>()?;
        Ok(match found.is_empty() {
            true => Judgement::Good,
            false => Judgement::ask(Evidence::new(&container.subject, "HostConfig.Ulimits", found.join(" "))),
        })
    })
}

/// As `--ulimit` takes it.
fn show(ulimit: &Object) -> Result<String, HostError> {
    Ok(format!("{}={}:{}", ulimit.str("Name")?, ulimit.i64("Soft")?, ulimit.i64("Hard")?))
}
