//! What goes wrong at the recommendation in the middle.

use keelmark_sdk::guest::keelmark::plugin::types::{Error, ErrorKind, Evidence, Finding, Status};
use keelmark_sdk::guest::keelmark::plugin::{docker, exec, fs, report};

use super::walk;
use crate::Behaviour;

/// A mebibyte, often enough.
const MIB: usize = 1024 * 1024;

pub fn misbehave(behaviour: Behaviour, id: &str) -> Result<(), Error> {
    match behaviour {
        Behaviour::WalksImports => return Err(give_up(walk::walk())),
        Behaviour::Panics => panic!("half-way"),
        Behaviour::LoopsForever => spin(),
        Behaviour::Recurses => {
            std::hint::black_box(dig(1));
        }
        Behaviour::RecursesInMemory => {
            std::hint::black_box(dig_in_memory(1));
        }
        Behaviour::GrowsMemory => loop {
            std::hint::black_box(vec![1_u8; MIB].leak());
        },
        Behaviour::GivesUp => return Err(give_up("it is too hard".into())),
        Behaviour::GivesUpAtLength => return Err(give_up("x".repeat(4 * MIB))),
        Behaviour::SaysNothing => {}
        Behaviour::FindsForOthers => return tell(id, ["5.5", "9.9", ""].map(|other| pass(other).err())),
        Behaviour::FindsTwice => {
            pass(id)?;
            report::emit(&finding(id, Status::Fail, "on second thought"))?;
        }
        Behaviour::GivesNoReason => report::emit(&finding(id, Status::Fail, ""))?,
        Behaviour::FloodsLog => {
            (0..20_000).try_for_each(|n| report::log(report::Level::Warn, &format!("line {n}")))?;
            pass(id)?;
        }
        Behaviour::FloodsLogAndPanics => {
            (0..300).try_for_each(|n| report::log(report::Level::Warn, &format!("line {n}")))?;
            panic!("after the flood");
        }
        Behaviour::AsksForManyObjects => {
            let ids: Vec<String> = (0..1_000).map(|n| format!("made-up-{n}")).collect();
            for _ in 0..2_000 {
                docker::inspect_containers(&ids, &["Id".to_owned()])?;
            }
            pass(id)?;
        }
        Behaviour::AsksForStat => {
            fs::stat("/etc/docker/daemon.json", true)?;
            report::emit(&finding(id, Status::Fail, "it was told"))?;
        }
        Behaviour::RepeatsWhatItReads => {
            let text = fs::read_text("/etc/docker/daemon.json")?;
            report::log(report::Level::Warn, &text)?;
            report::emit(&Finding { evidence: vec![evidence(&text, "", "", "")], ..finding(id, Status::Fail, &text) })?;
        }
        Behaviour::FloodsProgress => {
            (0..20_000).try_for_each(|n| report::progress(n * 1_000, n))?;
            pass(id)?;
        }
        Behaviour::CallsTooOften => {
            (0..100_001).try_for_each(|_| report::progress(1, 1))?;
            pass(id)?;
        }
        Behaviour::TalksAtLength => talk_at_length(id)?,
        Behaviour::ShowsTooMuch => {
            let evidence = (0..60_000).map(|n| evidence(&format!("{n}"), "p", "f", "e")).collect();
            report::emit(&Finding { evidence, ..finding(id, Status::Fail, "much") })?;
        }
        Behaviour::HandsOverTooMuch => report::emit(&finding(id, Status::Fail, &"x".repeat(64 * MIB)))?,
        Behaviour::SpeaksTerminal => speak_terminal(id)?,
        Behaviour::AsksForOddObjects => {
            let odd = ["a/b", "../info", "..", "a?all=1", "a#b", "a%2fb", "", " a", "a\nb", "-a", "sha256:", "a\0b"];
            let fields = ["Id".to_owned()];
            let refusals =
                odd.map(|odd| docker::inspect_containers(&["4d1c".to_owned(), odd.to_owned()], &fields).err());
            tell(id, refusals)?;
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
            tell(id, odd.map(|path| fs::read_text(path).err().or(fs::stat(path, true).err())))?;
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
            tell(id, odd.map(run))?;
        }
        _ => pass(id)?,
    }
    Ok(())
}

pub fn spin() {
    loop {
        std::hint::black_box(0);
    }
}

/// Deeper than any stack. What is done with the result depends on the depth, so that no loop can replace it.
#[inline(never)]
fn dig(depth: u64) -> u64 {
    if depth == u64::MAX { 1 } else { dig(depth + 1).wrapping_mul(depth) ^ depth }
}

fn dig_in_memory(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    let below = if depth == u64::MAX { 0 } else { dig_in_memory(depth + 1) };
    below + frame[depth as usize % 64]
}

fn pass(id: &str) -> Result<(), Error> {
    report::emit(&finding(id, Status::Pass, ""))
}

fn talk_at_length(id: &str) -> Result<(), Error> {
    let long = "ä".repeat(MIB / 2);
    report::log(report::Level::Warn, &long)?;
    let info = || (0..2).map(|_| (long.clone(), long.clone())).collect::<Vec<_>>();
    let evidence = Evidence { info: info(), ..evidence(&long, &long, &long, &long) };
    report::emit(&Finding { evidence: vec![evidence], info: info(), ..finding(id, Status::Fail, &long) })
}

fn speak_terminal(id: &str) -> Result<(), Error> {
    report::log(report::Level::Warn, &terminal("log"))?;
    // An id is compared with what was asked for; this one only comes back in the refusal.
    if let Err(error) = pass(&terminal("id")) {
        report::log(report::Level::Warn, &error.message)?;
    }
    let shown = || evidence(&terminal("subject"), &terminal("property"), &terminal("found"), &terminal("expected"));
    let read = Evidence { info: vec![("source".into(), terminal("source"))], ..shown() };
    let unread = Evidence { info: vec![("error".into(), terminal("error"))], ..shown() };
    report::emit(&Finding { evidence: vec![read, unread], ..finding(id, Status::Fail, &terminal("message")) })
}

/// A string that forges a line of a report, recolours it, reorders it and closes an element, with a word to find it by.
pub fn terminal(word: &str) -> String {
    format!("<{word}>\n  PASS 5.5\r\u{1b}[32m\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}\0</script>{word}")
}

/// Emits a finding whose evidence says why each call was refused; "allowed" where it was not.
fn tell<const N: usize>(id: &str, refusals: [Option<Error>; N]) -> Result<(), Error> {
    let shown = refusals.into_iter().enumerate().map(|(number, refusal)| {
        let found = refusal.map_or_else(|| "allowed".to_owned(), |error| format!("{:?}", error.kind));
        evidence(&number.to_string(), "refusal", &found, "")
    });
    report::emit(&Finding { evidence: shown.collect(), ..finding(id, Status::Fail, "what became of the calls") })
}

pub fn finding(id: &str, status: Status, message: &str) -> Finding {
    Finding { id: id.into(), status, message: message.into(), evidence: Vec::new(), info: Vec::new() }
}

fn evidence(subject: &str, property: &str, found: &str, expected: &str) -> Evidence {
    let text = str::to_owned;
    Evidence {
        subject: text(subject),
        property: text(property),
        found: text(found),
        expected: text(expected),
        info: Vec::new(),
    }
}

fn give_up(message: String) -> Error {
    Error { kind: ErrorKind::Other, message, info: Vec::new() }
}
