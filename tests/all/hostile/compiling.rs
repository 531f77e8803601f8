//! A component that is small, valid, and compiles for minutes: the audit goes on without it, and the program ends though
//! the thread that compiles it cannot be stopped.
//!
//! That it was still being compiled is told by the cache, into which the compiler puts what it has finished.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keelmark_audit::{Candidate, Grant};
use keelmark_contract::digest;
use keelmark_contract::gate::Ceiling;
use keelmark_report::{Report, Status};
use keelmark_sandbox::engine::{Cache, CachedCode, Runtime};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::BYSTANDER;
use crate::cli::{keelmark, privileged};
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{NEWEST, audit_with, cache_dir, host};

/// Loops within each other, each with a value for every local: cranelift's work grows with the product. 200 KB of code
/// take a processor of 2024 more than a minute and a half.
const LOOPS: usize = 1_000;
const LOCALS: usize = 1_000;
const SUMS: usize = 20_000;

/// The component; each differs from those before, which may have been compiled in the end.
fn slow() -> Vec<u8> {
    let mut seed = 1_u32;
    let mut local = || {
        // Any numbers without a pattern will do, as long as they are always the same.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % LOCALS
    };
    let mut body = format!("(module (func (local{}) {}", " i32".repeat(LOCALS), "loop ".repeat(LOOPS));
    for _ in 0..SUMS {
        body += &format!("local.get {} local.get {} i32.add local.set {} ", local(), local(), local());
    }
    for _ in 0..LOOPS {
        body += &format!("local.get {} br_if 0 end ", local());
    }
    let component = bad_plugin::with_modules(wat::parse_str("(component)").unwrap(), &[(&(body + "))"), 0)]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    bad_plugin::with_manifest(component, &format!("{}# {} {now}\n", bad_plugin::manifest(), std::process::id()))
}

fn cached(digest: &str) -> CachedCode {
    Cache::open_existing(cache_dir()).unwrap().inspect(digest)
}

/// Where the process below finds the plugin, and where it leaves its report.
const PLUGIN: &str = "KEELMARK_TEST_PLUGIN";
const REPORT: &str = "KEELMARK_TEST_REPORT";

#[test]
fn a_plugin_that_compiles_for_minutes_costs_its_own_verdicts() {
    let plugin = slow();
    let file = PluginFile::new(plugin.as_slice());
    let report_file = tempfile::NamedTempFile::new().unwrap();
    // A process of its own, since the compiler would go on beside the other tests.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "hostile::compiling::audits_beside_a_slow_plugin"])
        .env(PLUGIN, file.path())
        .env(REPORT, report_file.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let report: Report = serde_json::from_slice(&std::fs::read(report_file.path()).unwrap()).unwrap();
    let [broken] = report.broken_plugins.as_slice() else { panic!("{:?}", report.broken_plugins) };
    assert_eq!(broken.plugin, file.path().display().to_string());
    assert!(broken.problem.contains("it took longer than 0.2 s to compile"), "{}", broken.problem);
    let bystander = report.findings().next().unwrap();
    assert_eq!((bystander.check.as_str(), bystander.status), (BYSTANDER, Status::Fail));
    assert!(!report.complete);
    // What was compiled is kept; this was not compiled when the process ended.
    let builtin = report.benchmarks[0].sections.iter().find(|section| !section.findings.is_empty()).unwrap();
    assert_eq!(cached(&builtin.digest), CachedCode::Whole);
    assert_eq!(cached(&digest(&plugin)), CachedCode::None);
}

/// Audits as the program does, but with a limit that a test can wait for.
#[test]
#[ignore = "the test above runs it, in a process of its own"]
fn audits_beside_a_slow_plugin() {
    let path = |name: &str| PathBuf::from(std::env::var_os(name).expect("the test above sets it"));
    let cache = Cache::open(cache_dir()).unwrap();
    let impatient = Runtime::with_compile_limit(Some(cache), Duration::from_millis(200)).unwrap();
    let candidate = Candidate::of_file(&path(PLUGIN), Grant::All, Ceiling::default()).unwrap();
    let backend = host(json!({"containers": [{"name": "web", "HostConfig": {"Privileged": true}}]}));
    let heard = Arc::new(crate::support::Heard::default());
    let report = audit_with(&impatient, backend, vec![candidate], &[BYSTANDER], heard).unwrap();
    std::fs::write(path(REPORT), serde_json::to_vec(&report).unwrap()).unwrap();
}

#[test]
fn the_program_ends_though_the_compiler_does_not() {
    let recorded = privileged();
    let bystander = ["--check", BYSTANDER];
    // From here on the built-in plugins need no compiling: what takes time is the other one.
    assert_eq!(recorded.audit(&bystander).code, Some(1));
    let plugin = slow();
    let file = PluginFile::new(plugin.as_slice());
    let mut command = keelmark();
    command.args(["audit", "-b", NEWEST, "-o", "json", "--replay"]).arg(recorded.path()).args(bystander);
    command.arg("--plugin").arg(file.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    wait_for_work(&mut child);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Report = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.broken_plugins[0].problem.contains("interrupted"), "{:?}", report.broken_plugins);
    assert_eq!(cached(&digest(&plugin)), CachedCode::None, "it ended when the compiler had");
}

/// Waits until the process has used so much of a processor that it can only be compiling.
fn wait_for_work(child: &mut Child) {
    let stat = Path::new("/proc").join(child.id().to_string()).join("stat");
    // In hundredths of a second, as all of Linux counts them.
    while used(&std::fs::read_to_string(&stat).unwrap()) < 500 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The time in user mode: the 14th field, of which the 2nd is a name in parentheses.
fn used(stat: &str) -> u64 {
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(11).unwrap().parse().unwrap()
}
