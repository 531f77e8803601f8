//! What goes wrong by asking: the calls that a sandbox has to refuse, and those that it has to survive.

use keelmark_sdk::guest::keelmark::plugin::types::{Error, Finding, Status};
use keelmark_sdk::guest::keelmark::plugin::{docker, exec, fs, host, process, report};

use super::audit::{evidence, finding, pass, tell};
use super::say::{shown, terminal};
use crate::{Behaviour, dumped};

/// The files that [`Behaviour::RacesLinks`] reads: /etc/docker/race/0 and so on.
const RACED: usize = 2_000;

pub fn ask(behaviour: Behaviour, id: &str) -> Result<(), Error> {
    match behaviour {
        Behaviour::AsksForOddObjects => {
            let odd = ["a/b", "../info", "..", "a?all=1", "a#b", "a%2fb", "", " a", "a\nb", "-a", "sha256:", "a\0b"];
            let fields = ["Id".to_owned()];
            let refusals =
                odd.map(|odd| docker::inspect_containers(&["4d1c".to_owned(), odd.to_owned()], &fields).err());
            tell(id, refusals)
        }
        Behaviour::AsksForOddPaths => {
            let long = format!("/etc/docker/{}", "x".repeat(5_000));
            let odd = [
                "/etc/docker/../shadow",
                "/etc/docker/./a",
                "//etc/docker/a",
                "/etc//docker/a",
                "/etc/docker/",
                "etc/docker/a",
                "",
                "/etc/docker/a\nb",
                "/etc/docker/a\0b",
                &long,
                "/etc/shadow",
                "/etc/dockerx",
                "/proc/1/environ",
            ];
            tell(id, odd.map(|path| fs::read_text(path).err().or(fs::stat(path, true).err())))
        }
        Behaviour::RunsOddCommands => {
            let long = "x".repeat(5_000);
            let odd: [(&str, &[&str]); 12] = [
                ("systemctl", &["show", "--help"]),
                ("systemctl", &["show", "-p.service"]),
                ("systemctl", &["show", "docker.service", "--root=/tmp"]),
                ("systemctl", &["show", "a b.service"]),
                ("systemctl", &["show", "a\nb.service"]),
                ("systemctl", &["show", "a\0.service"]),
                ("systemctl", &["show", "../docker.service"]),
                ("systemctl", &["show", &long]),
                ("systemctl", &["restart", "docker.service"]),
                ("/bin/systemctl", &["show", "docker.service"]),
                ("sh", &["-c", "systemctl show docker.service"]),
                ("systemctl", &["show", "$(id).service"]),
            ];
            let run = |(program, args): (&str, &[&str])| {
                exec::run(program, &args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>()).err()
            };
            tell(id, odd.map(run))
        }
        Behaviour::AsksForOddNames => {
            let names = ["", "/usr/bin/dockerd", "../dockerd", "*", "dockerd\n", "dockerd\0", " dockerd", "Dockerd"];
            let keys = ["", "*", "trusted-users.0", "../trusted-users", "PATH", "trusted-users\0"];
            let refusals = names.iter().map(|name| process::find(name).err());
            show(id, refusals.chain(keys.iter().map(|key| host::setting(key).err())).map(refusal))
        }
        Behaviour::AsksForTooMuch => {
            let (one, id_field) = (["4d1c".to_owned()], ["Id".to_owned()]);
            let many = |count: usize, text: &str| vec![text.to_owned(); count];
            let (ids, fields) = (many(1_001, "4d1c"), many(201, "Id"));
            let odd = ["", "*", "Id.*", "Id..x", ".Id", "Id\0", "Id[0]", "$.Id", &"x".repeat(300)];
            let refusals =
                [docker::inspect_containers(&ids, &id_field).err(), docker::inspect_containers(&one, &fields).err()];
            let of_fields = odd.iter().map(|field| docker::inspect_containers(&one, &many(1, field)).err());
            show(id, refusals.into_iter().chain(of_fields).map(refusal))
        }
        Behaviour::InventsObjects => {
            for call in 0..120 {
                let ids: Vec<String> = (0..1_000).map(|n| format!("{call}x{n}")).collect();
                // Whether it is refused or answered: what counts is what becomes of the others.
                let _ = docker::inspect_containers(&ids, &["Id".to_owned()]);
            }
            pass(id)
        }
        Behaviour::AsksInColour => {
            let odd = terminal("asked");
            let list = || vec![odd.clone()];
            let errors = [
                exec::run(&odd, &list()).err(),
                exec::run("systemctl", &list()).err(),
                fs::stat(&odd, false).err(),
                fs::read_text(&format!("/etc/docker/{odd}")).err(),
                fs::list_dir(&format!("/etc/docker/{odd}")).err(),
                process::find(&odd).err(),
                docker::inspect_containers(&list(), &["Id".to_owned()]).err(),
                docker::inspect_containers(&["4d1c".to_owned()], &list()).err(),
                host::setting(&odd).err(),
                pass(&odd).err(),
            ];
            let messages = errors.into_iter().map(|error| error.map_or_else(|| "allowed".to_owned(), |e| e.message));
            show(id, messages)
        }
        Behaviour::ReadsThroughLinks => read_all(
            id,
            &[
                "to-shadow",
                "up",
                "absolute",
                "directory/secret",
                "loop",
                "loop-directory/x",
                "process",
                "dead",
                "chain",
            ],
        ),
        Behaviour::ReadsOddFiles => {
            read_all(id, &["fifo", "socket", "device", "directory", "huge", "binary", "to-device", "file/below"])
        }
        Behaviour::ReadsDaemonConfigs => {
            let read = |path: &&str| outcome(fs::read_text(path));
            let before: Vec<String> = DAEMON_CONFIGS.iter().map(read).collect();
            let _ = process::find("dockerd");
            show(id, before.into_iter().chain(DAEMON_CONFIGS.iter().map(read)))
        }
        Behaviour::ReadsProcesses => {
            let paths = [
                "self/environ",
                "1/environ",
                "thread-self/environ",
                "self/task/1/environ",
                "self/mem",
                "1/mem",
                "self/fd/0",
                "self/fd/1",
                "1/fd/0",
                "self/root/etc/passwd",
                "1/root/etc/shadow",
                "1/cwd/etc/shadow",
                "self/exe",
                "self/cmdline",
                "1/cmdline",
                "self/auxv",
                "kcore",
                "kmsg",
                "self/map_files/x",
            ];
            show(id, paths.map(|path| outcome(fs::read_text(&format!("/proc/{path}")))).into_iter())
        }
        Behaviour::RacesLinks => show(id, (0..RACED).map(|n| outcome(fs::read_text(&format!("/etc/docker/race/{n}"))))),
        Behaviour::RunsPrograms => {
            let ran = exec::run("auditctl", &["-l".to_owned()]);
            show(
                id,
                [match ran {
                    Ok(output) => {
                        let start: String = output.stdout.chars().take(2_000).collect();
                        format!(
                            "code {:?}, {} bytes, truncated {}: {start}",
                            output.code,
                            output.stdout.len(),
                            output.truncated
                        )
                    }
                    Err(error) => format!("{:?}: {}", error.kind, error.message),
                }]
                .into_iter(),
            )
        }
        Behaviour::DumpsEverything => dump(id),
        _ => pass(id),
    }
}

/// What the processes of that test name, each by another trick.
const DAEMON_CONFIGS: [&str; 6] = [
    "/srv/settings",
    "/srv/not-json",
    "/srv/private/secret",
    "/etc/shadow",
    "/home/eve/link.json",
    "/home/eve/own.json",
];

/// Reads, lists and looks at files below /etc/docker.
fn read_all(id: &str, names: &[&str]) -> Result<(), Error> {
    let paths = names.iter().map(|name| format!("/etc/docker/{name}"));
    show(
        id,
        paths.flat_map(|path| {
            let names = fs::list_dir(&path).map(|names| names.join(" "));
            [
                outcome(fs::read_text(&path)),
                outcome(names),
                outcome(fs::stat(&path, true).map(|found| format!("{:?}", found.kind))),
            ]
        }),
    )
}

/// Everything that the engine tells, in pieces that fit into evidence.
fn dump(id: &str) -> Result<(), Error> {
    const PIECE: usize = 1_500;
    let asked = super::questions::ask_all(|noun| vec![dumped::id(noun)], dumped::fields);
    let answers = asked.into_iter().flat_map(|(_, asked)| asked.unwrap_or_else(|error| vec![Err(error)]));
    let texts = answers.map(|answer| answer.unwrap_or_else(|error| format!("{:?}: {}", error.kind, error.message)));
    let pieces = texts.flat_map(|text| {
        let characters: Vec<char> = text.chars().collect();
        characters.chunks(PIECE).map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>()
    });
    show(id, pieces)
}

/// A finding with a piece of evidence for each of the texts.
fn show(id: &str, found: impl Iterator<Item = String>) -> Result<(), Error> {
    let evidence =
        found.enumerate().map(|(number, found)| evidence(&number.to_string(), "outcome", &found, "")).collect();
    report::emit(&Finding { evidence, ..finding(id, Status::Fail, shown()) })
}

fn refusal(error: Option<Error>) -> String {
    error.map_or_else(|| "allowed".to_owned(), |error| format!("{:?}", error.kind))
}

/// What was read, or the kind of the refusal.
fn outcome(read: Result<String, Error>) -> String {
    read.map_or_else(|error| format!("{:?}", error.kind), |text| format!("read: {text}"))
}
