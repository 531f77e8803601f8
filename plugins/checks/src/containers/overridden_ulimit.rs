use keelmark_sdk::serde_json::{self, Value};
use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::daemon::effective::{self, DaemonConfig, Setting};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "overridden-ulimit",
    control: "runtime-ulimit-override-only-if-needed",
    title: "Container overrides the daemon's ulimits",
    means: "Containers live with the daemon's default ulimits; one that sets its own does so for a reason that \
            somebody can state.",
    why: "The daemon's ulimits are the ceiling that keeps one container from using up the host's file handles and \
          processes. A container started with its own, higher ones takes that ceiling away for itself: a leak or a \
          fork bomb inside it then reaches its neighbours.",
    audited: "HostConfig.Ulimits of every container, running or not. None set passes, and so do the daemon's own \
              default-ulimits, which the engine writes there; any other is shown as name=soft:hard for a person to \
              judge, since only they know whether the container needs it.",
    fix: "Recreate the container without the option, and set what all of them need on the daemon:\n\
          \n\
          docker run …                       without --ulimit\n\
          compose:      remove `ulimits:`\n\
          daemon.json:  { \"default-ulimits\": { \"nofile\": { \"Name\": \"nofile\", \"Soft\": 1024, \"Hard\": 65536 } } }",
    impact: "A program that opens many files or starts many processes may meet the daemon's lower limit.",
    default: "Containers set no ulimits and take the daemon's.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#ulimit",
        "https://man7.org/linux/man-pages/man2/getrlimit.2.html",
    ],
    needs: joined![effective::NEEDS, &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.Ulimits"])]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let ulimits = container.objects("HostConfig.Ulimits")?;
        let set: Vec<Ulimit> = ulimits.iter().map(Ulimit::read).collect::<Result<_, _>>()?;
        let evidence = |found: &str| Evidence::new(&container.subject, "HostConfig.Ulimits", found);
        if set.is_empty() {
            return Ok(Judgement::good(evidence("none")));
        }
        // The engine writes its own defaults into a container's settings. Where they cannot be read, a person sees all.
        let defaults = defaults(facts).unwrap_or_default();
        let own: Vec<String> = set.iter().filter(|one| !defaults.contains(one)).map(Ulimit::shown).collect();
        Ok(match own.is_empty() {
            true => {
                let all: Vec<String> = set.iter().map(Ulimit::shown).collect();
                Judgement::good(evidence(&all.join(" ")).note("the daemon's own"))
            }
            false => Judgement::ask(evidence(&own.join(" "))),
        })
    })
}

#[derive(PartialEq)]
struct Ulimit {
    name: String,
    soft: i64,
    hard: i64,
}

impl Ulimit {
    fn read(object: &Object) -> Result<Self, HostError> {
        Ok(Self { name: object.str("Name")?.to_owned(), soft: object.i64("Soft")?, hard: object.i64("Hard")? })
    }

    /// As `--default-ulimit` takes it: "nofile=1024:4096", and "nofile=1024" for both.
    fn parse(name: &str, limits: &str) -> Option<Self> {
        let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
        Some(Self { name: name.to_owned(), soft: soft.parse().ok()?, hard: hard.parse().ok()? })
    }

    fn shown(&self) -> String {
        format!("{}={}:{}", self.name, self.soft, self.hard)
    }
}

/// The daemon's default-ulimits.
fn defaults(facts: &Facts) -> Result<Vec<Ulimit>, HostError> {
    // Without its word, the dockerd that runs here need not be the engine whose containers these are.
    facts.info()?;
    let config = DaemonConfig::running(facts)?;
    if let Some(doubt) = config.doubt(&["default-ulimits"]) {
        return Err(HostError::failed(&doubt.message));
    }
    let entries = config.entries("default-ulimits")?.into_iter();
    let ulimit = |(name, setting): (String, Setting<String>)| match serde_json::from_str::<Value>(&setting.value) {
        // In daemon.json the key is only a label beside the Name; on the command line it is the name.
        Ok(value @ Value::Object(_)) => Ulimit::read(&Object::new("default-ulimits", value)).ok(),
        _ => Ulimit::parse(&name, &setting.value),
    };
    Ok(entries.filter_map(ulimit).collect())
}
