//! `keelmark plugin bench`

use serde_json::Value;

use super::Project;

#[test]
fn every_step_is_measured() {
    let project = Project::new("acme-bench");
    let done = project.run(&["bench", "--runs", "2", "--output", "json"]).expect(0);
    let figures: Value = serde_json::from_str(&done.stdout).unwrap();
    for step in ["compile", "load", "instantiate", "first-run", "warm-run"] {
        assert!(figures[step].as_f64().is_some_and(|time| time > 0.0), "{step}: {figures}");
    }
    assert!(figures["warm-run"].as_f64() < figures["compile"].as_f64(), "{figures}");
    // exec, stat, info, emit, progress.
    assert_eq!(figures["host-calls"], 5);
    assert!(figures["answer-bytes"].as_u64() > Some(100), "{figures}");
    // Rust's stack alone is a mebibyte.
    assert!(figures["peak-memory-bytes"].as_u64() > Some(1024 * 1024), "{figures}");
    let size = std::fs::metadata(project.join("acme-bench.wasm")).unwrap().len();
    assert_eq!(figures["component-bytes"].as_u64(), Some(size));
    assert_eq!(figures["recording"], "tests/guarded.json");

    let done = project.run(&["bench", "--runs", "1", "--replay", "tests/open.json"]).expect(0);
    done.prints(&["over tests/open.json, median of 1 runs", "compile", "warm run", "host calls", "MiB"]);
    project.run(&["bench", "--runs", "0"]).expect(64);
    std::fs::remove_dir_all(project.join("tests")).unwrap();
    project.run(&["bench"]).expect(64).says(&["holds no recording to run over"]);
}
