//! What this machine is asked, and what a plugin says.

use super::{Key, operations};

operations! {
    /// What the audited machine itself answers.
    MACHINE:

    EXEC = {
        interface: "exec",
        function: "run",
        name: "exec",
        key: Some(Key::Argv),
        question: None,
        risk: "runs this program as the user who runs keelmark (often root), with these words and no others",
        example: &["systemctl", "show", "--property=FragmentPath", "{unit}"],
        why: "3.1 finds the unit file",
    }
    FS_STAT = {
        interface: "fs",
        function: "stat",
        name: "fs.stat",
        key: Some(Key::Paths),
        question: None,
        risk: "sees that these files exist, how large they are, who owns them and who can read them",
        example: &["/etc/docker/**"],
        why: "3.x reads owners and modes",
    }
    FS_READ_TEXT = {
        interface: "fs",
        function: "read-text",
        name: "fs.read-text",
        key: Some(Key::Paths),
        question: None,
        risk: "reads the content of these files, passwords in them included",
        example: &["/etc/docker/daemon.json"],
        why: "2.x reads the daemon's settings",
    }
    FS_LIST_DIR = {
        interface: "fs",
        function: "list-dir",
        name: "fs.list-dir",
        key: Some(Key::Paths),
        question: None,
        risk: "sees the names of the files in these directories",
        example: &["/etc/docker/certs.d"],
        why: "3.x looks for certificates",
    }
    PROCESS_FIND = {
        interface: "process",
        function: "find",
        name: "process.find",
        key: Some(Key::Names),
        question: None,
        risk: "sees the command lines of these processes, masked where keelmark knows a secret",
        example: &["dockerd"],
        why: "2.x reads the daemon's command line",
    }
}

operations! {
    /// What keelmark itself answers, and what a plugin tells it.
    PLUGIN:

    HOST_SETTING = {
        interface: "host",
        function: "setting",
        name: "host.setting",
        key: Some(Key::Keys),
        question: None,
        risk: "reads these settings of keelmark.toml",
        example: &["trusted-users"],
        why: "1.x knows whom the operator trusts",
    }
    HOST_FACTS = {
        interface: "host",
        function: "describe",
        name: "host.facts",
        key: None,
        question: None,
        risk: "learns the host's name, operating system and kernel",
        example: &[],
        why: "tells the operating system",
    }
    HOST_NOW = {
        interface: "host",
        function: "now",
        name: "host.now",
        key: None,
        question: None,
        risk: "learns the time",
        example: &[],
        why: "tells how old a certificate is",
    }
    REPORT_EMIT = {
        interface: "report",
        function: "emit",
        name: "report.emit",
        key: None,
        question: None,
        risk: "reports verdicts",
        example: &[],
        why: "reports verdicts",
    }
    REPORT_PROGRESS = {
        interface: "report",
        function: "progress",
        name: "report.progress",
        key: None,
        question: None,
        risk: "says how far it is",
        example: &[],
        why: "shows how far it is",
    }
    REPORT_LOG = {
        interface: "report",
        function: "log",
        name: "report.log",
        key: None,
        question: None,
        risk: "writes log lines, which you see",
        example: &[],
        why: "says what went wrong when it breaks",
    }
}
