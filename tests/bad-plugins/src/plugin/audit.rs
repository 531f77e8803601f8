//! What goes wrong at the recommendation in the middle.

use keelmark_sdk::guest::keelmark::plugin::types::{Error, ErrorKind, Evidence, Finding, Status};
use keelmark_sdk::guest::keelmark::plugin::{docker, fs, report};

use super::{ask, say, walk};
use crate::Behaviour;

/// A mebibyte, often enough.
pub const MIB: usize = 1024 * 1024;

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
        Behaviour::ShowsTooMuch => {
            let evidence = (0..60_000).map(|n| evidence(&format!("{n}"), "p", "f", "e")).collect();
            report::emit(&Finding { evidence, ..finding(id, Status::Fail, "much") })?;
        }
        Behaviour::HandsOverTooMuch => report::emit(&finding(id, Status::Fail, &"x".repeat(64 * MIB)))?,
        Behaviour::GivesUpInColour => return Err(give_up(say::terminal("reason"))),
        Behaviour::PanicsAfterItsFinding => {
            pass(id)?;
            panic!("too late");
        }
        Behaviour::FloodsFindings => {
            (0..50_000).for_each(|n| drop(pass(&format!("9.{n}x"))));
            pass(id)?;
        }
        Behaviour::TalksAtLength => say::at_length(id)?,
        Behaviour::SpeaksTerminal => say::to_the_terminal(id)?,
        Behaviour::PassesWhatItCouldNotRead => say::unread(id)?,
        Behaviour::RepeatsItsDetails => say::repeatedly(id)?,
        Behaviour::SaysItWithNothing => say::nothing(id)?,
        other => return ask::ask(other, id),
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
pub fn dig(depth: u64) -> u64 {
    if depth == u64::MAX { 1 } else { dig(depth + 1).wrapping_mul(depth) ^ depth }
}

pub fn dig_in_memory(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    let below = if depth == u64::MAX { 0 } else { dig_in_memory(depth + 1) };
    below + frame[depth as usize % 64]
}

pub fn pass(id: &str) -> Result<(), Error> {
    report::emit(&finding(id, Status::Pass, ""))
}

/// Emits a finding whose evidence says why each call was refused; "allowed" where it was not.
pub fn tell<const N: usize>(id: &str, refusals: [Option<Error>; N]) -> Result<(), Error> {
    let shown = refusals.into_iter().enumerate().map(|(number, refusal)| {
        let found = refusal.map_or_else(|| "allowed".to_owned(), |error| format!("{:?}", error.kind));
        evidence(&number.to_string(), "refusal", &found, "")
    });
    report::emit(&Finding { evidence: shown.collect(), ..finding(id, Status::Fail, say::shown()) })
}

pub fn finding(id: &str, status: Status, message: &str) -> Finding {
    Finding { id: id.into(), status, message: message.into(), evidence: Vec::new(), info: Vec::new() }
}

pub fn evidence(subject: &str, property: &str, found: &str, expected: &str) -> Evidence {
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
