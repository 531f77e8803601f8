//! `keelmark plugin dev`

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::{Project, keelmark};

#[test]
fn every_call_is_shown_and_every_denial_with_what_would_allow_it() {
    let project = Project::new("acme-calls");
    let done = project.run(&["dev", "--replay", "tests/open.json"]).expect(1);
    done.prints(&["ok        exec systemctl show --property=FragmentPath docker.service  -> "]);
    done.prints(&[
        "ok        fs.stat /lib/systemd/system/docker.service",
        "ok        docker.info fields=[LiveRestoreEnabled]",
    ]);
    done.prints(&["5 calls, 0 denied", "1.1 fail: the Docker service is not guarded"]);

    project.replace("plugin.toml", "fields = [\"LiveRestoreEnabled\"]", "fields = [\"Name\"]");
    let done = project.run(&["dev", "--replay", "tests/open.json"]).expect(2);
    done.prints(&["denied    docker.info fields=[LiveRestoreEnabled]", "1.1 error: denied", "1 denied"]);
    // The lines as they are go into the manifest, and then it is allowed.
    let lines: Vec<&str> = done.stdout.lines().map(str::trim).skip_while(|line| *line != "[[capability]]").collect();
    let end = lines.iter().position(|line| line.starts_with("why = ")).unwrap();
    let table = lines[..=end].join("\n");
    std::fs::write(project.join("plugin.toml"), format!("{}\n{table}\n", project.read("plugin.toml"))).unwrap();
    project.run(&["dev", "--replay", "tests/open.json"]).expect(1).prints(&["5 calls, 0 denied"]);

    // On this host, whatever it is: there is no engine here, and nothing that is not a verdict.
    let done = project.run(&["dev"]);
    assert!(matches!(done.code, Some(0..=2)), "{done:?}");
    done.prints(&[
        "== acme-calls 0.1.0 on this host and unix:///nonexistent/docker.sock",
        "exec systemctl",
        "findings\n  1.1 ",
    ]);
}

/// A program that goes on until the test ends, and its standard output, line by line.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(mut command: std::process::Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits for a line that holds the text; a busy machine takes its time to compile.
    #[track_caller]
    fn wait_for(&self, text: &str) {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(300)) {
            if line.contains(text) {
                return;
            }
        }
        panic!("{text:?} did not come");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn watching_runs_again_on_every_save() {
    let project = Project::new("acme-watch");
    let mut command = keelmark(&project.path());
    command.args(["plugin", "dev", "--watch", "--replay", "tests/open.json"]);
    let running = Running::start(command);
    running.wait_for("1.1 fail: the Docker service is not guarded");
    // A source, the manifest (with a mistake in it first), and the recording.
    project.replace("src/service_guard.rs", "the Docker service is not guarded", "the service lies open");
    running.wait_for("1.1 fail: the service lies open");
    project.replace("plugin.toml", "fields = [\"LiveRestoreEnabled\"]", "feilds = [\"LiveRestoreEnabled\"]");
    std::thread::sleep(Duration::from_secs(1));
    project.replace("plugin.toml", "feilds = [\"LiveRestoreEnabled\"]", "fields = [\"Name\"]");
    running.wait_for("1.1 error: denied");
    project.replace("plugin.toml", "fields = [\"Name\"]", "fields = [\"LiveRestoreEnabled\"]");
    running.wait_for("1.1 fail: the service lies open");
    project.replace("tests/open.json", "\"LiveRestoreEnabled\": false", "\"LiveRestoreEnabled\": true");
    running.wait_for("daemon: LiveRestoreEnabled = true");
}
