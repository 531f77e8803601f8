//! What `keelmark doctor` prints: a line for each thing that it looked at, and what to do below.

use keelmark_contract::escape;

use super::layout::{pad, plural, wrap};
use super::model::Status;
use super::paint::Paint;
use crate::diagnosis::{Diagnosis, State};

/// The widths of the columns before what was found: the state, and the item.
const STATE_WIDTH: usize = 7;
const ITEM_WIDTH: usize = 18;

/// The diagnoses as text of at most `width` columns.
pub fn doctor_text(diagnoses: &[Diagnosis], width: usize, colour: bool) -> String {
    let paint = Paint::new(colour);
    let at = STATE_WIDTH + 2 + ITEM_WIDTH + 2;
    let room = width.saturating_sub(at).max(20);
    let mut text = String::new();
    for diagnosis in diagnoses {
        let (word, status) = match diagnosis.state {
            State::Ok => ("ok", Status::Pass),
            State::Note => ("note", Status::Manual),
            State::Problem => ("problem", Status::Fail),
        };
        let word = paint.status(status, &pad(word, STATE_WIDTH));
        let head = format!("{word}  {}  ", pad(diagnosis.item, ITEM_WIDTH));
        for (n, line) in wrap(&escape::line(&diagnosis.found), room).iter().enumerate() {
            let head = if n == 0 { head.clone() } else { " ".repeat(at) };
            text.push_str(format!("{head}{line}").trim_end());
            text.push('\n');
        }
        for (n, line) in
            wrap(&escape::line(diagnosis.advice.as_deref().unwrap_or_default()), room - 3).iter().enumerate()
        {
            if diagnosis.advice.is_some() {
                let arrow = if n == 0 { "-> " } else { "   " };
                text.push_str(format!("{}{arrow}{line}", " ".repeat(at)).trim_end());
                text.push('\n');
            }
        }
    }
    let count = |state| diagnoses.iter().filter(|diagnosis| diagnosis.state == state).count();
    let (problems, notes) = (count(State::Problem), count(State::Note));
    let sum = match problems {
        0 => "no problems".to_owned(),
        count => format!("{count} {}", plural("problem", count)),
    };
    let notes = if notes == 0 { String::new() } else { format!(", {notes} {}", plural("note", notes)) };
    format!("{text}\n{}\n", paint.heading(&format!("{sum}{notes}")))
}

#[cfg(test)]
mod tests {
    use super::super::sample::POISON;
    use super::*;

    fn diagnosis(state: State, found: &str, advice: Option<&str>) -> Diagnosis {
        Diagnosis { item: "engine", state, found: found.into(), advice: advice.map(str::to_owned) }
    }

    #[test]
    fn each_has_a_line_and_what_to_do_below() {
        let text = doctor_text(
            &[diagnosis(State::Ok, "there", None), diagnosis(State::Problem, "gone", Some("start it"))],
            80,
            false,
        );
        let at = " ".repeat(29);
        let expected = format!(
            "ok       engine              there\nproblem  engine              gone\n{at}-> start it\n\n1 problem\n"
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn what_was_found_cannot_speak_to_the_terminal() {
        let text = doctor_text(&[diagnosis(State::Note, POISON, Some(POISON))], 80, false);
        assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)));
        assert!(!text.lines().any(|line| line.starts_with("PASS")), "{text}");
    }
}
