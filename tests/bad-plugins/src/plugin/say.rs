//! What goes wrong by saying it: long, often, in colour, or not at all.

use keelmark_sdk::guest::keelmark::plugin::report;
use keelmark_sdk::guest::keelmark::plugin::types::{Error, Evidence, Finding, Status};

use super::audit::{MIB, evidence, finding, pass};

/// The message of findings whose evidence tells what became of calls.
pub fn shown() -> &'static str {
    "what became of the calls"
}

/// Every string of a finding has a megabyte.
pub fn at_length(id: &str) -> Result<(), Error> {
    let long = "ä".repeat(MIB / 2);
    report::log(report::Level::Warn, &long)?;
    let info = || (0..2).map(|_| (long.clone(), long.clone())).collect::<Vec<_>>();
    let evidence = Evidence { info: info(), ..evidence(&long, &long, &long, &long) };
    report::emit(&Finding { evidence: vec![evidence], info: info(), ..finding(id, Status::Fail, &long) })
}

pub fn to_the_terminal(id: &str) -> Result<(), Error> {
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

/// A pass that rests on nothing.
pub fn unread(id: &str) -> Result<(), Error> {
    let info = vec![("error".to_owned(), "no answer in 5 s".to_owned())];
    let evidence = vec![Evidence { info, ..evidence("container web", "HostConfig", "", "") }];
    report::emit(&Finding { evidence, ..finding(id, Status::Pass, "") })
}

pub fn repeatedly(id: &str) -> Result<(), Error> {
    let pairs = |count: usize| -> Vec<(String, String)> {
        (0..count).map(|n| (["source", "error", "other"][n % 3].to_owned(), format!("detail {n}"))).collect()
    };
    let evidence = Evidence { info: pairs(5_000), ..evidence("container web", "HostConfig", "f", "e") };
    report::emit(&Finding { evidence: vec![evidence], info: pairs(50_000), ..finding(id, Status::Fail, "in detail") })
}

pub fn nothing(id: &str) -> Result<(), Error> {
    let empty = || (String::new(), String::new());
    let evidence = Evidence { info: vec![empty(), empty()], ..evidence("", "", "", "") };
    report::emit(&Finding { evidence: vec![evidence], info: vec![empty()], ..finding(id, Status::Fail, "") })
}
