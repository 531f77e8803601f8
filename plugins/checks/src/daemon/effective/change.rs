//! Whether the configuration file is still what the running daemon read.
//!
//! dockerd reads it once. What was changed since is not in force until it is restarted (or told to reload, which takes
//! up few options), and what was in force before is not in the file any more.

use keelmark_sdk::{Evidence, Facts, HostError, Need, Process, Verdict};

use super::DaemonConfig;

pub const CONFIG_CHANGE: Need = Need::new(
    "fs.stat",
    &["/etc/docker/daemon.json", "/**/.config/docker/daemon.json", "{dockerd-config}"],
    "tells whether the daemon's configuration file was changed after its start",
);

/// Start and change are rounded to seconds, and by two clocks: what is closer together may have been the other way round.
const MARGIN: i64 = 2;

/// Why an option that is not on the command line need not be what the file says.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// What is in the way, for the verdict and for evidence.
    pub message: String,
    evidence: Evidence,
}

impl Doubt {
    /// The doubt about everything in the file at `path`; none where it is as old as the process that read it, and where
    /// a recording does not tell.
    pub(super) fn about(facts: &Facts, process: &Process, path: &str) -> Result<Option<Self>, HostError> {
        let Some(started) = process.started else { return Ok(None) };
        // The host says when the place was last changed; else the file does, where there is one.
        let (property, at) = match process.config_changed.filter(|_| process.config_file.as_deref() == Some(path)) {
            Some(changed) => ("changed", Some(changed)),
            None => match facts.stat_if_exists(path)? {
                Some(file) => {
                    file.changed.map_or(("modified", Some(file.modified)), |changed| ("changed", Some(changed)))
                }
                None => ("changed", None),
            },
        };
        let Some(at) = at else {
            // Of a live host this is a file that nobody can date; of an old recording, no file and no more to say.
            let message = format!("whether {path} was removed after dockerd started cannot be told");
            let evidence = Evidence::new(format!("file {path}"), property, "unknown").expected("before the start");
            return Ok(process.config_file.as_ref().map(|_| Self { message, evidence }));
        };
        let later = at.saturating_sub(started);
        let found = || format!("{} after dockerd (pid {}) started", span(later), process.pid);
        Ok((later > MARGIN).then(|| Self {
            message: format!("{path} was changed after dockerd started: what runs may differ until it is restarted"),
            evidence: Evidence::new(format!("file {path}"), property, found()).expected("before the start"),
        }))
    }

    /// What is left of a verdict about what the file named: what is wrong there is wrong.
    pub fn cast_on(&self, verdict: Verdict) -> Verdict {
        verdict.doubted(&self.message, self.evidence.clone())
    }
}

impl DaemonConfig {
    /// Why the values of these daemon.json keys are doubtful; none where the command line gives all of them.
    pub fn doubt(&self, keys: &[&str]) -> Option<&Doubt> {
        self.doubt.as_ref().filter(|_| keys.iter().any(|key| self.command_line.last(key).is_none()))
    }

    /// A verdict that rests on these daemon.json keys, as far as it can be believed: what the daemon runs with may be
    /// better or worse than what is in the file now.
    pub fn settled(&self, keys: &[&str], verdict: Verdict) -> Verdict {
        match self.doubt(keys) {
            Some(doubt) => verdict.unsettled(&doubt.message, doubt.evidence.clone()),
            None => verdict,
        }
    }
}

/// "3 h"
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use keelmark_sdk::Status;
    use keelmark_sdk::fake::FakeHost;
    use keelmark_sdk::scenario::expand;
    use keelmark_sdk::serde_json::{Value, json};

    use super::super::tests::config;
    use super::*;

    /// dockerd started at 1000 with an option on its command line, and its file was changed at `modified`.
    fn changed(modified: i64, started: Value) -> FakeHost {
        expand(&json!({
            "dockerd": ["dockerd", "--iptables=true"], "dockerd-started": started,
            "files": { "/etc/docker/daemon.json": { "text": "{}", "modified": modified } },
        }))
        .unwrap()
    }

    #[test]
    fn only_a_change_that_is_surely_later_than_the_start_counts() {
        let doubts = |host: &FakeHost| config(host).unwrap().doubt(&["icc"]).is_some();
        for (modified, doubtful) in [(0, false), (1000, false), (1002, false), (1003, true), (i64::MAX, true)] {
            assert_eq!(doubts(&changed(modified, json!(1000))), doubtful, "{modified}");
        }
        assert!(!doubts(&changed(2000, Value::Null)), "a recording that does not tell the start");
        let mut gone = changed(2000, json!(1000));
        gone.refuse("read /etc/docker/daemon.json", "not-found", "no such file");
        gone.refuse("stat /etc/docker/daemon.json", "not-found", "no such file");
        assert!(!doubts(&gone));
        let mut locked = changed(2000, json!(1000));
        locked.refuse("stat /etc/docker/daemon.json", "permission", "may not");
        let locked = config(&locked).unwrap();
        assert_eq!(locked.bool("icc", true).unwrap_err().message, "may not");
        assert!(locked.bool("iptables", false).unwrap().value, "the command line is known all the same");
    }

    /// What the host says about the place counts, whatever the file's own time is.
    #[test]
    fn a_file_that_was_removed_or_put_back_counts_as_changed() {
        let told = |changed: i64, file: Value| {
            let facts = json!({ "config-file": "/etc/docker/daemon.json", "config-changed": changed });
            let host = json!({
                "dockerd": ["dockerd"], "dockerd-started": 1000, "dockerd-facts": facts,
                "files": { "/etc/docker/daemon.json": file },
            });
            config(&expand(&host).unwrap()).unwrap().doubt(&["icc"]).map(|doubt| doubt.message.clone())
        };
        let old = json!({ "text": "{}", "modified": 0 });
        for file in [Value::Null, old.clone()] {
            assert!(told(4600, file.clone()).is_some_and(|message| message.contains("changed after dockerd started")));
            assert_eq!(told(900, file), None);
        }
        let unknown = json!({ "config-file": "/etc/docker/daemon.json" });
        let host =
            json!({ "dockerd": ["dockerd"], "dockerd-started": 1000, "dockerd-facts": unknown, "daemon.json": null });
        let doubt = config(&expand(&host).unwrap()).unwrap().doubt(&["icc"]).cloned();
        assert!(doubt.is_some_and(|doubt| doubt.message.contains("cannot be told")));
        // The file itself tells, where the host says no more.
        let host = json!({
            "dockerd": ["dockerd"], "dockerd-started": 1000,
            "files": { "/etc/docker/daemon.json": { "text": "{}", "modified": 0, "changed": 4600 } },
        });
        assert!(config(&expand(&host).unwrap()).unwrap().doubt(&["icc"]).is_some());
    }

    #[test]
    fn the_command_line_is_as_it_was_at_the_start() {
        let config = config(&changed(9000, json!(1000))).unwrap();
        assert!(config.doubt(&["iptables"]).is_none());
        assert!(config.doubt(&["iptables", "icc"]).is_some());
        assert_eq!(config.settled(&["iptables"], Verdict::pass([])).status(), Status::Pass);
        assert_eq!(config.settled(&["icc"], Verdict::pass([])).status(), Status::Manual);
        assert_eq!(config.settled(&["icc"], Verdict::fail("no", [])).status(), Status::Manual);
    }

    #[test]
    fn a_span_is_told_in_the_unit_that_fits() {
        let spans = [3, 119, 120, 7_199, 7_200, 172_799, 172_800].map(span);
        assert_eq!(spans, ["3 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days"]);
    }
}
