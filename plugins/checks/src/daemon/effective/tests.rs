//! The sources of an option, and which of several daemons answers.

use keelmark_sdk::fake::FakeHost;
use keelmark_sdk::scenario::expand;
use keelmark_sdk::serde_json::json;
use keelmark_sdk::{Facts, FieldPlan};

use super::*;

const ARGV: &str = "command line of dockerd (pid 812)";

fn host(block: Value) -> FakeHost {
    expand(&block).unwrap()
}

pub fn config(host: &FakeHost) -> Result<Rc<DaemonConfig>, HostError> {
    DaemonConfig::running(&Facts::new(host, FieldPlan::of([&crate::daemon::USERLAND_PROXY])))
}

fn of(block: Value) -> Rc<DaemonConfig> {
    config(&host(block)).unwrap()
}

/// Why an option that is in the file is not known.
fn refused(block: Value) -> String {
    let host = host(block);
    config(&host).and_then(|config| config.bool("icc", true)).unwrap_err().message
}

#[test]
fn the_command_line_decides_before_the_file_and_the_file_before_the_default() {
    let config = of(json!({ "dockerd": ["dockerd", "--icc=0"], "daemon.json": { "iptables": false, "icc": null } }));
    assert_eq!(config.bool("icc", true).unwrap(), Setting { value: false, source: ARGV.into() });
    assert_eq!(config.bool("iptables", true).unwrap().source, "/etc/docker/daemon.json");
    assert_eq!(config.bool("ipv6", true).unwrap(), Setting { value: true, source: "default".into() });
}

#[test]
fn a_value_of_the_wrong_type_is_an_error() {
    let config =
        of(json!({ "daemon.json": { "icc": "false", "dns": "10.0.0.1", "log-opts": [], "cgroup-parent": 1 } }));
    assert!(config.bool("icc", true).is_err());
    assert!(config.list("dns").is_err());
    assert!(config.names("log-opts").is_err());
    assert!(config.text("cgroup-parent").is_err());
    assert!(of(json!({ "dockerd": ["dockerd", "--icc=maybe"] })).bool("icc", true).is_err());
}

#[test]
fn an_empty_file_and_no_file_are_fine_and_a_broken_one_is_not() {
    for file in [json!(null), json!(""), json!(" \n"), json!("\u{feff}{}")] {
        assert_eq!(of(json!({ "daemon.json": file })).text("group").unwrap(), None);
    }
    for file in ["{\"icc\": false,}", "[]"] {
        let problem = refused(json!({ "daemon.json": file }));
        assert!(problem.starts_with("/etc/docker/daemon.json is not a JSON object"), "{problem}");
    }
    let locked = json!({ "error": { "kind": "permission", "message": "may not" } });
    assert_eq!(refused(json!({ "files": { "/etc/docker/daemon.json": locked } })), "may not");
}

#[test]
fn a_file_named_on_the_command_line_is_read_instead_and_must_exist() {
    let dockerd = json!(["dockerd", "--config-file", "/srv/daemon.json"]);
    let config = of(json!({ "dockerd": dockerd, "files": { "/srv/daemon.json": { "text": "{\"icc\": false}" } } }));
    assert_eq!(config.bool("icc", true).unwrap().source, "/srv/daemon.json");
    assert_eq!(config.file_path, "/srv/daemon.json");
    assert!(refused(json!({ "dockerd": dockerd, "files": { "/srv/daemon.json": null } })).contains("no such file"));
}

#[test]
fn entries_keep_names_and_values_together() {
    let config = of(json!({ "dockerd": ["dockerd", "--log-opt", "tag=a=b", "--log-opt=mode"], "daemon.json": {
        "default-ulimits": { "nofile": { "Hard": 2 } },
    } }));
    let pairs = |key| config.entries(key).unwrap().into_iter().map(|(n, v)| (n, v.value)).collect::<Vec<_>>();
    assert_eq!(pairs("log-opts"), [("tag".into(), "a=b".into()), ("mode".into(), String::new())]);
    assert_eq!(pairs("default-ulimits"), [("nofile".into(), "{\"Hard\":2}".into())]);
    assert_eq!(config.names("log-opts").unwrap()[0].value, "tag");
}

#[test]
fn without_a_dockerd_only_the_file_is_known() {
    let none = host(json!({ "dockerd": null, "daemon.json": { "icc": false } }));
    assert!(config(&none).unwrap_err().message.contains("cannot be seen"));
    let down = json!({ "error": { "kind": "unavailable", "message": "engine unreachable" } });
    let stopped = host(json!({ "dockerd": null, "daemon.json": { "icc": false }, "engine": down }));
    let facts = Facts::new(&stopped, FieldPlan::default());
    assert!(!DaemonConfig::any(&facts).unwrap().bool("icc", true).unwrap().value);
    assert!(config(&stopped).unwrap_err().message.contains("no dockerd runs"));
}

#[test]
fn podman_has_no_daemon_options_and_that_is_no_error() {
    let podman = host(json!({ "info": { "BuildahVersion": "1.28.2" } }));
    assert_eq!(config(&podman).unwrap_err(), HostError::inapplicable(PODMAN));
}

#[test]
fn a_remote_daemon_is_not_judged_by_local_files() {
    assert!(refused(json!({ "facts": { "engine-is-local": false } })).contains("remote"));
}

/// Two daemons: the system's, and a rootless one.
fn two(data_root_of_the_engine: &str) -> FakeHost {
    let security = if data_root_of_the_engine.starts_with("/home") { json!(["name=rootless"]) } else { json!([]) };
    let mut host = host(json!({
        "info": { "DockerRootDir": data_root_of_the_engine, "SecurityOptions": security },
        "files": {
            "/etc/passwd": { "text": "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n" },
            "/home/ann/.config/docker/daemon.json": { "text": "{\"icc\": false}" },
        },
    }));
    host.answer(
        "process dockerd",
        json!([
            { "pid": 812, "argv": ["dockerd"], "euid": 0 },
            { "pid": 900, "argv": ["dockerd", "--rootless"], "euid": 1000 },
        ]),
    );
    host
}

#[test]
fn of_several_daemons_the_one_over_the_engines_data_root_answers() {
    let pid = |root| config(&two(root)).unwrap().process.as_ref().map(|process| process.pid);
    assert_eq!(pid("/var/lib/docker"), Some(812));
    assert_eq!(pid("/var/lib/docker/100000.100000"), Some(812));
    assert_eq!(pid("/home/ann/.local/share/docker"), Some(900));
    // The engine names where links lead; the only daemon that root runs is the one, whatever its root is called.
    assert_eq!(pid("/srv/docker"), Some(812));
    let mut both = two("/srv/docker");
    let dockerd = |pid: u32, option: &str| json!({ "pid": pid, "argv": ["dockerd", option], "euid": 0 });
    both.answer("process dockerd", json!([dockerd(812, "--debug"), dockerd(900, "--ipv6")]));
    assert!(config(&both).unwrap_err().message.contains("cannot be told"));
}

/// Between its fork and its next program a child has its parent's name and command line.
#[test]
fn a_child_of_the_daemon_is_no_second_one() {
    let mut host = two("/var/lib/docker");
    let dockerd = |pid: u32, started: i64| json!({ "pid": pid, "argv": ["dockerd"], "euid": 0, "started": started });
    host.answer("process dockerd", json!([dockerd(700, 2000), dockerd(812, 1000), dockerd(813, 2000)]));
    assert_eq!(config(&host).unwrap().process.as_ref().map(|process| process.pid), Some(812));
}

/// Processes of that name which an unprivileged user started, with whatever options they like.
#[test]
fn a_process_that_only_looks_like_dockerd_is_not_believed() {
    let dockerd = |pid: u32, euid: u32, argv: &[&str]| json!({ "pid": pid, "argv": argv, "euid": euid });
    let root = "/home/ann/.local/share/docker";
    let fakes = [
        dockerd(901, 4711, &["dockerd"]),
        dockerd(902, 1001, &["dockerd", "--config-file=/nonexistent/daemon.json"]),
        dockerd(903, 1001, &["dockerd", "--data-root", root, "--icc=true"]),
    ];
    let mut rootless = two(root);
    let passwd = "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\neve:x:1001:1001::/home/eve:/bin/sh\n";
    rootless.answer("read /etc/passwd", json!(passwd));
    let ann = dockerd(900, 1000, &["dockerd", "--rootless"]);
    rootless.answer("process dockerd", json!([ann, fakes[0], fakes[1], fakes[2]]));
    let found = config(&rootless).unwrap();
    assert_eq!(found.process.as_ref().map(|process| process.pid), Some(900));
    assert!(!found.bool("icc", true).unwrap().value);
    // Where the system's daemon cannot be seen, they are not it; and where no engine answers, they say nothing.
    let mut unseen = two("/var/lib/docker");
    unseen.answer("process dockerd", json!([fakes[2]]));
    assert!(config(&unseen).unwrap_err().message.contains("its dockerd cannot be seen"));
    unseen.refuse("docker info", "unavailable", "no engine");
    assert!(config(&unseen).unwrap_err().message.contains("no dockerd runs on this host"));
}

#[test]
fn a_rootless_daemon_has_its_file_below_its_users_home() {
    let rootless = config(&two("/home/ann/.local/share/docker")).unwrap();
    assert_eq!(rootless.bool("icc", true).unwrap().source, "/home/ann/.config/docker/daemon.json");
}
