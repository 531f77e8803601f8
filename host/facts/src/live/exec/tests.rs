use std::time::Instant;

use super::*;

/// What a program printed, which only a test may look at.
async fn run(program: &str, args: &[String]) -> Result<Value, FactError> {
    super::run(program, args).await.map(Raw::unmasked)
}

async fn sh(script: &str) -> Result<Value, FactError> {
    run("sh", &["-c".to_owned(), script.to_owned()]).await
}

/// Whether the process `pid` still runs; a zombie does not.
fn runs(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z') && !line.contains('X'))
}

/// Killing takes the kernel a moment.
async fn stops_soon(pid: &str) -> bool {
    for _ in 0..100 {
        if !runs(pid) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn the_environment_is_empty_but_for_what_is_fixed() {
    let answer = run("env", &[]).await.unwrap();
    let mut lines: Vec<&str> = answer["stdout"].as_str().unwrap().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["LANG=C", "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);
    assert_eq!((&answer["code"], &answer["truncated"]), (&json!(0), &json!(false)));
}

#[tokio::test]
async fn programs_run_in_the_root_with_no_input_in_a_group_of_their_own() {
    let answer = sh("pwd; cat; ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat; echo $$; echo $0 >&2")
        .await
        .unwrap();
    let lines: Vec<&str> = answer["stdout"].as_str().unwrap().lines().map(str::trim).collect();
    assert_eq!((lines[0], lines[1]), ("/", lines[2]));
    assert_eq!(answer["stderr"], "sh\n");
}

#[tokio::test]
async fn code_and_streams_are_the_programs_own() {
    let answer = sh("echo out; echo err >&2; exit 3").await.unwrap();
    assert_eq!(answer, json!({"code": 3, "stdout": "out\n", "stderr": "err\n", "truncated": false}));
    assert_eq!(sh("kill -9 $$").await.unwrap()["code"], Value::Null);
    assert_eq!(sh(r"printf '\377'").await.unwrap()["stdout"], "\u{fffd}");
}

#[tokio::test]
async fn arguments_are_words_and_never_a_shell_line() {
    let args = ["$(id)", "; id", "`id`", "*"].map(str::to_owned);
    assert_eq!(run("echo", &args).await.unwrap()["stdout"], "$(id) ; id `id` *\n");
    assert_eq!(run("echo", &["a\0b".to_owned()]).await.unwrap_err().kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_flood_is_cut_and_its_source_killed() {
    for stream in ["", ">&2"] {
        let begin = Instant::now();
        let answer = sh(&format!("echo $$ {stream}; exec cat /dev/zero {stream}")).await.unwrap();
        let text = answer[if stream.is_empty() { "stdout" } else { "stderr" }].as_str().unwrap();
        assert_eq!(text.len(), MAX_STREAM_BYTES);
        assert_eq!((&answer["truncated"], &answer["code"]), (&json!(true), &Value::Null));
        assert!(begin.elapsed() < WALL_TIME);
        assert!(stops_soon(text.lines().next().unwrap()).await);
    }
}

#[tokio::test]
async fn exactly_the_limit_is_not_cut() {
    let answer = sh(&format!("head -c {MAX_STREAM_BYTES} /dev/zero")).await.unwrap();
    assert_eq!((&answer["truncated"], &answer["code"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn what_outlives_the_program_is_killed_and_not_waited_for() {
    let begin = Instant::now();
    let answer = sh("sleep 60 & echo $!").await.unwrap();
    assert!(begin.elapsed() < WALL_TIME);
    assert_eq!(answer["code"], 0);
    assert!(stops_soon(answer["stdout"].as_str().unwrap().trim()).await);
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_with_its_grandchildren() {
    let note = tempfile::NamedTempFile::new().unwrap();
    let path = note.path().to_str().unwrap();
    let error = sh(&format!("sh -c 'sleep 60 & echo $! >{path}; wait' & wait")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(stops_soon(std::fs::read_to_string(path).unwrap().trim()).await);
}

#[tokio::test]
async fn nobody_waiting_any_more_kills_too() {
    let note = tempfile::NamedTempFile::new().unwrap();
    let path = note.path().to_str().unwrap().to_owned();
    let script = format!("sleep 60 & echo $! >{path}; wait");
    let _ = timeout(Duration::from_millis(800), sh(&script)).await;
    let pid = std::fs::read_to_string(&path).unwrap();
    assert!(!pid.trim().is_empty() && stops_soon(pid.trim()).await);
}

#[tokio::test]
async fn closing_its_output_does_not_hide_how_a_program_ends() {
    assert_eq!(sh("exec >&- 2>&-; sleep 0.2; exit 7").await.unwrap()["code"], 7);
}

#[tokio::test]
async fn many_calls_at_once_all_answer() {
    let calls = (0..12).map(|number| async move { sh(&format!("sleep 0.05; echo {number}")).await });
    for (number, answer) in futures_util::future::join_all(calls).await.into_iter().enumerate() {
        assert_eq!(answer.unwrap()["stdout"], format!("{number}\n"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    assert_eq!(run("keelmark-no-such-program", &[]).await.unwrap_err().kind, ErrorKind::Unavailable);
    for name in ["/bin/sh", "../bin/sh", "sh -c"] {
        assert_eq!(run(name, &[]).await.unwrap_err().kind, ErrorKind::Invalid, "{name}");
    }
}
