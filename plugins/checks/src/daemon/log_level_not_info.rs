use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig, Setting};
use super::engine::told;
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "log-level-not-info",
    control: "daemon-log-level-info",
    title: "Daemon logs too little or too much",
    means: "dockerd logs at the level info, and not in debug mode.",
    why: "Below info (warn, error, fatal) the record of what the daemon did is too thin to reconstruct an incident. At \
          debug it holds whole API requests, floods the journal, and is the first thing to be rotated away.",
    audited: "log-level of the running dockerd must be info, which is also the default: its command line decides, else \
              the configuration file. Debug in docker info must be false, because debug mode overrides the level. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          { \"log-level\": \"info\", \"debug\": false }\n\
          \n\
          and remove --log-level (-l), --debug and -D from dockerd's command line.",
    impact: "None.",
    default: "info, and no debug mode.",
    deviates: "",
    references: &["https://docs.docker.com/reference/cli/dockerd/", "https://docs.docker.com/engine/daemon/logs/"],
    needs: joined![effective::NEEDS, &[needs::info(&["Debug"])]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    // Engines before 1.7 send 0 or 1.
    let debug = info.bool("Debug").or_else(|error| info.i64("Debug").map(|number| number != 0).map_err(|_| error))?;
    let config = DaemonConfig::running(facts)?;
    let level = config.text("log-level")?.filter(|level| !level.value.is_empty());
    let level = level.unwrap_or_else(|| Setting { value: "info".into(), source: "default".into() });
    let is_info = level.value.eq_ignore_ascii_case("info");
    let (shown_level, shown_debug) =
        (level.evidence("log-level").expected("info"), told("Debug", debug).expected(false));
    let verdict = match (is_info, debug) {
        (true, false) => Verdict::pass([shown_level, shown_debug]),
        // The engine says so itself.
        (true, true) => return Ok(Verdict::fail("debug mode overrides the log level", [shown_debug])),
        (false, _) => {
            let wrong = std::iter::once(shown_level).chain(debug.then_some(shown_debug));
            Verdict::fail(format!("the daemon logs at the level {}", level.value), wrong)
        }
    };
    Ok(config.settled(&["log-level"], verdict))
}
