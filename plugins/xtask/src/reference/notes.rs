//! What the WIT does not say of a function: how it fails and what it is limited to, with the host's own numbers.

use std::time::Duration;

use keelmark_contract::limits;
use keelmark_facts::live::limits as live;

/// The notes on one operation.
pub struct Notes {
    /// The limiting line of its capability: "paths = [\"/etc/docker/**\"]"; empty where there is none.
    limit: &'static str,
    why: &'static str,
    pub errors: Vec<String>,
    pub limits: Vec<String>,
}

impl Notes {
    /// The notes on an operation of manifests; none on one that nobody has written any for.
    pub fn of(op: &str) -> Option<Self> {
        let note = |limit, why, errors: Vec<String>, limits| Self { limit, why, errors, limits };
        Some(match op {
            "exec" => note(
                "argv = [\"systemctl\", \"show\", \"--property=FragmentPath\", \"{unit}\"]",
                "3.1 finds the unit file",
                vec![
                    "`unavailable`: the host has no such program, or the audit runs under `--host-root`".into(),
                    format!("`timeout`: it ran longer than {}", seconds(live::WALL_TIME)),
                    "An exit code other than 0 is no error: look at `code`, and at `stderr` for the reason".into(),
                ],
                vec![
                    "words of `argv` are literal, or one of the holes `{unit}`, `{number}`, `{name}`; the first two words decide \
                     whether keelmark runs it at all"
                        .into(),
                    format!("{} of each stream; `truncated` says that there was more", bytes(live::MAX_STREAM_BYTES as u64)),
                ],
            ),
            "fs.stat" => note(
                "paths = [\"/etc/docker/**\"]",
                "3.x reads owners and modes",
                file_errors(&[]),
                vec!["with `follow`, what a link leads to must be granted too".into()],
            ),
            "fs.read-text" => note(
                "paths = [\"/etc/docker/daemon.json\"]",
                "2.x reads the daemon's settings",
                file_errors(&[
                    format!("`too-large`: it is larger than {}", bytes(live::MAX_TEXT_BYTES)),
                    "`failed`: it is no regular file, or no UTF-8".into(),
                ]),
                vec!["values of secrets in daemon.json are masked".into()],
            ),
            "fs.list-dir" => note(
                "paths = [\"/etc/docker/certs.d\"]",
                "3.x looks for certificates",
                file_errors(&[
                    format!("`too-large`: it holds more than {} names", live::MAX_NAMES),
                    "`failed`: it is no directory".into(),
                ]),
                Vec::new(),
            ),
            "process.find" => note(
                "names = [\"dockerd\"]",
                "2.x reads the daemon's command line",
                vec!["`unavailable`, `permission`: /proc is hidden from keelmark".into()],
                vec!["the file name of a program, without a path; passwords in command lines are masked".into()],
            ),
            "docker.container-processes" => {
                note("", "5.x looks for sshd in containers", docker_errors(op), each_limits())
            }
            _ if op.starts_with("docker.inspect-") || op == "docker.image-history" => {
                let fields = match op {
                    "docker.inspect-containers" => "fields = [\"HostConfig\", \"Config.User\"]",
                    "docker.inspect-execs" => "fields = [\"ProcessConfig.privileged\"]",
                    "docker.inspect-images" => "fields = [\"Config.User\", \"Config.Labels\"]",
                    _ => "fields = [\"CreatedBy\"]",
                };
                note(fields, "5.x reads runtime settings", docker_errors(op), each_limits())
            }
            _ if op.starts_with("docker.") => {
                let fields = match op {
                    "docker.version" => "fields = [\"Version\"]",
                    "docker.info" => "fields = [\"LiveRestoreEnabled\", \"SecurityOptions\"]",
                    "docker.list-containers" => "fields = [\"Id\", \"Names\"]",
                    "docker.list-images" => "fields = [\"Id\", \"RepoTags\"]",
                    "docker.list-volumes" => "fields = [\"Name\", \"Driver\", \"Options\"]",
                    "docker.swarm" => "fields = [\"Spec.EncryptionConfig\"]",
                    _ => "fields = [\"ID\", \"Name\", \"Spec.Name\"]",
                };
                let largest = format!("{} of the engine's answer, before projection", bytes(live::MAX_LIST_BYTES));
                note(fields, "2.x reads the engine's own account", docker_errors(op), vec![largest, fields_limit()])
            }
            "host.facts" => note("", "tells the operating system", Vec::new(), Vec::new()),
            "host.now" => note("", "tells how old a certificate is", Vec::new(), Vec::new()),
            "host.setting" => note(
                "keys = [\"trusted-users\"]",
                "1.x knows whom the operator trusts",
                vec!["A key that keelmark.toml does not have is no error, but none".into()],
                Vec::new(),
            ),
            "report.emit" => note(
                "",
                "reports verdicts",
                vec!["`invalid`: the id was not asked for, or has a finding already".into()],
                vec![
                    format!("{} pieces of evidence; what is over is dropped, and the message says so", limits::EVIDENCE_PER_FINDING),
                    format!("{} of each text; longer ones are cut with an ellipsis", bytes(limits::TEXT_BYTES as u64)),
                    format!("{} of all findings together", bytes(limits::FINDINGS_BYTES as u64)),
                ],
            ),
            "report.progress" => note("", "shows how far it is", Vec::new(), Vec::new()),
            "report.log" => note(
                "",
                "says what went wrong when it breaks",
                Vec::new(),
                vec![format!("{} lines of {}", limits::LOG_LINES, bytes(limits::TEXT_BYTES as u64))],
            ),
            _ => return None,
        })
    }

    /// The `[[capability]]` that allows it, as an example.
    pub fn capability(&self, op: &str) -> String {
        let limit = if self.limit.is_empty() { String::new() } else { format!("{}\n", self.limit) };
        format!("[[capability]]\nop = \"{op}\"\n{limit}why = \"{}\"\n", self.why)
    }
}

/// What holds for every function.
pub fn everywhere() -> String {
    format!(
        "Every function can fail with `denied` (no capability allows the call; the message names the one that would), \
         `invalid` (an argument has\na form that is never valid) and `too-large` (more than {calls} calls in one run). \
         A fact that could not be read is an `error` in the report, never\na pass.\n\n\
         A plugin has {memory} of memory, {attempt} for a run and {describe} for `describe`. What a call hands over or \
         gets is at most {answer}.\n\n",
        calls = limits::CALLS,
        memory = bytes(limits::MEMORY_BYTES as u64),
        attempt = seconds(limits::ATTEMPT),
        describe = seconds(limits::DESCRIBE),
        answer = bytes(limits::ANSWER_BYTES as u64),
    )
}

fn file_errors(more: &[String]) -> Vec<String> {
    let mut errors = vec![
        "`not-found`: there is no such file".to_owned(),
        "`permission`: keelmark runs without the privilege to look".to_owned(),
        format!("`timeout`: the filesystem gave no answer in {}", seconds(live::FILE_WORK)),
    ];
    errors.extend_from_slice(more);
    errors
}

fn docker_errors(op: &str) -> Vec<String> {
    let mut errors = vec![
        "`unavailable`: there is no engine to ask".to_owned(),
        "`permission`: the engine's socket is closed to keelmark, or the engine refused".to_owned(),
        format!("`timeout`: no whole answer in {}", seconds(live::ANSWER_TIMEOUT)),
        "`failed`: the engine answered with a failure, or with something that cannot be read".to_owned(),
    ];
    if ["docker.swarm", "docker.list-nodes", "docker.list-services", "docker.list-secrets"].contains(&op) {
        errors.push("`unavailable`: this engine is not a swarm manager".to_owned());
    }
    if op.contains("inspect-") || op == "docker.image-history" || op == "docker.container-processes" {
        errors.push("`not-found`, in the answer about one object: it vanished since it was listed".to_owned());
    }
    errors
}

fn each_limits() -> Vec<String> {
    vec![
        format!("{} ids in one call; {} ids count as one more call", limits::IDS_PER_CALL, limits::IDS_PER_COST),
        format!("{} of the engine's answer about one object, before projection", bytes(live::MAX_OBJECT_BYTES)),
        fields_limit(),
    ]
}

fn fields_limit() -> String {
    format!("{} fields in one call, each granted by itself or by one above it", limits::FIELDS_PER_CALL)
}

/// "4 MiB"
fn bytes(count: u64) -> String {
    match count {
        mib if mib >= 1024 * 1024 => format!("{} MiB", mib / (1024 * 1024)),
        kib => format!("{} KiB", kib / 1024),
    }
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}
