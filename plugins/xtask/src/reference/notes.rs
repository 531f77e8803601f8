//! What the WIT does not say of a function: how it fails and what it is limited to, with the host's own numbers.

use std::time::Duration;

use keelmark_contract::limits as contract;
use keelmark_contract::ops::{LIST_NODES, LIST_SECRETS, LIST_SERVICES, Op, Question, SWARM};
use keelmark_facts::live::limits as live;

/// The notes on one operation.
#[derive(Default)]
pub struct Notes {
    pub errors: Vec<String>,
    pub limits: Vec<String>,
}

impl Notes {
    /// The notes on an operation: on a question to the engine by its row in the table, on any other its own.
    pub fn of(op: &Op) -> Self {
        match &op.question {
            Some(question) => Self { errors: docker_errors(op, question), limits: docker_limits(op, question) },
            None => Self { errors: errors(op), limits: limits(op) },
        }
    }
}

fn errors(op: &Op) -> Vec<String> {
    match op.name {
        "exec" => vec![
            "`unavailable`: the host has no such program, or the audit runs under `--host-root`".into(),
            format!("`timeout`: it ran longer than {}", seconds(live::WALL_TIME)),
            "An exit code other than 0 is no error: look at `code`, and at `stderr` for the reason".into(),
        ],
        "fs.stat" => file_errors(&[]),
        "fs.read-text" => file_errors(&[
            format!("`too-large`: it is larger than {}", bytes(live::MAX_TEXT_BYTES)),
            "`failed`: it is no regular file, or no UTF-8".into(),
        ]),
        "fs.list-dir" => file_errors(&[
            format!("`too-large`: it holds more than {} names", live::MAX_NAMES),
            "`failed`: it is no directory".into(),
        ]),
        "process.find" => vec!["`unavailable`, `permission`: /proc is hidden from keelmark".into()],
        "host.setting" => vec!["A key that keelmark.toml does not have is no error, but none".into()],
        "report.emit" => vec!["`invalid`: the id was not asked for, or has a finding already".into()],
        _ => Vec::new(),
    }
}

fn limits(op: &Op) -> Vec<String> {
    match op.name {
        "exec" => vec![
            "words of `argv` are literal, or one of the holes `{unit}`, `{number}`, `{name}`; the first two words decide \
             whether keelmark runs it at all"
                .into(),
            format!("{} of each stream; `truncated` says that there was more", bytes(live::MAX_STREAM_BYTES as u64)),
        ],
        "fs.stat" => vec![
            "with `follow`, what a link leads to must be granted too".into(),
            "`{dockerd-config}` in `paths` is the configuration file of the running dockerd, which `process.find` has \
             named to this plugin before"
                .into(),
        ],
        "fs.read-text" => vec![
            "values of secrets in daemon.json are masked".into(),
            "`{dockerd-config}` in `paths` is the configuration file of the running dockerd, as for `fs.stat`; only a \
             JSON object is read through it, and of a daemon without root only what its user owns"
                .into(),
        ],
        "process.find" => {
            vec!["the file name of a program, without a path; passwords in command lines are masked".into()]
        }
        "report.emit" => vec![
            format!(
                "{} pieces of evidence; what is over is dropped, and the message says so",
                contract::EVIDENCE_PER_FINDING
            ),
            format!("{} of each text; longer ones are cut with an ellipsis", bytes(contract::TEXT_BYTES as u64)),
            format!("{} of all findings together", bytes(contract::FINDINGS_BYTES as u64)),
        ],
        "report.log" => vec![format!("{} lines of {}", contract::LOG_LINES, bytes(contract::TEXT_BYTES as u64))],
        _ => Vec::new(),
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
        calls = contract::CALLS,
        memory = bytes(contract::MEMORY_BYTES as u64),
        attempt = seconds(contract::ATTEMPT),
        describe = seconds(contract::DESCRIBE),
        answer = bytes(contract::ANSWER_BYTES as u64),
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

fn docker_errors(op: &Op, question: &Question) -> Vec<String> {
    let mut errors = vec![
        "`unavailable`: there is no engine to ask".to_owned(),
        "`permission`: the engine's socket is closed to keelmark, or the engine refused".to_owned(),
        format!("`timeout`: no whole answer in {}", seconds(live::ANSWER_TIMEOUT)),
        "`failed`: the engine answered with a failure, or with something that cannot be read".to_owned(),
    ];
    if [&SWARM, &LIST_NODES, &LIST_SERVICES, &LIST_SECRETS].contains(&op) {
        errors.push("`unavailable`: this engine is not a swarm manager".to_owned());
    }
    if question.is_each() {
        errors.push("`not-found`, in the answer about one object: it vanished since it was listed".to_owned());
    }
    errors
}

fn docker_limits(op: &Op, question: &Question) -> Vec<String> {
    let largest = if question.shape.has_many() { live::MAX_LIST_BYTES } else { live::MAX_OBJECT_BYTES };
    let mut limits = Vec::new();
    if question.is_each() {
        let (ids, cost) = (contract::IDS_PER_CALL, contract::IDS_PER_COST);
        limits.push(format!("{ids} ids in one call; {cost} ids count as one more call"));
    }
    let about = if question.is_each() { " about one object" } else { "" };
    limits.push(format!("{} of the engine's answer{about}, before projection", bytes(largest)));
    if op.has_fields() {
        let fields = contract::FIELDS_PER_CALL;
        limits.push(format!("{fields} fields in one call, each granted by itself or by one above it"));
    }
    limits
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
