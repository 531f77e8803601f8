//! The audit log: one line of JSON for every call that a plugin makes.
//!
//! Lines are written by a thread of their own, so that a slow disk does not slow the audit; only where it falls far
//! behind do plugins wait for it, and not for long. A log that is not whole is an error at the end, never silence.

use std::collections::BTreeMap;
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use keelmark_report as report;
use keelmark_sandbox::api::{Decision, HostCall};
use serde::Serialize;
use serde_json::{Value, json};

/// Lines that wait for the disk: some MiB.
const QUEUE: usize = 8_192;
/// The longest that a plugin's call waits for room in the queue.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest that the end of an audit waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(10);

/// The bytes of one line, escaped as it is written: a batch of ids or the fields of an inspect fit.
const LINE_BYTES: usize = 8 * 1024;
/// The bytes that the calls of one plugin may add: more than 100,000 ordinary lines. Whoever calls more often fills the
/// log with its own calls, and must neither fill the disk nor push out the others'.
const PLUGIN_BYTES: usize = 64 * 1024 * 1024;
/// The bytes of all lines of one audit.
const RUN_BYTES: usize = 512 * 1024 * 1024;

/// One line. Arguments and rules are the plugin's words; the answer is not in it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'a> {
    time: String,
    plugin: &'a str,
    digest: &'a str,
    operation: &'static str,
    arguments: &'a Value,
    decision: Decision,
    rule: &'a str,
    result: &'static str,
    milliseconds: f64,
    bytes: usize,
}

/// A log that is being written.
pub struct AuditLog {
    /// None once the log is finished.
    lines: Mutex<Option<SyncSender<String>>>,
    written: Mutex<Receiver<std::io::Result<()>>>,
    room: Mutex<Room>,
    is_stuck: AtomicBool,
    lost: AtomicU64,
}

/// What was written so far, in all and of each plugin.
#[derive(Default)]
struct Room {
    bytes: usize,
    of_plugins: BTreeMap<String, Written>,
}

#[derive(Default)]
struct Written {
    bytes: usize,
    /// Lines that had no room.
    missing: u64,
}

/// Whether a line is written.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Free,
    /// It is the first that is not: the log says so once.
    Last,
    None,
}

impl Room {
    fn take(&mut self, plugin: &str, line: usize) -> Place {
        let written = self.of_plugins.entry(plugin.to_owned()).or_default();
        if written.missing == 0 && written.bytes + line <= PLUGIN_BYTES && self.bytes + line <= RUN_BYTES {
            written.bytes += line;
            self.bytes += line;
            return Place::Free;
        }
        written.missing = written.missing.saturating_add(1);
        if written.missing == 1 { Place::Last } else { Place::None }
    }

    /// Whose lines are missing, and how many.
    fn missing(&self) -> Option<String> {
        let missing: Vec<String> = self
            .of_plugins
            .iter()
            .filter(|(_, written)| written.missing > 0)
            .map(|(plugin, written)| format!("{} of {plugin}", written.missing))
            .collect();
        (!missing.is_empty()).then(|| {
            let (plugin, run) = (PLUGIN_BYTES / (1024 * 1024), RUN_BYTES / (1024 * 1024));
            let missing = missing.join(", ");
            format!("the limit of {plugin} MiB for a plugin or {run} MiB for an audit is reached; lines are missing: {missing}")
        })
    }
}

impl AuditLog {
    /// A log that goes to `out`.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(out: impl Write + Send + 'static) -> std::io::Result<Self> {
        let (lines, queue) = sync_channel(QUEUE);
        let (done, written) = channel();
        let write = move || {
            // Who waits for it may have given up.
            let _ = done.send(write(&queue, out));
        };
        std::thread::Builder::new().name("audit-log".into()).spawn(write)?;
        let (lines, written) = (Mutex::new(Some(lines)), Mutex::new(written));
        let room = Mutex::default();
        Ok(Self { lines, written, room, is_stuck: AtomicBool::new(false), lost: AtomicU64::new(0) })
    }

    /// Writes a line about a call.
    pub fn write(&self, call: &HostCall) {
        let mut line = line_of(call, &call.arguments, call.decision, &call.rule);
        if line.len() > LINE_BYTES {
            let left_out = json!({ "left-out": format!("{} bytes; a line has room for {LINE_BYTES}", line.len()) });
            line = line_of(call, &left_out, call.decision, &call.rule);
        }
        let place = self.room.lock().unwrap_or_else(PoisonError::into_inner).take(&call.plugin, line.len());
        match place {
            Place::Free => {}
            Place::Last => {
                let rule = "the audit log has no more room for this plugin: its further calls are not in it";
                line = line_of(call, &json!({}), Decision::Limit, rule);
            }
            Place::None => return,
        }
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !lines.is_some_and(|lines| self.send(&lines, line)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether the line has a place in the queue. A log that did not move for [`PATIENCE`] is not waited for again
    /// until it does.
    fn send(&self, lines: &SyncSender<String>, line: String) -> bool {
        let started = Instant::now();
        let mut line = line;
        loop {
            line = match lines.try_send(line) {
                Ok(()) => {
                    self.is_stuck.store(false, Ordering::Relaxed);
                    return true;
                }
                Err(TrySendError::Disconnected(_)) => return false,
                Err(TrySendError::Full(line)) => line,
            };
            if self.is_stuck.load(Ordering::Relaxed) {
                return false;
            }
            if started.elapsed() > PATIENCE {
                self.is_stuck.store(true, Ordering::Relaxed);
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// Where a line could not be written: the log is not whole.
    pub fn finish(&self) -> std::io::Result<()> {
        drop(self.lines.lock().unwrap_or_else(PoisonError::into_inner).take());
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        match written.recv_timeout(LAST_LINES) {
            Ok(written) => written?,
            Err(RecvTimeoutError::Timeout) => return Err(Error::from(ErrorKind::TimedOut)),
            Err(RecvTimeoutError::Disconnected) => return Err(Error::other("the writer broke off")),
        }
        let missing = self.room.lock().unwrap_or_else(PoisonError::into_inner).missing();
        match (missing, self.lost.load(Ordering::Relaxed)) {
            (None, 0) => Ok(()),
            (Some(missing), _) => Err(Error::new(ErrorKind::QuotaExceeded, missing)),
            (None, lost) => Err(Error::other(format!("it could not keep up: {lost} lines are missing"))),
        }
    }
}

fn line_of(call: &HostCall, arguments: &Value, decision: Decision, rule: &str) -> String {
    report::line(&Line {
        time: format!("{:.3}", call.time),
        plugin: &call.plugin,
        digest: &call.digest,
        operation: call.op.name,
        arguments,
        decision,
        rule,
        result: call.result,
        milliseconds: (call.milliseconds * 1_000.0).round() / 1_000.0,
        bytes: call.bytes,
    })
}

/// Writes lines until nobody sends any more; flushes whenever it has caught up, so that what was done is on record
/// even if keelmark is killed.
fn write(queue: &Receiver<String>, out: impl Write) -> std::io::Result<()> {
    let mut out = BufWriter::new(out);
    loop {
        let line = match queue.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Disconnected) => return out.flush(),
            Err(TryRecvError::Empty) => {
                out.flush()?;
                let Ok(line) = queue.recv() else { return Ok(()) };
                line
            }
        };
        out.write_all(line.as_bytes())?;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn call(path: &str) -> HostCall {
        HostCall {
            time: jiff::Timestamp::UNIX_EPOCH,
            plugin: "acme".into(),
            digest: "9f".into(),
            op: keelmark_contract::ops::named("fs.stat").unwrap(),
            arguments: json!({ "path": path }),
            decision: Decision::Denied,
            rule: "not in the manifest".into(),
            result: "denied",
            error: None,
            milliseconds: 0.123_456,
            bytes: 0,
        }
    }

    /// A buffer that a test can look into.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A disk that never answers.
    struct Stuck;

    impl Write for Stuck {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            std::thread::sleep(Duration::from_secs(3600));
            Ok(0)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_call_is_a_line_that_cannot_move_a_terminal() {
        let out = Shared::default();
        let log = AuditLog::start(out.clone()).unwrap();
        log.write(&call("/etc/\u{1b}[2J\n\u{202e}x"));
        log.write(&call("/etc"));
        log.finish().unwrap();
        let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(!text.chars().any(|c| c != '\n' && keelmark_contract::escape::is_unsafe(c)), "{text}");
        let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let expected = json!({
            "time": "1970-01-01T00:00:00.000Z", "plugin": "acme", "digest": "9f", "operation": "fs.stat",
            "arguments": { "path": "/etc/\u{1b}[2J\n\u{202e}x" }, "decision": "denied", "rule": "not in the manifest",
            "result": "denied", "milliseconds": 0.123, "bytes": 0,
        });
        assert_eq!(line, expected);
    }

    /// 32 texts of 256 control characters, each of which is six bytes once it is escaped.
    #[test]
    fn a_line_has_a_limit_after_escaping() {
        let out = Shared::default();
        let log = AuditLog::start(out.clone()).unwrap();
        let fields: Vec<String> = (0..32).map(|_| "\u{1}".repeat(256)).collect();
        log.write(&HostCall { arguments: json!({ "fields": fields }), ..call("/etc") });
        log.finish().unwrap();
        let text = out.0.lock().unwrap().clone();
        assert!(text.len() <= LINE_BYTES, "{}", text.len());
        let line: Value = serde_json::from_slice(&text).unwrap();
        assert!(line["arguments"]["left-out"].as_str().unwrap().contains("room for 8192"), "{line}");
    }

    #[test]
    fn a_plugin_fills_its_own_room_and_the_log_says_so() {
        let out = Shared::default();
        let log = AuditLog::start(out.clone()).unwrap();
        // Each line has its own limit too: what is over that is left out, and then fills nothing.
        let line = call(&"x".repeat(7_000));
        for _ in 0..PLUGIN_BYTES / 7_000 + 500 {
            log.write(&line);
        }
        log.write(&HostCall { plugin: "modest".into(), ..call("/etc") });
        let error = log.finish().unwrap_err().to_string();
        assert!(error.contains("64 MiB") && error.contains(" of acme") && !error.contains("modest"), "{error}");
        let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        assert!(text.len() < PLUGIN_BYTES + 2 * LINE_BYTES, "{}", text.len());
        let limits: Vec<Value> = text
            .lines()
            .rev()
            .take(10)
            .map(|line| serde_json::from_str(line).unwrap())
            .filter(|line: &Value| line["decision"] == "limit")
            .collect();
        assert_eq!(limits.len(), 1);
        assert!(limits[0]["rule"].as_str().unwrap().contains("no more room"), "{limits:?}");
        assert!(text.lines().last().unwrap().contains("modest"));
    }

    #[test]
    fn all_plugins_together_have_a_limit() {
        let mut room = Room::default();
        let taken = (0..20).filter(|n| room.take(&format!("p{n}"), PLUGIN_BYTES) == Place::Free).count();
        assert_eq!(taken, RUN_BYTES / PLUGIN_BYTES);
        assert_eq!((room.take("p19", 1), room.take("late", 1)), (Place::None, Place::Last));
    }

    #[test]
    fn every_field_is_documented() {
        let out = Shared::default();
        let log = AuditLog::start(out.clone()).unwrap();
        log.write(&call("/etc"));
        log.finish().unwrap();
        let line: Value = serde_json::from_slice(&out.0.lock().unwrap()).unwrap();
        let documented = include_str!("../../docs/audit-log.md");
        for field in line.as_object().unwrap().keys() {
            assert!(documented.contains(&format!("`{field}`")), "{field}");
        }
    }

    #[test]
    fn a_full_disk_is_an_error_at_the_end() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let log = AuditLog::start(full).unwrap();
        log.write(&call("/etc"));
        assert_eq!(log.finish().unwrap_err().kind(), ErrorKind::StorageFull);
    }

    #[test]
    fn a_disk_that_hangs_holds_nobody_up_for_long() {
        let log = AuditLog::start(Stuck).unwrap();
        let started = Instant::now();
        let line = call(&"x".repeat(200));
        // More than the queue and the buffer before it hold.
        for _ in 0..QUEUE + 1_000 {
            log.write(&line);
        }
        assert!(started.elapsed() < PATIENCE + Duration::from_secs(10), "{:?}", started.elapsed());
        assert!(log.lost.load(Ordering::Relaxed) > 0);
    }
}
