//! Every function of the contract, called once with arguments that only a missing grant can make wrong.

use keelmark_sdk::guest::keelmark::plugin::{exec, fs, host, process, report, types};

use super::audit::finding;

/// One line for each imported function: "interface.function outcome".
pub fn walk() -> String {
    let questions = super::questions::ask_all(|_| vec!["4d1c".to_owned()], |_| vec!["Id".to_owned()]);
    let mut lines: Vec<String> = questions.into_iter().map(|(function, asked)| line(function, asked)).collect();
    lines.extend([
        line("exec.run", exec::run("auditctl", &["-l".to_owned()])),
        line("fs.stat", fs::stat("/etc/docker", false)),
        line("fs.read-text", fs::read_text("/etc/docker/daemon.json")),
        line("fs.list-dir", fs::list_dir("/etc/docker")),
        line("process.find", process::find("dockerd")),
        line("host.describe", host::describe()),
        line("host.now", host::now()),
        line("host.setting", host::setting("trusted-users")),
        line("report.emit", report::emit(&finding(crate::BAD_ID, types::Status::Pass, ""))),
        line("report.progress", report::progress(1, 3)),
        line("report.log", report::log(report::Level::Warn, "a line")),
    ]);
    lines.join("\n")
}

fn line<T>(function: &str, outcome: Result<T, types::Error>) -> String {
    match outcome {
        Ok(_) => format!("{function} allowed"),
        Err(error) => format!("{function} {}", format!("{:?}", error.kind).to_lowercase().replace("errorkind::", "")),
    }
}
