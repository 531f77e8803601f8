//! Components that are small, valid, and take minutes or all memory to compile: that happens in a process of its own, the
//! audit goes on without them, and the process ends with the program.
//!
//! That one was still being compiled is told by the cache, into which the compiler puts what it has finished.

use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keelmark_audit::{Candidate, Grant};
use keelmark_bad_plugins::Behaviour;
use keelmark_contract::digest;
use keelmark_contract::gate::Ceiling;
use keelmark_report::{Report, Status};
use keelmark_sandbox::engine::{Cache, CachedCode, Compiler, Origin, Runtime, RuntimeOptions};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::BYSTANDER;
use crate::cli::{keelmark, privileged};
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{NEWEST, audit_with, cache_dir, compiler, host};

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

#[test]
fn a_plugin_that_compiles_for_minutes_costs_its_own_verdicts() {
    let plugin = slow();
    let file = PluginFile::new(plugin.as_slice());
    let cache = Cache::open(cache_dir()).unwrap();
    let compile_limit = Duration::from_millis(200);
    let options = RuntimeOptions { compile_limit, ..RuntimeOptions::new(Some(cache), compiler()) };
    let candidate = Candidate::of_file(&file.path(), Grant::All, Ceiling::default()).unwrap();
    let backend = host(json!({"containers": [{"name": "web", "HostConfig": {"Privileged": true}}]}));
    let heard = Arc::new(crate::support::Heard::default());
    let report = audit_with(&Runtime::start(options).unwrap(), backend, vec![candidate], &[BYSTANDER], heard).unwrap();
    let [broken] = report.broken_plugins.as_slice() else { panic!("{:?}", report.broken_plugins) };
    assert_eq!(broken.plugin, file.path().display().to_string());
    assert!(broken.problem.contains("it took longer than 0.2 s to compile"), "{}", broken.problem);
    let bystander = report.findings().next().unwrap();
    assert_eq!((bystander.check.as_str(), bystander.status), (BYSTANDER, Status::Fail));
    assert!(!report.is_complete());
    // What was compiled is kept; this was not compiled when its time was up.
    let builtin = report.benchmarks[0].sections.iter().find(|section| !section.findings.is_empty()).unwrap();
    assert_eq!(cached(&builtin.digest), CachedCode::Whole);
    assert_eq!(cached(&digest(&plugin)), CachedCode::None);
}

/// A million blocks within each other, 3 MB: compiling them takes GiB of memory, wherever that ends.
fn hungry() -> Vec<u8> {
    const BLOCKS: usize = 1_000_000;
    let mut body = vec![0];
    body.extend([0x02, 0x40].repeat(BLOCKS));
    body.extend(vec![0x0b; BLOCKS + 1]);
    let section = |id: u8, content: &[u8]| [&[id], &bad_plugin::leb128(content.len())[..], content].concat();
    let code = [&[1][..], &bad_plugin::leb128(body.len()), &body].concat();
    let module = [&b"\0asm\x01\0\0\0"[..], &section(1, &[1, 0x60, 0, 0]), &section(3, &[1, 0]), &section(10, &code)];
    let component = [wat::parse_str("(component)").unwrap(), section(1, &module.concat())].concat();
    bad_plugin::with_manifest(component, &bad_plugin::manifest())
}

#[test]
fn a_plugin_that_takes_all_memory_to_compile_costs_its_own_verdicts() {
    let recorded = privileged();
    let file = PluginFile::new(hungry());
    let done = recorded.audit(&["--check", BYSTANDER, "-o", "json", "--plugin", file.path().to_str().unwrap()]);
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    let report: Report = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report.findings().next().unwrap().status, Status::Fail);
    let problem = &report.broken_plugins[0].problem;
    assert!(problem.contains("the compiler wanted more than 1024 MiB of memory"), "{problem}");
}

/// Whatever the child of the program says, it is not run unless it is whole.
#[test]
fn a_compiler_that_dies_or_lies_is_no_reason_to_fail() {
    let plugin = bad_plugin::plugin(Behaviour::BehavesWell, &bad_plugin::manifest());
    for (program, expected) in [
        ("/bin/true", "not what the compiler's process made"),
        ("/bin/echo", "not what the compiler's process made"),
        ("/bin/false", "the compiler ended with exit status: 1"),
        ("/nonexistent", "its process did not start"),
    ] {
        let runtime = Runtime::start(RuntimeOptions::new(None, Compiler::Child(program.into()))).unwrap();
        let error = runtime.load(&plugin, Origin::File("x".into())).map(drop).unwrap_err().to_string();
        assert!(error.contains("compiling it broke off") && error.contains(expected), "{program}: {error}");
    }
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

/// Waits until the process that the program started has used so much of a processor that it can only be compiling.
fn wait_for_work(program: &mut Child) {
    let children = format!("/proc/{0}/task/{0}/children", program.id());
    let compiler = || -> Option<u64> {
        // Threads other than the first start children too.
        let tasks = std::fs::read_dir(format!("/proc/{}/task", program.id())).ok()?;
        let children = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
        let pids: Vec<u64> = children
            .flat_map(|line| line.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
            .collect();
        let stat = |pid: &u64| std::fs::read_to_string(format!("/proc/{pid}/stat")).ok();
        // In hundredths of a second, as all of Linux counts them.
        pids.iter().filter_map(stat).map(|stat| used(&stat)).max()
    };
    assert!(Path::new(&children).exists(), "this kernel does not tell children");
    while compiler().is_none_or(|used| used < 100) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(program.try_wait().unwrap().is_none(), "it ended by itself");
}

/// The time in user mode: the 14th field, of which the 2nd is a name in parentheses.
fn used(stat: &str) -> u64 {
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(11).unwrap().parse().unwrap()
}
